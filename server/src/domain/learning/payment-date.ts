// When a bill will be paid, as creditors and customers have gone about it so far: the middle day, and the
// days between which four in five payments fall.
import type { DayNumber } from '@parley/sdk/protocol'
import type { Bill } from './bill-history.ts'
import {
  FEATURES,
  type FeatureId,
  featuresFrom,
  type HistoryScale,
  LATEST,
  type Past,
  pastOf,
} from './features.ts'
import { scoreOf } from './fit-weights.ts'
import { openAt } from './lateness-curve.ts'
import type { LearningModel } from './learning-model.ts'

/** Days; `low` and `high` hold `INTERVAL` of the payments. */
export interface PaymentForecast {
  readonly expected: DayNumber
  readonly low: DayNumber
  readonly high: DayNumber
}

/** The share of payments that fall into the interval. */
export const INTERVAL = 0.8

/** Places in a vector that begins with the constant. */
export const DISPUTED = placeOf('disputed')
export const ELECTRONIC = placeOf('electronic')
const DISPUTE_SHARE = placeOf('dispute-share')

/** A bill with what is known of it and its customer as day `at` begins. */
export interface SeenBill {
  readonly bill: Bill
  readonly at: DayNumber
  /** The constant 1 and the traits. */
  readonly x: readonly number[]
  /** Days in a unit of the curve. */
  readonly unit: number
}

/** The parts of a model that dates need. */
export type DateModel = Pick<LearningModel, 'scale' | 'lateness' | 'hazards'>

interface Asked {
  readonly model: DateModel
  /** The bill is open as this day begins. */
  readonly at: DayNumber
  /** Whether a dispute that will come has been told by now; else only once the due day has passed. */
  readonly isDisputeTold?: boolean
}

/** Sums up what is known as day `at` begins; everything else about the bill follows from it. */
export function seeBill(
  bill: Bill,
  own: readonly Bill[],
  { at, scale }: { at: DayNumber; scale: HistoryScale },
): SeenBill {
  const past = pastOf(own, { invoice: bill.invoice, at, scale })
  const x = [1, ...featuresFrom(bill, past, { at, scale })]
  return { bill, at, x, unit: spreadOf(past, scale) }
}

/** Expects the payment of a bill that is open as day `at` begins. */
export function expectPayment(bill: Bill, own: readonly Bill[], asked: Asked): PaymentForecast {
  const { at, model, isDisputeTold = at > bill.due } = asked
  const openAfter = openShare(seeBill(bill, own, { at, scale: model.scale }), model, isDisputeTold)
  const before = openAfter(at - 1)
  const most = Math.max(bill.due + LATEST, at + LATEST)
  /** The first day by the end of which the share is paid. */
  const dayOfShare = (share: number): DayNumber => {
    const left = (1 - share) * before
    let [low, high] = [at, most]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (openAfter(middle) <= left) high = middle
      else low = middle + 1
    }
    return low
  }
  return {
    expected: dayOfShare(0.5),
    low: dayOfShare((1 - INTERVAL) / 2),
    high: dayOfShare((1 + INTERVAL) / 2),
  }
}

/** The chance that a bill that is open as it was seen is paid on day `by` at the latest. */
export function paidBy(seen: SeenBill, { model, by }: { model: DateModel; by: DayNumber }): number {
  const { bill, at } = seen
  const openAfter = openShare(seen, model, at > bill.due)
  const before = openAfter(at - 1)
  return before <= 0 ? 1 : Math.min(1, Math.max(0, 1 - openAfter(by) / before))
}

/** The unit of the curve: how much the customer's bills vary, and how little is known of the customer. */
export function spreadOf({ spread, weight }: Past, { within }: HistoryScale): number {
  return Math.sqrt(spread ** 2 + within / weight)
}

/**
 * The share that is open as a day ends. Until the due day has passed without a dispute, one may still
 * come: two curves are mixed, by how often the customer disputes.
 */
function openShare(
  { bill, x, unit }: SeenBill,
  { lateness, hazards }: DateModel,
  isDisputeTold: boolean,
): (day: DayNumber) => number {
  const isTold = x[DISPUTED] === 1 || isDisputeTold
  const disputed = isTold ? (x[DISPUTED] ?? 0) : (x[DISPUTE_SHARE] ?? 0)
  const plain = bill.due + scoreOf(x.with(DISPUTED, 0), lateness.weights)
  const later = plain + (lateness.weights[DISPUTED] ?? 0)
  // A day lasts from half a day before its number to half a day after.
  return (day) =>
    (1 - disputed) * openAt(hazards, (day + 0.5 - plain) / unit) +
    disputed * openAt(hazards, (day + 0.5 - later) / unit)
}

function placeOf(feature: FeatureId): number {
  return 1 + FEATURES.findIndex(({ id }) => id === feature)
}
