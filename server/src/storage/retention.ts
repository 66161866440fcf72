// What a retention schedule finds to be over, and what it did about it.
import { sql } from 'kysely'
import type { OwnMonths } from '../domain/privacy/retention.ts'
import type { RetentionCounts } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { destroyPersonKeys } from './person-keys.ts'

export interface RetentionRun {
  creditorId: string
  /** Epoch seconds. */
  ranAt: number
  done: RetentionCounts
}

/** Whose data it is, and by which rules. */
export interface RetainedBy {
  creditorId: string
  country: string
  own: OwnMonths
}

/** Creditors without a run since an instant. */
export async function creditorsToRetain(
  db: Database,
  { since, limit }: { since: number; limit: number },
): Promise<RetainedBy[]> {
  const { rows } = await sql<RetainedBy>`
    select c.creditor_id as "creditorId", c.country, c.retention as own from creditors c
    where not exists (select from retention_runs r
      where r.creditor_id = c.creditor_id and r.ran_at > ${since})
    order by c.creditor_id limit ${limit}`.execute(db)
  return rows
}

export async function insertRetentionRun(
  db: Database,
  { creditorId, ranAt, done }: RetentionRun,
): Promise<void> {
  await db
    .insertInto('retention_runs')
    .values({ creditor_id: creditorId, ran_at: ranAt, done: JSON.stringify(done) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The last runs of a creditor, the newest first. */
export async function retentionRunsOf(
  db: Database,
  { creditorId, limit }: { creditorId: string; limit: number },
): Promise<RetentionRun[]> {
  return await db
    .selectFrom('retention_runs')
    .select(['creditor_id as creditorId', 'ran_at as ranAt', 'done'])
    .where('creditor_id', '=', creditorId)
    .orderBy('ran_at', 'desc')
    .limit(limit)
    .execute()
}

/** The countries of the debtors of a creditor who are still known. */
export async function debtorCountries(
  db: Database,
  creditorId: string,
): Promise<(string | null)[]> {
  const rows = await db
    .selectFrom('debtors')
    .select('country')
    .distinct()
    .where('creditor_id', '=', creditorId)
    .where('erased_at', 'is', null)
    .execute()
  return rows.map(({ country }) => country)
}

/**
 * People of a country about whom nothing happened since a day, in the order of their ids after `after`: no
 * claim is open, and none was due, paid, closed or spoken of. Who cannot be erased yet is passed by the next
 * page, so that nobody waits behind them.
 */
export async function idlePeople(
  db: Database,
  query: {
    creditorId: string
    country: string | null
    before: string
    after: string
    limit: number
  },
): Promise<{ creditorId: string; debtorId: string }[]> {
  const { creditorId, country, before, after, limit } = query
  const { rows } = await sql<{ creditorId: string; debtorId: string }>`
    select d.creditor_id as "creditorId", d.debtor_id as "debtorId" from debtors d
    where d.creditor_id = ${creditorId} and d.debtor_id > ${after} and d.erased_at is null
      and d.country is not distinct from ${country}
      and d.created_at < extract(epoch from ${before}::date)
      and not exists (select from claims c
        where c.creditor_id = d.creditor_id and c.debtor_id = d.debtor_id
          and (c.claim_state in ('open', 'handed-over') or c.due_date >= ${before}::date
            or exists (select from payments p where p.creditor_id = c.creditor_id
              and p.claim_id = c.claim_id and p.received_on >= ${before}::date)
            or exists (select from events e where e.creditor_id = c.creditor_id
              and e.claim_id = c.claim_id and e.at >= extract(epoch from ${before}::date))))
    order by d.debtor_id limit ${limit}`.execute(db)
  return rows
}

/**
 * Empties names, accounts and texts of money that was never matched, or that came for a claim of somebody who
 * was erased before. Returns how many bookings.
 */
export async function emptyMoneyOfNobody(
  db: Database,
  { creditorId, before }: { creditorId: string; before: number },
): Promise<number> {
  const result = await sql`
    update bank_transactions b set details = null, payer_index = null, end_to_end_index = null
    where b.creditor_id = ${creditorId} and b.details is not null and b.imported_at < ${before}
      and case when b.claim_id is null then b.state <> 'matched'
        and not exists (select from payments p where p.creditor_id = b.creditor_id
          and p.transaction_id = b.transaction_id and p.reversed_at is null)
      else exists (select from claims c join debtors d
          on d.creditor_id = c.creditor_id and d.debtor_id = c.debtor_id
        where c.creditor_id = b.creditor_id and c.claim_id = b.claim_id
          and d.erased_at is not null) end`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}

/**
 * Forgets where the agents of erased people were, and the last word to them, once each was told or some time
 * has passed. Returns how many agents.
 */
export async function forgetToldAgents(
  tx: Tx,
  { creditorId, before }: { creditorId: string; before: number },
): Promise<number> {
  const { rows } = await sql<{ enrolment_id: string }>`
    select e.enrolment_id from enrolments e
    join debtors d on d.creditor_id = e.creditor_id and d.debtor_id = e.debtor_id
    where e.creditor_id = ${creditorId} and d.erased_at is not null
      and (e.inbox is not null or exists (select from agent_deliveries a
        where a.creditor_id = e.creditor_id and a.enrolment_id = e.enrolment_id))
      and (d.erased_at < ${before} or not exists (select from agent_deliveries a
        where a.creditor_id = e.creditor_id and a.enrolment_id = e.enrolment_id
          and a.state <> 'delivered'))
    for update of e`.execute(tx)
  const ids = rows.map(({ enrolment_id: id }) => id)
  const own = sql`creditor_id = ${creditorId} and enrolment_id = any(${ids}::text[])`
  await sql`update messages set jws = null where creditor_id = ${creditorId}
    and thr in (select thr from enrolments where ${own})`.execute(tx)
  await sql`delete from agent_deliveries where ${own}`.execute(tx)
  await sql`update enrolments set inbox = null, inbox_proven_at = null where ${own}`.execute(tx)
  return ids.length
}

/** Empties the words in tasks that ended. */
export async function emptyEndedTasks(
  db: Database,
  { creditorId, before }: { creditorId: string; before: number },
): Promise<number> {
  const result = await db
    .updateTable('tasks')
    .set({ details: null })
    .where('creditor_id', '=', creditorId)
    .where('ended_at', '<', before)
    .where('details', 'is not', null)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Empties files of refunds and destroys their keys. */
export async function emptyRefundFiles(
  tx: Tx,
  { creditorId, before, at }: { creditorId: string; before: number; at: number },
): Promise<number> {
  const rows = await tx
    .updateTable('refund_exports')
    .set({ file: null })
    .where('creditor_id', '=', creditorId)
    .where('created_at', '<', before)
    .where('file', 'is not', null)
    .returning('export_id')
    .execute()
  const owners = rows.map(({ export_id: personId }) => ({ creditorId, personId }))
  await destroyPersonKeys(tx, owners, at)
  return rows.length
}

/** Deletes facts that were learnt long ago; not one that somebody has contested and nobody decided on. */
export async function forgetLearntFacts(
  db: Database,
  { creditorId, before }: { creditorId: string; before: number },
): Promise<number> {
  const result = await sql`delete from learnt_facts f
    where f.creditor_id = ${creditorId} and f.learnt_at < ${before}
      and not exists (select from profile_contests p where p.creditor_id = f.creditor_id
        and p.debtor_id = f.debtor_id and p.subject = f.fact_id and p.state = 'open')`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}

/** Forgets replies that were kept for the same request again. */
export async function forgetOldReplies(
  db: Database,
  { creditorId, before }: { creditorId: string; before: number },
): Promise<number> {
  const result = await db
    .deleteFrom('idempotency_keys')
    .where('creditor_id', '=', creditorId)
    .where('created_at', '<', before)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
