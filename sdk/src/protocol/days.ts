// Calendar days and the instants they begin at. A day is text and has no zone of its own; every
// step to or from an instant names one. Instants are whole epoch seconds. No clock is read here.

import { Temporal } from 'temporal-polyfill'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** A calendar day `YYYY-MM-DD` in the proleptic Gregorian calendar (ISO 8601). */
export type Day = string

const DAY = /^(1[9][0-9]{2}|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/
const TIME = /^([01][0-9]|2[0-3]):([0-5][0-9])$/
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/

/**
 * Reads a day of the years 1900 to 2999 that exists in the calendar.
 *
 * Refuses `date-format` for anything else: times, week dates, 30 February, other digits.
 *
 * @example
 * import { parseDay } from '@parley/sdk/protocol'
 * parseDay('2026-02-28') // => { ok: true, value: '2026-02-28' }
 * parseDay('2026-02-30') // => { ok: false, error: { code: 'date-format' } }
 */
export function parseDay(text: unknown): Result<Day, { code: 'date-format' }> {
  if (typeof text !== 'string' || !DAY.test(text)) return err({ code: 'date-format' })
  const first = Temporal.PlainDate.from(`${text.slice(0, 7)}-01`)
  const isReal = Number(text.slice(8)) <= first.daysInMonth
  return isReal ? ok(text) : err({ code: 'date-format' })
}

/**
 * Returns the day `n` days later, or earlier when `n` is negative.
 *
 * @example
 * import { addDays } from '@parley/sdk/protocol'
 * addDays('2026-02-27', 2) // => '2026-03-01'
 */
export function addDays(day: Day, n: number): Day {
  return Temporal.PlainDate.from(day).add({ days: n }).toString()
}

/**
 * Returns the day `n` weeks later, or earlier when `n` is negative.
 *
 * @example
 * import { addWeeks } from '@parley/sdk/protocol'
 * addWeeks('2026-02-27', -1) // => '2026-02-20'
 */
export function addWeeks(day: Day, n: number): Day {
  return addDays(day, 7 * n)
}

/**
 * Returns the same day of the month `n` months after the anchor, or that month's last day.
 *
 * Always count from the anchor and never from the previous result: 31 January gives 28 February
 * for 1 and 31 March for 2.
 *
 * @example
 * import { addMonthsAnchored } from '@parley/sdk/protocol'
 * addMonthsAnchored('2026-01-31', 1) // => '2026-02-28'
 * addMonthsAnchored('2026-01-31', 2) // => '2026-03-31'
 */
export function addMonthsAnchored(day: Day, n: number): Day {
  return Temporal.PlainDate.from(day).add({ months: n }, { overflow: 'constrain' }).toString()
}

/**
 * Counts the days from one day to another; negative when `to` is earlier.
 *
 * @example
 * import { daysBetween } from '@parley/sdk/protocol'
 * daysBetween('2026-02-28', '2026-03-02') // => 2
 */
export function daysBetween(from: Day, to: Day): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days
}

/**
 * Orders two days for sorting: negative, zero or positive.
 *
 * @example
 * import { compareDays } from '@parley/sdk/protocol'
 * ['2026-03-02', '2026-02-28'].sort(compareDays) // => ['2026-02-28', '2026-03-02']
 */
export function compareDays(a: Day, b: Day): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/**
 * Returns the ISO weekday, 1 for Monday to 7 for Sunday.
 *
 * @example
 * import { weekday } from '@parley/sdk/protocol'
 * weekday('2026-03-10') // => 2
 */
export function weekday(day: Day): 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  return Temporal.PlainDate.from(day).dayOfWeek as 1 | 2 | 3 | 4 | 5 | 6 | 7
}

/**
 * Returns the calendar day at an instant in a zone.
 *
 * @example
 * import { dayInZone } from '@parley/sdk/protocol'
 * dayInZone(1_774_652_400, 'Europe/Berlin') // => '2026-03-28'
 * dayInZone(1_774_652_400, 'UTC') // => '2026-03-27'
 */
export function dayInZone(epochSeconds: number, timeZone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1000)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString()
}

/**
 * Returns the first instant of a day in a zone, in epoch seconds; not always 00:00.
 *
 * @example
 * import { startOfDayInZone } from '@parley/sdk/protocol'
 * startOfDayInZone('2026-03-28', 'Europe/Berlin') // => 1_774_652_400
 */
export function startOfDayInZone(day: Day, timeZone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds / 1000
}

/**
 * Returns the instant of a wall-clock time `HH:MM` in a zone, in epoch seconds.
 *
 * A time that the clocks skip is read with the offset before the change (one hour later on the
 * wall); of a time that comes twice the first is taken (RFC 5545 §3.3.5).
 *
 * @throws {RangeError} when the time is not `HH:MM`.
 *
 * @example
 * import { instantInZone } from '@parley/sdk/protocol'
 * instantInZone('2026-03-28', '09:30', 'Europe/Berlin') // => 1_774_686_600
 */
export function instantInZone(day: Day, time: string, timeZone: string): number {
  if (!TIME.test(time)) throw new RangeError(`not a time of day: ${time}`)
  const wallClock = Temporal.PlainDateTime.from(`${day}T${time}`)
  return wallClock.toZonedDateTime(timeZone).epochMilliseconds / 1000
}

/**
 * Tells whether a text names a time zone of the IANA database; fixed offsets are refused.
 *
 * @example
 * import { isTimeZone } from '@parley/sdk/protocol'
 * isTimeZone('Europe/Amsterdam') // => true
 * isTimeZone('+02:00') // => false
 */
export function isTimeZone(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 64 || !ZONE_NAME.test(text)) return false
  try {
    return dayInZone(0, text) !== ''
  } catch {
    return false
  }
}
