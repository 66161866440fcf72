// Rows that commits left behind as work to be done. The relay takes them out and puts them into the
// job queue in one transaction, so that none is lost and none is moved twice.
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'

export interface OutboxRow {
  creditorId: string
  queue: string
  payload: Record<string, string | number>
  /** Work of one lane waits for one peer: a creditor's receivers, or the host of an agent's inbox. */
  lane: string | null
}

/** Tells whether any row waits; cheaper than an attempt to take one. */
export async function isOutboxEmpty(db: Database): Promise<boolean> {
  const row = await db.selectFrom('outbox').select('outbox_id').limit(1).executeTakeFirst()
  return row === undefined
}

/**
 * Takes the oldest rows that no other relay holds. The limit stands in the text: as a parameter it
 * would make the planner read the whole table. The inbox is looked up row by row for the same reason.
 */
export async function takeOutbox(tx: Tx, limit: number): Promise<OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    with taken as (
      delete from outbox o using (
        select outbox_id from outbox order by outbox_id limit ${sql.lit(limit)}
        for update skip locked) as oldest
      where o.outbox_id = oldest.outbox_id
      returning o.outbox_id, o.creditor_id, o.queue, o.payload
    )
    select t.creditor_id as "creditorId", t.queue, t.payload,
      coalesce(case when t.queue = 'deliver-webhook' then t.creditor_id end, (
        select split_part(e.inbox, '/', 3)
        from agent_deliveries d join enrolments e using (creditor_id, enrolment_id)
        where d.delivery_id =
          case when t.queue = 'push-to-agent' then (t.payload ->> 'deliveryId')::int8 end
      ), (
        select split_part(e.inbox, '/', 3) from enrolments e
        where t.queue = 'prove-inbox' and e.creditor_id = t.creditor_id
          and e.enrolment_id = t.payload ->> 'enrolmentId'
      )) as lane
    from taken t order by t.outbox_id`.execute(tx)
  return rows
}
