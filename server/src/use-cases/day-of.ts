// The calendar day of an instant in a zone, remembered per zone until the day ends: asking Intl for
// every invoice of a bulk run would cost more than signing it.
import { addDays, type Day, dayInZone, startOfDayInZone } from '@parley/sdk/protocol'

const lastByZone = new Map<string, { from: number; until: number; day: Day }>()

/** `dayInZone`, fast for instants of the same day. */
export function dayOf(epochSeconds: number, timeZone: string): Day {
  const last = lastByZone.get(timeZone)
  if (last !== undefined && last.from <= epochSeconds && epochSeconds < last.until) return last.day
  const day = dayInZone(epochSeconds, timeZone)
  lastByZone.set(timeZone, {
    day,
    from: startOfDayInZone(day, timeZone),
    until: startOfDayInZone(addDays(day, 1), timeZone),
  })
  return day
}
