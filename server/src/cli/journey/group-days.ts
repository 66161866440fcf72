// Rows of a chart from counts by day: a bar a day, a week or a month, as many as can be told apart.
import { addDays, type Day, daysBetween, weekday } from '@parley/sdk/protocol'
import type { ChartRow } from './svg-chart.ts'

const MOST_BARS = 100
const DAYS_OF_WEEK = 7

/** The first and the last day of an axis. */
export type Span = readonly [Day, Day]

/** Groups counts by day over a span; days without any have a bar of nothing. */
export function groupByDay<Name extends string>(
  days: ReadonlyMap<Day, ReadonlyMap<Name, number>>,
  span: Span,
): ChartRow[] {
  const groupOf = groupingOf(span)
  const rows = new Map(emptyGroups(span, groupOf))
  for (const [day, counts] of days) {
    const row = rows.get(groupOf(day))
    for (const [name, n] of counts) row?.set(name, (row.get(name) ?? 0) + n)
  }
  return [...rows].map(([label, values]) => ({ label, values }))
}

/** Groups sums by day. A bar may be rounded: money is stated exactly in the totals. */
export function groupCosts(days: ReadonlyMap<Day, string>, span: Span): ChartRow[] {
  const counts = new Map([...days].map(([day, sum]) => [day, new Map([['costs', Number(sum)]])]))
  return groupByDay(counts, span).map(({ label, values }) => {
    return { label, values: new Map([...values].map(([name, n]) => [name, Number(n.toFixed(4))])) }
  })
}

/** The span of all the days, or null without any. */
export function spanOf(days: readonly Day[]): Span | null {
  const [first] = days
  if (first === undefined) return null
  return days.reduce<Span>(
    ([from, to], day) => [day < from ? day : from, day > to ? day : to],
    [first, first],
  )
}

type Grouping = (day: Day) => string

function groupingOf([from, to]: Span): Grouping {
  const length = daysBetween(from, to) + 1
  if (length <= MOST_BARS) return (day) => day
  if (length <= MOST_BARS * DAYS_OF_WEEK) return (day) => addDays(day, 1 - weekday(day))
  return (day) => day.slice(0, 7)
}

function emptyGroups([from, to]: Span, groupOf: Grouping): [string, Map<string, number>][] {
  const all = Array.from({ length: daysBetween(from, to) + 1 }, (_, n) => addDays(from, n))
  return [...new Set(all.map(groupOf))].map((label) => [label, new Map()])
}
