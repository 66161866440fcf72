// Bookings on a creditor's account. The key of the bank decides what is new: the same booking in two
// files, or in two imports at once, is one row.
import { sql } from 'kysely'
import type { MatchCandidate } from '../domain/matching/match-types.ts'
import type { BankTransactionDetails, StatementFormat } from './column-types.ts'
import type { Database, Tx } from './database.ts'

export type BankTransactionState = 'matched' | 'unmatched' | 'reversal' | 'ignored'

/** What the bank said beside the amount; the bank's reference finds the booking when it comes back. */
export interface TransactionDetails extends BankTransactionDetails {
  bankReference?: string
}

export interface BankTransaction {
  creditorId: string
  transactionId: string
  account: string
  /** Identity of the booking at the bank, unique for the account. */
  bankKey: string
  currency: string
  amount: bigint
  direction: 'credit' | 'debit'
  bookingDate: string | null
  details: TransactionDetails
  state: BankTransactionState
  reason: string
  claimId: string | null
  candidates: readonly MatchCandidate[]
  importedAt: number
}

/** Stores a booking. Returns false when it was stored before: then nothing of it may be done. */
export async function insertBankTransaction(
  tx: Tx,
  transaction: BankTransaction,
): Promise<boolean> {
  const result = await tx
    .insertInto('bank_transactions')
    .values({
      creditor_id: transaction.creditorId,
      transaction_id: transaction.transactionId,
      account: transaction.account,
      bank_key: transaction.bankKey,
      currency: transaction.currency,
      amount: transaction.amount,
      direction: transaction.direction,
      booking_date: transaction.bookingDate,
      details: JSON.stringify(transaction.details),
      state: transaction.state,
      reason: transaction.reason,
      claim_id: transaction.claimId,
      candidates: JSON.stringify(transaction.candidates),
      imported_at: transaction.importedAt,
    })
    .onConflict((conflict) => conflict.columns(['creditor_id', 'account', 'bank_key']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Which of these bookings are stored already. */
export async function storedBankKeys(
  db: Database | Tx,
  query: { creditorId: string; account: string; bankKeys: readonly string[] },
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('bank_transactions')
    .select('bank_key')
    .where('creditor_id', '=', query.creditorId)
    .where('account', '=', query.account)
    .where('bank_key', '=', sql<string>`any(${[...query.bankKeys]}::text[])`)
    .execute()
  return new Set(rows.map((row) => row.bank_key))
}

/** A booking as another format tells it: the reference of the bank, and what must be equal. */
export interface SameBooking {
  bankReference: string
  currency: string
  amount: bigint
  direction: 'credit' | 'debit'
  bookingDate: string | null
}

/** Which of these bookings another format has brought before; what was doubled itself does not count. */
export async function bookedByOtherFormat(
  db: Database | Tx,
  query: {
    creditorId: string
    account: string
    format: StatementFormat
    bookings: readonly SameBooking[]
  },
): Promise<(booking: SameBooking) => boolean> {
  if (query.bookings.length === 0) return () => false
  const references = query.bookings.map(({ bankReference }) => bankReference)
  const rows = await db
    .selectFrom('bank_transactions')
    .select(['currency', 'amount', 'direction', 'booking_date', 'details'])
    .where('creditor_id', '=', query.creditorId)
    .where('account', '=', query.account)
    .where(sql`details ->> 'bankReference'`, '=', sql`any(${references}::text[])`)
    .where(sql`details ->> 'format'`, '<>', query.format)
    .where('state', '<>', 'ignored')
    .execute()
  const keys = new Set(
    rows.map((row) =>
      keyOf({
        bankReference: (row.details as TransactionDetails).bankReference ?? '',
        currency: row.currency,
        amount: row.amount,
        direction: row.direction as SameBooking['direction'],
        bookingDate: row.booking_date,
      }),
    ),
  )
  return (booking) => keys.has(keyOf(booking))
}

function keyOf({ bankReference, currency, amount, direction, bookingDate }: SameBooking): string {
  return JSON.stringify([bankReference, currency, amount.toString(), direction, bookingDate])
}

/** Tells whether another format has brought bookings of an account between two days. */
export async function hasOtherFormat(
  db: Database,
  query: { creditorId: string; account: string; format: StatementFormat; from: string; to: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('bank_transactions')
    .select('transaction_id')
    .where('creditor_id', '=', query.creditorId)
    .where('account', '=', query.account)
    .where('booking_date', '>=', query.from)
    .where('booking_date', '<=', query.to)
    .where(sql`details ->> 'format'`, '<>', query.format)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** What the API shows of a booking. */
export type BankTransactionView = Omit<BankTransaction, 'account' | 'bankKey' | 'details'>

/** A page of bookings with ids below `before`, newest first. */
export async function pageOfBankTransactions(
  db: Database,
  query: {
    creditorId: string
    state: string | undefined
    before: string | undefined
    limit: number
  },
): Promise<BankTransactionView[]> {
  let select = db
    .selectFrom('bank_transactions')
    .select(['creditor_id', 'transaction_id', 'currency', 'amount', 'direction', 'booking_date'])
    .select(['state', 'reason', 'claim_id', 'candidates', 'imported_at'])
    .where('creditor_id', '=', query.creditorId)
  if (query.before !== undefined) select = select.where('transaction_id', '<', query.before)
  if (query.state !== undefined) select = select.where('state', '=', query.state)
  const rows = await select.orderBy('transaction_id', 'desc').limit(query.limit).execute()
  return rows.map((row) => ({
    creditorId: row.creditor_id,
    transactionId: row.transaction_id,
    currency: row.currency,
    amount: row.amount,
    direction: row.direction as BankTransaction['direction'],
    bookingDate: row.booking_date,
    state: row.state as BankTransactionState,
    reason: row.reason,
    claimId: row.claim_id,
    candidates: row.candidates as BankTransaction['candidates'],
    importedAt: row.imported_at,
  }))
}
