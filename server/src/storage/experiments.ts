// Experiments, their members, and what came of each member since.
import { type Selectable, sql } from 'kysely'
import type { ExperimentArm } from '../domain/experiments/experiment.ts'
import type { MemberOutcome } from '../domain/experiments/experiment-result.ts'
import type { Database, Tx } from './database.ts'
import type { ExperimentsTable } from './tables/next-action.ts'

export type ExperimentEnd = 'stopped' | 'guard-rail' | 'worse'

export interface Experiment {
  creditorId: string
  experimentId: string
  name: string
  challengerPercent: number
  holdOutPercent: number
  /** For so many days a bill is followed. */
  followDays: number
  startedAt: number
  endedAt: number | null
  endedBecause: ExperimentEnd | null
}

export interface Member {
  creditorId: string
  experimentId: string
  debtorId: string
  stratum: string
  arm: ExperimentArm
}

export interface NewMember extends Member {
  claimId: string
  owed: bigint
  enteredAt: number
}

/** Begins an experiment. Returns false where another one runs. */
export async function insertExperiment(
  tx: Tx,
  experiment: Experiment & { lookAt: number },
): Promise<boolean> {
  const result = await tx
    .insertInto('experiments')
    .values({
      creditor_id: experiment.creditorId,
      experiment_id: experiment.experimentId,
      name: experiment.name,
      challenger_percent: experiment.challengerPercent,
      hold_out_percent: experiment.holdOutPercent,
      follow_days: experiment.followDays,
      started_at: experiment.startedAt,
      look_at: experiment.lookAt,
      ended_at: null,
      ended_because: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The experiments of a creditor, newest first, or one of them. */
export async function experimentsOf(
  db: Database | Tx,
  creditorId: string,
  experimentId?: string,
): Promise<Experiment[]> {
  const rows = await db
    .selectFrom('experiments')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .$if(experimentId !== undefined, (own) => own.where('experiment_id', '=', experimentId ?? ''))
    .orderBy('experiment_id', 'desc')
    .execute()
  return rows.map(toExperiment)
}

/** Those of these creditors that run. */
export async function runningExperiments(
  db: Database | Tx,
  creditorIds: readonly string[],
): Promise<Map<string, Experiment>> {
  const rows = await db
    .selectFrom('experiments')
    .selectAll()
    .where(sql<boolean>`creditor_id = any(${creditorIds}::text[])`)
    .where('ended_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.creditor_id, toExperiment(row)]))
}

/** Ends one that runs. Returns false where it does not. */
export async function endExperiment(
  db: Database | Tx,
  key: { creditorId: string; experimentId: string },
  { at, because }: { at: number; because: ExperimentEnd },
): Promise<boolean> {
  const result = await db
    .updateTable('experiments')
    .set({ ended_at: at, ended_because: because, look_at: null })
    .where('creditor_id', '=', key.creditorId)
    .where('experiment_id', '=', key.experimentId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Takes the experiments that are to be looked at, locked, and plans the next look. */
export async function lockExperimentsToLookAt(
  tx: Tx,
  { now, next, limit }: { now: number; next: number; limit: number },
): Promise<Experiment[]> {
  const rows = await tx
    .selectFrom('experiments')
    .selectAll()
    .where('look_at', '<=', now)
    .orderBy('look_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  for (const { creditor_id, experiment_id } of rows) {
    await tx
      .updateTable('experiments')
      .set({ look_at: next })
      .where('creditor_id', '=', creditor_id)
      .where('experiment_id', '=', experiment_id)
      .execute()
  }
  return rows.map(toExperiment)
}

/** Writes members; who is one already stays what they are. */
export async function insertMembers(tx: Tx, members: readonly NewMember[]): Promise<void> {
  if (members.length === 0) return
  await tx
    .insertInto('experiment_members')
    .values(
      members.map((member) => ({
        creditor_id: member.creditorId,
        experiment_id: member.experimentId,
        debtor_id: member.debtorId,
        stratum: member.stratum,
        arm: member.arm,
        claim_id: member.claimId,
        owed: member.owed,
        entered_at: member.enteredAt,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What these people are in the experiments of their creditors. */
export async function membersAmong(
  db: Database | Tx,
  people: readonly { creditorId: string; debtorId: string }[],
): Promise<Member[]> {
  const rows = await db
    .selectFrom('experiment_members')
    .selectAll()
    .where(
      sql<boolean>`(creditor_id, debtor_id) in (select * from unnest(
        ${people.map((it) => it.creditorId)}::text[], ${people.map((it) => it.debtorId)}::text[]))`,
    )
    .execute()
  return rows.map((row) => ({
    creditorId: row.creditor_id,
    experimentId: row.experiment_id,
    debtorId: row.debtor_id,
    stratum: row.stratum,
    arm: row.arm as ExperimentArm,
  }))
}

/**
 * What came of each member on the bill with which they came in. A promise is broken when its day passed
 * and the bill was open at its end; costs are what carriers asked.
 */
export async function memberOutcomes(
  db: Database | Tx,
  { creditorId, experimentId, startedAt, followDays }: Experiment,
  now: number,
): Promise<MemberOutcome[]> {
  const follow = followDays * 86_400
  const { rows } = await sql<Omit<MemberOutcome, 'owed'> & { owed: string }>`
    select m.stratum, m.arm, m.owed::float8 as owed,
      floor((m.entered_at + ${follow}::int8 - ${startedAt}::int8) / 86400.0)::int + 1 as "matureDay",
      coalesce((select sum(p.amount - p.overpaid) from payments p
        where p.creditor_id = m.creditor_id and p.claim_id = m.claim_id and p.reversed_at is null
          and p.created_at > m.entered_at and p.created_at <= m.entered_at + ${follow}::int8), 0)::float8
        as recovered,
      coalesce(s.cost, 0)::float8 as cost, coalesce(s.contacts, 0)::int as contacts,
      coalesce((select sum(c.amount) from charges c where c.creditor_id = m.creditor_id
        and c.claim_id = m.claim_id and c.state = 'charged'
        and c.changed_on >= (to_timestamp(m.entered_at))::date), 0)::float8 as fees,
      coalesce(e.complaints, 0)::int as complaints, coalesce(e.broken, 0)::int as "brokenPromises",
      coalesce(e.closed, 0)::int as "optOuts"
    from experiment_members m
    left join lateral (
      select sum(h.cost) as cost, count(*) filter (where h.is_contact) as contacts
      from human_messages h where h.creditor_id = m.creditor_id and h.claim_id = m.claim_id
        and h.state = 'sent' and h.sent_at >= m.entered_at
        and h.sent_at <= m.entered_at + ${follow}::int8) s on true
    left join lateral (
      select count(*) filter (where e.type in ('dispute.raised', 'assistance.requested')) as complaints,
        count(*) filter (where e.type = 'channel.closed') as closed,
        count(*) filter (where e.type = 'promise.made'
          and (e.data ->> 'day')::date + 1 <= (to_timestamp(${now}::int8))::date
          and not exists (select from events k where k.creditor_id = m.creditor_id
            and k.claim_id = m.claim_id and k.type = 'payment-request.settled'
            and (to_timestamp(k.at))::date <= (e.data ->> 'day')::date + 1)) as broken
      from events e where e.creditor_id = m.creditor_id and e.claim_id = m.claim_id
        and e.at >= m.entered_at) e on true
    where m.creditor_id = ${creditorId} and m.experiment_id = ${experimentId}
    order by m.entered_at, m.debtor_id`.execute(db)
  return rows.map((row) => ({ ...row, owed: Number(row.owed) }))
}

function toExperiment(row: Selectable<ExperimentsTable>): Experiment {
  return {
    creditorId: row.creditor_id,
    experimentId: row.experiment_id,
    name: row.name,
    challengerPercent: row.challenger_percent,
    holdOutPercent: row.hold_out_percent,
    followDays: row.follow_days,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    endedBecause: row.ended_because as ExperimentEnd | null,
  }
}
