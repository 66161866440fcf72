// Enrolments of agents, their keys and their own thread. See activation-codes.ts for what gave the
// right to enrol.
import type { JwkSet, PublicJwk } from '@parley/sdk/protocol'
import type { StoredReply } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { insertMessage, type PreparedMessage } from './threads.ts'

/** A key of an agent, with the times between which it signs. */
export interface EnrolmentKeyRow {
  kid: string
  publicJwk: PublicJwk
  /** Null for the key that the agent enrolled with. */
  notBefore: number | null
  retiredAt: number | null
}

export type EnrolmentEnd = 'agent' | 'creditor' | 'replaced'

export interface Enrolment {
  creditorId: string
  enrolmentId: string
  debtorId: string
  /** The one claim that a link enrolled for; null for all claims of the debtor. */
  onlyClaimId: string | null
  agentIss: string
  sub: string
  thr: string
  lastSeq: number
  lastHash: string
  inbox: string | null
  inboxProvenAt: number | null
  accountVersion: number
  endedAt: number | null
  /** Oldest first. */
  keys: readonly EnrolmentKeyRow[]
}

export interface NewEnrolment
  extends Omit<Enrolment, 'endedAt' | 'inboxProvenAt' | 'keys' | 'lastSeq' | 'lastHash'> {
  kid: string
  publicJwk: PublicJwk
  pullTokenHash: Buffer
  pinnedIban: string
  /** What was said so far, from `enrol` on; the first carries its reply. */
  messages: readonly (PreparedMessage & { reply?: StoredReply })[]
  at: number
}

/** The agent's keys as a set to verify with; times as in signatures.md, KEY-02. */
export function agentKeys({ keys }: Pick<Enrolment, 'keys'>): JwkSet {
  return {
    keys: keys.map(({ kid, publicJwk, notBefore, retiredAt }) => ({
      ...publicJwk,
      kid,
      ...(notBefore === null ? {} : { nbf: notBefore }),
      ...(retiredAt === null ? {} : { exp: retiredAt }),
    })),
  }
}

/** Starts an enrolment with its thread. Live ones in its way are to be ended before. */
export async function insertEnrolment(tx: Tx, enrolment: NewEnrolment): Promise<void> {
  const { creditorId, enrolmentId, messages, at } = enrolment
  const last = messages.at(-1)
  if (last === undefined) throw new Error('an enrolment starts with a message')
  await tx
    .insertInto('enrolments')
    .values({
      creditor_id: creditorId,
      enrolment_id: enrolmentId,
      debtor_id: enrolment.debtorId,
      only_claim_id: enrolment.onlyClaimId,
      agent_iss: enrolment.agentIss,
      sub: enrolment.sub,
      thr: enrolment.thr,
      last_seq: last.seq,
      last_hash: last.hash,
      inbox: enrolment.inbox,
      pull_token_hash: enrolment.pullTokenHash,
      pinned_iban: enrolment.pinnedIban,
      account_version: enrolment.accountVersion,
      created_at: at,
      ended_at: null,
    })
    .execute()
  await insertKey(tx, enrolment, { ...enrolment, notBefore: null, retiredAt: null }, at)
  for (const { reply, ...message } of messages) {
    await insertMessage(tx, enrolment, message, reply === undefined ? { at } : { at, reply })
  }
}

type EnrolmentKey = Pick<Enrolment, 'creditorId' | 'enrolmentId'>

async function insertKey(
  tx: Tx,
  { creditorId, enrolmentId }: EnrolmentKey,
  { kid, publicJwk, notBefore, retiredAt }: EnrolmentKeyRow,
  at: number,
): Promise<void> {
  await tx
    .insertInto('enrolment_keys')
    .values({
      creditor_id: creditorId,
      enrolment_id: enrolmentId,
      kid,
      public_jwk: JSON.stringify(publicJwk),
      not_before: notBefore,
      retired_at: retiredAt,
      added_at: at,
    })
    .execute()
}

/** Adds the agent's next key; those that had no end yet get one. */
export async function addNextKey(
  tx: Tx,
  enrolment: EnrolmentKey,
  next: { kid: string; publicJwk: PublicJwk; notBefore: number; formerUntil: number; at: number },
): Promise<void> {
  await tx
    .updateTable('enrolment_keys')
    .set({ retired_at: next.formerUntil })
    .where('creditor_id', '=', enrolment.creditorId)
    .where('enrolment_id', '=', enrolment.enrolmentId)
    .where('retired_at', 'is', null)
    .execute()
  await insertKey(tx, enrolment, { ...next, retiredAt: null }, next.at)
}

/** Ends a live enrolment. Returns false when it has ended already. */
export async function endEnrolment(
  tx: Tx,
  enrolment: EnrolmentKey,
  { by, at }: { by: EnrolmentEnd; at: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('enrolments')
    .set({ ended_at: at, ended_by: by })
    .where('creditor_id', '=', enrolment.creditorId)
    .where('enrolment_id', '=', enrolment.enrolmentId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Appends to the thread of an enrolment in order. Returns false when the thread has moved since it
 * was read: the caller rolls back and decides again.
 */
export async function appendToEnrolment(
  tx: Tx,
  { creditorId, enrolmentId, debtorId }: EnrolmentKey & Pick<Enrolment, 'debtorId'>,
  messages: readonly (PreparedMessage & { reply?: StoredReply })[],
  at: number,
): Promise<boolean> {
  for (const { reply, ...message } of messages) {
    const moved = await tx
      .updateTable('enrolments')
      .set({ last_seq: message.seq, last_hash: message.hash })
      .where('creditor_id', '=', creditorId)
      .where('enrolment_id', '=', enrolmentId)
      .where('last_seq', '=', message.seq - 1)
      .executeTakeFirst()
    if (moved.numUpdatedRows !== 1n) return false
    const owner = { creditorId, debtorId }
    await insertMessage(tx, owner, message, reply === undefined ? { at } : { at, reply })
  }
  return true
}

/** Whether an enrolment is live; it then stays so until the transaction ends. */
export async function holdLive(tx: Tx, key: EnrolmentKey): Promise<boolean> {
  const row = await tx
    .selectFrom('enrolments')
    .select('ended_at')
    .where('creditor_id', '=', key.creditorId)
    .where('enrolment_id', '=', key.enrolmentId)
    .forShare()
    .executeTakeFirst()
  return row?.ended_at === null
}

/** Remembers that the agent answered from its inbox. */
export async function markInboxProven(tx: Tx, key: EnrolmentKey, at: number): Promise<void> {
  await tx
    .updateTable('enrolments')
    .set({ inbox_proven_at: at })
    .where('creditor_id', '=', key.creditorId)
    .where('enrolment_id', '=', key.enrolmentId)
    .execute()
}

export async function findEnrolment(
  db: Database | Tx,
  key: EnrolmentKey,
): Promise<Enrolment | undefined> {
  const rows = await selectEnrolments(db)
    .where('e.creditor_id', '=', key.creditorId)
    .where('e.enrolment_id', '=', key.enrolmentId)
    .execute()
  return toEnrolments(rows)[0]
}

/** The enrolment whose own thread this is, live or ended. */
export async function findEnrolmentByThread(
  db: Database | Tx,
  thr: string,
): Promise<Enrolment | undefined> {
  return toEnrolments(await selectEnrolments(db).where('e.thr', '=', thr).execute())[0]
}

/** The live enrolments of a debtor: one as a whole, and those by links. */
export async function liveEnrolmentsOf(
  db: Database | Tx,
  debtor: { creditorId: string; debtorId: string },
): Promise<Enrolment[]> {
  const rows = await selectEnrolments(db)
    .where('e.creditor_id', '=', debtor.creditorId)
    .where('e.debtor_id', '=', debtor.debtorId)
    .where('e.ended_at', 'is', null)
    .execute()
  return toEnrolments(rows)
}

/** Live enrolments that were told of an older account only. */
export async function enrolmentsToTell(
  db: Database | Tx,
  query: { creditorId: string; accountVersion: number; limit: number },
): Promise<EnrolmentKey[]> {
  const rows = await db
    .selectFrom('enrolments')
    .select(['creditor_id', 'enrolment_id'])
    .where('creditor_id', '=', query.creditorId)
    .where('ended_at', 'is', null)
    .where('account_version', '<', query.accountVersion)
    .orderBy('enrolment_id')
    .limit(query.limit)
    .execute()
  return rows.map((row) => ({ creditorId: row.creditor_id, enrolmentId: row.enrolment_id }))
}

/** Remembers of which account the agent was told. */
export async function markAccountTold(
  tx: Tx,
  key: EnrolmentKey,
  accountVersion: number,
): Promise<void> {
  await tx
    .updateTable('enrolments')
    .set({ account_version: accountVersion })
    .where('creditor_id', '=', key.creditorId)
    .where('enrolment_id', '=', key.enrolmentId)
    .execute()
}

function selectEnrolments(db: Database | Tx) {
  return db
    .selectFrom('enrolments as e')
    .innerJoin('enrolment_keys as k', (join) =>
      join
        .onRef('k.creditor_id', '=', 'e.creditor_id')
        .onRef('k.enrolment_id', '=', 'e.enrolment_id'),
    )
    .selectAll('e')
    .select(['k.kid', 'k.public_jwk', 'k.not_before', 'k.retired_at'])
    .orderBy('e.enrolment_id')
    .orderBy('k.added_at')
    .orderBy('k.retired_at')
}

type EnrolmentRow = Awaited<
  ReturnType<ReturnType<typeof selectEnrolments>['executeTakeFirstOrThrow']>
>

/** One row a key becomes one enrolment with its keys. */
function toEnrolments(rows: readonly EnrolmentRow[]): Enrolment[] {
  const found = new Map<string, Enrolment & { keys: EnrolmentKeyRow[] }>()
  for (const row of rows) {
    const enrolment = found.get(row.enrolment_id) ?? {
      creditorId: row.creditor_id,
      enrolmentId: row.enrolment_id,
      debtorId: row.debtor_id,
      onlyClaimId: row.only_claim_id,
      agentIss: row.agent_iss,
      sub: row.sub,
      thr: row.thr,
      lastSeq: row.last_seq,
      lastHash: row.last_hash,
      inbox: row.inbox,
      inboxProvenAt: row.inbox_proven_at,
      accountVersion: row.account_version,
      endedAt: row.ended_at,
      keys: [],
    }
    enrolment.keys.push({
      kid: row.kid,
      publicJwk: row.public_jwk,
      notBefore: row.not_before,
      retiredAt: row.retired_at,
    })
    found.set(row.enrolment_id, enrolment)
  }
  return [...found.values()]
}

/** An agent that acts or acted for a person. Instants in epoch seconds. */
export interface AgentOfPerson {
  iss: string
  since: number
  until: number | null
}

/** Every agent of a person, the newest first. */
export async function agentsOfPerson(
  db: Database | Tx,
  { creditorId, debtorId }: { creditorId: string; debtorId: string },
): Promise<AgentOfPerson[]> {
  return await db
    .selectFrom('enrolments')
    .select(['agent_iss as iss', 'created_at as since', 'ended_at as until'])
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .orderBy('created_at', 'desc')
    .execute()
}
