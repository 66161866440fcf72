// What people answered about their claims: one row a message, so that the same one twice has one
// effect. Their words are elsewhere, sealed, with the task that asks somebody to read them.
import type { Database, Tx } from './database.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

export interface PersonReplyRow extends ClaimKey {
  /** The message: its id at the channel, or that of the form. */
  origin: string
  channel: string
  action: string
  /** The day that it names. */
  day: string | null
  /** Epoch seconds. */
  at: number
}

/** Keeps an answer. Returns false when this message was taken before. */
export async function insertPersonReply(tx: Tx, reply: PersonReplyRow): Promise<boolean> {
  const result = await tx
    .insertInto('person_replies')
    .values({
      creditor_id: reply.creditorId,
      claim_id: reply.claimId,
      origin: reply.origin,
      channel: reply.channel,
      action: reply.action,
      day: reply.day,
      at: reply.at,
    })
    .onConflict((conflict) => conflict.columns(['creditor_id', 'claim_id', 'origin']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The answer that a message was, or undefined. */
export async function findPersonReply(
  db: Database | Tx,
  { creditorId, claimId, origin }: ClaimKey & { origin: string },
): Promise<PersonReplyRow | undefined> {
  return await repliesOf(db, { creditorId, claimId })
    .where('origin', '=', origin)
    .executeTakeFirst()
}

/** The last answer with an action, or undefined. */
export async function lastPersonReply(
  db: Database | Tx,
  claim: ClaimKey,
  action: string,
): Promise<PersonReplyRow | undefined> {
  return await repliesOf(db, claim)
    .where('action', '=', action)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** How many answers came by a channel after an instant. */
export async function countPersonReplies(
  db: Database | Tx,
  claim: ClaimKey,
  { channel, since }: { channel: string; since: number },
): Promise<number> {
  const { count } = await db
    .selectFrom('person_replies')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('channel', '=', channel)
    .where('at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(count)
}

function repliesOf(db: Database | Tx, claim: ClaimKey) {
  return db
    .selectFrom('person_replies')
    .select(['creditor_id as creditorId', 'claim_id as claimId', 'origin', 'channel', 'action'])
    .select(['day', 'at'])
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
}
