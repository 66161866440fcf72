// Queued messages whose job may be gone: what takes them up again.
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import type { HumanMessageKey } from './human-messages.ts'

/** What is looked for among queued messages. */
export interface Overdue {
  now: number
  /** Without an instant of its own, a message is looked at after so many seconds. */
  patience: number
  channels: readonly string[]
}

const isOverdue = ({ now, patience, channels }: Overdue) =>
  sql<boolean>`state = 'queued' and channel = any(${channels}::text[])
    and coalesce(try_again_at, created_at + ${patience}::bigint) <= ${now}`

/** Tells whether `takeOverdueMessages` would find any; most sweeps find none. */
export async function hasOverdueMessages(db: Database, overdue: Overdue): Promise<boolean> {
  const row = await db
    .selectFrom('human_messages')
    .select('message_id')
    .where(isOverdue(overdue))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Takes queued messages whose instant to be looked at has come and moves that instant on. Without
 * one of its own, a message is looked at when it has waited for `patience` seconds.
 */
export async function takeOverdueMessages(
  tx: Tx,
  { limit, ...overdue }: Overdue & { limit: number },
): Promise<HumanMessageKey[]> {
  return await tx
    .updateTable('human_messages')
    .set({ try_again_at: overdue.now + overdue.patience })
    .where(
      sql<boolean>`(creditor_id, message_id) in (
        select creditor_id, message_id from human_messages
        where ${isOverdue(overdue)}
        order by created_at limit ${limit} for update skip locked)`,
    )
    .returning(['creditor_id as creditorId', 'message_id as messageId'])
    .execute()
}
