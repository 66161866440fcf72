// Versions of the negotiation policies. A version is never changed: signed offers name it.
import type { Policy } from '../domain/negotiation/policy.ts'
import type { Database, Tx } from './database.ts'

/** The segment whose policy holds where a segment has none of its own. */
const FALLBACK_SEGMENT = 'default'

/** Adds a version. Returns false when the segment has one with this number already. */
export async function insertPolicyVersion(
  db: Database | Tx,
  policy: Policy & { creditorId: string; at: number },
): Promise<boolean> {
  const result = await db
    .insertInto('negotiation_policies')
    .values({
      creditor_id: policy.creditorId,
      segment: policy.segment,
      version: policy.version,
      policy_hash: policy.policyHash,
      terms: JSON.stringify(policy.terms),
      created_at: policy.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The newest version of each segment, in the order of their names. */
export async function latestPolicies(db: Database | Tx, creditorId: string): Promise<Policy[]> {
  const rows = await db
    .selectFrom('negotiation_policies')
    .distinctOn('segment')
    .select(['segment', 'version', 'policy_hash', 'terms'])
    .where('creditor_id', '=', creditorId)
    .orderBy('segment')
    .orderBy('version', 'desc')
    .execute()
  return rows.map(toPolicy)
}

/** The policy that holds for a segment: its own newest version, else that of `default`. */
export async function latestPolicy(
  db: Database | Tx,
  creditorId: string,
  segment: string,
): Promise<Policy> {
  const row = await db
    .selectFrom('negotiation_policies')
    .select(['segment', 'version', 'policy_hash', 'terms'])
    .where('creditor_id', '=', creditorId)
    .where('segment', 'in', [segment, FALLBACK_SEGMENT])
    .orderBy((eb) => eb('segment', '=', segment), 'desc')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return toPolicy(row)
}

/** The policy that an offer names; policies are never changed, so it is there. */
export async function policyOfOffer(
  db: Database | Tx,
  creditorId: string,
  offer: { policyVersion: number; policyHash: string },
): Promise<Policy> {
  const row = await db
    .selectFrom('negotiation_policies')
    .select(['segment', 'version', 'policy_hash', 'terms'])
    .where('creditor_id', '=', creditorId)
    .where('version', '=', offer.policyVersion)
    .where('policy_hash', '=', offer.policyHash)
    .limit(1)
    .executeTakeFirstOrThrow()
  return toPolicy(row)
}

function toPolicy(row: {
  segment: string
  version: number
  policy_hash: string
  terms: Policy['terms']
}): Policy {
  const { segment, version, terms } = row
  return { segment, version, policyHash: row.policy_hash, terms }
}
