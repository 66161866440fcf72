// On which days the payments of a plan fall. The schedule that is signed and every search over plans
// count with these functions, so that they cannot differ.

import { addMonths, type DayNumber, daysInMonth, toCivil } from './day-number.ts'

/** ISO 8601 time between two instalments: a week, two weeks, a month. */
export type PlanInterval = 'P1W' | 'P2W' | 'P1M'

/** What decides on the days of a plan beside the first of them. */
export interface PlanRhythm {
  readonly instalments: number
  /** Null if and only if there is one instalment. */
  readonly interval: PlanInterval | null
  /** Day of the month of every instalment after the first; the last day of a shorter month. */
  readonly payDay?: number
}

/** Least days between the first instalment and the first one that falls on the pay day. */
export const PAY_DAY_GAP_DAYS = 14

const DAYS_OF = { P1W: 7, P2W: 14 } as const

/**
 * Returns the days of all instalments, in order.
 *
 * Weeks count from the first day; months keep its day of the month (31 January, 28 February,
 * 31 March); with a pay day, the second instalment falls on the first such day at least 14 days
 * after the first instalment, and the others on that of the following months. Spec: DAY-03, DAY-06.
 *
 * @example
 * import { dayNumberOf, dayOf, planDays } from '@parley/sdk/protocol'
 * const rhythm = { instalments: 3, interval: 'P1M' } as const
 * planDays(rhythm, dayNumberOf('2026-01-31')).map(dayOf) // => ['2026-01-31', '2026-02-28', '2026-03-31']
 */
export function planDays(rhythm: PlanRhythm, first: DayNumber): DayNumber[] {
  const dayAfter = prepareDays(rhythm, first)
  const days = [first]
  for (let index = 1; index < rhythm.instalments; index++) days.push(dayAfter(index))
  return days
}

/**
 * Returns the day of the last instalment; it never gets earlier as `first` gets later.
 *
 * @example
 * import { dayNumberOf, dayOf, lastPlanDay } from '@parley/sdk/protocol'
 * const rhythm = { instalments: 3, interval: 'P1M', payDay: 27 } as const
 * dayOf(lastPlanDay(rhythm, dayNumberOf('2026-01-05'))) // => '2026-02-27'
 */
export function lastPlanDay(rhythm: PlanRhythm, first: DayNumber): DayNumber {
  const index = rhythm.instalments - 1
  return index === 0 ? first : prepareDays(rhythm, first)(index)
}

/** The day of an instalment after the first, by its index from 1; what they share is computed once. */
function prepareDays(
  { interval, payDay }: PlanRhythm,
  first: DayNumber,
): (index: number) => DayNumber {
  if (interval === null) return () => first
  if (interval !== 'P1M') return (index) => first + index * DAYS_OF[interval]
  if (payDay === undefined) {
    const anchor = toCivil(first)
    return (index) => addMonths(anchor, index)
  }
  const { year, month, day } = toCivil(first + PAY_DAY_GAP_DAYS)
  const isOver = day > Math.min(payDay, daysInMonth(year, month))
  const anchor = { year, month, day: payDay }
  return (index) => addMonths(anchor, isOver ? index : index - 1)
}

/**
 * Returns the first day of a range for which a condition holds that holds for all later ones too, or
 * the day after the range.
 *
 * @example
 * import { dayNumberOf, dayOf, firstDayThat, lastPlanDay } from '@parley/sdk/protocol'
 * const range = { from: dayNumberOf('2026-01-01'), to: dayNumberOf('2026-01-31') }
 * const isOver = (day: number) => lastPlanDay({ instalments: 2, interval: 'P2W' }, day) > range.to
 * dayOf(firstDayThat(range, isOver)) // => '2026-01-18'
 */
export function firstDayThat(
  { from, to }: { from: DayNumber; to: DayNumber },
  holds: (day: DayNumber) => boolean,
): DayNumber {
  let low = from
  let high = to + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
