// When a person may be addressed. Whatever is not known closes the door further: without a zone, only
// hours that are allowed in every zone of the country are left.

import { addDays, type Day, instantInZone, weekday } from '@parley/sdk/protocol'
import type { Holidays } from './holidays.ts'
import type { ContactRule } from './profile.ts'

/** Instants in epoch seconds, `from` inclusive, `to` exclusive. */
export interface OpenHours {
  readonly from: number
  readonly to: number
}

const SEARCHED_DAYS = 400

/**
 * Returns the hours on a day in which somebody may be addressed in all the given zones at once: the
 * person's own, or every zone of the country where that is not known. Empty on a closed day, and
 * without any zone.
 */
export function openHours(
  rule: ContactRule,
  { day, zones, holidays }: { day: Day; zones: readonly string[]; holidays: Holidays },
): OpenHours[] {
  if (!isContactDay(rule, day, holidays) || zones.length === 0) return []
  return rule.windows
    .filter(({ weekdays }) => weekdays.includes(weekday(day)))
    .map((window) => ({
      from: Math.max(...zones.map((zone) => instantInZone(day, window.from, zone))),
      to: Math.min(...zones.map((zone) => instantInZone(day, window.to, zone))),
    }))
    .filter(({ from, to }) => from < to)
}

/** Tells whether anybody may be addressed on a day at all. */
export function isContactDay(rule: ContactRule, day: Day, holidays: Holidays): boolean {
  if (rule.closedOnHolidays && holidays.has(day)) return false
  return rule.windows.some(({ weekdays }) => weekdays.includes(weekday(day)))
}

/** Returns the day itself or the next one on which somebody may be addressed, within 400 days. */
export function nextContactDay(rule: ContactRule, day: Day, holidays: Holidays): Day | null {
  for (let offset = 0; offset < SEARCHED_DAYS; offset += 1) {
    const candidate = addDays(day, offset)
    if (isContactDay(rule, candidate, holidays)) return candidate
  }
  return null
}
