// Bank bookings as they are given, read into entries that can be counted: in range, once each, in an
// order of their own. What is not counted is said, never dropped in silence.

import { type DayNumber, dayNumberOf } from '../protocol/day-number.ts'
import type { Day } from '../protocol/days.ts'
import { parseDay } from '../protocol/days.ts'
import { type Currency, minorUnits } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { MAX_NAME, nameKey } from './booking-name.ts'
import type { LeftOut, LeftOutReason } from './learned-cash-flow.ts'

/** A line of a bank statement, in the account's currency. */
export interface Booking {
  /** The bank's own id; of several bookings with one id the latest counts. */
  readonly id?: string
  readonly day: Day
  /** Minor units, negative for money that left. */
  readonly amount: bigint
  /** Who paid or was paid: a name or an account number. */
  readonly counterparty?: string
  readonly text?: string
}

/** Bookings of one account, with the balance at the end of `asOf`. */
export interface BookingFacts {
  readonly bookings: readonly Booking[]
  readonly currency: Currency
  readonly asOf: Day
  /** Minor units. */
  readonly balance: bigint
}

/** Why bookings were not read; `index` counts bookings from 0, and is absent for the other facts. */
export interface BookingRefusal {
  readonly code: 'currency-unknown' | 'date-format' | 'amount-range' | 'too-many-bookings'
  readonly index?: number
}

/** A booking that counts. */
export interface Entry {
  readonly number: DayNumber
  /** Never zero. */
  readonly amount: bigint
  /** The amount without its sign, and its place among all that were read: equal for equal sizes. */
  readonly size: bigint
  readonly rank: number
  /** Whose it is: the same for bookings with one counterparty, or with like texts where none is named. */
  readonly key: string
  readonly booking: Booking
}

type Ranked = { -readonly [Field in keyof Entry]: Entry[Field] }

/** Entries in the order of their days; equal facts give equal entries, however they were ordered. */
export interface ReadBookings {
  readonly asOf: DayNumber
  readonly entries: readonly Entry[]
  readonly leftOut: readonly LeftOut[]
}

/** Most bookings that are read at once. */
export const MAX_BOOKINGS = 100_000

/** Older bookings say nothing about tomorrow: two years, and what a yearly charge may drift. */
export const LOOK_BACK_DAYS = 800

const MAX_MINOR = 10n ** 18n - 1n

/**
 * Reads bookings into entries.
 *
 * Refuses `currency-unknown`, `date-format` (see `parseDay`), `amount-range` (no bigint of at most
 * 18 digits) and `too-many-bookings`. Bookings of zero are nothing and are passed over.
 */
export function readBookings(facts: BookingFacts): Result<ReadBookings, BookingRefusal> {
  const { bookings, currency } = facts
  if (minorUnits(currency) === undefined) return err({ code: 'currency-unknown' })
  if (!isInRange(facts.balance)) return err({ code: 'amount-range' })
  if (bookings.length > MAX_BOOKINGS) return err({ code: 'too-many-bookings' })
  const numberOf = dayReader()
  const asOf = numberOf(facts.asOf)
  if (asOf === null) return err({ code: 'date-format' })

  const keyOf = remembered(nameKey)
  const read: Ranked[] = []
  for (const [index, booking] of bookings.entries()) {
    const number = numberOf(booking.day)
    if (number === null) return err({ code: 'date-format', index })
    const { amount, counterparty = '', text = '' } = booking
    if (!isInRange(amount)) return err({ code: 'amount-range', index })
    const key = keyOf(counterparty.slice(0, MAX_NAME)) || keyOf(text.slice(0, MAX_NAME))
    const size = amount < 0n ? -amount : amount
    if (size !== 0n) read.push({ number, amount, size, rank: 0, key, booking })
  }
  rankSizes(read)
  return ok({ asOf, ...choose(read.sort(compareEntries), asOf) })
}

/** Ranks, since whole numbers are compared and grouped many times as fast as big ones. */
function rankSizes(entries: readonly Ranked[]): void {
  const rankOf = new Map<bigint, number>()
  for (const size of BigInt64Array.from(entries, (entry) => entry.size).sort()) {
    if (!rankOf.has(size)) rankOf.set(size, rankOf.size)
  }
  for (const entry of entries) entry.rank = rankOf.get(entry.size) ?? 0
}

/** Sums what is left out for one reason; `entries` in order. */
export function leaveOut(
  reason: LeftOutReason,
  entries: readonly Entry[],
  label?: string,
): LeftOut {
  return {
    reason,
    bookings: entries.length,
    total: entries.reduce((sum, { amount }) => sum + amount, 0n),
    lastDay: entries.at(-1)?.booking.day ?? '',
    ...(label === undefined ? {} : { label }),
  }
}

function choose(sorted: readonly Entry[], asOf: DayNumber): Omit<ReadBookings, 'asOf'> {
  const entries: Entry[] = []
  const dropped = { later: [] as Entry[], 'too-old': [] as Entry[], duplicate: [] as Entry[] }
  const latest = new Map<string, Entry>()
  for (const entry of sorted) {
    const { id } = entry.booking
    if (id !== undefined && entry.number <= asOf) latest.set(id, entry)
  }
  for (const entry of sorted) {
    const { id } = entry.booking
    if (entry.number > asOf) dropped.later.push(entry)
    else if (id !== undefined && latest.get(id) !== entry) dropped.duplicate.push(entry)
    else if (entry.number <= asOf - LOOK_BACK_DAYS) dropped['too-old'].push(entry)
    else entries.push(entry)
  }
  const reasons = ['later', 'too-old', 'duplicate'] as const
  const leftOut = reasons.flatMap((reason) =>
    dropped[reason].length === 0 ? [] : [leaveOut(reason, dropped[reason])],
  )
  return { entries, leftOut }
}

function isInRange(amount: unknown): amount is bigint {
  return typeof amount === 'bigint' && amount <= MAX_MINOR && amount >= -MAX_MINOR
}

function dayReader(): (day: Day) => DayNumber | null {
  return remembered((day: Day) => (parseDay(day).ok ? dayNumberOf(day) : null))
}

/** Statements repeat their days and names thousands of times. */
function remembered<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const value = compute(text)
    known.set(text, value)
    return value
  }
}

function compareEntries(a: Entry, b: Entry): number {
  if (a.number !== b.number) return a.number - b.number
  if (a.amount !== b.amount) return a.amount < b.amount ? 1 : -1
  return (
    compareTexts(a.booking.counterparty, b.booking.counterparty) ||
    compareTexts(a.booking.text, b.booking.text) ||
    compareTexts(a.booking.id, b.booking.id)
  )
}

function compareTexts(a = '', b = ''): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
