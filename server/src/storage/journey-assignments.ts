// Which journey the claims of a segment get, and what came of the arms that are compared. Issuing reads
// the row in its own statement (issue-facts.ts).
import { type Selectable, sql } from 'kysely'
import type { Arm, JourneyAssignment } from '../domain/dunning/assign-journey.ts'
import type { ArmCount } from '../domain/dunning/compare-arms.ts'
import type { Database } from './database.ts'
import type { JourneyAssignmentsTable } from './tables/dunning.ts'

export interface StoredAssignment extends JourneyAssignment {
  /** Since when champion and challenger are these. */
  readonly since: number
  readonly updatedAt: number
}

/** Writes the assignment of a segment; a comparison that goes on keeps its begin. */
export async function putAssignment(
  db: Database,
  { creditorId, at, ...assignment }: JourneyAssignment & { creditorId: string; at: number },
): Promise<StoredAssignment> {
  const row = await db
    .insertInto('journey_assignments')
    .values({
      creditor_id: creditorId,
      segment: assignment.segment,
      champion: assignment.champion,
      challenger: assignment.challenger,
      challenger_percent: assignment.challengerPercent,
      hold_out_percent: assignment.holdOutPercent,
      since: at,
      updated_at: at,
    })
    .onConflict((conflict) =>
      conflict.columns(['creditor_id', 'segment']).doUpdateSet({
        champion: (eb) => eb.ref('excluded.champion'),
        challenger: (eb) => eb.ref('excluded.challenger'),
        challenger_percent: (eb) => eb.ref('excluded.challenger_percent'),
        hold_out_percent: (eb) => eb.ref('excluded.hold_out_percent'),
        since: sql<number>`case
          when journey_assignments.champion = excluded.champion
            and journey_assignments.challenger is not distinct from excluded.challenger
          then journey_assignments.since else excluded.since end`,
        updated_at: (eb) => eb.ref('excluded.updated_at'),
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  return toAssignment(row)
}

/** Removes the assignment of a segment; returns false where there was none. */
export async function deleteAssignment(
  db: Database,
  { creditorId, segment }: { creditorId: string; segment: string },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('journey_assignments')
    .where('creditor_id', '=', creditorId)
    .where('segment', '=', segment)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The assignments of a creditor in the order of their segments, or that of one segment alone. */
export async function assignmentsOf(
  db: Database,
  creditorId: string,
  segment?: string,
): Promise<StoredAssignment[]> {
  const rows = await db
    .selectFrom('journey_assignments')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .$if(segment !== undefined, (query) => query.where('segment', '=', segment ?? ''))
    .orderBy('segment')
    .execute()
  return rows.map(toAssignment)
}

function toAssignment(row: Selectable<JourneyAssignmentsTable>): StoredAssignment {
  return {
    segment: row.segment,
    champion: row.champion,
    challenger: row.challenger,
    challengerPercent: row.challenger_percent,
    holdOutPercent: row.hold_out_percent,
    since: row.since,
    updatedAt: row.updated_at,
  }
}

/** What came of the claims of an arm; costs in minor units by currency. */
export interface ArmTotals extends ArmCount {
  readonly medianDays: number | null
  readonly messages: number
  readonly costs: readonly { readonly currency: string; readonly minor: bigint }[]
}

/**
 * Counts the claims of a segment that were issued since then, by arm; cancelled ones are left out. An
 * arm without claims is missing. The days to settle run from the day of issue to that of the last
 * payment, in the creditor's zone; where a credit settled, to the day of the event.
 */
export async function armTotals(
  db: Database,
  key: { creditorId: string; segment: string; since: number },
): Promise<ArmTotals[]> {
  const { rows } = await sql<{
    arm: Arm
    claims: number
    settled: number
    median: number | null
    messages: number
    costs: { currency: string; minor: string }[]
  }>`
    with compared as (
      select c.claim_id, c.arm, c.claim_state, (to_timestamp(c.created_at) at time zone k.time_zone)::date as issued_on,
        k.time_zone
      from claims c join creditors k using (creditor_id)
      where c.creditor_id = ${key.creditorId} and c.segment = ${key.segment}
        and c.created_at >= ${key.since}::int8 and c.arm is not null and c.claim_state <> 'cancelled'
    ), outcomes as (
      select c.arm, c.claim_state = 'settled' as is_settled, coalesce(
        (select max(p.received_on) from payments p where p.creditor_id = ${key.creditorId}
           and p.claim_id = c.claim_id and p.reversed_at is null),
        (select (to_timestamp(max(e.at)) at time zone c.time_zone)::date from events e
         where e.creditor_id = ${key.creditorId} and e.claim_id = c.claim_id
           and e.type = 'payment-request.settled')) - c.issued_on as days
      from compared c
    ), counts as (
      select arm, count(*)::int as claims, count(*) filter (where is_settled)::int as settled,
        percentile_disc(0.5) within group (order by greatest(days, 0)) filter (where is_settled) as median
      from outcomes group by arm
    ), sent as (
      select c.arm, h.cost, h.cost_currency
      from compared c join human_messages h
        on h.creditor_id = ${key.creditorId} and h.claim_id = c.claim_id and h.state = 'sent'
    ), sums as (
      select arm, cost_currency, round(sum(cost))::numeric(20, 0) as minor from sent
      where cost is not null group by arm, cost_currency
    )
    select counts.*, (select count(*)::int from sent where sent.arm = counts.arm) as messages,
      coalesce((select jsonb_agg(jsonb_build_object('currency', cost_currency, 'minor', minor::text)
        order by cost_currency) from sums where sums.arm = counts.arm), '[]') as costs
    from counts`.execute(db)
  return rows.map(({ median, costs, ...row }) => ({
    ...row,
    medianDays: median,
    costs: costs.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) })),
  }))
}
