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

/**
 * Returns the day of instalment `index`, which counts from 0.
 *
 * Weeks count from the first day; months keep its day of the month (31 January, 28 February,
 * 31 March); with a pay day, the second instalment falls on the first such day at least 14 days
 * after the first instalment, and the others on that of the following months. Spec: DAY-03, DAY-06.
 */
export function planDay(rhythm: PlanRhythm, first: DayNumber, index: number): DayNumber {
  const { interval, payDay } = rhythm
  if (index === 0 || interval === null) return first
  if (interval !== 'P1M') return first + index * (interval === 'P1W' ? 7 : 14)
  if (payDay === undefined) return addMonths(toCivil(first), index)
  return onPayDay(payDay, first + PAY_DAY_GAP_DAYS, index - 1)
}

/** Returns the days of all instalments, in order; see `planDay`. */
export function planDays(rhythm: PlanRhythm, first: DayNumber): DayNumber[] {
  return Array.from({ length: rhythm.instalments }, (_, index) => planDay(rhythm, first, index))
}

/** Returns the day of the last instalment; it never gets earlier as `first` gets later. */
export function lastPlanDay(rhythm: PlanRhythm, first: DayNumber): DayNumber {
  return planDay(rhythm, first, rhythm.instalments - 1)
}

/** The `index`th pay day from a day on, that day included. */
function onPayDay(payDay: number, from: DayNumber, index: number): DayNumber {
  const { year, month, day } = toCivil(from)
  const isOver = day > Math.min(payDay, daysInMonth(year, month))
  return addMonths({ year, month, day: payDay }, index + (isOver ? 1 : 0))
}
