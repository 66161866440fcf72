// Finds the plan that a household likes best among windows of first due days. Looks at every day of
// every window; what it returns is a plan of the protocol, with the protocol's own schedule.

import { addDays, type Day } from '../protocol/days.ts'
import type { Menu } from '../protocol/generated/messages.ts'
import type { Amount, Money } from '../protocol/money.ts'
import { allocate, formatAmount } from '../protocol/money.ts'
import type { PlanInterval, PlanLine, PlanTerms } from '../protocol/plan-schedule.ts'
import { checkPlanTerms, planTotal, schedule } from '../protocol/plan-schedule.ts'
import { addMonths, dayNumberOf, dayOf, toCivil } from './day-number.ts'
import type { Household, Obstacle } from './household.ts'
import type { DecisionPolicy } from './policy.ts'
import { planUtility } from './utility.ts'

/** A shape of plan and the first due days it may have. */
export interface PlanWindow {
  readonly rowId: string | null
  readonly instalments: number
  readonly interval: PlanInterval | null
  readonly priceBps: number
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

/** The outcome of a search: the best plan, and how many plans fitted of how many. */
export interface PlanSearch {
  readonly best: ChosenPlan | null
  readonly fitting: number
  readonly examined: number
  /** The limit that stood in the way most often. */
  readonly mainObstacle: Obstacle | 'not-liked' | null
}

/** What a search needs to know beside the windows. */
export interface SearchFacts {
  readonly principal: Money
  readonly household: Household
  readonly policy: DecisionPolicy
}

interface Candidate {
  readonly window: PlanWindow
  readonly firstIn: number
  readonly lastIn: number
  readonly headroom: bigint
  readonly lowestIn: number
  readonly utility: number
}

/** Most plans looked at in one search, far above any honest menu: about a second of work. */
const MAX_PLANS = 50_000

/** The rows of a menu as windows to search. */
export function windowsOf(menu: Menu): PlanWindow[] {
  return menu.rows.map((row) => ({ ...row }))
}

/**
 * Searches every first due day of every window for the plan of most utility that fits. Of equal
 * plans the one that starts earlier wins, then the one that ends earlier, then the first. Plans
 * beyond the first 50,000 are not looked at.
 */
export function searchPlans(windows: readonly PlanWindow[], facts: SearchFacts): PlanSearch {
  const obstacles = new Map<Obstacle | 'not-liked', number>()
  let best: Candidate | null = null
  let fitting = 0
  let examined = 0
  for (const window of windows) {
    for (const found of candidatesOf(window, facts)) {
      if (examined === MAX_PLANS) break
      examined++
      if (typeof found === 'string') {
        obstacles.set(found, (obstacles.get(found) ?? 0) + 1)
        continue
      }
      fitting++
      if (best === null || isBetter(found, best)) best = found
    }
  }
  const [main] = [...obstacles].sort(([, left], [, right]) => right - left)
  return {
    best: best === null ? null : chosenPlan(best, facts),
    fitting,
    examined,
    mainObstacle: main?.[0] ?? null,
  }
}

function* candidatesOf(
  window: PlanWindow,
  { principal, household, policy }: SearchFacts,
): Generator<Candidate | Obstacle | 'not-liked'> {
  const { today, lastPaymentIn } = household
  const terms = termsOf(window, window.firstDueFrom)
  if (!checkPlanTerms(principal, terms).ok) return
  const amounts = allocate(planTotal(principal, terms).minor, window.instalments)
  const earliest = Math.max(
    dayNumberOf(window.firstDueFrom) - today,
    Math.max(0, policy.minNoticeDays ?? 0),
  )
  const latest = Math.min(dayNumberOf(window.firstDueTo) - today, lastPaymentIn)
  for (let firstIn = earliest; firstIn <= latest; firstIn++) {
    const dueIn = dueDaysIn(window, firstIn, today)
    const assessed = household.assess({ amounts, dueIn })
    if (!assessed.fits) {
      yield assessed.obstacle
      // Every later first day ends even later.
      if (assessed.obstacle === 'too-late') return
      continue
    }
    const lastIn = dueIn.at(-1) ?? firstIn
    const utility = planUtility(
      {
        headroom: assessed.headroom,
        comfortTarget: policy.comfortTarget,
        amounts,
        priceBps: window.priceBps,
        lastDueIn: lastIn,
        daysSinceIncome: dueIn.map((due) => household.daysSinceIncome[due] ?? Infinity),
      },
      policy.weights,
    )
    const { headroom, lowestIn } = assessed
    if (utility < (policy.minUtility ?? 0)) yield 'not-liked'
    else yield { window, firstIn, lastIn, headroom, lowestIn, utility }
  }
}

/** Due days of a plan as days from today; the same days as the protocol's `schedule`. */
export function dueDaysIn(
  { instalments, interval }: Pick<PlanWindow, 'instalments' | 'interval'>,
  firstIn: number,
  today: number,
): number[] {
  if (interval === 'P1M') {
    const anchor = toCivil(today + firstIn)
    return Array.from({ length: instalments }, (_, index) => addMonths(anchor, index) - today)
  }
  const step = interval === 'P2W' ? 14 : 7
  return Array.from({ length: instalments }, (_, index) => firstIn + step * index)
}

function isBetter(candidate: Candidate, best: Candidate): boolean {
  if (candidate.utility !== best.utility) return candidate.utility > best.utility
  if (candidate.firstIn !== best.firstIn) return candidate.firstIn < best.firstIn
  return candidate.lastIn < best.lastIn
}

function chosenPlan(candidate: Candidate, { principal, household }: SearchFacts): ChosenPlan {
  const today = dayOf(household.today)
  const terms = termsOf(candidate.window, addDays(today, candidate.firstIn))
  return {
    rowId: candidate.window.rowId,
    terms,
    total: formatAmount(planTotal(principal, terms)),
    lines: schedule(principal, terms),
    outlook: {
      headroom: formatAmount({ minor: candidate.headroom, currency: principal.currency }),
      lowestOn: addDays(today, candidate.lowestIn),
      utility: candidate.utility,
    },
  }
}

function termsOf(window: PlanWindow, firstDueDate: Day): PlanTerms {
  const { instalments, interval, priceBps } = window
  return { instalments, interval, priceBps, firstDueDate }
}
