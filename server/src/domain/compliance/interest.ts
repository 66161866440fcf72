// Interest on a claim, in exact integers: one item for each half-year, cut into parts wherever the
// rate, the balance or the right to interest changes. Rounded once an item, half to even.

import { addDays, type Day, daysBetween, divideHalfEven } from '@parley/sdk/protocol'
import { type CaseFacts, type DaySpan, firstDayOutside, outstandingAt } from './case-facts.ts'
import { type EvidenceLevel, weakest } from './evidence.ts'
import { PERCENT_DENOMINATOR, type Percent, parsePercent } from './percent.ts'
import type { InterestRule } from './profile.ts'
import { halfYearName, nextHalfYear, type Rate, type RateSeries, rateOn } from './rate-series.ts'

export const DAYS_IN_YEAR = 365n

/** For which days, and on what. */
export interface InterestFacts extends Pick<CaseFacts, 'principal' | 'payments'> {
  /** First and last day that bears interest. */
  readonly from: Day
  readonly to: Day
  /** When the interest began, where `from` is later. */
  readonly startedOn?: Day
  /** Days without interest. */
  readonly stopped: readonly DaySpan[]
}

/** The interest of one half-year. */
export interface InterestItem {
  /** Such as `2026-H1`. */
  readonly period: string
  /** Minor units; nothing where there is no rate. */
  readonly minor: bigint
  readonly parts: readonly InterestPart[]
  /** No rate is known for the half-year. */
  readonly hasNoRate: boolean
  readonly level: EvidenceLevel
  /** Id of the source of the rate, in its series. */
  readonly source: string | null
}

/** Days with one balance and one rate; nothing rounded. */
export interface InterestPart {
  readonly from: Day
  readonly to: Day
  readonly days: number
  readonly balance: bigint
  /** Series and margin together. */
  readonly percent: Percent
}

/**
 * Computes simple interest: balance × (rate + margin) × days ÷ 365, for the days from `from` to `to`.
 *
 * A payment lowers the balance from the day after its value day. A half-year without a rate gives an
 * item without parts that says so. A negative sum of rate and margin bears nothing. No items where
 * nothing is owed.
 */
export function interestOn(
  rule: InterestRule,
  series: RateSeries,
  facts: InterestFacts,
): InterestItem[] {
  const spans = spansOf(facts).filter(({ balance }) => balance > 0n)
  const periods = new Set(spans.map(({ from }) => halfYearName(from)))
  return [...periods].map((period) => {
    const own = spans.filter(({ from }) => halfYearName(from) === period)
    const ratedOn = rule.follows === 'start' ? (facts.startedOn ?? facts.from) : own[0]?.from
    const rate = ratedOn === undefined ? null : rateOn(series, ratedOn)
    return itemOf(period, own, { rate, margin: parsePercent(rule.marginPp) })
  })
}

type Span = Omit<InterestPart, 'percent'>

function itemOf(
  period: string,
  spans: readonly Span[],
  { rate, margin }: { rate: Rate | null; margin: Percent },
): InterestItem {
  const none = { minor: 0n, parts: [], hasNoRate: true, level: 'unverified', source: null } as const
  if (rate === null) return { period, ...none }
  const sum = rate.percent + margin
  const percent = sum > 0n ? sum : 0n
  const parts = spans.map((span) => ({ ...span, percent }))
  const level = weakest([rate.level])
  return {
    period,
    minor: interestOfParts(parts),
    parts,
    hasNoRate: false,
    level,
    source: rate.source?.id ?? null,
  }
}

/** Sums parts exactly and rounds once. */
export function interestOfParts(parts: readonly Omit<InterestPart, 'from' | 'to'>[]): bigint {
  const sum = parts.reduce((all, part) => all + part.balance * part.percent * BigInt(part.days), 0n)
  return divideHalfEven(sum, DAYS_IN_YEAR * PERCENT_DENOMINATOR)
}

/** Cuts the days wherever something changes, and leaves out those without interest. */
function spansOf(facts: InterestFacts): Span[] {
  const { from, to, stopped, payments } = facts
  const cuts = new Set<Day>([from])
  for (let day = nextHalfYear(from); day <= to; day = nextHalfYear(day)) cuts.add(day)
  for (const { day } of payments) cuts.add(addDays(day, 1))
  for (const span of stopped) {
    cuts.add(span.from)
    if (span.to !== null) cuts.add(addDays(span.to, 1))
  }
  const starts = [...cuts].filter((day) => from <= day && day <= to).sort()
  return starts.flatMap((start, index) => {
    if (firstDayOutside(start, stopped) !== start) return []
    const next = starts[index + 1] ?? addDays(to, 1)
    const balance = outstandingAt(facts, addDays(start, -1))
    return [{ from: start, to: addDays(next, -1), days: daysBetween(start, next), balance }]
  })
}
