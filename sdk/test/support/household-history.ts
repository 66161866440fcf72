// Households whose bookings follow known flows, with the noise of real statements: weekends, holidays,
// cents, everyday purchases. The same seed gives the same household.

import type { Booking, Rhythm } from '../../src/index.ts'
import { dayOf, daysInMonth, toCivil } from '../../src/protocol/day-number.ts'

export interface KnownFlow {
  readonly name: string
  readonly rhythm: Rhythm
  /** The day of the month, or the first day for rhythms in weeks, as an offset. */
  readonly day: number
  /** Signed minor units. */
  readonly amount: number
  /** What a bank does when the day is a weekend. */
  readonly weekend: 'before' | 'after' | 'same'
  /** Most minor units by which an amount differs. */
  readonly noise: number
}

const EVERY: Partial<Record<Rhythm, number>> = { weekly: 7, 'two-weekly': 14, 'four-weekly': 28 }
const MONTHS: Partial<Record<Rhythm, number>> = { monthly: 1, quarterly: 3, yearly: 12 }

/** A seeded source of numbers from 0 to 1 (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The bookings of a flow from one day number to another, both included. */
export function bookingsOf(
  flow: KnownFlow,
  span: { from: number; to: number },
  chance: () => number,
): Booking[] {
  const bookings: Booking[] = []
  for (let nominal = span.from - 5; nominal <= span.to + 5; nominal++) {
    if (!isDue(flow, nominal)) continue
    const number = shiftWeekend(nominal, flow.weekend) + (chance() < 0.05 ? 1 : 0)
    const amount = flow.amount + Math.round((chance() * 2 - 1) * flow.noise)
    if (number < span.from || number > span.to) continue
    bookings.push({
      day: dayOf(number),
      amount: BigInt(amount),
      counterparty: flow.name,
      text: `ref ${Math.floor(chance() * 1e9)} ${dayOf(number)}`,
    })
  }
  return bookings
}

/** Purchases at shops, on days and with amounts that follow nothing. */
export function purchases(
  span: { from: number; to: number },
  chance: () => number,
  perDay = 0.6,
): Booking[] {
  const bookings: Booking[] = []
  for (let number = span.from; number <= span.to; number++) {
    for (const shop of ['Grocer', 'Bakery', 'Fuel']) {
      if (chance() >= perDay / 3) continue
      bookings.push({
        day: dayOf(number),
        amount: -BigInt(300 + Math.floor(chance() * chance() * 9000)),
        counterparty: `${shop} ${100 + Math.floor(chance() * 9)}`,
      })
    }
  }
  return bookings
}

function isDue({ rhythm, day }: KnownFlow, number: number): boolean {
  const every = EVERY[rhythm]
  if (every !== undefined) return (((number - day) % every) + every) % every === 0
  const civil = toCivil(number)
  const last = daysInMonth(civil.year, civil.month)
  return civil.day === Math.min(day, last) && civil.month % (MONTHS[rhythm] ?? 1) === 0
}

function shiftWeekend(number: number, weekend: KnownFlow['weekend']): number {
  // 1970-01-01 was a Thursday.
  const weekday = (((number + 3) % 7) + 7) % 7
  if (weekend === 'same' || weekday < 5) return number
  return weekend === 'before' ? number - (weekday - 4) : number + (7 - weekday)
}
