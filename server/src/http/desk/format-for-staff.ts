// Instants, ages and amounts as staff read them, in English and on the creditor's clock.
import { dayInZone, formatAmount } from '@parley/sdk/protocol'
import {
  formatAmountForPeople,
  formatDayForPeople,
} from '../../domain/wording/format-for-people.ts'

const DAY_SECONDS = 86_400

/** `€1,234.50` */
export function moneyText(minor: bigint, currency: string): string {
  return formatAmountForPeople(formatAmount({ minor, currency }), 'en')
}

/** `27 March 2026` */
export function dayText(day: string): string {
  return formatDayForPeople(day, 'en')
}

/** `27 March 2026, 10:30` on the clock of a zone. */
export function instantText(at: number, timeZone: string): string {
  return `${dayText(dayInZone(at, timeZone))}, ${timeText(at, timeZone)}`
}

/** How long something has waited: `Came in today`, `Waiting for 1 day`, `Waiting for 12 days`. */
export function ageText(since: number, now: number): string {
  const days = Math.floor((now - since) / DAY_SECONDS)
  if (days < 1) return 'Came in today'
  return days === 1 ? 'Waiting for 1 day' : `Waiting for ${days} days`
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function timeText(at: number, timeZone: string): string {
  const known = clocks.get(timeZone)
  const clock =
    known ?? new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone })
  clocks.set(timeZone, clock)
  return clock.format(at * 1000)
}
