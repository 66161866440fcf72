// Replies kept for the same request again.
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'

export interface StoredAnswer {
  requestHash: Buffer
  status: number
  /** Sealed. */
  body: Buffer
}

interface AnswerKey {
  creditorId: string
  operation: string
  key: string
}

export async function findStoredReply(
  db: Database | Tx,
  key: AnswerKey,
): Promise<StoredAnswer | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'reply'])
    .where('creditor_id', '=', key.creditorId)
    .where('operation', '=', key.operation)
    .where('key', '=', key.key)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { requestHash: row.request_hash, status: row.status, body: row.reply }
}

/** Keeps a reply; a second process that finished the same work first keeps its own. */
export async function insertStoredReply(
  db: Database | Tx,
  answer: AnswerKey & StoredAnswer & { at: number },
): Promise<void> {
  await db
    .insertInto('idempotency_keys')
    .values({
      creditor_id: answer.creditorId,
      operation: answer.operation,
      key: answer.key,
      request_hash: answer.requestHash,
      status: answer.status,
      reply: answer.body,
      reply_thr: null,
      created_at: answer.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Forgets replies older than an instant; keys are kept at least that long. */
export async function deleteRepliesBefore(db: Database, instant: number): Promise<number> {
  const result = await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', instant)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Replies of a creditor that the master key sealed, in the order of operation and key. */
export async function pageOfReplies(
  tx: Tx,
  query: {
    creditorId: string
    after: { operation: string; key: string } | undefined
    limit: number
  },
): Promise<{ operation: string; key: string; body: Buffer }[]> {
  const { operation = '', key = '' } = query.after ?? {}
  return await tx
    .selectFrom('idempotency_keys')
    .select(['operation', 'key', 'reply as body'])
    .where('creditor_id', '=', query.creditorId)
    .where('reply_thr', 'is', null)
    .where(sql<boolean>`(operation, key) > (${operation}, ${key})`)
    .orderBy('operation')
    .orderBy('key')
    .limit(query.limit)
    .execute()
}

/** Forgets one reply. */
export async function deleteReply(
  tx: Tx,
  { creditorId, operation, key }: AnswerKey,
): Promise<void> {
  await tx
    .deleteFrom('idempotency_keys')
    .where('creditor_id', '=', creditorId)
    .where('operation', '=', operation)
    .where('key', '=', key)
    .execute()
}
