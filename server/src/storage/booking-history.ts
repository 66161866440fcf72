// Every decision about a booking: what it became, who decided and why. Written with the decision.
import type { BankTransactionKey, BankTransactionState } from './bank-transactions.ts'
import type { BookingDecision } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { OF_CREDITOR } from './keyring.ts'
import { openFields, sealField } from './sealed-fields.ts'

export interface HistoryEntry {
  /** 0 is the first decision; the version of the booking that it led to. */
  entry: number
  at: number
  state: BankTransactionState
  /** Who decided; null: the rules. */
  by: string | null
  /** The rule or the reason, as a code. */
  reason: string
  /** What a person wrote about it. */
  note: string | null
  data: BookingDecision
}

/** Adds a decision. Its place is taken once: of two at the same time one fails. */
export async function appendHistory(
  tx: Tx,
  { creditorId, transactionId }: BankTransactionKey,
  entry: HistoryEntry,
): Promise<void> {
  const place = notePlace(transactionId, entry.entry)
  const note =
    entry.note === null
      ? null
      : await sealField(tx, { creditorId, personId: OF_CREDITOR, place, text: entry.note })
  await tx
    .insertInto('bank_transaction_history')
    .values({
      creditor_id: creditorId,
      transaction_id: transactionId,
      entry: entry.entry,
      at: entry.at,
      state: entry.state,
      decided_by: entry.by,
      reason: entry.reason,
      note,
      data: JSON.stringify(entry.data),
    })
    .execute()
}

/** Decisions that one answer shows; nobody takes more. */
const MOST_ENTRIES = 100

/** The decisions about a booking, the first one first. */
export async function historyOf(
  db: Database | Tx,
  { creditorId, transactionId }: BankTransactionKey,
): Promise<HistoryEntry[]> {
  const rows = await db
    .selectFrom('bank_transaction_history')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('transaction_id', '=', transactionId)
    .orderBy('entry', 'desc')
    .limit(MOST_ENTRIES)
    .execute()
  const notes = await openFields(
    db,
    rows.map((row) => ({
      creditorId,
      place: notePlace(transactionId, row.entry),
      sealed: row.note,
    })),
  )
  return rows
    .map((row, index) => ({
      entry: row.entry,
      at: row.at,
      state: row.state as BankTransactionState,
      by: row.decided_by,
      reason: row.reason,
      note: notes[index] ?? null,
      data: row.data,
    }))
    .toReversed()
}

const notePlace = (transactionId: string, entry: number) =>
  `bank_transaction_history.note ${transactionId} ${entry}`
