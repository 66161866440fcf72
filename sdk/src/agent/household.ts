// Can the household pay this plan? The hard limits of a decision, prepared once for thousands of
// plans. Money is exact here; taste is utility.ts's matter.

import type { Day } from '../protocol/days.ts'
import { type CashFlow, forecast } from './cash-flow.ts'
import { type DayNumber, dayNumberOf } from './day-number.ts'
import { prepareLimits } from './payment-limits.ts'
import type { DecisionPolicy } from './policy.ts'

/** Money already promised to someone, in minor units. */
export interface Commitment {
  readonly day: Day
  readonly amount: bigint
  /** To whom; any name that tells creditors apart. */
  readonly creditor?: string
}

/** The payments of a candidate plan: amounts, and due days as days from today, in order. */
export interface Payments {
  readonly amounts: readonly bigint[]
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

/** What a plan leaves: `headroom` is the least balance above the buffer, `lowestIn` its day. */
export type Assessment =
  | { readonly fits: true; readonly headroom: bigint; readonly lowestIn: number }
  | { readonly fits: false; readonly obstacle: Obstacle }

/** A household prepared for a decision. */
export interface Household {
  readonly today: DayNumber
  /** Days from today to the latest day on which a last payment may fall. */
  readonly lastPaymentIn: number
  readonly daysSinceIncome: readonly number[]
  assess(payments: Payments): Assessment
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
  const lowest = prepareLowest(lessCommitments(projected.balances, facts.commitments, start))
  const limits = prepareLimits(facts, start)

  function assess({ amounts, dueIn }: Payments): Assessment {
    if ((dueIn.at(-1) ?? 0) > lastPaymentIn) return { fits: false, obstacle: 'too-late' }
    if (isAboveAny(amounts, policy.perPayment)) return { fits: false, obstacle: 'payment-limit' }
    const exceeded = limits(amounts, dueIn)
    if (exceeded !== null) return { fits: false, obstacle: exceeded }
    let paid = 0n
    let worst: Lowest | null = null
    for (const [index, due] of dueIn.entries()) {
      const amount = amounts[index] ?? 0n
      paid += amount
      const next = dueIn[index + 1]
      const until = next === undefined ? due + WATCHED_DAYS : next - 1
      const { value, at } = lowest(due, until)
      const left = { value: value - paid - policy.buffer, at }
      if (left.value < 0n) return { fits: false, obstacle: 'buffer' }
      if (worst === null || left.value < worst.value) worst = left
    }
    return { fits: true, headroom: worst?.value ?? 0n, lowestIn: worst?.at ?? 0 }
  }

  return { today: start, lastPaymentIn, daysSinceIncome: projected.daysSinceIncome, assess }
}

interface Lowest {
  readonly value: bigint
  /** Days from today. */
  readonly at: number
}

/** A sparse table: the lowest balance of any range of days in constant time. */
function prepareLowest(balances: readonly bigint[]): (from: number, to: number) => Lowest {
  const levels: Lowest[][] = [balances.map((value, at) => ({ value, at }))]
  for (let width = 1; width * 2 <= balances.length; width *= 2) {
    const below = levels.at(-1) ?? []
    levels.push(
      below.slice(0, below.length - width).map((left, at) => lower(left, below[at + width])),
    )
  }
  return (from, to) => {
    const level = 31 - Math.clz32(to - from + 1)
    const row = levels[level] ?? []
    const left = row[from]
    if (left === undefined) throw new RangeError('outside the forecast')
    return lower(left, row[to - 2 ** level + 1])
  }
}

function lower(left: Lowest, right: Lowest | undefined): Lowest {
  return right !== undefined && right.value < left.value ? right : left
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

function isAboveAny(amounts: readonly bigint[], limit: bigint | undefined): boolean {
  return limit !== undefined && amounts.some((amount) => amount > limit)
}
