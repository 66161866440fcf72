// Days on which people work: no weekends, no public holidays.

import { addDays, type Day, weekday } from '@parley/sdk/protocol'
import type { Holidays } from '../compliance/holidays.ts'

/** Returns the `count`-th working day after a day; the day itself for none. */
export function workingDayAfter(day: Day, count: number, holidays: Holidays): Day {
  let found = day
  for (let left = count; left > 0; ) {
    found = addDays(found, 1)
    if (weekday(found) <= 5 && !holidays.has(found)) left -= 1
  }
  return found
}
