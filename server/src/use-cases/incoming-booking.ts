// One booking of a statement on its way into the store, and what it is stored as.
import { createHash } from 'node:crypto'
import { compareDays, type Day } from '@parley/sdk/protocol'
import type { IncomingTransaction } from '../domain/matching/match-types.ts'
import type { StatementEntry } from '../domain/statement/statement-types.ts'
import type { BankTransaction } from '../storage/bank-transactions.ts'
import type { StatementFormat } from '../storage/column-types.ts'
import type { CreditorRow } from '../storage/creditors.ts'
import { dayOf } from './day-of.ts'

export interface IncomingBooking {
  creditor: CreditorRow
  /** The IBAN of the statement; the creditor's own. */
  account: string
  bankKey: string
  entry: Pick<StatementEntry, 'status' | 'bookingDay' | 'valueDay'>
  transaction: IncomingTransaction
  format: StatementFormat
  /** Another format has told of it: it is shown to people and booked no second time. */
  isDouble?: boolean
}

/**
 * The key under which a booking is stored once. An announcement (`PDNG`, `INFO`) has another key than
 * the booking that follows it under the same reference. A hash, since what the bank gave no
 * reference is known by its content, names included.
 */
export function bankKeyOf(status: string, transactionId: string): string {
  const identity = status === 'BOOK' ? transactionId : `${status} ${transactionId}`
  return createHash('sha256').update(identity).digest('base64url')
}

/** The day from which the money counts: the earlier of value and booking day. */
export function receivedOn(booking: IncomingBooking, now: number): Day {
  const { bookingDay, valueDay } = booking.entry
  const days = [bookingDay, valueDay].filter((day) => day !== undefined)
  return days.toSorted(compareDays)[0] ?? dayOf(now, booking.creditor.timeZone)
}

/** The row of a booking, with what was decided about it. */
export function bankTransactionOf(
  booking: IncomingBooking,
  decided: Pick<
    BankTransaction,
    'transactionId' | 'state' | 'reason' | 'claimId' | 'candidates' | 'importedAt'
  >,
): BankTransaction {
  const { creditor, account, bankKey, entry, transaction } = booking
  const { endToEndId, bankReference, debtorName, debtorIban, returnReason } = transaction
  return {
    creditorId: creditor.creditorId,
    account,
    bankKey,
    currency: transaction.amount.currency,
    amount: transaction.amount.minor,
    direction: transaction.direction,
    bookingDate: entry.bookingDay ?? null,
    details: {
      format: booking.format,
      structuredReferences: [...transaction.structuredReferences],
      unstructured: [...transaction.unstructured],
      ...(bankReference === undefined ? {} : { bankReference }),
      ...(endToEndId === undefined ? {} : { endToEndId }),
      ...(debtorName === undefined ? {} : { debtorName }),
      ...(debtorIban === undefined ? {} : { debtorIban }),
      ...(returnReason === undefined ? {} : { returnReason }),
    },
    ...decided,
  }
}
