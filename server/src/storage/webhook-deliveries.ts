// One row for each event and endpoint: what was sent, how often, and what came of it.
import { sql } from 'kysely'
import type { EventData } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { withWords } from './events.ts'

export type WebhookDeliveryState = 'pending' | 'delivered' | 'failed'

export interface WebhookDeliveryKey {
  creditorId: string
  deliveryId: string
}

export interface WebhookDelivery extends WebhookDeliveryKey {
  endpointId: string
  eventId: number
  eventType: string
  state: WebhookDeliveryState
  attempts: number
  lastStatus: number | null
  createdAt: number
}

export interface EventKey {
  creditorId: string
  eventId: number
}

/** The live endpoints that want each of these events, in two columns of one statement. */
export async function wantedDeliveries(
  db: Database | Tx,
  events: readonly EventKey[],
): Promise<(EventKey & { endpointId: string; eventType: string })[]> {
  return await db
    .selectFrom('events as e')
    .innerJoin('webhook_endpoints as w', 'w.creditor_id', 'e.creditor_id')
    .select([
      'e.creditor_id as creditorId',
      'e.event_id as eventId',
      'w.endpoint_id as endpointId',
      'e.type as eventType',
    ])
    .where(
      sql<boolean>`(e.creditor_id, e.event_id) in (select * from unnest(
        ${events.map((event) => event.creditorId)}::text[],
        ${events.map((event) => event.eventId)}::int8[]))`,
    )
    .where('w.removed_at', 'is', null)
    .where((eb) => eb.or([eb('w.events', 'is', null), sql<boolean>`e.type = any(w.events)`]))
    .orderBy('e.event_id')
    .orderBy('w.endpoint_id')
    .execute()
}

export type NewWebhookDelivery = Pick<
  WebhookDelivery,
  'creditorId' | 'deliveryId' | 'endpointId' | 'eventId' | 'eventType' | 'createdAt'
>

/**
 * Adds the deliveries that do not exist yet and asks for their work, in one statement. Returns how
 * many were new: an event reaches an endpoint once, however often it is fanned out.
 */
export async function insertDeliveries(
  tx: Tx,
  deliveries: readonly NewWebhookDelivery[],
): Promise<number> {
  const result = await sql`
    with added as (
      insert into webhook_deliveries (creditor_id, delivery_id, endpoint_id, event_id, event_type,
        state, created_at)
      select creditor_id, delivery_id, endpoint_id, event_id, event_type, 'pending', created_at
      from unnest(
        ${deliveries.map((d) => d.creditorId)}::text[],
        ${deliveries.map((d) => d.deliveryId)}::text[],
        ${deliveries.map((d) => d.endpointId)}::text[],
        ${deliveries.map((d) => d.eventId)}::int8[],
        ${deliveries.map((d) => d.eventType)}::text[],
        ${deliveries.map((d) => d.createdAt)}::int8[])
        as n(creditor_id, delivery_id, endpoint_id, event_id, event_type, created_at)
      order by event_id, endpoint_id
      on conflict (creditor_id, event_id, endpoint_id) do nothing
      returning creditor_id, delivery_id, endpoint_id
    )
    insert into outbox (creditor_id, queue, payload)
    select creditor_id, 'deliver-webhook',
      jsonb_build_object('deliveryId', delivery_id, 'endpointId', endpoint_id)
    from added`.execute(tx)
  return Number(result.numAffectedRows ?? 0n)
}

/** All that one try needs. */
export interface WebhookTry {
  state: WebhookDeliveryState
  endpointId: string
  url: string
  encryptedSecret: Buffer
  removedAt: number | null
  event: { eventId: number; claimId: string; type: string; data: EventData; at: number }
}

/** What a delivery is to send, and where; undefined for a delivery that does not exist. */
export async function findWebhookTry(
  db: Database | Tx,
  key: WebhookDeliveryKey,
): Promise<WebhookTry | undefined> {
  const row = await db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_endpoints as w', (join) =>
      join
        .onRef('w.creditor_id', '=', 'd.creditor_id')
        .onRef('w.endpoint_id', '=', 'd.endpoint_id'),
    )
    .innerJoin('events as e', (join) =>
      join.onRef('e.creditor_id', '=', 'd.creditor_id').onRef('e.event_id', '=', 'd.event_id'),
    )
    .select(['d.state', 'w.endpoint_id', 'w.url', 'w.encrypted_secret', 'w.removed_at'])
    .select(['e.creditor_id as creditorId', 'e.event_id as eventId', 'e.claim_id as claimId'])
    .select(['e.type', 'e.data', 'e.at', 'e.words'])
    .where('d.creditor_id', '=', key.creditorId)
    .where('d.delivery_id', '=', key.deliveryId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const [event] = await withWords(db, [row])
  if (event === undefined) throw new Error('a delivery has no event')
  return {
    state: row.state as WebhookDeliveryState,
    endpointId: row.endpoint_id,
    url: row.url,
    encryptedSecret: row.encrypted_secret,
    removedAt: row.removed_at,
    event: { ...event, claimId: row.claimId },
  }
}

/** Counts a try and its status; a status of null says that no reply came. */
export async function recordTry(
  db: Database | Tx,
  key: WebhookDeliveryKey,
  { state, status }: { state: WebhookDeliveryState; status: number | null },
): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set((eb) => ({ state, last_status: status, attempts: eb('attempts', '+', 1) }))
    .where('creditor_id', '=', key.creditorId)
    .where('delivery_id', '=', key.deliveryId)
    .where('state', '=', 'pending')
    .execute()
}

/** Ends a delivery that no try will bring through. */
export async function failDelivery(db: Database | Tx, key: WebhookDeliveryKey): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ state: 'failed' })
    .where('creditor_id', '=', key.creditorId)
    .where('delivery_id', '=', key.deliveryId)
    .where('state', '=', 'pending')
    .execute()
}

/** Sets a delivery back to pending when its endpoint is live; undefined when it is not. */
export async function reopenDelivery(
  tx: Tx,
  key: WebhookDeliveryKey,
): Promise<WebhookDelivery | undefined> {
  const row = await tx
    .updateTable('webhook_deliveries as d')
    .from('webhook_endpoints as w')
    .set({ state: 'pending' })
    .whereRef('w.creditor_id', '=', 'd.creditor_id')
    .whereRef('w.endpoint_id', '=', 'd.endpoint_id')
    .where('w.removed_at', 'is', null)
    .where('d.creditor_id', '=', key.creditorId)
    .where('d.delivery_id', '=', key.deliveryId)
    .returning(COLUMNS)
    .executeTakeFirst()
  return toDelivery(row)
}

/** A page of deliveries with ids below `before`, newest first: ids rise with time. */
export async function pageOfDeliveries(
  db: Database | Tx,
  query: {
    creditorId: string
    state: WebhookDeliveryState | undefined
    before: string | undefined
    limit: number
  },
): Promise<WebhookDelivery[]> {
  let select = db
    .selectFrom('webhook_deliveries as d')
    .select(COLUMNS)
    .where('d.creditor_id', '=', query.creditorId)
  if (query.state !== undefined) select = select.where('d.state', '=', query.state)
  if (query.before !== undefined) select = select.where('d.delivery_id', '<', query.before)
  const rows = await select.orderBy('d.delivery_id', 'desc').limit(query.limit).execute()
  return rows.flatMap((row) => toDelivery(row) ?? [])
}

const COLUMNS = [
  'd.creditor_id as creditorId',
  'd.delivery_id as deliveryId',
  'd.endpoint_id as endpointId',
  'd.event_id as eventId',
  'd.event_type as eventType',
  'd.state',
  'd.attempts',
  'd.last_status as lastStatus',
  'd.created_at as createdAt',
] as const

function toDelivery(
  row: (Omit<WebhookDelivery, 'state'> & { state: string }) | undefined,
): WebhookDelivery | undefined {
  return row && { ...row, state: row.state as WebhookDeliveryState }
}
