// Our messages on their way to agents: pushed to an inbox, or handed out to an agent that asks.
// A message counts as delivered once, whichever way it went.
import { typOf } from '@parley/sdk/protocol'
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import { openMessages } from './threads.ts'

/** A delivery of ours, named as every table names it. */
export interface DeliveryKey {
  creditorId: string
  deliveryId: number
}

export interface EnrolmentKey {
  creditorId: string
  enrolmentId: string
}

export interface WaitingMessage extends DeliveryKey {
  enrolmentId: string
  claimId: string | null
  typ: string
  jws: string
  /** Of the signing input, as `ref` names it. */
  hash: string
}

/** An ended enrolment gets this one message, and nothing that waited for it. */
const LAST_MESSAGE = typOf('revoke')

/**
 * Where a waiting delivery is to be pushed; undefined when it need not or may not be pushed: no
 * inbox, none that was proven (ENR-04), or the enrolment has ended (ENR-05).
 */
export async function findPushTarget(
  db: Database | Tx,
  key: DeliveryKey,
): Promise<(EnrolmentKey & { inbox: string }) | undefined> {
  const row = await db
    .selectFrom('agent_deliveries as d')
    .innerJoin('enrolments as e', (join) =>
      join
        .onRef('e.creditor_id', '=', 'd.creditor_id')
        .onRef('e.enrolment_id', '=', 'd.enrolment_id'),
    )
    .innerJoin('messages as m', (join) =>
      join
        .onRef('m.creditor_id', '=', 'd.creditor_id')
        .onRef('m.thr', '=', 'd.thr')
        .onRef('m.seq', '=', 'd.seq'),
    )
    .select(['e.enrolment_id', 'e.inbox'])
    .where('d.creditor_id', '=', key.creditorId)
    .where('d.delivery_id', '=', key.deliveryId)
    .where('d.state', '=', 'waiting')
    .where('e.inbox_proven_at', 'is not', null)
    .where((eb) => eb.or([eb('e.ended_at', 'is', null), eb('m.typ', '=', LAST_MESSAGE)]))
    .executeTakeFirst()
  if (row === undefined || row.inbox === null) return undefined
  return { creditorId: key.creditorId, enrolmentId: row.enrolment_id, inbox: row.inbox }
}

/** Marks a message as delivered that arrived otherwise than by its push. */
export async function markArrived(
  tx: Tx,
  message: { creditorId: string; thr: string; seq: number },
  at: number,
): Promise<void> {
  await tx
    .updateTable('agent_deliveries')
    .set({ state: 'delivered', delivered_at: at })
    .where('creditor_id', '=', message.creditorId)
    .where('thr', '=', message.thr)
    .where('seq', '=', message.seq)
    .where('state', '<>', 'delivered')
    .execute()
}

/** What is still to be pushed to an enrolment, in the order in which it was said. */
export async function waitingMessages(
  db: Database | Tx,
  enrolment: EnrolmentKey,
  limit: number,
): Promise<WaitingMessage[]> {
  const rows = await undelivered(db, enrolment)
    .where('d.state', '=', 'waiting')
    .limit(limit)
    .execute()
  return await opened(db, rows)
}

/** Counts a push that failed; `refused` ends the pushes of this message, not its pull. */
export async function countPush(
  db: Database | Tx,
  key: DeliveryKey,
  { refused }: { refused: boolean },
): Promise<void> {
  await db
    .updateTable('agent_deliveries')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      ...(refused ? { state: 'failed' } : {}),
    }))
    .where('creditor_id', '=', key.creditorId)
    .where('delivery_id', '=', key.deliveryId)
    .where('state', '=', 'waiting')
    .execute()
}

/** Marks a pushed message as delivered. Returns false when it was delivered before. */
export async function markPushed(tx: Tx, key: DeliveryKey, at: number): Promise<boolean> {
  const result = await tx
    .updateTable('agent_deliveries')
    .set((eb) => ({ state: 'delivered', delivered_at: at, attempts: eb('attempts', '+', 1) }))
    .where('creditor_id', '=', key.creditorId)
    .where('delivery_id', '=', key.deliveryId)
    .where('state', '<>', 'delivered')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** The enrolment that a pull token belongs to; only the token's SHA-256 is stored. */
export async function findEnrolmentByPullToken(
  db: Database | Tx,
  tokenHash: Buffer,
): Promise<(EnrolmentKey & { endedAt: number | null }) | undefined> {
  const row = await db
    .selectFrom('enrolments')
    .select(['creditor_id', 'enrolment_id', 'ended_at'])
    .where('pull_token_hash', '=', tokenHash)
    .executeTakeFirst()
  return (
    row && {
      creditorId: row.creditor_id,
      enrolmentId: row.enrolment_id,
      endedAt: row.ended_at,
    }
  )
}

/**
 * Hands out what was not delivered yet, oldest first, and remembers exactly what it handed out;
 * `more` tells that the limit kept something back.
 */
export async function handOutMessages(
  tx: Tx,
  enrolment: EnrolmentKey,
  { limit, at }: { limit: number; at: number },
): Promise<{ messages: WaitingMessage[]; more: boolean }> {
  const waiting = await undelivered(tx, enrolment)
    .limit(limit + 1)
    .execute()
  const messages = await opened(tx, waiting.slice(0, limit))
  if (messages.length === 0) return { messages, more: false }
  const ids = messages.map(({ deliveryId }) => deliveryId)
  await tx
    .updateTable('agent_deliveries')
    .set({ pulled_at: at })
    .where('creditor_id', '=', enrolment.creditorId)
    .where('delivery_id', '=', sql<number>`any(${ids}::int8[])`)
    .execute()
  return { messages, more: waiting.length > limit }
}

/**
 * Marks what an agent says to have stored: up to `after`, of that which was handed out to it. A
 * message with a lower id that committed later was never seen, and stays.
 */
export async function markPulled(
  tx: Tx,
  enrolment: EnrolmentKey,
  { after, at }: { after: number; at: number },
): Promise<Omit<WaitingMessage, 'jws' | 'hash' | 'enrolmentId'>[]> {
  return await tx
    .updateTable('agent_deliveries as d')
    .from('messages as m')
    .set({ state: 'delivered', delivered_at: at })
    .whereRef('m.creditor_id', '=', 'd.creditor_id')
    .whereRef('m.thr', '=', 'd.thr')
    .whereRef('m.seq', '=', 'd.seq')
    .where('d.creditor_id', '=', enrolment.creditorId)
    .where('d.enrolment_id', '=', enrolment.enrolmentId)
    .where('d.state', '<>', 'delivered')
    .where('d.pulled_at', 'is not', null)
    .where('d.delivery_id', '<=', after)
    .returning([
      'd.creditor_id as creditorId',
      'd.delivery_id as deliveryId',
      'd.claim_id as claimId',
      'm.typ',
    ])
    .execute()
}

type SealedMessage = Awaited<ReturnType<ReturnType<typeof undelivered>['execute']>>[number]

/** The messages with their texts; one whose person was erased is left out. */
async function opened(
  db: Database | Tx,
  rows: readonly SealedMessage[],
): Promise<WaitingMessage[]> {
  const texts = await openMessages(db, rows)
  return rows.flatMap(({ thr: _thr, seq: _seq, ...row }, index) => {
    const jws = texts[index] ?? null
    return jws === null ? [] : [{ ...row, jws }]
  })
}

function undelivered(db: Database | Tx, enrolment: EnrolmentKey) {
  return (
    db
      .selectFrom('agent_deliveries as d')
      .innerJoin('messages as m', (join) =>
        join
          .onRef('m.creditor_id', '=', 'd.creditor_id')
          .onRef('m.thr', '=', 'd.thr')
          .onRef('m.seq', '=', 'd.seq'),
      )
      .innerJoin('enrolments as e', (join) =>
        join
          .onRef('e.creditor_id', '=', 'd.creditor_id')
          .onRef('e.enrolment_id', '=', 'd.enrolment_id'),
      )
      .select([
        'd.creditor_id as creditorId',
        'd.delivery_id as deliveryId',
        'd.enrolment_id as enrolmentId',
        'd.claim_id as claimId',
        'm.typ',
        'm.thr',
        'm.seq',
        'm.jws',
        'm.hash',
      ])
      .where('d.creditor_id', '=', enrolment.creditorId)
      .where('d.enrolment_id', '=', enrolment.enrolmentId)
      // Written out: with a parameter the partial index could not be used.
      .where('d.state', '<>', sql.lit('delivered'))
      .where((eb) => eb.or([eb('e.ended_at', 'is', null), eb('m.typ', '=', LAST_MESSAGE)]))
      .orderBy('d.delivery_id')
  )
}
