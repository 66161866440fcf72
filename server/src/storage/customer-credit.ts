// What is owed to a customer over all its claims, and where the money came from. Nothing is kept beside
// the claims: the sums are theirs.
import { type SqlBool, sql } from 'kysely'
import type { PaymentOrigin } from '../domain/credit/origin-of-credit.ts'
import { detailsPlace, readDetails } from './bank-transactions.ts'
import { type Claim, toClaim } from './claims.ts'
import type { Database, Tx } from './database.ts'
import { openFields } from './sealed-fields.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** The payments of a claim that stand, with the accounts that they came from. */
export async function originsOfPayments(
  db: Database | Tx,
  claim: ClaimKey,
): Promise<PaymentOrigin[]> {
  const { rows } = await sql<{
    overpaid: bigint
    created_at: number
    transaction_id: string
    details: Buffer | null
  }>`
    select p.overpaid, p.created_at, p.transaction_id, t.details
    from payments p
    left join bank_transactions t
      on t.creditor_id = p.creditor_id and t.transaction_id = p.transaction_id
    where p.creditor_id = ${claim.creditorId} and p.claim_id = ${claim.claimId}
      and p.reversed_at is null
    order by p.created_at, p.payment_id`.execute(db)
  const opened = await openFields(
    db,
    rows.map((row) => ({
      creditorId: claim.creditorId,
      place: detailsPlace(row.transaction_id),
      sealed: row.details,
    })),
  )
  return rows.map((row, index) => {
    const details = readDetails(opened[index] ?? null)
    return {
      overpaid: BigInt(row.overpaid),
      createdAt: Number(row.created_at),
      iban: details.debtorIban ?? null,
      holder: details.debtorName ?? null,
    }
  })
}

/**
 * Whether a payment of a claim was taken back, or the money on it was taken off another claim, whose
 * surplus may have been given back before.
 */
export async function hasReturnedPayment(db: Database | Tx, claim: ClaimKey): Promise<boolean> {
  const row = await db
    .selectFrom('payments as own')
    .innerJoin('payments as returned', (join) =>
      join
        .onRef('returned.transaction_id', '=', 'own.transaction_id')
        .onRef('returned.creditor_id', '=', 'own.creditor_id'),
    )
    .select('returned.payment_id')
    .where('own.creditor_id', '=', claim.creditorId)
    .where('own.claim_id', '=', claim.claimId)
    .where('returned.reversed_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The invoice numbers of claims of one creditor, by claim id. */
export async function invoiceNumbersOf(
  db: Database | Tx,
  claims: readonly ClaimKey[],
): Promise<(claimId: string) => string> {
  const [first] = claims
  if (first === undefined) return () => ''
  const rows = await db
    .selectFrom('claims')
    .select(['claim_id', 'invoice_number'])
    .where('creditor_id', '=', first.creditorId)
    .where('claim_id', 'in', [...new Set(claims.map(({ claimId }) => claimId))])
    .execute()
  const numbers = new Map(rows.map((row) => [row.claim_id, row.invoice_number]))
  return (claimId) => numbers.get(claimId) ?? ''
}

/**
 * Open claims of a claim's debtor in its currency on which something is owed and nothing disputed, the
 * first due first.
 */
export async function openClaimsBeside(
  db: Database | Tx,
  claim: Pick<Claim, 'creditorId' | 'claimId' | 'debtorId' | 'currency'>,
  limit: number,
): Promise<Claim[]> {
  const rows = await db
    .selectFrom('claims')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('debtor_id', '=', claim.debtorId)
    .where('currency', '=', claim.currency)
    .where('claim_state', '=', 'open')
    .where('claim_id', '<>', claim.claimId)
    .where('disputed', '=', 0n)
    .where(sql<SqlBool>`principal + price - credit - paid > 0`)
    .orderBy('due_date')
    .orderBy('claim_id')
    .limit(limit)
    .execute()
  return rows.map(toClaim)
}
