// The limits of a day, a month and a creditor: a plan's payments together with everything that is
// under way or has left. Integers only.

import { type DayNumber, dayNumberOf, toCivil } from '../protocol/day-number.ts'
import type { Commitment, HouseholdFacts, Obstacle, Payments } from './household.ts'

type Limit = Extract<Obstacle, 'day-limit' | 'month-limit' | 'creditor-limit'>

/** Names the first limit that payments break, or null. */
export type LimitCheck = (payments: Payments) => Limit | null

type Counted = ReadonlyArray<Commitment & { readonly at: DayNumber }>

interface Check {
  readonly name: Limit
  readonly limit: bigint | undefined
  /** Days that are counted together have one number. */
  readonly group: (day: DayNumber) => number
  readonly counted: Counted
}

/** Prepares the limits of a policy; a limit may be reached and not exceeded. */
export function prepareLimits(
  { policy, commitments, spent = [], creditor }: HouseholdFacts,
  today: DayNumber,
): LimitCheck {
  const { perDay, perMonth, perCreditorMonth } = policy
  const promised = commitments.map((one) => ({ ...one, at: Math.max(today, dayNumberOf(one.day)) }))
  const left = spent.map((one) => ({ ...one, at: dayNumberOf(one.day) }))
  const all = [...promised, ...left]
  const ofCreditor = all.filter((one) => creditor !== undefined && one.creditor === creditor)
  const checks: readonly Check[] = [
    { name: 'day-limit', limit: perDay, group: (day) => day, counted: all },
    { name: 'month-limit', limit: perMonth, group: monthNumber, counted: all },
    { name: 'creditor-limit', limit: perCreditorMonth, group: monthNumber, counted: ofCreditor },
  ]
  const prepared = checks.flatMap(({ name, limit, group, counted }) =>
    limit === undefined ? [] : [{ name, limit: Number(limit), group, sums: sumBy(counted, group) }],
  )
  return ({ count, first, other, dueIn }) => {
    for (const { name, limit, group, sums } of prepared) {
      // Payments come in order: those of one group follow each other.
      let current: number | null = null
      let sum = 0
      for (let index = 0; index < count; index++) {
        const key = group(today + (dueIn[index] ?? 0))
        if (key !== current) sum = sums.get(key) ?? 0
        current = key
        sum += index === 0 ? first : other
        if (sum > limit) return name
      }
    }
    return null
  }
}

function sumBy(
  commitments: Counted,
  group: (day: DayNumber) => number,
): ReadonlyMap<number, number> {
  const sums = new Map<number, number>()
  for (const { at, amount } of commitments) {
    sums.set(group(at), (sums.get(group(at)) ?? 0) + Number(amount))
  }
  return sums
}

function monthNumber(day: DayNumber): number {
  const { year, month } = toCivil(day)
  return year * 12 + month
}
