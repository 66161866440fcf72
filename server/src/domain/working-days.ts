// Days on which banks settle, or people work: counted on from a day, Saturdays, Sundays and holidays
// left out.
import { addDays, type Day, weekday } from '@parley/sdk/protocol'

/** Tells whether a day is a holiday. */
interface Holidays {
  has(day: Day): boolean
}

/** Returns the `count`-th working day after a day: one working day after a Friday is a Monday. */
export function addWorkingDays(from: Day, count: number, holidays: Holidays): Day {
  let day = from
  for (let left = count; left > 0; ) {
    day = addDays(day, 1)
    if (weekday(day) < 6 && !holidays.has(day)) left -= 1
  }
  return day
}
