// What everyday life costs a day: all that left and belongs to no flow, but for single big purchases.

import type { DayNumber } from '../protocol/day-number.ts'
import { type Entry, leaveOut } from './booking.ts'
import { labelOf } from './booking-name.ts'
import type { FoundSpend, LeftOut } from './learned-cash-flow.ts'
import { isWithin, quantile } from './prudent-amount.ts'

/** What the daily spend is measured on. */
export interface SpendFacts {
  /** Outgoing entries of no flow, by counterparty. */
  readonly rest: readonly (readonly Entry[])[]
  /** The first day of which there are bookings. */
  readonly since: DayNumber
  readonly asOf: DayNumber
}

const LATEST_DAYS = 180
const SPAN_DAYS = 28
const SPAN_PERCENT = 75
/** Single purchases are left out up to one in so many days; more of them are a way of life. */
const DAYS_PER_SINGLE = 60
const ALIKE_PERCENT = 125n

/**
 * Measures the daily spend of the latest 180 days, or since the first booking: the average, or what
 * three of four spans of four weeks stay within, whichever is more; rounded up. Fewer days than four
 * weeks count as four weeks.
 *
 * Left out are purchases without a like of the same counterparty (within a quarter) that are more
 * than half of what four ordinary weeks cost; none is when there is more than one in 60 days.
 */
export function findDailySpend({ rest, since, asOf }: SpendFacts): {
  spend: FoundSpend
  leftOut: readonly LeftOut[]
} {
  const days = Math.min(LATEST_DAYS, asOf - since + 1)
  const first = asOf - days + 1
  const singles = new Set(findSingles(rest, { first, days }))
  const counted = rest.flat().filter((entry) => entry.number >= first && !singles.has(entry))
  const total = counted.reduce((sum, { amount }) => sum - amount, 0n)
  const average = perDayUp(total, Math.max(days, SPAN_DAYS))
  const inSpans = perDayUp(quantile(spanTotals(counted, { first, days }), SPAN_PERCENT), SPAN_DAYS)
  const perDay = average > inSpans ? average : inSpans
  return {
    spend: { days, bookings: counted.length, total, perDay },
    leftOut: [...singles].map((entry) => leaveOut('single', [entry], labelOf(entry.booking))),
  }
}

interface Window {
  readonly first: DayNumber
  readonly days: number
}

function findSingles(rest: readonly (readonly Entry[])[], window: Window): Entry[] {
  const most = Math.floor(window.days / DAYS_PER_SINGLE)
  if (most === 0) return []
  const bySize = rest
    .flat()
    .filter(({ number }) => number >= window.first)
    .sort(largestFirst)
  const typical = quantile(spanTotals(bySize.slice(most), window), 50)
  const end = bySize.findIndex(({ size }) => size * 2n <= typical)
  const big = new Set(end < 0 ? bySize : bySize.slice(0, end))
  const singles = rest.flatMap((group) =>
    group.filter((entry) => big.has(entry) && !hasLike(entry, group)),
  )
  return singles.length > most ? [] : singles
}

function perDayUp(total: bigint, days: number): bigint {
  return (total + BigInt(days - 1)) / BigInt(days)
}

function hasLike(entry: Entry, group: readonly Entry[]): boolean {
  return group.some((other) => other !== entry && isWithin(ALIKE_PERCENT, other.size, entry.size))
}

/** What each span of four weeks cost. */
function spanTotals(entries: readonly Entry[], { first, days }: Window): bigint[] {
  const perDay = new Array<bigint>(Math.max(days, SPAN_DAYS)).fill(0n)
  for (const { number, amount } of entries) {
    perDay[number - first] = (perDay[number - first] ?? 0n) - amount
  }
  let total = 0n
  return perDay.flatMap((spent, index) => {
    total += spent - (perDay[index - SPAN_DAYS] ?? 0n)
    return index < SPAN_DAYS - 1 ? [] : [total]
  })
}

function largestFirst(a: Entry, b: Entry): number {
  return b.rank - a.rank || a.number - b.number
}
