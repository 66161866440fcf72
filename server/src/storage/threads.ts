// Threads and their messages. A thread moves only from the state that the writer saw: a message is
// appended when last_seq still is its seq minus one, so no lock outlives the signing.
import type { StoredReply } from './column-types.ts'
import type { Database, Tx } from './database.ts'

export interface Thread {
  creditorId: string
  thr: string
  claimId: string
  peerRole: 'anyone' | 'agent' | 'bank'
  peerIss: string
  sub: string
  enrolmentId: string | null
  /** -1 before the first message. */
  lastSeq: number
  lastHash: string | null
  counters: number
}

/** A message that is signed (ours) or verified (a peer's), ready to be stored. */
export interface PreparedMessage {
  thr: string
  seq: number
  iss: string
  jti: string
  typ: string
  hash: string
  jws: string
}

/** A thread by its id, whoever's it is: callers check the party. */
export async function findThread(db: Database | Tx, thr: string): Promise<Thread | undefined> {
  const row = await db.selectFrom('threads').selectAll().where('thr', '=', thr).executeTakeFirst()
  return row === undefined ? undefined : toThread(row)
}

/** All threads of a claim, the conversation with the debtor's side and those with banks. */
export async function threadsOfClaim(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<Thread[]> {
  const rows = await db
    .selectFrom('threads')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('created_at')
    .orderBy('thr')
    .execute()
  return rows.map(toThread)
}

/** Opens a thread with its first message. Returns false when the thread exists. */
export async function openThread(
  tx: Tx,
  thread: Omit<Thread, 'lastSeq' | 'lastHash' | 'counters'>,
  first: PreparedMessage,
  at: number,
  reply?: StoredReply,
): Promise<boolean> {
  const result = await tx
    .insertInto('threads')
    .values({
      creditor_id: thread.creditorId,
      thr: thread.thr,
      claim_id: thread.claimId,
      peer_role: thread.peerRole,
      peer_iss: thread.peerIss,
      sub: thread.sub,
      enrolment_id: thread.enrolmentId,
      last_seq: first.seq,
      last_hash: first.hash,
      created_at: at,
    })
    .onConflict((conflict) => conflict.column('thr').doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) return false
  await insertMessage(tx, thread.creditorId, first, {
    at,
    ...(reply === undefined ? {} : { reply }),
  })
  return true
}

/**
 * Appends messages in order. Returns false, and writes nothing that matters after a rollback, when
 * the thread has moved since it was read: the caller rolls back and decides again.
 */
export async function appendMessages(
  tx: Tx,
  thread: Pick<Thread, 'creditorId' | 'thr'>,
  messages: readonly (PreparedMessage & { reply?: StoredReply })[],
  at: number,
): Promise<boolean> {
  for (const message of messages) {
    const moved = await tx
      .updateTable('threads')
      .set({ last_seq: message.seq, last_hash: message.hash })
      .where('thr', '=', thread.thr)
      .where('last_seq', '=', message.seq - 1)
      .executeTakeFirst()
    if (moved.numUpdatedRows !== 1n) return false
    await insertMessage(tx, thread.creditorId, message, {
      at,
      ...(message.reply === undefined ? {} : { reply: message.reply }),
    })
  }
  return true
}

/** Stores a message at its place; heads of threads are the caller's. */
export async function insertMessage(
  tx: Tx,
  creditorId: string,
  message: PreparedMessage,
  { at, reply }: { at: number; reply?: StoredReply },
): Promise<void> {
  await tx
    .insertInto('messages')
    .values({
      creditor_id: creditorId,
      ...message,
      reply: reply === undefined ? null : JSON.stringify(reply),
      created_at: at,
    })
    .execute()
}

export interface StoredMessage extends PreparedMessage {
  reply: StoredReply | null
}

/** The message that a peer sent before under the same identity, with the reply it got. */
export async function findMessage(
  db: Database | Tx,
  key: { iss: string; jti: string },
): Promise<StoredMessage | undefined> {
  return await db
    .selectFrom('messages')
    .select(['thr', 'seq', 'iss', 'jti', 'typ', 'hash', 'jws', 'reply'])
    .where('iss', '=', key.iss)
    .where('jti', '=', key.jti)
    .where('reply', 'is not', null)
    .executeTakeFirst()
}

/** The messages of a thread in the order of seq. */
export async function messagesOfThread(
  db: Database | Tx,
  thread: Pick<Thread, 'creditorId' | 'thr'>,
): Promise<StoredMessage[]> {
  return await db
    .selectFrom('messages')
    .select(['thr', 'seq', 'iss', 'jti', 'typ', 'hash', 'jws', 'reply'])
    .where('creditor_id', '=', thread.creditorId)
    .where('thr', '=', thread.thr)
    .orderBy('seq')
    .execute()
}

/** Puts a message of ours into the agent's inbox, and asks for the push when it has an address. */
export async function queueDelivery(
  tx: Tx,
  delivery: {
    creditorId: string
    enrolmentId: string
    /** Null for a message about the enrolment itself. */
    claimId: string | null
    thr: string
    seq: number
  },
): Promise<void> {
  const row = await tx
    .insertInto('agent_deliveries')
    .values({
      creditor_id: delivery.creditorId,
      enrolment_id: delivery.enrolmentId,
      claim_id: delivery.claimId,
      thr: delivery.thr,
      seq: delivery.seq,
    })
    .returning('delivery_id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('outbox')
    .columns(['creditor_id', 'queue', 'payload'])
    .expression((eb) =>
      eb
        .selectFrom('enrolments')
        .select((s) => [
          'creditor_id',
          s.val('push-to-agent').as('queue'),
          s.val(JSON.stringify({ deliveryId: row.delivery_id })).as('payload'),
        ])
        .where('creditor_id', '=', delivery.creditorId)
        .where('enrolment_id', '=', delivery.enrolmentId)
        .where('inbox', 'is not', null),
    )
    .execute()
}

function toThread(row: {
  creditor_id: string
  thr: string
  claim_id: string
  peer_role: string
  peer_iss: string
  sub: string
  enrolment_id: string | null
  last_seq: number
  last_hash: string
  counters: number
}): Thread {
  return {
    creditorId: row.creditor_id,
    thr: row.thr,
    claimId: row.claim_id,
    peerRole: row.peer_role as Thread['peerRole'],
    peerIss: row.peer_iss,
    sub: row.sub,
    enrolmentId: row.enrolment_id,
    lastSeq: row.last_seq,
    lastHash: row.last_hash,
    counters: row.counters,
  }
}

/** Counts a counter of the agent: a thread has room for one. */
export async function bumpCounters(tx: Tx, thread: Pick<Thread, 'thr'>): Promise<void> {
  await tx
    .updateTable('threads')
    .set((eb) => ({ counters: eb('counters', '+', 1) }))
    .where('thr', '=', thread.thr)
    .execute()
}
