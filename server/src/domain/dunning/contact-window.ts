// When a person may be reached: the hours of a step and those of the law, at once, on the person's own
// clock. Where that clock is not known, every zone of the country has to agree. Outside, a message
// waits for the next opening; it is not dropped.

import { addDays, type Day, dayInZone, instantInZone, weekday } from '@parley/sdk/protocol'
import { type OpenHours, openHours } from '../compliance/contact-hours.ts'
import type { Holidays } from '../compliance/holidays.ts'
import type { ContactRule } from '../compliance/profile.ts'
import type { ContactWindow } from './journey.ts'

/** Where the person lives, as far as the clock is concerned. */
export interface ContactPlace {
  /** IANA zones, such as `Europe/Brussels`; several where it is not known which one holds. */
  readonly zones: readonly [string, ...string[]]
  /** The hours of the law; null where no law is known, and the step's own hours hold alone. */
  readonly hours: { readonly rule: ContactRule; readonly holidays: Holidays } | null
}

const SEARCHED_DAYS = 400

/**
 * Returns the instant itself when the window is open then, otherwise the start of the next
 * opening. Epoch seconds.
 *
 * @throws {Error} when the window does not open within 400 days: a journey that nobody checked.
 */
export function nextOpening(at: number, window: ContactWindow, place: ContactPlace): number {
  // The earliest day that it is in any of the zones, so that no opening is passed over.
  let day = place.zones.map((zone) => dayInZone(at, zone)).sort()[0] ?? ''
  for (let searched = 0; searched < SEARCHED_DAYS; searched += 1) {
    const opening = openingOn(day, at, window, place)
    if (opening !== null) return opening
    day = addDays(day, 1)
  }
  throw new Error(`contact window does not open within ${SEARCHED_DAYS} days`)
}

function openingOn(
  day: Day,
  at: number,
  window: ContactWindow,
  { zones, hours }: ContactPlace,
): number | null {
  if (!window.weekdays.includes(weekday(day))) return null
  const lawful =
    hours === null ? null : openHours(hours.rule, { day, zones, holidays: hours.holidays })
  const openings = hoursOfStep(day, window, zones).flatMap((own) => {
    return (lawful ?? [own]).flatMap((span) => {
      const opening = Math.max(at, own.from, span.from)
      return opening < Math.min(own.to, span.to) ? [opening] : []
    })
  })
  return openings.length === 0 ? null : Math.min(...openings)
}

// A short morning is over in the east of a wide country before it begins in the west. Such hours are
// kept in one of the zones; those of the law hold in all of them without exception.
function hoursOfStep(day: Day, window: ContactWindow, zones: readonly string[]): OpenHours[] {
  const each = zones.map((zone) => ({
    from: instantInZone(day, window.from, zone),
    to: instantInZone(day, window.to, zone),
  }))
  const from = Math.max(...each.map((own) => own.from))
  const to = Math.min(...each.map((own) => own.to))
  return from < to ? [{ from, to }] : each
}
