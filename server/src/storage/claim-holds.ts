// Holds on the dunning of claims: one row a reason. Whoever writes one raises the claim's version in
// the same transaction, so that a decision taken without it is not written.
import { sql } from 'kysely'
import type { ClaimHold, ClaimHoldReason } from '../domain/claim/holds.ts'
import type { Database, Tx } from './database.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** Holds of a claim that were not released, whether or not their end has passed. */
export async function holdsOf(db: Database | Tx, claim: ClaimKey): Promise<ClaimHold[]> {
  return (await holdsOfAll(db, [claim])).get(claim.claimId) ?? []
}

/** The same of several claims, by claim id, in one statement. */
export async function holdsOfAll(
  db: Database | Tx,
  claims: readonly ClaimKey[],
): Promise<Map<string, ClaimHold[]>> {
  if (claims.length === 0) return new Map()
  const rows = await db
    .selectFrom('claim_holds')
    .select(['claim_id', 'reason', 'until', 'created_at'])
    .where(
      sql<boolean>`creditor_id = any(${[...new Set(claims.map((it) => it.creditorId))]}::text[])`,
    )
    .where(sql<boolean>`claim_id = any(${claims.map((it) => it.claimId)}::text[])`)
    .where('released_at', 'is', null)
    .orderBy('created_at')
    .orderBy('reason')
    .execute()
  const byClaim = new Map<string, ClaimHold[]>()
  for (const row of rows) {
    const reason = row.reason as ClaimHoldReason
    const hold = { reason, until: row.until, createdAt: row.created_at }
    byClaim.set(row.claim_id, [...(byClaim.get(row.claim_id) ?? []), hold])
  }
  return byClaim
}

/** Sets a hold, also one that was released before under the same reason. */
export async function putHold(tx: Tx, claim: ClaimKey, hold: ClaimHold): Promise<void> {
  const values = { until: hold.until, created_at: hold.createdAt }
  await tx
    .insertInto('claim_holds')
    .values({
      creditor_id: claim.creditorId,
      claim_id: claim.claimId,
      reason: hold.reason,
      ...values,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['creditor_id', 'claim_id', 'reason'])
        .doUpdateSet({ ...values, released_at: null, released_as: null }),
    )
    .execute()
}

/** Releases a hold and says how it ended. */
export async function releaseHold(
  tx: Tx,
  claim: ClaimKey,
  release: { reason: ClaimHoldReason; at: number; as: string },
): Promise<void> {
  await tx
    .updateTable('claim_holds')
    .set({ released_at: release.at, released_as: release.as })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('reason', '=', release.reason)
    .where('released_at', 'is', null)
    .execute()
}

/** How the last hold of a reason ended; undefined when there was none or it stands. */
export async function lastRelease(
  db: Database | Tx,
  claim: ClaimKey,
  reason: ClaimHoldReason,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('claim_holds')
    .select('released_as')
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('reason', '=', reason)
    .where('released_at', 'is not', null)
    .executeTakeFirst()
  return row?.released_as ?? undefined
}
