// Facts that were learnt about customers, each kept once.
import { type Selectable, sql } from 'kysely'
import type { IdentifiedFact } from '../domain/learning/customer-standing.ts'
import type { Database, Tx } from './database.ts'
import type { LearntFactsTable } from './tables/learning.ts'

/** A fact as it was learnt. */
export interface LearntFactRow {
  creditorId: string
  debtorId: string
  modelVersion: number
  learntAt: number
  learnt: IdentifiedFact
}

/** Keeps those that nobody has kept yet, in one statement; none of somebody who was erased. */
export async function insertLearntFacts(
  db: Database | Tx,
  rows: readonly LearntFactRow[],
): Promise<void> {
  if (rows.length === 0) return
  await db
    .insertInto('learnt_facts')
    .columns([
      ...(['creditor_id', 'fact_id', 'debtor_id', 'kind', 'about'] as const),
      ...(['model_version', 'fact', 'learnt_at'] as const),
    ])
    .expression(
      sql`select f.* from unnest(${rows.map((it) => it.creditorId)}::text[],
        ${rows.map((it) => it.learnt.factId)}::text[], ${rows.map((it) => it.debtorId)}::text[],
        ${rows.map((it) => it.learnt.kind)}::text[], ${rows.map((it) => it.learnt.about)}::text[],
        ${rows.map((it) => it.modelVersion)}::int[],
        ${rows.map((it) => JSON.stringify(it.learnt.fact))}::jsonb[],
        ${rows.map((it) => it.learntAt)}::int8[])
          as f(creditor_id, fact_id, debtor_id, kind, about, model_version, fact, learnt_at)
        join debtors d using (creditor_id, debtor_id)
        where d.erased_at is null for key share of d`,
    )
    .onConflict((conflict) => conflict.columns(['creditor_id', 'fact_id']).doNothing())
    .execute()
}

/** Every fact that is kept of a customer, oldest first. */
export async function factsOfCustomer(
  db: Database | Tx,
  { creditorId, debtorId }: { creditorId: string; debtorId: string },
): Promise<LearntFactRow[]> {
  const rows = await db
    .selectFrom('learnt_facts')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .orderBy('learnt_at')
    .orderBy('fact_id')
    .execute()
  return rows.map(toLearntFact)
}

/** A fact by its id; undefined for another creditor's. */
export async function findLearntFact(
  db: Database | Tx,
  { creditorId, factId }: { creditorId: string; factId: string },
): Promise<LearntFactRow | undefined> {
  const row = await db
    .selectFrom('learnt_facts')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('fact_id', '=', factId)
    .executeTakeFirst()
  return row && toLearntFact(row)
}

function toLearntFact(row: Selectable<LearntFactsTable>): LearntFactRow {
  const { fact_id: factId, kind, about, fact } = row
  return {
    creditorId: row.creditor_id,
    debtorId: row.debtor_id,
    modelVersion: row.model_version,
    learntAt: row.learnt_at,
    learnt: { factId, kind, about, fact } as IdentifiedFact,
  }
}
