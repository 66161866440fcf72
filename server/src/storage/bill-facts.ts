// What became of a creditor's bills, as learning takes it in: days, amounts and ids, nothing of a person.
import { sql } from 'kysely'
import type { BillFacts } from '../domain/learning/bill-history.ts'
import type { Database, Tx } from './database.ts'
import { ASKS } from './kpi-period.ts'

export interface BillQuery {
  creditorId: string
  /** Whose days they are. */
  timeZone: string
  /** One customer alone. */
  debtorId?: string
  /** The bills issued last. */
  limit: number
}

/**
 * Reads the newest bills. A bill over which a plan was agreed ends there: its days are the plan's. One that
 * was settled by a credit alone was never paid.
 */
export async function readBillFacts(db: Database | Tx, query: BillQuery): Promise<BillFacts[]> {
  const { creditorId, debtorId, timeZone, limit } = query
  const dayOf = (instant: ReturnType<typeof sql>) =>
    sql`(to_timestamp(${instant}) at time zone ${timeZone})::date`
  const { rows } = await sql<BillFacts>`
    with c as (
      select * from claims
      where creditor_id = ${creditorId}
        and ${debtorId === undefined ? sql`true` : sql`debtor_id = ${debtorId}`}
      order by issue_date desc, claim_id desc limit ${limit}
    ), told as (
      select c.*,
        (select max(p.received_on) from payments p where p.creditor_id = c.creditor_id
          and p.claim_id = c.claim_id and p.reversed_at is null) as paid_on,
        (select min(e.at) from events e where e.creditor_id = c.creditor_id
          and e.claim_id = c.claim_id and e.type = 'dispute.raised') as disputed_at,
        (select min(e.at) from events e where e.creditor_id = c.creditor_id
          and e.claim_id = c.claim_id and e.type in ('negotiation.agreed',
            'payment-request.cancelled', 'payment-request.written-off',
            'payment-request.handed-over')) as ended_at,
        (select min(m.sent_at) from human_messages m where m.creditor_id = c.creditor_id
          and m.claim_id = c.claim_id and m.state = 'sent' and ${ASKS} and m.sent_at
            >= extract(epoch from (c.due_date + 1)::timestamp at time zone ${timeZone}))
          as contacted_at
      from c
    )
    select claim_id as invoice, debtor_id as customer, currency, principal - charges as minor,
      issue_date as "issuedOn", due_date as "dueOn",
      case when claim_state = 'settled' then paid_on end as "settledOn",
      ${dayOf(sql`disputed_at`)} as "disputedOn", null as "isElectronic",
      ${dayOf(sql`contacted_at`)} as "contactedOn",
      case when claim_state = 'settled' and paid_on is null then due_date
        else ${dayOf(sql`ended_at`)} end as "endedOn"
    from told order by issue_date, claim_id`.execute(db)
  return rows
}

/** How many of the newest bills were settled by payments. */
export async function countSettledBills(
  db: Database | Tx,
  { creditorId, limit }: Pick<BillQuery, 'creditorId' | 'limit'>,
): Promise<number> {
  const { rows } = await sql<{ settled: number }>`
    with newest as (
      select claim_state, paid from claims where creditor_id = ${creditorId}
      order by issue_date desc, claim_id desc limit ${limit}
    )
    select count(*)::int as settled from newest where claim_state = 'settled' and paid > 0`.execute(
    db,
  )
  return rows[0]?.settled ?? 0
}
