// Rows that commits left behind as work to be done. The relay takes them out and puts them into the
// job queue in one transaction, so that none is lost and none is moved twice.
import { sql } from 'kysely'
import type { Tx } from './database.ts'

export interface OutboxRow {
  creditorId: string
  queue: string
  payload: Record<string, string | number>
  /** Work of one lane meets one peer: a webhook endpoint, or the host of an agent's inbox. */
  lane: string | null
}

/** Takes the oldest rows of these queues that no other relay holds. */
export async function takeOutbox(
  tx: Tx,
  queues: readonly string[],
  limit: number,
): Promise<OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    with taken as (
      delete from outbox where outbox_id in (
        select outbox_id from outbox where queue = any(${queues}::text[])
        order by outbox_id limit ${limit} for update skip locked)
      returning outbox_id, creditor_id, queue, payload
    )
    select t.creditor_id as "creditorId", t.queue, t.payload,
      coalesce(t.payload ->> 'endpointId', split_part(e.inbox, '/', 3)) as lane
    from taken t
    left join agent_deliveries d on d.creditor_id = t.creditor_id and d.delivery_id =
      case when t.queue = 'push-to-agent' then (t.payload ->> 'deliveryId')::int8 end
    left join enrolments e on e.creditor_id = d.creditor_id and e.enrolment_id = d.enrolment_id
    order by t.outbox_id`.execute(tx)
  return rows
}
