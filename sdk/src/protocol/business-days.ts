// The days on which banks of the euro area settle: Monday to Friday but for the six closing days of
// TARGET. A rule, computed for any year.

import { addDays, type Day, weekday } from './days.ts'

/**
 * Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
 *
 * @example
 * import { easterSunday } from '@parley/sdk/protocol'
 * easterSunday(2026) // => '2026-04-05'
 */
export function easterSunday(year: number): Day {
  const a = year % 19
  const century = Math.floor(year / 100)
  const inCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const h = (19 * a + century - Math.floor(century / 4) - correction + 15) % 30
  const l = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - h - (inCentury % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  return addDays(`${year}-03-22`, h + l - 7 * m)
}

/** New Year, Labour Day, Christmas and the day after it. */
const FIXED_CLOSING_DAYS: ReadonlySet<string> = new Set(['01-01', '05-01', '12-25', '12-26'])
const GOOD_FRIDAY = -2
const EASTER_MONDAY = 1

/**
 * Tells whether TARGET is closed on a weekday: the four fixed days, Good Friday and Easter Monday
 * (ECB, calendar since 2002). True for such a day also when it falls on a weekend.
 *
 * @example
 * import { isTargetClosingDay } from '@parley/sdk/protocol'
 * isTargetClosingDay('2026-04-03') // => true
 */
export function isTargetClosingDay(day: Day): boolean {
  if (FIXED_CLOSING_DAYS.has(day.slice(5))) return true
  const easter = easterSunday(Number(day.slice(0, 4)))
  return day === addDays(easter, GOOD_FRIDAY) || day === addDays(easter, EASTER_MONDAY)
}

/**
 * Tells whether credit transfers in euro settle on a day.
 *
 * @example
 * import { isTargetDay } from '@parley/sdk/protocol'
 * isTargetDay('2026-04-06') // => false
 */
export function isTargetDay(day: Day): boolean {
  return weekday(day) < 6 && !isTargetClosingDay(day)
}

/**
 * Returns the day itself when credit transfers settle on it, else the next day on which they do.
 * Spec: DAY-04.
 *
 * @example
 * import { nextTargetDay } from '@parley/sdk/protocol'
 * nextTargetDay('2026-04-03') // => '2026-04-07'
 */
export function nextTargetDay(day: Day): Day {
  let next = day
  while (!isTargetDay(next)) next = addDays(next, 1)
  return next
}
