// From a rhythm of the past to days of the future. Prudent: an income on the latest day on which it
// usually came, a charge on the earliest.

import { addMonths, type DayNumber, dayOf, toCivil } from '../protocol/day-number.ts'
import type { OneOffFlow, Recurrence } from './cash-flow.ts'
import type { Pattern } from './find-flows.ts'
import { type Fit, graceDays } from './rhythm.ts'

/** When a flow is expected. */
export interface Expected {
  /** Its regular days, for rhythms up to monthly. */
  readonly recurrence?: Recurrence
  /** Days outside of the recurrence: a charge that is overdue, and charges less than monthly. */
  readonly singleDays: readonly DayNumber[]
  readonly next: DayNumber
}

/** As far as a decision ever looks ahead: five years and the month in which the buffer must hold. */
const ONE_OFF_DAYS = 1860

/**
 * Tells when a flow is expected after `asOf`, or null when one was due and has not come. One that is
 * late, but not yet too late, is expected on the next day if it is a charge, and is not if an income.
 */
export function expectFlow(
  { fit }: Pattern,
  kind: 'income' | 'charge',
  asOf: DayNumber,
): Expected | null {
  const due = fit.grid.dayOfSlot(fit.lastSlot + 1)
  if (asOf > due + Math.max(0, fit.late) + graceDays(fit.rhythm)) return null
  const shift = kind === 'income' ? fit.late : fit.early
  if (fit.rhythm === 'quarterly' || fit.rhythm === 'yearly') return expectSingles(fit, shift, asOf)

  const first = recurrenceFrom(fit, fit.lastSlot + 1, shift)
  if (first.number > asOf) {
    return { recurrence: first.recurrence, singleDays: [], next: first.number }
  }
  const second = recurrenceFrom(fit, fit.lastSlot + 2, shift)
  const singleDays = kind === 'charge' ? [asOf + 1] : []
  return { recurrence: second.recurrence, singleDays, next: singleDays[0] ?? second.number }
}

/** Names the one-off flows of a charge. */
export function oneOffsOf(
  { singleDays }: Expected,
  flow: { amount: bigint; label?: string },
): OneOffFlow[] {
  const { amount, label } = flow
  return singleDays.map((number) => ({
    day: dayOf(number),
    amount: -amount,
    ...(label === undefined ? {} : { label }),
  }))
}

function expectSingles({ grid, lastSlot }: Fit, shift: number, asOf: DayNumber): Expected {
  const singleDays: DayNumber[] = []
  for (let slot = lastSlot + 1; ; slot++) {
    const number = Math.max(asOf + 1, grid.dayOfSlot(slot) + shift)
    if (number > asOf + ONE_OFF_DAYS) break
    singleDays.push(number)
  }
  return { singleDays, next: singleDays[0] ?? asOf + 1 }
}

/** The recurrence of a rhythm from one slot on, and its first day. */
function recurrenceFrom(
  { grid }: Fit,
  slot: number,
  shift: number,
): { recurrence: Recurrence; number: DayNumber } {
  if (grid.dayOfMonth === undefined) {
    const number = grid.dayOfSlot(slot) + shift
    const everyDays = grid.dayOfSlot(1) - grid.dayOfSlot(0)
    return { recurrence: { everyDays, from: dayOf(number) }, number }
  }
  const dayOfMonth = shiftDayOfMonth(grid.dayOfMonth, shift)
  // Months differ by more than a shift does, so the day is looked for around the slot.
  const number = firstOn(dayOfMonth, grid.dayOfSlot(slot) - HALF_MONTH)
  return { recurrence: { dayOfMonth, from: dayOf(number) }, number }
}

const HALF_MONTH = 14

/** Days that leave their month are counted in the next or the one before, on the prudent side. */
function shiftDayOfMonth(dayOfMonth: number, shift: number): number {
  const shifted = dayOfMonth + shift
  if (shifted < 1) return 31 + shifted
  if (shifted <= 31) return shifted
  return dayOfMonth === 31 ? shift : shifted - 30
}

function firstOn(dayOfMonth: number, since: DayNumber): DayNumber {
  const { year, month } = toCivil(since)
  const number = addMonths({ year, month, day: dayOfMonth }, 0)
  return number >= since ? number : addMonths({ year, month, day: dayOfMonth }, 1)
}
