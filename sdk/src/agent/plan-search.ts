// Finds the plans that a household can pay among windows of first due days. Looks at every day of
// every window; what it returns is a plan of the protocol, with the protocol's own schedule.

import { type DayNumber, dayNumberOf, dayOf } from '../protocol/day-number.ts'
import { addDays, type Day } from '../protocol/days.ts'
import type { Menu } from '../protocol/generated/messages.ts'
import { firstLawfulDay, type LawFacts } from '../protocol/instalment-law.ts'
import { planOf } from '../protocol/menu.ts'
import type { Amount, Money } from '../protocol/money.ts'
import { formatAmount } from '../protocol/money.ts'
import { planDays } from '../protocol/plan-days.ts'
import type { PlanLine, PlanShape, PlanTerms } from '../protocol/plan-schedule.ts'
import { checkPlanTerms, planParts, planTotal, schedule } from '../protocol/plan-schedule.ts'
import type { Household, Obstacle } from './household.ts'
import type { DecisionPolicy } from './policy.ts'
import { planUtility } from './utility.ts'

/** A shape of plan and the first due days it may have. */
export interface PlanWindow extends PlanShape {
  readonly rowId: string | null
  readonly firstDueFrom: Day
  readonly firstDueTo: Day
}

/** A plan that the household can pay, as it is kept and explained; amounts are wire amounts. */
export interface ChosenPlan {
  readonly rowId: string | null
  readonly terms: PlanTerms
  readonly total: Amount
  readonly lines: readonly PlanLine[]
  /** Null for a plan that the person picked. */
  readonly outlook: PlanOutlook | null
}

/** What a plan means for the household. */
export interface PlanOutlook {
  /** What is left above the buffer at the worst moment. */
  readonly headroom: Amount
  readonly lowestOn: Day
  readonly utility: number
}

/** A plan that fits: its window, its first day and what the household thinks of it. */
export interface Candidate {
  readonly window: PlanWindow
  /** Days from today. */
  readonly firstIn: number
  readonly lastIn: number
  /** Days from today to the payments, each weighed with its amount. */
  readonly meanIn: number
  readonly headroom: number
  readonly utility: number
}

/** Why a plan is not a candidate. */
export type SearchObstacle = Obstacle | 'not-liked'

/** Every plan that fits, and what stood in the way of the others. */
export interface PlanSearch {
  readonly candidates: readonly Candidate[]
  readonly examined: number
  /** The limit that stood in the way most often. */
  readonly mainObstacle: SearchObstacle | null
}

/** What a search needs to know beside the windows. */
export interface SearchFacts {
  readonly principal: Money
  readonly household: Household
  readonly policy: DecisionPolicy
  /** Every statement of the law that a priced plan must satisfy; without one none may cost. */
  readonly laws: readonly LawFacts[]
}

/** Most plans looked at in one search, far above any honest menu: about a tenth of a second of work. */
const MAX_PLANS = 50_000

/** The rows of a menu as windows to search. */
export function windowsOf({ rows }: Pick<Menu, 'rows'>): PlanWindow[] {
  return rows.map((row) => ({ ...row }))
}

/**
 * Examines every first due day of every window, in their order. Plans beyond the first 50,000 are
 * not looked at.
 */
export function searchPlans(windows: readonly PlanWindow[], facts: SearchFacts): PlanSearch {
  const obstacles = new Map<SearchObstacle, number>()
  const candidates: Candidate[] = []
  const daysOf = prepareDays(windows, facts.household.today)
  let left = MAX_PLANS
  for (const window of windows) {
    left -= examineWindow(window, facts, {
      daysOf,
      most: left,
      take: (candidate) => candidates.push(candidate),
      leave: (obstacle) => obstacles.set(obstacle, (obstacles.get(obstacle) ?? 0) + 1),
    })
  }
  const [main] = [...obstacles].sort(([, less], [, more]) => more - less)
  return { candidates, examined: MAX_PLANS - left, mainObstacle: main?.[0] ?? null }
}

/**
 * The candidate of most utility. Of equal ones that wins which starts earlier, then which ends
 * earlier, then the first: of what the household likes alike, what the creditor likes better.
 */
export function bestOf(candidates: readonly Candidate[]): Candidate | null {
  return candidates.reduce<Candidate | null>(
    (best, one) => (best === null || isBetter(one, best) ? one : best),
    null,
  )
}

/** The due days of a plan and of longer ones of the same rhythm, as days from today. */
type DaysOf = (window: PlanWindow, firstIn: number) => readonly number[]

/** Plans of one rhythm and first day share their days: the longest is computed once. */
function prepareDays(windows: readonly PlanWindow[], today: DayNumber): DaysOf {
  const longest = Math.max(1, ...windows.map(({ instalments }) => instalments))
  const known = new Map<string, (readonly number[])[]>()
  return (window, firstIn) => {
    const { interval, payDay } = window
    const name = interval === 'P1M' ? `P1M ${payDay}` : `${interval}`
    const table = known.get(name) ?? []
    if (table.length === 0) known.set(name, table)
    const before = table[firstIn]
    if (before !== undefined) return before
    const days = planDays({ ...window, instalments: longest }, today + firstIn)
    const dueIn = days.map((day) => day - today)
    table[firstIn] = dueIn
    return dueIn
  }
}

interface Visitor {
  readonly daysOf: DaysOf
  /** Most plans to look at. */
  readonly most: number
  take(candidate: Candidate): void
  leave(obstacle: SearchObstacle): void
}

function examineWindow(window: PlanWindow, facts: SearchFacts, visitor: Visitor): number {
  const { principal, household, policy } = facts
  const { today, lastPaymentIn } = household
  if (!checkPlanTerms(principal, planOf(window, window.firstDueFrom)).ok) return 0
  const parts = planParts(principal, window)
  if (parts.total > BigInt(Number.MAX_SAFE_INTEGER)) return 0
  const notice = Math.max(0, policy.minNoticeDays ?? 0)
  const earliest = Math.max(dayNumberOf(window.firstDueFrom) - today, notice)
  const latest = Math.min(dayNumberOf(window.firstDueTo) - today, lastPaymentIn)
  const lawfulFrom =
    lawfulDay(window, facts, { from: today + earliest, to: today + latest }) - today
  const judge = prepareJudge(window, facts, { daysOf: visitor.daysOf, lawfulFrom })
  let examined = 0
  for (let firstIn = earliest; firstIn <= latest && examined < visitor.most; firstIn++) {
    examined++
    const judged = judge(firstIn)
    if (typeof judged !== 'string') visitor.take(judged)
    else {
      visitor.leave(judged)
      // Every later first day ends even later.
      if (judged === 'too-late') break
    }
  }
  return examined
}

function prepareJudge(
  window: PlanWindow,
  { principal, household, policy }: SearchFacts,
  { daysOf, lawfulFrom }: { daysOf: DaysOf; lawfulFrom: number },
): (firstIn: number) => Candidate | SearchObstacle {
  const { closenessOn } = household
  const parts = planParts(principal, window)
  const [total, first, other] = [parts.total, parts.first, parts.other].map(Number) as Triple
  const least = policy.minUtility ?? 0
  const comfortTarget = Number(policy.comfortTarget)
  const { priceBps, instalments: count } = window
  return (firstIn) => {
    if (firstIn < lawfulFrom) return 'unlawful'
    const dueIn = daysOf(window, firstIn)
    const headroom = household.assess({ count, first, other, dueIn })
    if (typeof headroom === 'string') return headroom
    const lastIn = dueIn[count - 1] ?? firstIn
    let closeness = 0
    let centDays = 0
    for (let index = 0; index < count; index++) {
      const due = dueIn[index] ?? 0
      closeness += closenessOn[due] ?? 0
      centDays += (index === 0 ? first : other) * due
    }
    const utility = planUtility(
      {
        ...{ headroom, comfortTarget, total, priceBps, lastDueIn: lastIn },
        largest: Math.max(first, other),
        closeness: closeness / count,
      },
      policy.weights,
    )
    if (utility < least) return 'not-liked'
    return { window, firstIn, lastIn, meanIn: centDays / total, headroom, utility }
  }
}

type Triple = [number, number, number]

/** The first day with which every statement of the law is kept; without one nothing may cost. */
function lawfulDay(
  window: PlanWindow,
  { principal, laws }: SearchFacts,
  { from, to }: { from: DayNumber; to: DayNumber },
): DayNumber {
  if (window.priceBps <= 0) return from
  if (laws.length === 0) return to + 1
  return Math.max(...laws.map((law) => firstLawfulDay(law, principal, { shape: window, from, to })))
}

function isBetter(candidate: Candidate, best: Candidate): boolean {
  if (candidate.utility !== best.utility) return candidate.utility > best.utility
  if (candidate.firstIn !== best.firstIn) return candidate.firstIn < best.firstIn
  return candidate.lastIn < best.lastIn
}

/** A candidate as it is kept, sent and explained. */
export function chosenPlan(
  { window, firstIn, headroom, utility }: Candidate,
  { principal, household }: SearchFacts,
): ChosenPlan {
  const today = dayOf(household.today)
  const terms = planOf(window, addDays(today, firstIn))
  const { currency } = principal
  const { first, other } = planParts(principal, terms)
  const dueIn = planDays(window, household.today + firstIn).map((day) => day - household.today)
  const lowestIn = household.lowestDay({
    ...{ count: dueIn.length, dueIn },
    ...{ first: Number(first), other: Number(other) },
  })
  return {
    rowId: window.rowId,
    terms,
    total: formatAmount(planTotal(principal, terms)),
    lines: schedule(principal, terms),
    outlook: {
      headroom: formatAmount({ minor: BigInt(headroom), currency }),
      lowestOn: addDays(today, lowestIn),
      utility,
    },
  }
}
