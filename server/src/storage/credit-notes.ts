// Credit notes: what of a bill was taken back. The creditor's number makes each one effective once.
import type { Selectable } from 'kysely'
import type { ClaimDocument } from '../domain/claim/claim.ts'
import type { Database, Tx } from './database.ts'
import { openFields, sealField } from './sealed-fields.ts'
import type { CreditNotesTable } from './tables/money.ts'
import { personOfClaim } from './threads.ts'

export interface CreditNote {
  creditorId: string
  creditNoteId: string
  claimId: string
  /** The creditor's own. */
  number: string
  currency: string
  amount: bigint
  /** The part that was paid already. */
  freed: bigint
  /** Empty once the person was erased. */
  reason: string
  document: ClaimDocument | null
  createdAt: number
}

/** Stores a credit note. Returns false when the number is taken. */
export async function insertCreditNote(tx: Tx, note: CreditNote): Promise<boolean> {
  const result = await tx
    .insertInto('credit_notes')
    .values({
      creditor_id: note.creditorId,
      credit_note_id: note.creditNoteId,
      claim_id: note.claimId,
      number: note.number,
      currency: note.currency,
      amount: note.amount,
      freed: note.freed,
      words: await sealedWords(tx, note),
      created_at: note.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['number', 'creditor_id']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The credit note of a number, or undefined. */
export async function creditNoteOfNumber(
  db: Database | Tx,
  key: { creditorId: string; number: string },
): Promise<CreditNote | undefined> {
  const row = await db
    .selectFrom('credit_notes')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('number', '=', key.number)
    .executeTakeFirst()
  return row === undefined ? undefined : (await toCreditNotes(db, [row]))[0]
}

/** The credit notes of a claim, oldest first. */
export async function creditNotesOfClaim(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<CreditNote[]> {
  const rows = await db
    .selectFrom('credit_notes')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('credit_note_id')
    .execute()
  return await toCreditNotes(db, rows)
}

type Words = Pick<CreditNote, 'reason' | 'document'>

async function sealedWords(tx: Tx, note: CreditNote): Promise<Buffer> {
  const { creditorId, creditNoteId, reason, document } = note
  const words: Words = { reason, document }
  const personId = await personOfClaim(tx, note)
  const text = JSON.stringify(words)
  return await sealField(tx, { creditorId, personId, place: wordsPlace(creditNoteId), text })
}

const wordsPlace = (creditNoteId: string) => `credit_notes.words ${creditNoteId}`

const NO_WORDS: Words = { reason: '', document: null }

async function toCreditNotes(
  db: Database | Tx,
  rows: readonly Selectable<CreditNotesTable>[],
): Promise<CreditNote[]> {
  const opened = await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditor_id,
      place: wordsPlace(row.credit_note_id),
      sealed: row.words,
    })),
  )
  return rows.map((row, index) => {
    const text = opened[index] ?? null
    return {
      creditorId: row.creditor_id,
      creditNoteId: row.credit_note_id,
      claimId: row.claim_id,
      number: row.number,
      currency: row.currency,
      amount: row.amount,
      freed: row.freed,
      ...(text === null ? NO_WORDS : (JSON.parse(text) as Words)),
      createdAt: row.created_at,
    }
  })
}
