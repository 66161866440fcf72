// Takes the bookings of a file batch by batch, and counts what became of them.
import type { StatementProblem } from '../domain/statement/statement-types.ts'
import {
  bookedByOtherFormat,
  type SameBooking,
  storedBankKeys,
} from '../storage/bank-transactions.ts'
import type { CreditorRow } from '../storage/creditors.ts'
import type { Deps } from './deps.ts'
import type { IncomingBooking } from './incoming-booking.ts'
import { type TakeDeps, type Taken, takeBankTransaction } from './take-bank-transaction.ts'
import { takeInLanes } from './take-in-lanes.ts'

export interface BookingCounts {
  /** Bookings that an earlier import had stored. */
  alreadyImported: number
  matched: number
  unmatched: number
  reversals: number
  /** Bookings that another format had brought: stored, and not booked. */
  possibleDuplicates: number
}

/** The bookings of a file, from the beginning each time. */
export type ReadBookings = () => AsyncIterable<readonly IncomingBooking[]>

type BookingDeps = TakeDeps & Pick<Deps, 'outboxChanged'>
type Outcome = Exclude<Taken, 'later'> | 'double'

/**
 * Takes every booking once. What takes back a payment that is not known yet waits for the end, when the
 * file is read again: its payment may follow in it.
 */
export async function takeBookings(
  deps: BookingDeps,
  creditor: CreditorRow,
  read: ReadBookings,
): Promise<{ counts: BookingCounts; problems: StatementProblem[] }> {
  const counts: Record<Outcome, number> = {
    already: 0,
    matched: 0,
    unmatched: 0,
    reversal: 0,
    refund: 0,
    ignored: 0,
    double: 0,
  }
  const later = new Set<string>()
  for await (const batch of read()) {
    const isStored = await storedOf(deps, creditor, batch)
    const isDouble = await doublesOf(deps, creditor, batch)
    await takeInLanes(batch, async (booking) => {
      if (isStored(booking)) {
        counts.already++
        return
      }
      const taken = await takeOne(deps, booking, isDouble(booking), false)
      if (taken === 'later') later.add(keyOf(booking))
      else counts[taken]++
    })
    deps.outboxChanged()
  }
  if (later.size > 0) await takeLater(deps, read, { later, counts })
  return { counts: countsOf(counts), problems: problemsOf(counts.double) }
}

async function takeLater(
  deps: BookingDeps,
  read: ReadBookings,
  { later, counts }: { later: ReadonlySet<string>; counts: Record<Outcome, number> },
): Promise<void> {
  for await (const batch of read()) {
    for (const booking of batch.filter((it) => later.has(keyOf(it)))) {
      const taken = await takeOne(deps, booking, false, true)
      if (taken !== 'later') counts[taken]++
    }
  }
  deps.outboxChanged()
}

async function takeOne(
  deps: BookingDeps,
  booking: IncomingBooking,
  isDouble: boolean,
  isLastTry: boolean,
): Promise<Outcome | 'later'> {
  if (!isDouble) return await takeBankTransaction(deps, booking, { isLastTry })
  const taken = await takeBankTransaction(deps, { ...booking, isDouble }, { isLastTry })
  return taken === 'ignored' ? 'double' : taken
}

/** A booking is known by its key at its account; a file may be about several. */
async function storedOf(
  { db }: BookingDeps,
  { creditorId }: CreditorRow,
  batch: readonly IncomingBooking[],
): Promise<(booking: IncomingBooking) => boolean> {
  const stored = new Map<string, ReadonlySet<string>>()
  for (const [account, bookings] of byAccount(batch)) {
    const bankKeys = bookings.map(({ bankKey }) => bankKey)
    stored.set(account, await storedBankKeys(db, { creditorId, account, bankKeys }))
  }
  return ({ account, bankKey }) => stored.get(account)?.has(bankKey) === true
}

/** A booking is a double when another format told of the same reference, amount, sign and day. */
async function doublesOf(
  { db }: BookingDeps,
  { creditorId }: CreditorRow,
  batch: readonly IncomingBooking[],
): Promise<(booking: IncomingBooking) => boolean> {
  const booked = batch.filter(({ entry }) => entry.status === 'BOOK')
  const doubled = new Map<string, (booking: SameBooking) => boolean>()
  for (const [account, bookings] of byAccount(booked)) {
    const [first] = bookings
    if (first === undefined) continue
    const { format } = first
    const same = bookings.flatMap((booking) => sameOf(booking) ?? [])
    doubled.set(
      account,
      await bookedByOtherFormat(db, { creditorId, account, format, bookings: same }),
    )
  }
  return (booking) => {
    const same = sameOf(booking)
    return same !== undefined && doubled.get(booking.account)?.(same) === true
  }
}

function sameOf({ transaction, entry }: IncomingBooking): SameBooking | undefined {
  const { bankReference, amount, direction } = transaction
  if (bankReference === undefined || entry.status !== 'BOOK') return undefined
  const { currency, minor } = amount
  return {
    bankReference,
    currency,
    amount: minor,
    direction,
    bookingDate: entry.bookingDay ?? null,
  }
}

function byAccount(batch: readonly IncomingBooking[]): Map<string, IncomingBooking[]> {
  return Map.groupBy(batch, ({ account }) => account)
}

function keyOf({ account, bankKey }: IncomingBooking): string {
  return `${account} ${bankKey}`
}

function countsOf(counts: Record<Outcome, number>): BookingCounts {
  const { already, matched, unmatched, reversal, double } = counts
  return {
    alreadyImported: already,
    matched,
    unmatched,
    reversals: reversal,
    possibleDuplicates: double,
  }
}

function problemsOf(doubles: number): StatementProblem[] {
  if (doubles === 0) return []
  const bookings = doubles === 1 ? '1 booking' : `${doubles} bookings`
  const message = `${bookings} had come in another format with the same bank reference: stored as possible-duplicate, not booked.`
  return [
    { code: 'possible-duplicate', severity: 'warning', line: null, statementId: null, message },
  ]
}
