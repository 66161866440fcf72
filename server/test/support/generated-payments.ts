// Payments of people who have a pay day, and of people who have none: drawn from a seed.
import { type Day, type DayNumber, dayNumberOf, dayOf } from '@parley/sdk/protocol'
import type { PaidDay } from '../../src/domain/learning/pay-day.ts'
import { drawNormal, type Random } from '../../src/domain/learning/seeded-random.ts'

export const NO_HOLIDAYS = { has: () => false }

export interface RegularPayer {
  readonly dayOfMonth: number
  readonly rule: 'before' | 'after'
  readonly count: number
  /** Months since January 2022. */
  readonly firstMonth: number
}

/** Of twenty payments one is anywhere, and two are a working day late. */
export function regularPayments(payer: RegularPayer, random: Random): DayNumber[] {
  return Array.from({ length: payer.count }, (_, index) => {
    const { first, last } = monthAt(payer.firstMonth + index)
    const step = payer.rule === 'before' ? -1 : 1
    const slot = toOpen(Math.min(first + payer.dayOfMonth - 1, last), step)
    const luck = random()
    if (luck < 0.05) return toOpen(first + Math.floor(random() * 28), 1)
    return luck < 0.15 ? toOpen(slot + 1, 1) : slot
  })
}

/** Kinds of payers without a pay day. */
export const IRREGULAR: Readonly<Record<string, (count: number, random: Random) => DayNumber[]>> = {
  'any day': (count, random) => months(count, (first) => first + Math.floor(random() * 30)),
  'any working day': (count, random) =>
    months(count, (first) => toOpen(first + Math.floor(random() * 30), 1)),
  'around a day, widely': (count, random) => {
    const middle = 5 + Math.floor(random() * 20)
    return months(count, (first) => toOpen(first + middle + Math.round(8 * drawNormal(random)), -1))
  },
  'after uneven pauses': (count, random) => {
    let day = dayNumberOf('2022-01-01')
    return Array.from({ length: count }, () => {
      day += 10 + Math.floor(random() * 40)
      return day
    })
  },
  'every 28 days': (count, random) => {
    const start = dayNumberOf('2022-01-01') + Math.floor(random() * 28)
    return Array.from({ length: count }, (_, index) => start + 28 * index)
  },
}

export function asPaidDays(days: readonly DayNumber[], dueOn: Day | null = null): PaidDay[] {
  return days.map((day, index) => ({ event: `e${index}`, paidOn: dayOf(day), dueOn }))
}

function months(count: number, draw: (first: DayNumber) => DayNumber): DayNumber[] {
  return Array.from({ length: count }, (_, index) => draw(monthAt(index).first))
}

function monthAt(months: number): { first: DayNumber; last: DayNumber } {
  const firstOf = (at: number) => {
    const month = String((at % 12) + 1).padStart(2, '0')
    return dayNumberOf(`${2022 + Math.floor(at / 12)}-${month}-01`)
  }
  return { first: firstOf(months), last: firstOf(months + 1) - 1 }
}

function toOpen(day: DayNumber, step: number): DayNumber {
  let open = day
  while ((open + 3) % 7 >= 5) open += step
  return open
}
