// Refunds, from the customer's choice to the booking that shows them leaving. Every step is a
// compare-and-set on the state: what somebody else moved is not moved twice.
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { RefundCaution } from '../domain/credit/refund-cautions.ts'
import type { Database, Tx } from './database.ts'
import { keyringOf, OF_CREDITOR } from './keyring.ts'
import { openFields, sealField } from './sealed-fields.ts'
import type { RefundsTable } from './tables/money.ts'

/**
 * `chosen` waits for a person, `approved` for a file, `exported` for the bank, `paid` left. `refused` by
 * a person or a bank, and `returned` by a bank: the money is owed to the customer again. `withdrawn`
 * when the money behind it was taken back before it left.
 */
export type RefundState =
  | 'chosen'
  | 'approved'
  | 'exported'
  | 'paid'
  | 'refused'
  | 'withdrawn'
  | 'returned'

/** Where the money goes. */
export interface RefundAccount {
  holder: string
  iban: string
}

export interface Refund {
  creditorId: string
  refundId: string
  claimId: string
  debtorId: string
  creditId: string
  currency: string
  amount: bigint
  target: 'origin' | 'other'
  /** Null once the person was erased. */
  account: RefundAccount | null
  state: RefundState
  cautions: readonly RefundCaution[]
  chosenBy: string
  approvedBy: string | null
  endToEndId: string
  exportId: string | null
  exportedAt: number | null
  paidTransactionId: string | null
  returnedTransactionId: string | null
  createdAt: number
  endedAt: number | null
}

type RefundKey = Pick<Refund, 'creditorId' | 'refundId'>

/** Stores a refund; an offer has one at most. */
export async function insertRefund(tx: Tx, refund: Refund): Promise<void> {
  await tx
    .insertInto('refunds')
    .values({
      creditor_id: refund.creditorId,
      refund_id: refund.refundId,
      claim_id: refund.claimId,
      debtor_id: refund.debtorId,
      credit_id: refund.creditId,
      currency: refund.currency,
      amount: refund.amount,
      target: refund.target,
      account: await sealedAccount(tx, refund),
      state: refund.state,
      cautions: [...refund.cautions],
      chosen_by: refund.chosenBy,
      approved_by: refund.approvedBy,
      end_to_end_id: refund.endToEndId,
      export_id: refund.exportId,
      exported_at: refund.exportedAt,
      paid_transaction_id: refund.paidTransactionId,
      returned_transaction_id: refund.returnedTransactionId,
      created_at: refund.createdAt,
      ended_at: refund.endedAt,
    })
    .execute()
}

async function sealedAccount(
  tx: Tx,
  { creditorId, debtorId: personId, refundId, account }: Refund,
): Promise<Buffer | null> {
  if (account === null) return null
  const text = JSON.stringify({ holder: account.holder, iban: account.iban })
  // Money that came after an erasure goes back to where it came from, as that was stored.
  const isErased = (await keyringOf(tx).hold(tx, { creditorId, personId })) === null
  const owner = { creditorId, personId: isErased ? OF_CREDITOR : personId }
  return await sealField(tx, { ...owner, place: accountPlace(refundId), text })
}

const accountPlace = (refundId: string) => `refunds.account ${refundId}`

/** What a step changes. */
export type RefundChange = Partial<
  Pick<
    Refund,
    | 'state'
    | 'approvedBy'
    | 'exportId'
    | 'exportedAt'
    | 'paidTransactionId'
    | 'returnedTransactionId'
    | 'endedAt'
  >
>

/** Moves a refund on. Returns false when it is not in the state that the decision saw. */
export async function changeRefund(
  tx: Tx,
  refund: RefundKey & Pick<Refund, 'state'>,
  change: RefundChange,
): Promise<boolean> {
  const { state, approvedBy, exportId, exportedAt, endedAt } = change
  const { paidTransactionId, returnedTransactionId } = change
  const result = await tx
    .updateTable('refunds')
    .set({
      ...(state === undefined ? {} : { state }),
      ...(approvedBy === undefined ? {} : { approved_by: approvedBy }),
      ...(exportId === undefined ? {} : { export_id: exportId }),
      ...(exportedAt === undefined ? {} : { exported_at: exportedAt }),
      ...(endedAt === undefined ? {} : { ended_at: endedAt }),
      ...(paidTransactionId === undefined ? {} : { paid_transaction_id: paidTransactionId }),
      ...(returnedTransactionId === undefined
        ? {}
        : { returned_transaction_id: returnedTransactionId }),
    })
    .where('creditor_id', '=', refund.creditorId)
    .where('refund_id', '=', refund.refundId)
    .where('state', '=', refund.state)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** A refund of this creditor, or undefined. */
export async function findRefund(db: Database | Tx, key: RefundKey): Promise<Refund | undefined> {
  const row = await db
    .selectFrom('refunds')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('refund_id', '=', key.refundId)
    .executeTakeFirst()
  return row === undefined ? undefined : (await toRefunds(db, [row]))[0]
}

/** The refund that a booking names by its end-to-end id, or undefined. */
export async function refundOfEndToEndId(
  db: Database | Tx,
  key: { creditorId: string; endToEndId: string },
): Promise<Refund | undefined> {
  const row = await db
    .selectFrom('refunds')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('end_to_end_id', '=', key.endToEndId)
    .executeTakeFirst()
  return row === undefined ? undefined : (await toRefunds(db, [row]))[0]
}

/** The refunds of a claim, newest first. */
export async function refundsOfClaim(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<Refund[]> {
  const rows = await db
    .selectFrom('refunds')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('refund_id', 'desc')
    .execute()
  return await toRefunds(db, rows)
}

/** Whether a refund to this debtor has come back before. */
export async function hasReturnedRefund(
  db: Database | Tx,
  debtor: { creditorId: string; debtorId: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('refunds')
    .select('refund_id')
    .where('creditor_id', '=', debtor.creditorId)
    .where('debtor_id', '=', debtor.debtorId)
    .where('state', '=', 'returned')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Approved refunds in a currency whose money is still there and not needed, locked with their claims. */
export async function lockApprovedRefunds(
  tx: Tx,
  query: { creditorId: string; currency: string; limit: number },
): Promise<Refund[]> {
  // The claims before their refunds, as everywhere: two writers never wait for each other.
  await sql`
    select c.claim_id from claims c
    where c.creditor_id = ${query.creditorId} and c.claim_id in (
      select r.claim_id from refunds r
      where r.creditor_id = ${query.creditorId} and r.currency = ${query.currency}
        and r.state = 'approved')
    order by c.claim_id for update`.execute(tx)
  const rows = await tx
    .selectFrom('refunds')
    .innerJoin('claims', (join) =>
      join
        .onRef('claims.creditor_id', '=', 'refunds.creditor_id')
        .onRef('claims.claim_id', '=', 'refunds.claim_id'),
    )
    .selectAll('refunds')
    .where('refunds.creditor_id', '=', query.creditorId)
    .where('refunds.currency', '=', query.currency)
    .where('refunds.state', '=', 'approved')
    .whereRef('claims.overpaid', '>=', 'claims.given_back')
    // A claim that is owed again is paid first.
    .where(sql<boolean>`(claims.claim_state not in ('open', 'handed-over')
      or claims.principal + claims.price - claims.credit - claims.paid <= 0)`)
    .orderBy('refunds.refund_id')
    .limit(query.limit)
    .forUpdate('refunds')
    .execute()
  return await toRefunds(tx, rows)
}

/** A page of refunds with ids below `before`, newest first. */
export async function pageOfRefunds(
  db: Database,
  query: {
    creditorId: string
    state: string | undefined
    exportId: string | undefined
    before: string | undefined
    limit: number
  },
): Promise<Refund[]> {
  let select = db.selectFrom('refunds').selectAll().where('creditor_id', '=', query.creditorId)
  if (query.state !== undefined) select = select.where('state', '=', query.state)
  if (query.exportId !== undefined) select = select.where('export_id', '=', query.exportId)
  if (query.before !== undefined) select = select.where('refund_id', '<', query.before)
  const rows = await select.orderBy('refund_id', 'desc').limit(query.limit).execute()
  return await toRefunds(db, rows)
}

async function toRefunds(
  db: Database | Tx,
  rows: readonly Selectable<RefundsTable>[],
): Promise<Refund[]> {
  const accounts = await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditor_id,
      place: accountPlace(row.refund_id),
      sealed: row.account,
    })),
  )
  return rows.map((row, index) => ({
    creditorId: row.creditor_id,
    refundId: row.refund_id,
    claimId: row.claim_id,
    debtorId: row.debtor_id,
    creditId: row.credit_id,
    currency: row.currency,
    amount: row.amount,
    target: row.target as Refund['target'],
    account: JSON.parse(accounts[index] ?? 'null') as RefundAccount | null,
    state: row.state as RefundState,
    cautions: row.cautions as RefundCaution[],
    chosenBy: row.chosen_by,
    approvedBy: row.approved_by,
    endToEndId: row.end_to_end_id,
    exportId: row.export_id,
    exportedAt: row.exported_at,
    paidTransactionId: row.paid_transaction_id,
    returnedTransactionId: row.returned_transaction_id,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }))
}
