// Payment leases: one row a plan line, changed only by the decision that saw it.
import type { Lease } from '../domain/claim/decide-lease.ts'
import type { Database, Tx } from './database.ts'

export interface LineKey {
  creditorId: string
  claimId: string
  line: number
}

export async function findLease(db: Database | Tx, key: LineKey): Promise<Lease | undefined> {
  const row = await db
    .selectFrom('payment_leases')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('claim_id', '=', key.claimId)
    .where('line', '=', key.line)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    bankIss: row.bank_iss,
    fencing: row.fencing,
    lockedUntil: row.locked_until,
    state: row.state as Lease['state'],
  }
}

/** Forgets the leases of a claim: its lines are others from now on. */
export async function clearLeases(tx: Tx, claim: Omit<LineKey, 'line'>): Promise<void> {
  await tx
    .deleteFrom('payment_leases')
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .execute()
}

/**
 * Writes a lease over the one that the decision saw. Returns false when another was written
 * meanwhile: the caller rolls back and decides again.
 */
export async function saveLease(
  tx: Tx,
  key: LineKey,
  change: { seen: Lease | undefined; lease: Lease },
): Promise<boolean> {
  const { seen, lease } = change
  const values = {
    bank_iss: lease.bankIss,
    fencing: lease.fencing,
    locked_until: lease.lockedUntil,
    state: lease.state,
  }
  if (seen === undefined) {
    const inserted = await tx
      .insertInto('payment_leases')
      .values({ creditor_id: key.creditorId, claim_id: key.claimId, line: key.line, ...values })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return inserted.numInsertedOrUpdatedRows === 1n
  }
  const updated = await tx
    .updateTable('payment_leases')
    .set(values)
    .where('creditor_id', '=', key.creditorId)
    .where('claim_id', '=', key.claimId)
    .where('line', '=', key.line)
    .where('fencing', '=', seen.fencing)
    .where('state', '=', seen.state)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}
