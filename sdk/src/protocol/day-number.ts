// Calendar days as integers, for loops over thousands of days. Only for computing inside a
// decision or a schedule; whatever leaves it is a `Day` again.

import type { Day } from './days.ts'

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
export type DayNumber = number

/** A day taken apart; months count from 1. */
export interface CivilDay {
  readonly year: number
  readonly month: number
  readonly day: number
}

const DAYS_BEFORE_1970 = 719_468
const DAYS_IN_ERA = 146_097

/**
 * Turns a day into its number. The day must have passed `parseDay`.
 *
 * @example
 * import { dayNumberOf } from '@parley/sdk/protocol'
 * dayNumberOf('1970-01-31') // => 30
 */
export function dayNumberOf(day: Day): DayNumber {
  return fromCivil({
    year: Number(day.slice(0, 4)),
    month: Number(day.slice(5, 7)),
    day: Number(day.slice(8, 10)),
  })
}

/**
 * Turns a number back into its day.
 *
 * @example
 * import { dayOf } from '@parley/sdk/protocol'
 * dayOf(30) // => '1970-01-31'
 */
export function dayOf(number: DayNumber): Day {
  const { year, month, day } = toCivil(number)
  return [pad(year, 4), pad(month, 2), pad(day, 2)].join('-')
}

/** Takes a day number apart; years are counted from March, so that leap days come last. */
export function toCivil(number: DayNumber): CivilDay {
  const shifted = number + DAYS_BEFORE_1970
  const era = Math.floor(shifted / DAYS_IN_ERA)
  const dayOfEra = shifted - era * DAYS_IN_ERA
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

/** The same day of the month `n` months later, or that month's last day, as in the protocol. */
export function addMonths({ year, month, day }: CivilDay, n: number): DayNumber {
  const months = year * 12 + month - 1 + n
  const target = { year: Math.floor(months / 12), month: (months % 12) + 1 }
  return fromCivil({ ...target, day: Math.min(day, daysInMonth(target.year, target.month)) })
}

/** Counts the days of a month. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function fromCivil({ year, month, day }: CivilDay): DayNumber {
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = Math.floor(shiftedYear / 400)
  const yearOfEra = shiftedYear - era * 400
  const shiftedMonth = month > 2 ? month - 3 : month + 9
  const dayOfYear = Math.floor((153 * shiftedMonth + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_IN_ERA + dayOfEra - DAYS_BEFORE_1970
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
