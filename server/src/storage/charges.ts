// Interest and fees of claims: one row a rule and period, as it stands now.
import { sql } from 'kysely'
import type { ChargeItem } from '../domain/compliance/charge-items.ts'
import type { Database, Tx } from './database.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** Every charge of a claim, those that were waived or reversed among them. */
export async function chargesOf(db: Database | Tx, claim: ClaimKey): Promise<ChargeItem[]> {
  return (await chargesOfAll(db, [claim]))(claim.claimId)
}

/** The same of several claims, by claim id, in one statement. */
export async function chargesOfAll(
  db: Database | Tx,
  claims: readonly ClaimKey[],
): Promise<(claimId: string) => ChargeItem[]> {
  const rows = await db
    .selectFrom('charges')
    .selectAll()
    .where(
      sql<boolean>`creditor_id = any(${[...new Set(claims.map((it) => it.creditorId))]}::text[])`,
    )
    .where(sql<boolean>`claim_id = any(${claims.map((it) => it.claimId)}::text[])`)
    .orderBy('rule')
    .orderBy('period')
    .execute()
  const items = rows.map((row) => ({
    claimId: row.claim_id,
    rule: row.rule,
    period: row.period,
    minor: row.amount,
    formula: row.formula,
    state: row.state as ChargeItem['state'],
    reason: row.reason,
    changedOn: row.changed_on,
  }))
  return (claimId) => items.filter((item) => item.claimId === claimId)
}

/** Writes charges as they stand; one that is there takes the new values. */
export async function putCharges(
  tx: Tx,
  { creditorId }: Pick<ClaimKey, 'creditorId'>,
  items: readonly ChargeItem[],
): Promise<void> {
  if (items.length === 0) return
  await tx
    .insertInto('charges')
    .values(
      items.map((item) => ({
        creditor_id: creditorId,
        claim_id: item.claimId,
        rule: item.rule,
        period: item.period,
        amount: item.minor,
        formula: item.formula,
        state: item.state,
        reason: item.reason,
        changed_on: item.changedOn,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['creditor_id', 'claim_id', 'rule', 'period']).doUpdateSet({
        amount: sql`excluded.amount`,
        formula: sql`excluded.formula`,
        state: sql`excluded.state`,
        reason: sql`excluded.reason`,
        changed_on: sql`excluded.changed_on`,
      }),
    )
    .execute()
}
