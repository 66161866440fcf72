// The day of the month on which a customer has money. What the customer told counts before all; else it is
// seen from the days of payments, and said only where chance would hardly make it up.
//
// The test: 31 days of the month are tried. A payment fits a day if it came on it, or where it falls on a
// weekend or holiday on the working day before or after; or, less strictly, up to one working day late.
// How many of the possible days that covers gives the chance of one fit, the binomial tail that of as many,
// and all that was tried is corrected for (Bonferroni). The latest payments are looked at first, since a
// new job has a new pay day.
import { type Day, type DayNumber, dayNumberOf, dayOf } from '@parley/sdk/protocol'
import { isWeekend } from './features.ts'
import { type LearntFact, rounded } from './learnt-fact.ts'

/** A payment of the customer, by the day on which it was made. */
export interface PaidDay {
  /** Id of the event. */
  readonly event: string
  readonly paidOn: Day
  /** Due day of what it paid, if there was one. */
  readonly dueOn: Day | null
}

/** What a pay day is learnt from. */
export interface PayDayFacts {
  /** Told by the customer, with consent: the day of the month, and the event of it. */
  readonly told: { readonly dayOfMonth: number; readonly event: string } | null
  readonly payments: readonly PaidDay[]
  /** Days on which no bank settles, beside Saturdays and Sundays. */
  readonly holidays: { has(day: Day): boolean }
}

export interface PayDay {
  /** 1 to 31; in a shorter month its last day. */
  readonly dayOfMonth: number
  /** Where that day is no working day: paid before it, after it, or not known. */
  readonly rule: 'before' | 'after' | 'unknown'
  readonly isTold: boolean
  /** Whether the bills fall due on one day of the month too, which would explain it as well. */
  readonly followsBill: boolean
}

/** Fewer payments say nothing. */
export const LEAST_PAYMENTS = 5
/** What may be left to chance in all that is tried. */
export const MOST_CHANCE = 0.02

const WINDOWS = [6, 12, Number.POSITIVE_INFINITY]
const LEAST_SHARE = 0.6
const LEAST_FITS = 4
/** On the day, or up to one working day late. */
const LATE_DAYS = [0, 1]

/** Learns the pay day; null where neither told nor seen. */
export function learnPayDay(facts: PayDayFacts): LearntFact<PayDay> | null {
  if (facts.told !== null) {
    const { dayOfMonth, event } = facts.told
    return {
      value: { dayOfMonth, rule: 'unknown', isTold: true, followsBill: false },
      confidence: 1,
      basis: [event],
      sentence: { key: 'pay-day-told', values: { day: dayOfMonth } },
    }
  }
  const calendar = workCalendar(facts.holidays)
  const days = distinctDays(facts.payments)
  for (const [at, window] of WINDOWS.entries()) {
    if (at > 0 && days.length <= (WINDOWS[at - 1] ?? 0)) break
    const recent = days.slice(-Math.min(window, days.length))
    const found = findConcentration(recent, calendar)
    if (found !== null) return factOf(found, facts.payments, calendar)
  }
  return null
}

interface Found {
  readonly dayOfMonth: number
  readonly chance: number
  readonly of: number
  readonly fits: readonly DayNumber[]
}

type IsOpen = (day: DayNumber) => boolean

/** Finds the day of the month that chance explains least; null where chance explains it well enough. */
function findConcentration(days: readonly DayNumber[], isOpen: IsOpen): Found | null {
  if (days.length < LEAST_PAYMENTS) return null
  const tried = 31 * LATE_DAYS.length * WINDOWS.length
  const seen = days.map((day) => ({ day, months: monthsNear(day) }))
  // Who never pays on a closed day has fewer days to choose from.
  const base = days.every(isOpen) ? WORKING_DAYS_A_MONTH : DAYS_A_MONTH
  let best: Found | null = null
  for (let dayOfMonth = 1; dayOfMonth <= 31; dayOfMonth++) {
    for (const late of LATE_DAYS) {
      const slot = { dayOfMonth, late, isOpen }
      const fits = seen.filter((it) => fitsDay(it, slot)).map(({ day }) => day)
      if (fits.length < LEAST_SHARE * days.length || fits.length < LEAST_FITS) continue
      const share = Math.min(1, (DAYS_COVERED + late) / base)
      const chance = Math.min(1, tried * binomialTail(fits.length, days.length, share))
      const isBetter = best === null || chance < best.chance
      if (isBetter) best = { dayOfMonth, chance, of: days.length, fits }
    }
  }
  return best !== null && best.chance <= MOST_CHANCE ? best : null
}

const DAYS_A_MONTH = 30.44
const WORKING_DAYS_A_MONTH = 20.9
/** A day of the month stands for itself, or for the working day before or after: 1 + 2/7 days. */
const DAYS_COVERED = 9 / 7

interface Slot {
  readonly dayOfMonth: number
  readonly late: number
  readonly isOpen: IsOpen
}

/** A day, and the months that a pay day near it may be of. */
interface SeenDay {
  readonly day: DayNumber
  readonly months: readonly Month[]
}

interface Month {
  readonly first: DayNumber
  readonly last: DayNumber
}

/** A pay day may be moved by so many days, by a weekend with holidays around it. */
const MOST_MOVED = 4

function monthsNear(day: DayNumber): Month[] {
  const here = monthOf(day)
  if (day - here.first < MOST_MOVED) return [monthOf(here.first - 1), here]
  if (here.last - day < MOST_MOVED) return [here, monthOf(here.last + 1)]
  return [here]
}

/** Whether a payment may be that of the pay day of its month, or of the month next to it. */
function fitsDay({ day, months }: SeenDay, { dayOfMonth, late, isOpen }: Slot): boolean {
  return months.some((month) => {
    const slot = slotIn(month, dayOfMonth)
    if (day === slot) return true
    if (Math.abs(day - slot) > MOST_MOVED + late) return false
    const [before, after] = [openBefore(slot, isOpen), openAfter(slot, isOpen)]
    if (day === before || day === after) return true
    return (
      late > 0 && (day === openAfter(before + 1, isOpen) || day === openAfter(after + 1, isOpen))
    )
  })
}

function factOf(found: Found, payments: readonly PaidDay[], isOpen: IsOpen): LearntFact<PayDay> {
  const { dayOfMonth, fits, of, chance } = found
  const fitting = new Set(fits)
  const basis = payments.filter(({ paidOn }) => fitting.has(dayNumberOf(paidOn)))
  const due = basis.flatMap(({ dueOn }) => (dueOn === null ? [] : [dayNumberOf(dueOn)]))
  const followsBill =
    due.length >= LEAST_PAYMENTS && findConcentration([...new Set(due)], () => true) !== null
  const value = {
    dayOfMonth,
    rule: ruleOf(fits, { dayOfMonth, isOpen }),
    isTold: false,
    followsBill,
  }
  const key = followsBill ? 'pay-day-seen-with-bill' : 'pay-day-seen'
  return {
    value,
    confidence: rounded((1 - chance) * (fits.length / of) * (followsBill ? 0.5 : 1)),
    basis: basis.map(({ event }) => event).sort(),
    sentence: { key, values: { day: dayOfMonth, fits: fits.length, payments: of } },
  }
}

/** Where the pay day was closed: were more payments before it, or after it? */
function ruleOf(
  fits: readonly DayNumber[],
  { dayOfMonth, isOpen }: Pick<Slot, 'dayOfMonth' | 'isOpen'>,
): PayDay['rule'] {
  let balance = 0
  for (const day of fits) {
    const slot = monthsNear(day)
      .map((month) => slotIn(month, dayOfMonth))
      .find((it) => Math.abs(day - it) <= MOST_MOVED)
    if (slot === undefined || isOpen(slot)) continue
    balance += day <= slot ? -1 : 1
  }
  if (balance === 0) return 'unknown'
  return balance < 0 ? 'before' : 'after'
}

/** Payments of one day are one payment: a customer pays several bills at once. */
function distinctDays(payments: readonly PaidDay[]): DayNumber[] {
  return [...new Set(payments.map(({ paidOn }) => dayNumberOf(paidOn)))].sort((a, b) => a - b)
}

function workCalendar(holidays: PayDayFacts['holidays']): IsOpen {
  return (day) => !isWeekend(day) && !holidays.has(dayOf(day))
}

function slotIn({ first, last }: Month, dayOfMonth: number): DayNumber {
  return Math.min(first + dayOfMonth - 1, last)
}

function monthOf(day: DayNumber): Month {
  const first = day - Number(dayOf(day).slice(8)) + 1
  return { first, last: first + 31 - Number(dayOf(first + 31).slice(8)) }
}

function openBefore(day: DayNumber, isOpen: IsOpen): DayNumber {
  let at = day
  for (let steps = 0; steps < 10 && !isOpen(at); steps++) at -= 1
  return at
}

function openAfter(day: DayNumber, isOpen: IsOpen): DayNumber {
  let at = day
  for (let steps = 0; steps < 10 && !isOpen(at); steps++) at += 1
  return at
}

/** The chance of at least `hits` of `all`, each with chance `share`. */
export function binomialTail(hits: number, all: number, share: number): number {
  let term = (1 - share) ** all
  let tail = hits <= 0 ? term : 0
  for (let k = 1; k <= all; k++) {
    term *= share === 1 ? 0 : ((all - k + 1) / k) * (share / (1 - share))
    if (k >= hits) tail += term
  }
  return share === 1 ? 1 : Math.min(1, tail)
}
