// Trained models of a creditor, and whose turn it is to be trained.
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import type { LearningModelsTable } from './tables/learning.ts'

/**
 * Takes the creditors whose bills are to be looked at, and puts their next look off: of two processes that
 * ask at one time, one gets a creditor.
 */
export async function takeLearningTurns(
  tx: Tx,
  turn: { now: number; nextLookAt: number; limit: number },
): Promise<string[]> {
  const { now, nextLookAt, limit } = turn
  const { rows } = await sql<{ creditor_id: string }>`
    update learning_turns t set look_at = ${nextLookAt}
    from (select creditor_id from learning_turns where look_at <= ${now}
      order by look_at limit ${limit} for update skip locked) due
    where t.creditor_id = due.creditor_id
    returning t.creditor_id`.execute(tx)
  return rows.map((row) => row.creditor_id)
}

export interface StoredModel {
  creditorId: string
  version: number
  priorVersion: number
  seed: number
  firstIssued: string
  lastIssued: string
  until: string
  bills: number
  settledBills: number
  customers: number
  /** JSON as it was hashed. */
  model: string
  /** SHA-256 of `model`, in hex. */
  hash: string
  createdAt: number
}

/** The newest model of a creditor; undefined before the first. */
export async function latestModel(
  db: Database | Tx,
  creditorId: string,
): Promise<StoredModel | undefined> {
  const row = await db
    .selectFrom('learning_models')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toModel(row)
}

/** Keeps a model. Returns false when another process has kept one of this version. */
export async function insertModel(db: Database | Tx, model: StoredModel): Promise<boolean> {
  const result = await db
    .insertInto('learning_models')
    .values({
      creditor_id: model.creditorId,
      version: model.version,
      prior_version: model.priorVersion,
      seed: model.seed,
      first_issued: model.firstIssued,
      last_issued: model.lastIssued,
      until: model.until,
      bills: model.bills,
      settled_bills: model.settledBills,
      customers: model.customers,
      model: model.model,
      hash: model.hash,
      created_at: model.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['creditor_id', 'version']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

function toModel(row: LearningModelsTable): StoredModel {
  return {
    creditorId: row.creditor_id,
    version: row.version,
    priorVersion: row.prior_version,
    seed: row.seed,
    firstIssued: row.first_issued,
    lastIssued: row.last_issued,
    until: row.until,
    bills: row.bills,
    settledBills: row.settled_bills,
    customers: row.customers,
    model: row.model,
    hash: row.hash,
    createdAt: row.created_at,
  }
}
