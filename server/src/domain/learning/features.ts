// The traits by which a bill is judged: the customer's own earlier bills, and the bill itself. Nothing
// about the person: no name, address, country, language, age or sex ever gets here, by the type of `Bill`.
import { type DayNumber, dayOf } from '@parley/sdk/protocol'
import { asKnownAt, type Bill, CURE_DAYS } from './bill-history.ts'

/** A trait: what it is, and where it is stated, in which direction it may move a chance of payment. */
export interface Feature {
  readonly id: FeatureId
  readonly meaning: string
  /** -1: more of it never makes payment more likely; 1: never less; 0: the data decides. */
  readonly direction: -1 | 0 | 1
}

/** In the order of every vector and of every list of weights. */
export const FEATURES = [
  feature('usual-lateness', 'days late on average, shrunk to all customers, in tens', -1),
  feature('recent-lateness', 'the same with the latest bills counting most, in tens', -1),
  feature('on-time-share', 'share of bills paid by their due day, shrunk', 1),
  feature('cure-share', 'of the overdue bills, the share paid within 7 days, shrunk', 1),
  feature('spread', 'how much the days vary, as a logarithm of tens of days', 0),
  feature('history', 'how many settled bills are known, as a logarithm', 0),
  feature('amount', "the amount against the customer's own mean, as a logarithm", 0),
  feature('disputed', 'this bill is disputed', -1),
  feature('electronic', 'this bill went out electronically', 0),
  feature('dispute-share', 'share of disputed bills, shrunk', 0),
  feature('term', 'days from issue to due day, as a logarithm of months', 0),
  feature('month-end', 'the due day is one of the last three of its month', 0),
  feature('weekend', 'the due day is a Saturday or Sunday', 0),
  feature('open-overdue', 'other bills that are overdue now, as a logarithm', -1),
] as const satisfies readonly Feature[]

export type FeatureId =
  | 'usual-lateness'
  | 'recent-lateness'
  | 'on-time-share'
  | 'cure-share'
  | 'spread'
  | 'history'
  | 'amount'
  | 'disputed'
  | 'electronic'
  | 'dispute-share'
  | 'term'
  | 'month-end'
  | 'weekend'
  | 'open-overdue'

/** What all customers have in common; a customer with few bills is taken to be like them. */
export interface HistoryScale {
  /** Mean lateness of undisputed bills on paper, in days. */
  readonly mean: number
  /** Variance of lateness between bills of one customer, and between customers, in days squared. */
  readonly within: number
  readonly between: number
  /** How many days later a disputed bill is paid than another of the same customer. */
  readonly disputeDays: number
  /** How many days later one is paid that went out electronically; below zero: earlier. */
  readonly electronicDays: number
  readonly onTime: Share
  readonly cured: Share
  readonly disputed: Share
}

/** A share among all customers, and how many bills it weighs. */
export interface Share {
  readonly mean: number
  readonly weight: number
}

/** The customer's past in the numbers that several features and facts are made of. */
export interface Past {
  readonly settled: readonly PastBill[]
  readonly openOverdue: number
  /** Shrunk mean of lateness without what disputes and the way of sending explain, in days. */
  readonly usual: number
  readonly recent: number
  /** Shrunk standard deviation, in days. */
  readonly spread: number
  /** How many bills `usual` stands on, those counted that it was drawn to. */
  readonly weight: number
}

interface PastBill {
  readonly bill: Bill
  /** Days late, as far as known; held to a range, so that one odd bill decides nothing. */
  readonly late: number
  /** `late` without what the dispute and the way of sending explain. */
  readonly adjusted: number
}

const EARLIEST = -60
/** The latest lateness that is told apart, in days. */
export const LATEST = 120
const RECENT_FADE = 0.8
const SPREAD_WEIGHT = 4
const MONTH = 30

/** Days late, held to -60 to 120: beyond that a bill is another matter. */
export function heldLateness(days: number): number {
  return Math.min(LATEST, Math.max(EARLIEST, days))
}

/** Sums up what was known of a customer when day `at` began, the bill in question left out. */
export function pastOf(
  own: readonly Bill[],
  { invoice, at, scale }: { invoice: string; at: DayNumber; scale: HistoryScale },
): Past {
  const known = own
    .filter((bill) => bill.issued < at && bill.invoice !== invoice)
    .map((bill) => asKnownAt(bill, at))
  const settled = known.filter((bill) => bill.settled < at).map((bill) => pastBill(bill, scale))
  const overdue = known.filter((it) => it.settled > at && it.ended > at && it.due < at)
  const shrink = scale.within / scale.between
  const plain = (sumOf(settled) + shrink * scale.mean) / (settled.length + shrink)
  // A bill that is still open is at least as late as today, and taken to be at least as the others.
  const soFar = overdue.map((bill) => Math.max(heldLateness(at - bill.due), plain))
  const all = [...settled.map(({ adjusted }) => adjusted), ...soFar]
  const usual = (sum(all) + shrink * scale.mean) / (all.length + shrink)
  const squares = sum(all.map((value) => (value - usual) ** 2))
  return {
    settled,
    openOverdue: overdue.length,
    usual,
    recent: recentMean(settled, usual),
    spread: Math.sqrt((squares + SPREAD_WEIGHT * scale.within) / (all.length + SPREAD_WEIGHT)),
    weight: all.length + shrink,
  }
}

/** The vector of a bill when day `at` began, in the order of `FEATURES`. */
export function featuresOf(
  bill: Bill,
  own: readonly Bill[],
  { at, scale }: { at: DayNumber; scale: HistoryScale },
): number[] {
  const past = pastOf(own, { invoice: bill.invoice, at, scale })
  return featuresFrom(bill, past, { at, scale })
}

/** The same, from a past that was summed up at the same day. */
export function featuresFrom(
  bill: Bill,
  past: Past,
  { at, scale }: { at: DayNumber; scale: HistoryScale },
): number[] {
  const { settled } = past
  const late = settled.filter(({ bill: it }) => it.settled > it.due)
  const dueDay = dayOf(bill.due)
  const values: Readonly<Record<FeatureId, number>> = {
    'usual-lateness': past.usual / 10,
    'recent-lateness': past.recent / 10,
    'on-time-share': shrunk(scale.onTime, settled.length - late.length, settled.length),
    'cure-share': shrunk(
      scale.cured,
      late.filter(({ bill: it }) => it.settled <= it.due + CURE_DAYS).length,
      late.length,
    ),
    spread: Math.log(past.spread / 10),
    history: Math.log1p(settled.length),
    amount: amountRatio(bill, settled),
    disputed: bill.disputed < at ? 1 : 0,
    electronic: bill.electronic,
    'dispute-share': shrunk(
      scale.disputed,
      settled.filter(({ bill: it }) => Number.isFinite(it.disputed)).length,
      settled.length,
    ),
    term: Math.log(Math.max(1, bill.due - bill.issued) / MONTH),
    'month-end': dayOf(bill.due + 3).slice(0, 7) === dueDay.slice(0, 7) ? 0 : 1,
    weekend: isWeekend(bill.due) ? 1 : 0,
    'open-overdue': Math.log1p(past.openOverdue),
  }
  return FEATURES.map(({ id }) => values[id])
}

/** 1970-01-01 was a Thursday. */
export function isWeekend(day: DayNumber): boolean {
  return (((day + 3) % 7) + 7) % 7 >= 5
}

/** A share of few bills, drawn to that of all customers. */
export function shrunk({ mean, weight }: Share, part: number, all: number): number {
  return (part + mean * weight) / (all + weight)
}

function pastBill(bill: Bill, scale: HistoryScale): PastBill {
  const late = heldLateness(bill.settled - bill.due)
  return { bill, late, adjusted: late - explainedDays(bill, scale) }
}

/** How many days the dispute and the way of sending explain. */
export function explainedDays(
  { disputed, electronic }: Bill,
  { disputeDays, electronicDays }: Pick<HistoryScale, 'disputeDays' | 'electronicDays'>,
): number {
  return (Number.isFinite(disputed) ? disputeDays : 0) + electronic * electronicDays
}

/** The latest payment counts most; two bills paid on one day follow each other as they were issued. */
function recentMean(settled: readonly PastBill[], usual: number): number {
  let total = usual
  let weights = 1
  let weight = 1
  for (const { adjusted } of settled.toSorted((a, b) => b.bill.settled - a.bill.settled)) {
    total += weight * adjusted
    weights += weight
    weight *= RECENT_FADE
    if (weight < 1e-6) break
  }
  return total / weights
}

/** The logarithm of a ratio of exact amounts, taken in millionths; 0 without bills to compare with. */
function amountRatio({ currency, minor }: Bill, settled: readonly PastBill[]): number {
  const same = settled.filter(({ bill }) => bill.currency === currency)
  const total = same.reduce((all, { bill }) => all + bill.minor, 0n)
  if (total <= 0n || minor <= 0n) return 0
  const millionths = (minor * BigInt(same.length) * 1_000_000n) / total
  return Math.max(-3, Math.min(3, Math.log(Math.max(1, Number(millionths)) / 1_000_000)))
}

function sumOf(bills: readonly PastBill[]): number {
  return sum(bills.map(({ adjusted }) => adjusted))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function feature(id: FeatureId, meaning: string, direction: Feature['direction']): Feature {
  return { id, meaning, direction }
}
