// What was owed when a period began and when it ended, and which claims were cured in between.
import { sql } from 'kysely'
import type { MoneySums } from '../domain/kpi/kpi-sums.ts'
import type { Tx } from './database.ts'
import { ASKS, type KpiPeriod, minorOf, ofSegment } from './kpi-period.ts'

/** The sums of one currency. */
export interface LedgerRow
  extends Pick<MoneySums, 'currency' | 'owedAtStart' | 'owedAtEnd' | 'notDueAtEnd' | 'sales'> {
  overdueAtStart: number
  cured: number
  selfCured: number
}

/**
 * What was owed at two instants, claim by claim: principal, the price of a plan from its agreement on,
 * less credits and payments by then. Not due is what the lines of a plan, or the due day, put later. A
 * settled claim to which nothing happened since the start was not owed at either instant.
 */
export async function readLedger(tx: Tx, period: KpiPeriod): Promise<LedgerRow[]> {
  const { creditorId, segment, from, to, start, end, timeZone } = period
  const { rows } = await sql<LedgerRow>`
    with moved as (
      select claim_id from payments
      where creditor_id = ${creditorId} and received_on >= ${from}::date
      union select claim_id from payments
      where creditor_id = ${creditorId} and reversed_at >= ${start}
      union select e.claim_id from events e
      where e.creditor_id = ${creditorId} and e.at >= ${start}
        and e.type in ('dispute.upheld', 'negotiation.agreed')
    ), c as materialized (
      select c.creditor_id, c.claim_id, c.currency, c.principal, c.price, c.issue_date, c.due_date
      from claims c
      where c.creditor_id = ${creditorId} and c.issue_date <= ${to}::date and ${ofSegment(segment)}
        and (c.claim_state <> 'settled' or c.issue_date >= ${from}::date
          or c.claim_id in (select claim_id from moved))
    ), paid as (
      select p.claim_id,
        sum(p.amount - p.overpaid) filter (where p.received_on < ${from}::date
          and (p.reversed_at is null or p.reversed_at >= ${start})) as at_start,
        sum(p.amount - p.overpaid) filter (where p.received_on <= ${to}::date
          and (p.reversed_at is null or p.reversed_at >= ${end})) as at_end
      from payments p join c on c.creditor_id = p.creditor_id and c.claim_id = p.claim_id
      group by p.claim_id
    ), credited as (
      select e.claim_id,
        sum(${minorOf('credit')}) filter (where e.at < ${start}) as at_start,
        sum(${minorOf('credit')}) filter (where e.at < ${end}) as at_end
      from events e where e.creditor_id = ${creditorId} and e.type = 'dispute.upheld'
        and e.data ? 'credit' group by e.claim_id
    ), ended as (
      select e.claim_id, min(e.at) as at from events e
      where e.creditor_id = ${creditorId}
        and e.type in ('payment-request.cancelled', 'payment-request.written-off')
      group by e.claim_id
    ), planned as (
      select a.claim_id, a.agreed_at,
        sum(l.amount - l.credited) filter (where l.due_date >= ${from}::date) as after_start,
        sum(l.amount - l.credited) filter (where l.due_date > ${to}::date) as after_end
      from c join agreements a using (creditor_id, claim_id)
      join plan_lines l using (creditor_id, claim_id)
      where a.replaced_at is null
      group by a.claim_id, a.agreed_at
    ), owed as (
      select c.*, ended.at as ended_at,
        case when c.issue_date < ${from}::date and coalesce(ended.at >= ${start}, true)
          then greatest(0, c.principal
            + case when planned.agreed_at < ${start} then c.price else 0 end
            - coalesce(credited.at_start, 0) - coalesce(paid.at_start, 0)) else 0 end as at_start,
        case when coalesce(ended.at >= ${end}, true)
          then greatest(0, c.principal
            + case when planned.agreed_at < ${end} then c.price else 0 end
            - coalesce(credited.at_end, 0) - coalesce(paid.at_end, 0)) else 0 end as at_end,
        case when planned.agreed_at < ${start} then coalesce(planned.after_start, 0)
          when c.due_date >= ${from}::date then c.principal else 0 end as later_at_start,
        case when planned.agreed_at < ${end} then coalesce(planned.after_end, 0)
          when c.due_date > ${to}::date then c.principal else 0 end as later_at_end
      from c left join paid using (claim_id) left join credited using (claim_id)
      left join ended using (claim_id) left join planned using (claim_id)
    ), judged as (
      select *, at_start > later_at_start as was_overdue,
        at_start > later_at_start and at_end <= later_at_end
          and coalesce(ended_at >= ${end}, true) as is_cured
      from owed
    )
    select currency,
      sum(at_start)::numeric(20, 0) as "owedAtStart",
      sum(at_end)::numeric(20, 0) as "owedAtEnd",
      sum(least(at_end, later_at_end))::numeric(20, 0) as "notDueAtEnd",
      coalesce(sum(principal) filter (where issue_date >= ${from}::date
        and coalesce(ended_at >= ${end}, true)), 0)::numeric(20, 0) as sales,
      count(*) filter (where was_overdue) as "overdueAtStart",
      count(*) filter (where is_cured) as cured,
      count(*) filter (where is_cured and not exists (
        select from human_messages m
        where m.creditor_id = judged.creditor_id and m.claim_id = judged.claim_id
          and m.state = 'sent' and m.sent_at < ${end} and ${ASKS} and m.sent_at
            >= extract(epoch from (due_date + 1)::timestamp at time zone ${timeZone})))
        as "selfCured"
    from judged group by currency order by currency`.execute(tx)
  return rows
}
