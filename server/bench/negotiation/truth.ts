// What could be agreed in a scenario at all, and what would be best: found by looking at every plan.
import type { MatchResult } from '../../src/cli/negotiate/run-scenario.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { creditorValue, isLawful, isWithinPolicy } from './creditor-worth.ts'
import { debtorUtility } from './debtor-worth.ts'
import { epochDay, INTERVALS, isoDay, type Outcome, outcomesOf } from './outcome-space.ts'

/** A plan with what it is worth to both, as shares of their ranges; null where one refuses it. */
export interface Judged {
  outcome: Outcome
  /** In cents. */
  value: number
  uCreditor: number | null
  uDebtor: number | null
}

/** A plan that both accept. */
export interface Deal extends Judged {
  uCreditor: number
  uDebtor: number
}

export interface Truth {
  plans: readonly Judged[]
  deals: readonly Deal[]
  /** Of the deals those that none dominates, from the creditor's best. */
  frontier: readonly Deal[]
  /** The deal with the largest product of shares. */
  nash: Deal | null
}

/** The worst plan of a policy lies so much of the range above the creditor's reservation. */
const FLOOR_SHARE = 0.1

/** Judges every plan of a scenario. */
export function truthOf(scenario: Scenario): Truth {
  const worthOf = creditorValue(scenario)
  const utilityOf = debtorUtility(scenario)
  const raw = outcomesOf(scenario).map((outcome) => ({
    outcome,
    value: worthOf(outcome),
    isAllowed: isWithinPolicy(scenario, outcome),
    utility: isLawful(scenario, outcome) ? utilityOf(outcome) : null,
  }))
  const shareC = creditorScale(raw)
  const shareD = debtorScale(raw, scenario.debtor.reservation.minUtility)
  const plans = raw.map(({ outcome, value, isAllowed, utility }) => ({
    outcome,
    value,
    uCreditor: isAllowed ? shareC(value) : null,
    uDebtor: utility === null ? null : shareD(utility),
  }))
  const deals = plans.filter(isDeal)
  return { plans, deals, frontier: frontierOf(deals), nash: largest(deals, productOf) }
}

function isDeal(plan: Judged): plan is Deal {
  return plan.uCreditor !== null && plan.uDebtor !== null
}

export function productOf({ uCreditor, uDebtor }: Deal): number {
  return uCreditor * uDebtor
}

/** The first of the largest. */
export function largest<T>(items: Iterable<T>, sizeOf: (item: T) => number): T | null {
  let best: T | null = null
  let size = Number.NEGATIVE_INFINITY
  for (const item of items) {
    const own = sizeOf(item)
    if (own <= size) continue
    best = item
    size = own
  }
  return best
}

function creditorScale(raw: readonly { value: number; isAllowed: boolean }[]) {
  let [best, worst] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { value, isAllowed } of raw) {
    if (!isAllowed) continue
    best = Math.max(best, value)
    worst = Math.min(worst, value)
  }
  const floor = worst - FLOOR_SHARE * Math.max(1, best - worst)
  return (value: number) => (value - floor) / (best - floor)
}

function debtorScale(raw: readonly { utility: number | null }[], least: number) {
  const best = raw.reduce((most, { utility }) => Math.max(most, utility ?? least), least)
  return (utility: number) => (best === least ? 1 : (utility - least) / (best - least))
}

function frontierOf(deals: readonly Deal[]): Deal[] {
  const sorted = deals.toSorted((a, b) => b.uCreditor - a.uCreditor || b.uDebtor - a.uDebtor)
  let most = Number.NEGATIVE_INFINITY
  return sorted.filter(({ uDebtor }) => {
    if (uDebtor <= most) return false
    most = uDebtor
    return true
  })
}

/** The plan of an agreement, or undefined for one that the domain does not have. */
export function findPlan(
  { plans }: Truth,
  { today }: Scenario,
  { firstDueDate, installments, interval, priceBps }: NonNullable<MatchResult['agreement']>,
): Judged | undefined {
  const firstIn = epochDay(firstDueDate) - epochDay(today)
  return plans.find(
    ({ outcome }) =>
      outcome.firstIn === firstIn &&
      outcome.instalments === installments &&
      (INTERVALS[outcome.interval] ?? null) === interval &&
      outcome.priceBps === priceBps,
  )
}

/** A plan as a results file has it. */
export function agreementOf({ today }: Scenario, outcome: Outcome) {
  return {
    firstDueDate: isoDay(epochDay(today) + outcome.firstIn),
    installments: outcome.instalments,
    interval: INTERVALS[outcome.interval] ?? null,
    priceBps: outcome.priceBps,
  }
}
