// Can the household pay this plan? The hard limits of a decision, prepared once for thousands of
// plans. Money is exact here; taste is utility.ts's matter.

import { type DayNumber, dayNumberOf } from '../protocol/day-number.ts'
import type { Day } from '../protocol/days.ts'
import { type CashFlow, forecast } from './cash-flow.ts'
import { prepareLimits } from './payment-limits.ts'
import type { DecisionPolicy } from './policy.ts'
import { paydayCloseness } from './utility.ts'

/** Money already promised to someone, in minor units. */
export interface Commitment {
  readonly day: Day
  readonly amount: bigint
  /** To whom; any name that tells creditors apart. */
  readonly creditor?: string
}

/** The payments of a candidate plan: minor units, and due days as days from today, in order. */
export interface Payments {
  readonly count: number
  readonly first: number
  /** Each payment after the first. */
  readonly other: number
  /** At least `count` days; those of a longer plan may follow. */
  readonly dueIn: readonly number[]
}

/** Which hard limit a plan breaks. */
export type Obstacle =
  | 'too-late'
  | 'payment-limit'
  | 'day-limit'
  | 'month-limit'
  | 'creditor-limit'
  | 'buffer'
  | 'unlawful'

/** What a plan leaves above the buffer at the worst moment, in minor units, or what it breaks. */
export type Assessment = number | Obstacle

/** A household prepared for a decision. */
export interface Household {
  readonly today: DayNumber
  /** Days from today to the latest day on which a last payment may fall. */
  readonly lastPaymentIn: number
  /** For each day from today, how close it is to an income: `paydayCloseness`. */
  readonly closenessOn: Float64Array
  assess(payments: Payments): Assessment
  /** The day on which payments that fit leave least, in days from today. */
  lowestDay(payments: Payments): number
}

/** What a household is prepared from. */
export interface HouseholdFacts {
  readonly cashFlow: CashFlow
  readonly policy: DecisionPolicy
  readonly commitments: readonly Commitment[]
  /** What has left already; against the limits of day, month and creditor only. */
  readonly spent?: readonly Commitment[]
  /** Whose bill this is, as in commitments. */
  readonly creditor?: string
  readonly today: Day
}

/** Days after the last payment during which the buffer must still hold. */
export const WATCHED_DAYS = 31

const DEFAULT_END_DAYS = 365
const MAX_END_DAYS = 1825

/**
 * Prepares the limits of a household: balance less payments stays at or above the buffer on
 * every day from the first payment until 31 days after the last; `perPayment`; `perDay`, `perMonth`
 * and `perCreditorMonth`, including commitments and what has left; `maxEndDays`. Commitments of past
 * days count as paid today.
 */
export function prepareHousehold(facts: HouseholdFacts): Household {
  const { cashFlow, policy, today } = facts
  const lastPaymentIn = Math.min(policy.maxEndDays ?? DEFAULT_END_DAYS, MAX_END_DAYS)
  const projected = forecast(cashFlow, today, lastPaymentIn + WATCHED_DAYS)
  const start = dayNumberOf(today)
  const left = lessCommitments(projected.balances, facts.commitments, start)
  const balances = Float64Array.from(left, wholeNumber)
  const lowest = prepareLowest(balances)
  const limits = prepareLimits(facts, start)
  const buffer = wholeNumber(policy.buffer)
  const perPayment = policy.perPayment === undefined ? Infinity : wholeNumber(policy.perPayment)

  function assess(payments: Payments): Assessment {
    const { count, first, other, dueIn } = payments
    if ((dueIn[count - 1] ?? 0) > lastPaymentIn) return 'too-late'
    if (first > perPayment || other > perPayment) return 'payment-limit'
    const exceeded = limits(payments)
    if (exceeded !== null) return exceeded
    let paid = 0
    let headroom = Infinity
    for (let index = 0; index < count; index++) {
      paid += index === 0 ? first : other
      const left = lowest(dueIn[index] ?? 0, watchedUntil(payments, index)) - paid - buffer
      if (left < 0) return 'buffer'
      if (left < headroom) headroom = left
    }
    return headroom
  }

  function lowestDay(payments: Payments): number {
    const { count, first, other, dueIn } = payments
    let paid = 0
    let worst = { left: Infinity, at: 0 }
    for (let index = 0; index < count; index++) {
      paid += index === 0 ? first : other
      for (let at = dueIn[index] ?? 0; at <= watchedUntil(payments, index); at++) {
        const left = (balances[at] ?? 0) - paid
        if (left < worst.left) worst = { left, at }
      }
    }
    return worst.at
  }

  const closenessOn = Float64Array.from(projected.daysSinceIncome, paydayCloseness)
  return { today: start, lastPaymentIn, closenessOn, assess, lowestDay }
}

/** Until when the balance after a payment must hold: the day before the next, or 31 after the last. */
function watchedUntil({ count, dueIn }: Payments, index: number): number {
  const isLast = index === count - 1
  return isLast ? (dueIn[index] ?? 0) + WATCHED_DAYS : (dueIn[index + 1] ?? 0) - 1
}

/**
 * Minor units as a number: exact up to 2^53. A balance or a limit beyond it counts as 2^53 − 1, which
 * is less than it is; the search refuses amounts beyond it.
 */
function wholeNumber(minor: bigint): number {
  const most = BigInt(Number.MAX_SAFE_INTEGER)
  return Number(minor > most ? most : minor < -most ? -most : minor)
}

/** A sparse table: the lowest balance of any range of days in constant time. */
function prepareLowest(balances: Float64Array): (from: number, to: number) => number {
  const levels = [balances]
  for (let width = 1; width * 2 <= balances.length; width *= 2) {
    const below = levels.at(-1) ?? balances
    const level = new Float64Array(below.length - width)
    for (let at = 0; at < level.length; at++) {
      level[at] = Math.min(below[at] ?? 0, below[at + width] ?? 0)
    }
    levels.push(level)
  }
  return (from, to) => {
    const level = 31 - Math.clz32(to - from + 1)
    const row = levels[level]
    if (row === undefined || to >= balances.length) throw new RangeError('outside the forecast')
    return Math.min(row[from] ?? 0, row[to - 2 ** level + 1] ?? 0)
  }
}

function lessCommitments(
  balances: readonly bigint[],
  commitments: readonly Commitment[],
  start: DayNumber,
): bigint[] {
  const outflow = new Map<number, bigint>()
  for (const { day, amount } of commitments) {
    const index = Math.max(0, dayNumberOf(day) - start)
    outflow.set(index, (outflow.get(index) ?? 0n) + amount)
  }
  let promised = 0n
  return balances.map((balance, index) => {
    promised += outflow.get(index) ?? 0n
    return balance - promised
  })
}
