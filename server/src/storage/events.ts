// The timeline: what happened to a claim, in the order of commits. Webhooks repeat it.
import { sql } from 'kysely'
import type { EventData } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { openFields, sealField } from './sealed-fields.ts'
import { personOfClaim } from './threads.ts'

export interface NewEvent {
  creditorId: string
  claimId: string
  type: string
  at: number
  /** Facts without names, addresses and accounts. */
  data: EventData
  /** What somebody wrote: it is sealed, and read as a part of the data. */
  words?: Readonly<Record<string, string>>
}

/** Appends to the timeline and asks for the webhooks, in the caller's transaction. */
export async function appendEvent(tx: Tx, event: NewEvent): Promise<number> {
  const [eventId] = await insertEvents(tx, [event])
  if (eventId === undefined) throw new Error('an event was not written')
  return eventId
}

/** Appends several events in this order; otherwise like `appendEvent`. */
export async function appendEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await insertEvents(tx, events)
}

/** One statement. Nothing is queued for creditors whom no webhook would tell. */
async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<number[]> {
  const words = await Promise.all(events.map((it) => sealedWords(tx, it)))
  const { rows } = await sql<{ event_id: number }>`
    with event as (
      insert into events (creditor_id, claim_id, type, at, data, words)
      select * from unnest(${events.map((it) => it.creditorId)}::text[],
        ${events.map((it) => it.claimId)}::text[], ${events.map((it) => it.type)}::text[],
        ${events.map((it) => it.at)}::int8[],
        ${events.map((it) => JSON.stringify(it.data))}::jsonb[], ${words}::bytea[])
      returning creditor_id, event_id
    ), webhook as (
      insert into outbox (creditor_id, queue, payload)
      select creditor_id, 'fan-out-event', jsonb_build_object('eventId', event_id)
      from event
      where exists (
        select from webhook_endpoints w
        where w.creditor_id = event.creditor_id and w.removed_at is null
      )
      order by event_id
    )
    select event_id from event order by event_id`.execute(tx)
  return rows.map((row) => row.event_id)
}

async function sealedWords(tx: Tx, event: NewEvent): Promise<Buffer | null> {
  if (event.words === undefined) return null
  const personId = await personOfClaim(tx, event)
  const { creditorId } = event
  const text = JSON.stringify(event.words)
  return await sealField(tx, { creditorId, personId, place: wordsPlace(event), text })
}

const wordsPlace = ({ claimId, type, at }: { claimId: string; type: string; at: number }) =>
  `events.words ${claimId} ${type} ${at}`

type SealedEvent = EventRow & { creditorId: string; claimId: string; words: Buffer | null }

/** Events with what was written in them, as long as that can be opened. */
export async function withWords(
  db: Database | Tx,
  rows: readonly SealedEvent[],
): Promise<EventRow[]> {
  const opened = await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditorId,
      place: wordsPlace(row),
      sealed: row.words,
    })),
  )
  return rows.map(({ eventId, type, at, data }, index) => {
    return { eventId, type, at, data: { ...data, ...JSON.parse(opened[index] ?? '{}') } }
  })
}

const CLOSING = ['settled', 'cancelled', 'handed-over', 'written-off'].map(
  (state) => `payment-request.${state}`,
)

/** When a claim was closed last, in epoch seconds; undefined when it never was. */
export async function closedSince(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('events')
    .select('at')
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('type', 'in', CLOSING)
    .orderBy('event_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at
}

/** Names of the queues, one per kind of work that a commit can ask for. */
export type QueueName =
  | 'fan-out-event'
  | 'deliver-webhook'
  | 'push-to-agent'
  | 'send-message'
  | 'address-open-claims'
  | 'prove-inbox'
  | 'announce-account'
  | 'thank-debtor'
  | 'recompute-charges'
  | 'settle-credit'
  | 'take-default'
  | 'write-off-balance'
  | 'train-model'

/** Asks for work after the commit: the relay moves the row to the queue. */
export async function enqueue(
  tx: Tx,
  creditorId: string,
  queue: QueueName,
  payload: Record<string, string | number>,
): Promise<void> {
  await tx
    .insertInto('outbox')
    .values({ creditor_id: creditorId, queue, payload: JSON.stringify(payload) })
    .execute()
}

/** Asks for several pieces of work of one kind, in one statement. */
export async function enqueueAll(
  tx: Tx,
  queue: QueueName,
  jobs: readonly { creditorId: string; payload: Record<string, string | number> }[],
): Promise<void> {
  if (jobs.length === 0) return
  await tx
    .insertInto('outbox')
    .columns(['creditor_id', 'queue', 'payload'])
    .expression(
      sql`select creditor_id, ${queue}::text, payload
        from unnest(${jobs.map((it) => it.creditorId)}::text[],
          ${jobs.map((it) => JSON.stringify(it.payload))}::jsonb[]) as u(creditor_id, payload)`,
    )
    .execute()
}

export interface EventRow {
  eventId: number
  type: string
  at: number
  data: EventData
}

const SEALED_EVENT = [
  ...(['creditor_id as creditorId', 'event_id as eventId', 'claim_id as claimId'] as const),
  ...(['type', 'at', 'data', 'words'] as const),
] as const

/** Events of a claim after an id, oldest first. */
export async function pageOfEvents(
  db: Database,
  query: { creditorId: string; claimId: string; after: number; limit: number },
): Promise<EventRow[]> {
  const rows = await db
    .selectFrom('events')
    .select(SEALED_EVENT)
    .where('creditor_id', '=', query.creditorId)
    .where('claim_id', '=', query.claimId)
    .where('event_id', '>', query.after)
    .orderBy('event_id')
    .limit(query.limit)
    .execute()
  return await withWords(db, rows)
}

/** The newest events of a claim, the newest first. */
export async function latestEvents(
  db: Database | Tx,
  query: { creditorId: string; claimId: string; limit: number; type?: string },
): Promise<EventRow[]> {
  let select = db
    .selectFrom('events')
    .select(SEALED_EVENT)
    .where('creditor_id', '=', query.creditorId)
    .where('claim_id', '=', query.claimId)
  if (query.type !== undefined) select = select.where('type', '=', query.type)
  const rows = await select.orderBy('event_id', 'desc').limit(query.limit).execute()
  return await withWords(db, rows)
}

/** The whole timeline of a claim, oldest first. */
export async function eventsOfClaim(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<EventRow[]> {
  const rows = await db
    .selectFrom('events')
    .select(SEALED_EVENT)
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('event_id')
    .execute()
  return await withWords(db, rows)
}
