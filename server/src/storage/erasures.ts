// What stands about erasures: who was erased with its proof, and what decides whether somebody may be.
import { sql } from 'kysely'
import type { ErasureFacts } from '../domain/privacy/erasure.ts'
import type { Database, Tx } from './database.ts'

export interface PersonKey {
  creditorId: string
  debtorId: string
}

export interface Erasure extends PersonKey {
  /** Epoch seconds. */
  erasedAt: number
  /** Compact JWS. */
  proof: string
}

/** The erasure of a person, if there was one. */
export async function findErasure(
  db: Database | Tx,
  { creditorId, debtorId }: PersonKey,
): Promise<Erasure | undefined> {
  return await db
    .selectFrom('erasures')
    .select(ERASURE)
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .executeTakeFirst()
}

const ERASURE = [
  'creditor_id as creditorId',
  'debtor_id as debtorId',
  'erased_at as erasedAt',
  'proof',
] as const

export async function insertErasure(tx: Tx, erasure: Erasure): Promise<void> {
  await tx
    .insertInto('erasures')
    .values({
      creditor_id: erasure.creditorId,
      debtor_id: erasure.debtorId,
      erased_at: erasure.erasedAt,
      proof: erasure.proof,
    })
    .execute()
}

/** All erasures of a store, oldest first: what a list outside of it has to hold. */
export async function allErasures(db: Database): Promise<Erasure[]> {
  return await db
    .selectFrom('erasures')
    .select(ERASURE)
    .orderBy('erased_at')
    .orderBy('debtor_id')
    .execute()
}

const UNDER_WAY = ['chosen', 'approved', 'exported']

/** What decides on an erasure, of each claim of a person. */
export async function erasureFacts(
  db: Database | Tx,
  { creditorId, debtorId }: PersonKey,
): Promise<ErasureFacts[]> {
  const { rows } = await sql<ErasureFacts>`
    select c.claim_id as "claimId", c.claim_state in ('open', 'handed-over') as "isAsked",
      c.principal + c.price - c.credit - c.paid as outstanding,
      c.overpaid - c.given_back as "creditOwed", c.disputed,
      exists (select from refunds r where r.creditor_id = c.creditor_id
        and r.claim_id = c.claim_id and r.state = any(${UNDER_WAY}::text[])) as "hasRefundUnderWay",
      array(select h.reason from claim_holds h where h.creditor_id = c.creditor_id
        and h.claim_id = c.claim_id and h.released_at is null) as holds
    from claims c where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId}
    order by c.claim_id`.execute(db)
  return rows
}

/** The hashes of a thread as they stand in clear: they stay when its messages go. */
export interface HashedThread {
  thr: string
  /** In the order of seq. */
  hashes: string[]
}

/** The hashes of all threads with a person, about claims and enrolments. */
export async function hashedThreads(
  db: Database | Tx,
  { creditorId, debtorId }: PersonKey,
): Promise<HashedThread[]> {
  const { rows } = await sql<HashedThread>`
    select q.thr, array(select m.hash from messages m
      where m.creditor_id = ${creditorId} and m.thr = q.thr order by m.seq) as hashes
    from (
      select t.thr
      from threads t join claims c on c.creditor_id = t.creditor_id and c.claim_id = t.claim_id
      where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId}
      union all
      select thr from enrolments where creditor_id = ${creditorId} and debtor_id = ${debtorId}
    ) q order by q.thr`.execute(db)
  return rows
}

/** The day of the last booking of a person, or that of the last invoice; null without any. */
export async function lastAccountingDay(
  db: Database | Tx,
  { creditorId, debtorId }: PersonKey,
): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select max(greatest(c.issue_date, p.received_on)) as day
    from claims c left join payments p on p.creditor_id = c.creditor_id and p.claim_id = c.claim_id
    where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId}`.execute(db)
  return rows[0]?.day ?? null
}

/**
 * Keeps others from changing the person or a claim of theirs, from saying something in their threads and from
 * sealing something under their key until the transaction ends. Returns false when somebody is sealing now:
 * to wait for it could be to wait for each other.
 */
export async function lockPerson(tx: Tx, { creditorId, debtorId }: PersonKey): Promise<boolean> {
  await sql`select from claims where creditor_id = ${creditorId} and debtor_id = ${debtorId}
    order by claim_id for update`.execute(tx)
  await sql`select from debtors where creditor_id = ${creditorId} and debtor_id = ${debtorId}
    for update`.execute(tx)
  await sql`select from threads t where t.creditor_id = ${creditorId} and t.claim_id in (
      select claim_id from claims where creditor_id = ${creditorId} and debtor_id = ${debtorId})
    order by t.thr for update`.execute(tx)
  await sql`select from enrolments where creditor_id = ${creditorId} and debtor_id = ${debtorId}
    order by enrolment_id for update`.execute(tx)
  const { rows } = await sql`select from person_keys
    where creditor_id = ${creditorId} and person_id = ${debtorId} for update skip locked`.execute(
    tx,
  )
  return rows.length > 0
}
