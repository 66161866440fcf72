// One booking of a statement on its way into the store, and what it is stored as.
import { createHash } from 'node:crypto'
import { compareDays, type Day } from '@parley/sdk/protocol'
import type { IncomingTransaction } from '../domain/matching/match-types.ts'
import type { StatementEntry } from '../domain/statement/statement-types.ts'
import type { BankTransaction, NewBankTransaction } from '../storage/bank-transactions.ts'
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
export function receivedOn(
  { bookingDate, valueDate }: Pick<BankTransaction, 'bookingDate' | 'valueDate'>,
  { timeZone }: Pick<CreditorRow, 'timeZone'>,
  now: number,
): Day {
  const days = [bookingDate, valueDate].filter((day) => day !== null)
  return days.toSorted(compareDays)[0] ?? dayOf(now, timeZone)
}

/** The row of a booking, with what was decided about it. */
export function bankTransactionOf(
  booking: IncomingBooking,
  decided: Pick<
    NewBankTransaction,
    'transactionId' | 'state' | 'reason' | 'claimId' | 'candidates' | 'importedAt'
  >,
): NewBankTransaction {
  const { creditor, account, bankKey, entry, transaction } = booking
  const { endToEndId, bankReference, debtorName, ultimateDebtorName } = transaction
  const { debtorIban, returnReason } = transaction
  return {
    creditorId: creditor.creditorId,
    account,
    bankKey,
    currency: transaction.amount.currency,
    amount: transaction.amount.minor,
    direction: transaction.direction,
    bookingDate: entry.bookingDay ?? null,
    valueDate: entry.valueDay ?? null,
    details: {
      format: booking.format,
      structuredReferences: [...transaction.structuredReferences],
      unstructured: [...transaction.unstructured],
      ...(bankReference === undefined ? {} : { bankReference }),
      ...(endToEndId === undefined ? {} : { endToEndId }),
      ...(debtorName === undefined ? {} : { debtorName }),
      ...(ultimateDebtorName === undefined ? {} : { ultimateDebtorName }),
      ...(debtorIban === undefined ? {} : { debtorIban }),
      ...(returnReason === undefined ? {} : { returnReason }),
    },
    ...decided,
  }
}

/** A stored booking as the matcher takes it, to look at it once more. */
export function transactionOf(stored: BankTransaction): IncomingTransaction {
  const { details, amount: minor, currency, direction, transactionId } = stored
  const day = stored.valueDate ?? stored.bookingDate
  return {
    ...details,
    transactionId,
    amount: { minor, currency },
    direction,
    reversal: false,
    ...(day === null ? {} : { day }),
  }
}
