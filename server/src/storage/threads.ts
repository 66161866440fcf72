// Threads and their messages. A thread moves only from the state that the writer saw: a message is
// appended when last_seq still is its seq minus one, so no lock outlives the signing.
import { type Selectable, sql } from 'kysely'
import type { StoredReply } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { type KeyOwner, keyringOf } from './keyring.ts'
import { openFields, sealFields } from './sealed-fields.ts'
import type { ThreadsTable } from './tables/exchange.ts'

export interface Thread {
  creditorId: string
  thr: string
  claimId: string
  peerRole: 'anyone' | 'agent' | 'bank'
  peerIss: string
  sub: string
  enrolmentId: string | null
  /** The conversation whose acknowledgements it holds; null for every other thread. */
  acksOf: string | null
  /** -1 before the first message. */
  lastSeq: number
  lastHash: string | null
  counters: number
  /** Its person was erased: nothing is said in it any more. */
  isErased: boolean
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

type AppendedMessage = PreparedMessage & { reply?: StoredReply }

/** Opens a thread with its first messages. Returns false when the thread exists, or its person was erased. */
export async function openThread(
  tx: Tx,
  thread: Omit<Thread, 'lastSeq' | 'lastHash' | 'counters' | 'acksOf' | 'isErased'> &
    Partial<Pick<Thread, 'acksOf'>>,
  messages: readonly [AppendedMessage, ...AppendedMessage[]],
  at: number,
): Promise<boolean> {
  const { creditorId, thr, claimId, peerRole, peerIss, sub, enrolmentId, acksOf = null } = thread
  const last = messages.at(-1) ?? messages[0]
  const personId = await personOfClaim(tx, thread)
  const sealed = await sealMessages(tx, { creditorId, personId }, messages)
  const result = await sql`
    with person as (
      select from debtors where creditor_id = ${creditorId} and debtor_id = ${personId}
        and erased_at is null for key share
    ), thread as (
      insert into threads (creditor_id, thr, claim_id, peer_role, peer_iss, sub, enrolment_id,
        acks_of, last_seq, last_hash, created_at)
      select ${creditorId}::text, ${thr}::text, ${claimId}::text, ${peerRole}::text, ${peerIss}::text,
        ${sub}::text, ${enrolmentId}::text, ${acksOf}::text, ${last.seq}::int, ${last.hash}::text,
        ${at}::int8 from person
      on conflict (thr) do nothing
      returning creditor_id, thr
    ) ${insertInto('thread', sealed, at)}`.execute(tx)
  return result.numAffectedRows === BigInt(messages.length)
}

/**
 * Appends messages in order. Returns false, and writes nothing, when the thread has moved since it
 * was read, or its person was erased: the caller rolls back and decides again.
 */
export async function appendMessages(
  tx: Tx,
  thread: Pick<Thread, 'creditorId' | 'thr'>,
  messages: readonly AppendedMessage[],
  at: number,
): Promise<boolean> {
  const [first, last] = [messages.at(0), messages.at(-1)]
  if (first === undefined || last === undefined) return true
  const isUnbroken = messages.every(({ seq }, index) => seq === first.seq + index)
  if (!isUnbroken) return false
  const personId = await personOfThread(tx, thread.thr)
  const sealed = await sealMessages(tx, { creditorId: thread.creditorId, personId }, messages)
  const result = await sql`
    with thread as (
      update threads set last_seq = ${last.seq}, last_hash = ${last.hash}
      where thr = ${thread.thr} and last_seq = ${first.seq - 1} and erased_at is null
      returning ${thread.creditorId}::text as creditor_id, thr
    ) ${insertInto('thread', sealed, at)}`.execute(tx)
  return result.numAffectedRows === BigInt(messages.length)
}

/** Inserts messages into the thread of the one row that a statement before names. */
function insertInto(rowOfThread: string, messages: readonly SealedMessage[], at: number) {
  return sql`insert into messages
      (creditor_id, thr, seq, iss, jti, typ, hash, jws, reply, created_at)
    select t.creditor_id, t.thr, m.seq, m.iss, m.jti, m.typ, m.hash, m.jws, m.reply, ${at}
    from ${sql.ref(rowOfThread)} t,
      unnest(${messages.map((it) => it.seq)}::int[], ${messages.map((it) => it.iss)}::text[],
        ${messages.map((it) => it.jti)}::text[], ${messages.map((it) => it.typ)}::text[],
        ${messages.map((it) => it.hash)}::text[], ${messages.map((it) => it.jws)}::bytea[],
        ${messages.map((it) => it.reply)}::bytea[]) as m(seq, iss, jti, typ, hash, jws, reply)`
}

/** Stores a message about an enrolment at its place; heads of threads are the caller's. */
export async function insertMessage(
  tx: Tx,
  { creditorId, debtorId }: { creditorId: string; debtorId: string },
  message: PreparedMessage,
  { at, reply }: { at: number; reply?: StoredReply },
): Promise<void> {
  const [sealed] = await sealMessages(tx, { creditorId, personId: debtorId }, [
    reply === undefined ? message : { ...message, reply },
  ])
  if (sealed === undefined) throw new Error('a message was not sealed')
  await tx
    .insertInto('messages')
    .values({ creditor_id: creditorId, ...sealed, created_at: at })
    .execute()
}

type SealedMessage = Omit<PreparedMessage, 'jws'> & { jws: Buffer; reply: Buffer | null }

async function sealMessages(
  tx: Tx,
  owner: KeyOwner,
  messages: readonly AppendedMessage[],
): Promise<SealedMessage[]> {
  const bodies = await sealFields(
    tx,
    messages.map((it) => ({ ...owner, place: messagePlace(it), text: it.jws })),
  )
  const replies = await sealFields(
    tx,
    messages.map((it) => ({
      ...owner,
      place: replyPlace(it),
      text: JSON.stringify(it.reply ?? null),
    })),
  )
  return messages.map(({ thr, seq, iss, jti, typ, hash, reply }, index) => ({
    ...{ thr, seq, iss, jti, typ, hash },
    jws: bodies[index] as Buffer,
    reply: reply === undefined ? null : (replies[index] as Buffer),
  }))
}

/** The place of a signed message, to which it is sealed. */
export function messagePlace({ thr, seq }: Pick<PreparedMessage, 'thr' | 'seq'>): string {
  return `messages.jws ${thr} ${seq}`
}

function replyPlace({ thr, seq }: Pick<PreparedMessage, 'thr' | 'seq'>): string {
  return `messages.reply ${thr} ${seq}`
}

/** The person of a claim. */
export async function personOfClaim(
  db: Database | Tx,
  { creditorId, claimId }: { creditorId: string; claimId: string },
): Promise<string> {
  return await keyringOf(db).personOf(claimId, async () => {
    const { debtor_id } = await db
      .selectFrom('claims')
      .select('debtor_id')
      .where('creditor_id', '=', creditorId)
      .where('claim_id', '=', claimId)
      .executeTakeFirstOrThrow()
    return debtor_id
  })
}

/** The person of a thread, about a claim or an enrolment. */
export async function personOfThread(db: Database | Tx, thr: string): Promise<string> {
  return await keyringOf(db).personOf(thr, async () => {
    const { debtor_id } = await db
      .selectFrom('threads')
      .innerJoin('claims', (join) =>
        join
          .onRef('claims.creditor_id', '=', 'threads.creditor_id')
          .onRef('claims.claim_id', '=', 'threads.claim_id'),
      )
      .select('claims.debtor_id')
      .where('threads.thr', '=', thr)
      .union(db.selectFrom('enrolments').select('debtor_id').where('thr', '=', thr))
      .executeTakeFirstOrThrow()
    return debtor_id
  })
}

/** Opens signed messages, in their order; null where the person was erased. */
export async function openMessages(
  db: Database | Tx,
  rows: readonly { creditorId: string; thr: string; seq: number; jws: Buffer | null }[],
): Promise<(string | null)[]> {
  return await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditorId,
      place: messagePlace(row),
      sealed: row.jws,
    })),
  )
}

export interface StoredMessage extends Omit<PreparedMessage, 'jws'> {
  /** Null once its person was erased. */
  jws: string | null
  reply: StoredReply | null
}

const MESSAGE_COLUMNS = [
  ...(['creditor_id as creditorId', 'thr', 'seq', 'iss', 'jti', 'typ', 'hash'] as const),
  ...(['jws', 'reply'] as const),
] as const

type MessageRow = Omit<StoredMessage, 'jws' | 'reply'> & {
  creditorId: string
  jws: Buffer | null
  reply: Buffer | null
}

async function toMessages(
  db: Database | Tx,
  rows: readonly MessageRow[],
): Promise<StoredMessage[]> {
  const bodies = await openMessages(db, rows)
  const replies = await openFields(
    db,
    rows.map((row) => ({ creditorId: row.creditorId, place: replyPlace(row), sealed: row.reply })),
  )
  return rows.map(({ thr, seq, iss, jti, typ, hash }, index) => ({
    ...{ thr, seq, iss, jti, typ, hash },
    jws: bodies[index] ?? null,
    reply: JSON.parse(replies[index] ?? 'null') as StoredReply | null,
  }))
}

async function onlyMessage(
  db: Database | Tx,
  row: MessageRow | undefined,
): Promise<StoredMessage | undefined> {
  return row === undefined ? undefined : (await toMessages(db, [row]))[0]
}

/** The message that a peer sent before under the same identity, with the reply it got. */
export async function findMessage(
  db: Database | Tx,
  key: { iss: string; jti: string },
): Promise<StoredMessage | undefined> {
  const row = await db
    .selectFrom('messages')
    .select(MESSAGE_COLUMNS)
    .where('iss', '=', key.iss)
    .where('jti', '=', key.jti)
    .where('reply', 'is not', null)
    .executeTakeFirst()
  return await onlyMessage(db, row)
}

/** The messages of several threads of one creditor, by thread, each in the order of seq. */
export async function messagesByThread(
  db: Database | Tx,
  { creditorId, thrs }: { creditorId: string; thrs: readonly string[] },
): Promise<Map<string, StoredMessage[]>> {
  const rows = await db
    .selectFrom('messages')
    .select(MESSAGE_COLUMNS)
    .where('creditor_id', '=', creditorId)
    .where(sql<boolean>`thr = any(${thrs}::text[])`)
    .orderBy('seq')
    .execute()
  return Map.groupBy(await toMessages(db, rows), ({ thr }) => thr)
}

/** The message at one place of a thread. */
export async function messageAt(
  db: Database | Tx,
  place: { creditorId: string; thr: string; seq: number },
): Promise<StoredMessage | undefined> {
  const row = await db
    .selectFrom('messages')
    .select(MESSAGE_COLUMNS)
    .where('creditor_id', '=', place.creditorId)
    .where('thr', '=', place.thr)
    .where('seq', '=', place.seq)
    .executeTakeFirst()
  return await onlyMessage(db, row)
}

/** The messages of a thread in the order of seq. */
export async function messagesOfThread(
  db: Database | Tx,
  thread: Pick<Thread, 'creditorId' | 'thr'>,
): Promise<StoredMessage[]> {
  const rows = await db
    .selectFrom('messages')
    .select(MESSAGE_COLUMNS)
    .where('creditor_id', '=', thread.creditorId)
    .where('thr', '=', thread.thr)
    .orderBy('seq')
    .execute()
  return await toMessages(db, rows)
}

/** Our own messages of some types about a claim, in all its threads, oldest first; null: erased. */
export async function ownMessagesOf(
  db: Database | Tx,
  { creditorId, claimId }: { creditorId: string; claimId: string },
  types: readonly string[],
): Promise<{ jws: string | null; jti: string; createdAt: number }[]> {
  const rows = await db
    .selectFrom('threads as t')
    .innerJoin('messages as m', (join) =>
      join.onRef('m.creditor_id', '=', 't.creditor_id').onRef('m.thr', '=', 't.thr'),
    )
    .select(['m.creditor_id as creditorId', 'm.thr', 'm.seq', 'm.jws', 'm.jti'])
    .select('m.created_at as createdAt')
    .where('t.creditor_id', '=', creditorId)
    .where('t.claim_id', '=', claimId)
    .where('m.typ', 'in', types)
    .where('m.reply', 'is', null)
    .orderBy('m.created_at')
    .orderBy('m.seq')
    .execute()
  const bodies = await openMessages(db, rows)
  return rows.map(({ jti, createdAt }, index) => ({ jti, createdAt, jws: bodies[index] ?? null }))
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
  const { creditorId, enrolmentId, claimId, thr, seq } = delivery
  await sql`
    with delivery as (
      insert into agent_deliveries (creditor_id, enrolment_id, claim_id, thr, seq)
      values (${creditorId}, ${enrolmentId}, ${claimId}, ${thr}, ${seq})
      returning creditor_id, enrolment_id, delivery_id
    )
    insert into outbox (creditor_id, queue, payload)
    select creditor_id, 'push-to-agent', jsonb_build_object('deliveryId', delivery_id)
    from delivery join enrolments using (creditor_id, enrolment_id)
    where inbox is not null`.execute(tx)
}

function toThread(row: Selectable<ThreadsTable>): Thread {
  return {
    creditorId: row.creditor_id,
    thr: row.thr,
    claimId: row.claim_id,
    peerRole: row.peer_role as Thread['peerRole'],
    peerIss: row.peer_iss,
    sub: row.sub,
    enrolmentId: row.enrolment_id,
    acksOf: row.acks_of,
    lastSeq: row.last_seq,
    lastHash: row.last_hash,
    counters: row.counters,
    isErased: row.erased_at !== null,
  }
}

/** Forgets the counters of the agent: a revision begins the negotiation anew. */
export async function clearCounters(tx: Tx, thread: Pick<Thread, 'thr'>): Promise<void> {
  await tx.updateTable('threads').set({ counters: 0 }).where('thr', '=', thread.thr).execute()
}

/** Counts a counter of the agent: a thread has room for one. */
export async function bumpCounters(tx: Tx, thread: Pick<Thread, 'thr'>): Promise<void> {
  await tx
    .updateTable('threads')
    .set((eb) => ({ counters: eb('counters', '+', 1) }))
    .where('thr', '=', thread.thr)
    .execute()
}
