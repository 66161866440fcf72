// When a person may be reached: weekdays and wall-clock times in the person's own zone, without
// the days that are closed there. Outside, a message waits for the next opening; it is not dropped.

import { addDays, type Day, dayInZone, instantInZone, weekday } from '@parley/sdk/protocol'
import type { ContactWindow } from './journey.ts'

/** Where the person lives, as far as the clock is concerned. */
export interface ContactPlace {
  /** An IANA zone, such as `Europe/Brussels`. */
  readonly timeZone: string
  /** Public holidays and other days without messages. */
  readonly closedDays: ReadonlySet<Day>
}

const SEARCHED_DAYS = 400

/**
 * Returns the instant itself when the window is open then, otherwise the start of the next
 * opening. Epoch seconds.
 *
 * @throws {Error} when the window does not open within 400 days: a journey that nobody checked.
 */
export function nextOpening(at: number, window: ContactWindow, place: ContactPlace): number {
  let day = dayInZone(at, place.timeZone)
  for (let searched = 0; searched < SEARCHED_DAYS; searched += 1) {
    const opening = isOpenDay(day, window, place) ? openingOn(day, at, window, place) : null
    if (opening !== null) return opening
    day = addDays(day, 1)
  }
  throw new Error(`contact window does not open within ${SEARCHED_DAYS} days`)
}

function isOpenDay(day: Day, window: ContactWindow, { closedDays }: ContactPlace): boolean {
  return window.weekdays.includes(weekday(day)) && !closedDays.has(day)
}

function openingOn(
  day: Day,
  at: number,
  window: ContactWindow,
  { timeZone }: ContactPlace,
): number | null {
  const opens = instantInZone(day, window.from, timeZone)
  const closes = instantInZone(day, window.to, timeZone)
  const opening = Math.max(at, opens)
  return opening < closes ? opening : null
}
