// Messages about claims that are told in the message of another claim of the same person.
import type { ToldAlong } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import type { HumanMessageKey } from './human-messages.ts'

/** What waits to be told in a message. */
export async function toldAlong(
  db: Database | Tx,
  { creditorId, messageId }: HumanMessageKey,
): Promise<ToldAlong[]> {
  return await db
    .selectFrom('human_messages')
    .select(['creditor_id as creditorId', 'message_id as messageId', 'claim_id as claimId'])
    .select(['step', 'template'])
    .where('creditor_id', '=', creditorId)
    .where('told_in', '=', messageId)
    .where('state', '=', 'queued')
    .orderBy('message_id')
    .execute()
}

/** Lets what was not told along leave by itself. Returns its messages. */
export async function untellAlong(
  tx: Tx,
  { creditorId, messageId }: HumanMessageKey,
): Promise<HumanMessageKey[]> {
  return await tx
    .updateTable('human_messages')
    .set({ told_in: null })
    .where('creditor_id', '=', creditorId)
    .where('told_in', '=', messageId)
    .where('state', '=', 'queued')
    .returning(['creditor_id as creditorId', 'message_id as messageId'])
    .execute()
}

/** The state of a message; undefined for one that is not there. */
export async function stateOfMessage(
  db: Database,
  { creditorId, messageId }: HumanMessageKey,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('human_messages')
    .select('state')
    .where('creditor_id', '=', creditorId)
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  return row?.state
}
