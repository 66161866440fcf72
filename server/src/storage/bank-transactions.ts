// Bookings on a creditor's account. The key of the bank decides what is new: the same booking in two
// files, or in two imports at once, is one row.
import { sql } from 'kysely'
import type { MatchCandidate } from '../domain/matching/match-types.ts'
import type { BankTransactionDetails } from './column-types.ts'
import type { Database, Tx } from './database.ts'

/** `refund`: money of ours that went back to a customer, or came back from there. */
export type BankTransactionState = 'matched' | 'unmatched' | 'reversal' | 'refund' | 'ignored'

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
