// What anybody could say without a model. Each looks at a customer as the model does: at what was known
// when the day began.
import type { DayNumber } from '@parley/sdk/protocol'
import { asKnownAt, type Bill, CURE_DAYS } from './bill-history.ts'
import type { Moment } from './learning-model.ts'
import { hasCured, instantOf } from './self-cure.ts'

export const BASELINES = [
  'majority',
  'customer-rate',
  'last-value',
  'due-date',
  'customer-median',
] as const
export type Baseline = (typeof BASELINES)[number]

/** What each says, in a sentence. */
export const BASELINE_MEANINGS: Readonly<Record<Baseline, string>> = {
  majority: 'the share, or the middle lateness, of all training bills, for every bill alike',
  'customer-rate': "the share of the customer's own known bills; as a date their mean lateness",
  'last-value': "what came of the customer's last known bill",
  'due-date': 'everybody pays on the due day; after it, at once',
  'customer-median': "the middle lateness of the customer's known bills, against seven days",
}

/** What is common to all bills, taken from the training bills. */
export interface CommonPast {
  readonly cured: Readonly<Record<Moment, number>>
  readonly lateness: number
}

export interface Verdict {
  readonly score: number
  readonly says: boolean
}

/** Takes the common past from training bills, as known when day `until` began. */
export function commonPast(bills: readonly Bill[], until: DayNumber): CommonPast {
  const rate = (moment: Moment) => {
    const known = bills.map((it) => hasCured(it, moment, until)).filter((it) => it !== null)
    return known.length === 0 ? 0.5 : known.filter(Boolean).length / known.length
  }
  const lates = settledBefore(bills, until).map(latenessOf)
  return {
    cured: { issue: rate('issue'), 'after-due': rate('after-due') },
    lateness: median(lates) ?? 0,
  }
}

/** What each baseline says about self-cure. */
export function judgeByBaselines(
  bill: Bill,
  own: readonly Bill[],
  { moment, common }: { moment: Moment; common: CommonPast },
): Record<Baseline, Verdict> {
  const at = instantOf(bill, moment)
  const others = own.filter(({ invoice, issued }) => invoice !== bill.invoice && issued < at)
  const known = others.map((it) => asKnownAt(it, at))
  const outcomes = known
    .toSorted((a, b) => a.due - b.due || (a.invoice < b.invoice ? -1 : 1))
    .flatMap((it) => hasCured(it, moment, at) ?? [])
  const rate = common.cured[moment]
  const last = outcomes.at(-1)
  const lates = settledBefore(known, at)
    .filter((it) => moment === 'issue' || it.settled > it.due)
    .map(latenessOf)
  const middle = median(lates) ?? common.lateness
  const share = outcomes.length === 0 ? rate : outcomes.filter(Boolean).length / outcomes.length
  return {
    majority: { score: rate, says: rate >= 0.5 },
    'customer-rate': { score: share, says: share >= 0.5 },
    'last-value': { score: last === undefined ? rate : Number(last), says: last ?? rate >= 0.5 },
    'due-date': { score: 1, says: true },
    'customer-median': { score: -middle, says: middle <= CURE_DAYS },
  }
}

/** The day on which each baseline expects a payment; never before `at`. */
export function expectByBaselines(
  bill: Bill,
  own: readonly Bill[],
  { at, common }: { at: DayNumber; common: CommonPast },
): Record<Baseline, DayNumber> {
  const others = own.filter(({ invoice, issued }) => invoice !== bill.invoice && issued < at)
  const settled = settledBefore(others, at)
  const lates = settled.map(latenessOf)
  const last = settled
    .toSorted((a, b) => a.settled - b.settled || (a.invoice < b.invoice ? -1 : 1))
    .at(-1)
  const mean = lates.length === 0 ? null : lates.reduce((a, b) => a + b, 0) / lates.length
  const on = (late: number | null) => {
    return Math.max(at, bill.due + Math.round(late ?? common.lateness))
  }
  return {
    majority: on(common.lateness),
    'customer-rate': on(mean),
    'last-value': on(last === undefined ? null : latenessOf(last)),
    'due-date': on(0),
    'customer-median': on(median(lates)),
  }
}

function settledBefore(bills: readonly Bill[], at: DayNumber): Bill[] {
  return bills.filter(({ settled }) => settled < at)
}

function latenessOf({ settled, due }: Bill): number {
  return settled - due
}

/** The middle value, or the mean of the two in the middle; null without values. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
