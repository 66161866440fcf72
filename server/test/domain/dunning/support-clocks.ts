// Whether an instant is inside hours, read from the clock on the wall and not by the code under test.

import { type Day, weekday } from '@parley/sdk/protocol'
import type { LawInForce } from '../../../src/domain/compliance/law-in-force.ts'
import type { ContactWindow } from '../../../src/domain/dunning/journey.ts'

const CLOCKS = new Map<string, Intl.DateTimeFormat>()

/** What calendar and clock show in a zone. */
export function wall(at: number, timeZone: string): { day: Day; time: string } {
  const clock = CLOCKS.get(timeZone) ?? clockIn(timeZone)
  CLOCKS.set(timeZone, clock)
  const [day = '', time = ''] = clock.format(at * 1000).split(' ')
  return { day, time }
}

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const hours = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  // The Swedish form is `2026-03-10 09:00`.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts, ...hours })
}

export function isInWindow(at: number, window: ContactWindow, timeZone: string): boolean {
  const { day, time } = wall(at, timeZone)
  return window.weekdays.includes(weekday(day)) && time >= window.from && time < window.to
}

/** Whether a person may be addressed wherever in these zones the person is. */
export function isLawfulHour(
  at: number,
  { version, holidays }: LawInForce,
  zones: readonly string[],
): boolean {
  const { windows, closedOnHolidays } = version.contact
  return zones.every((zone) => {
    if (closedOnHolidays && holidays.has(wall(at, zone).day)) return false
    return windows.some((window) => isInWindow(at, window, zone))
  })
}
