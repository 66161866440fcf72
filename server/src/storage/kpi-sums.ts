// Counts what the figures of a period are made of. Each statement reads the rows of one creditor once and
// adds them up in the database; nothing here divides.
import { sql } from 'kysely'
import type { KpiSums, MoneySums } from '../domain/kpi/kpi-sums.ts'
import type { Database, Tx } from './database.ts'

/** A period of a creditor: days, both included, and the instants at which it begins and ends. */
export interface KpiPeriod {
  creditorId: string
  /** One segment alone; null for all. */
  segment: string | null
  from: string
  to: string
  /** Start of `from`, and start of the day after `to`, in epoch seconds. */
  start: number
  end: number
  timeZone: string
}

/** Everything that the figures of a period need, of one state of the store. */
export async function readKpiSums(db: Database, period: KpiPeriod): Promise<KpiSums> {
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return await snapshot.execute(async (tx) => {
    // Sums over a whole creditor do not fit into what a look-up by key needs.
    await sql`set local work_mem = '64MB'`.execute(tx)
    return await readSums(tx, period)
  })
}

async function readSums(tx: Tx, period: KpiPeriod): Promise<KpiSums> {
  const ledger = await readLedger(tx, period)
  const promises = await readPromises(tx, period)
  const flows = await readFlows(tx, period)
  const bots = await readBots(tx, period)
  const funnel = await readFunnel(tx, period)
  const contacts = await readContacts(tx, period)
  const reminders = await readReminders(tx, period)
  const blocks = await readBlocks(tx, period)
  const sum = (pick: (row: (typeof ledger)[number]) => number) =>
    ledger.reduce((total, row) => total + pick(row), 0)
  return {
    money: moneyOf(ledger, promises, flows),
    overdueAtStart: sum((row) => row.overdueAtStart),
    cured: sum((row) => row.cured),
    selfCured: sum((row) => row.selfCured),
    ...bots,
    funnel,
    ...contacts,
    ...reminders,
    blocks,
  }
}

interface LedgerRow
  extends Pick<MoneySums, 'currency' | 'owedAtStart' | 'owedAtEnd' | 'notDueAtEnd' | 'sales'> {
  overdueAtStart: number
  cured: number
  selfCured: number
}

type PromiseRow = Pick<MoneySums, 'currency' | 'promised' | 'promisesKept'>
type FlowRow = Pick<MoneySums, 'currency' | 'costs' | 'recovered'>

function moneyOf(
  ledger: readonly LedgerRow[],
  promises: readonly PromiseRow[],
  flows: readonly FlowRow[],
): MoneySums[] {
  const names = [...ledger, ...promises, ...flows].map(({ currency }) => currency)
  return [...new Set(names)].toSorted().map((currency) => {
    const own = ledger.find((row) => row.currency === currency)
    const promise = promises.find((row) => row.currency === currency)
    const flow = flows.find((row) => row.currency === currency)
    return {
      currency,
      owedAtStart: own?.owedAtStart ?? 0n,
      owedAtEnd: own?.owedAtEnd ?? 0n,
      notDueAtEnd: own?.notDueAtEnd ?? 0n,
      sales: own?.sales ?? 0n,
      promised: promise?.promised ?? 0n,
      promisesKept: promise?.promisesKept ?? 0n,
      costs: flow?.costs ?? 0n,
      recovered: flow?.recovered ?? 0n,
    }
  })
}

const ofSegment = (segment: string | null) =>
  segment === null ? sql`true` : sql`c.segment = ${segment}`

/** The same for rows that are not joined with their claim. */
const inSegment = (row: 'e' | 'm' | 't', { creditorId, segment }: KpiPeriod) =>
  segment === null
    ? sql`true`
    : sql`exists (select from claims c where c.creditor_id = ${creditorId}
        and c.claim_id = ${sql.ref(`${row}.claim_id`)} and c.segment = ${segment})`

/** A message that asks for something; answers to what a person did are none. */
const ASKS = sql`m.template not in ('thank-you', 'plan-confirmed')`

/** Amounts in events are decimal texts with exactly the digits of their currency. */
const minorOf = (name: string) => sql`replace(e.data ->> ${sql.lit(name)}, '.', '')::numeric`

/**
 * What was owed at two instants, claim by claim: principal, the price of a plan from its agreement on,
 * less credits and payments by then. Not due is what the lines of a plan, or the due day, put later. A
 * settled claim to which nothing happened since the start was not owed at either instant.
 */
async function readLedger(tx: Tx, period: KpiPeriod): Promise<LedgerRow[]> {
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

/** Two days that are no Saturday or Sunday after a day. */
const GRACE = sql`(q.day + case extract(isodow from q.day)::int
  when 4 then 4 when 5 then 4 when 6 then 3 when 7 then 2 else 2 end)`

async function readPromises(tx: Tx, period: KpiPeriod): Promise<PromiseRow[]> {
  const { creditorId, segment, from, to, end, timeZone } = period
  const { rows } = await sql<PromiseRow>`
    with told as (
      select e.claim_id, e.at, (e.data ->> 'day')::date as day, ${minorOf('amount')} as amount,
        (to_timestamp(e.at) at time zone ${timeZone})::date as made_on
      from events e where e.creditor_id = ${creditorId} and e.type = 'promise.made'
        and e.data ? 'day'
    ), due as (
      select q.*, ${GRACE} as last_day from told q
      where ${GRACE} between ${from}::date and ${to}::date
    ), judged as (
      select c.currency,
        coalesce(due.amount, greatest(0, c.principal
          + case when a.agreed_at < due.at then c.price else 0 end - coalesce(p.before, 0)))
          as promised,
        coalesce(p.within, 0) as within
      from due join claims c on c.creditor_id = ${creditorId} and c.claim_id = due.claim_id
      left join agreements a on a.creditor_id = c.creditor_id and a.claim_id = c.claim_id
      left join lateral (
        select sum(p.amount - p.overpaid) filter (where p.received_on < due.made_on) as before,
          sum(p.amount - p.overpaid) filter (where p.received_on >= due.made_on
            and p.received_on <= due.last_day) as within
        from payments p where p.creditor_id = c.creditor_id and p.claim_id = c.claim_id
          and (p.reversed_at is null or p.reversed_at >= ${end})
      ) p on true
      where ${ofSegment(segment)}
    )
    select currency, sum(promised)::numeric(20, 0) as promised,
      sum(least(promised, within))::numeric(20, 0) as "promisesKept"
    from judged group by currency order by currency`.execute(tx)
  return rows
}

async function readFlows(tx: Tx, period: KpiPeriod): Promise<FlowRow[]> {
  const { creditorId, segment, from, to, start, end } = period
  const { rows } = await sql<FlowRow>`
    with flows as (
      select m.cost_currency as currency, m.cost as costs, 0::numeric as recovered
      from human_messages m
      where m.creditor_id = ${creditorId} and m.sent_at >= ${start} and m.sent_at < ${end}
        and m.cost is not null and ${inSegment('m', period)}
      union all
      select c.currency, 0, p.amount - p.overpaid
      from payments p join claims c using (creditor_id, claim_id)
      where p.creditor_id = ${creditorId} and p.received_on between ${from}::date and ${to}::date
        and p.received_on > c.due_date and (p.reversed_at is null or p.reversed_at >= ${end})
        and ${ofSegment(segment)}
    )
    select currency, sum(costs)::numeric(20, 0) as costs,
      sum(recovered)::numeric(20, 0) as recovered
    from flows group by currency order by currency`.execute(tx)
  return rows
}

async function readBots(
  tx: Tx,
  period: KpiPeriod,
): Promise<Pick<KpiSums, 'sentToBots' | 'answeredByBots' | 'fallenBack'>> {
  const { creditorId, start, end } = period
  const { rows } = await sql<Pick<KpiSums, 'sentToBots' | 'answeredByBots' | 'fallenBack'>>`
    with addressed as (
      select claim_id from claims
      where creditor_id = ${creditorId} and created_at >= ${start} and created_at < ${end}
      union select e.claim_id from events e
      where e.creditor_id = ${creditorId} and e.type = 'negotiation.offered'
        and e.at >= ${start} and e.at < ${end}
    ), sent as (
      select t.claim_id, min(t.created_at) as at from threads t join addressed using (claim_id)
      where t.creditor_id = ${creditorId} and t.peer_role = 'agent' and t.acks_of is null
        and t.created_at >= ${start} and t.created_at < ${end} and ${inSegment('t', period)}
      group by t.claim_id
    ), said as (
      select e.claim_id, min(e.at) filter (where e.type = 'negotiation.timed-out') as silent_at,
        min(e.event_id) filter (where e.type = 'negotiation.timed-out') as silent_id,
        min(e.event_id) filter (where e.type <> 'negotiation.timed-out') as answer_id
      from events e join sent on sent.claim_id = e.claim_id and e.at >= sent.at
      where e.creditor_id = ${creditorId} and e.at >= ${start}
        and e.type in ('negotiation.countered', 'negotiation.declined', 'negotiation.timed-out',
          'negotiation.agreed', 'dispute.raised', 'assistance.requested', 'payment.announced')
        and (e.type <> 'negotiation.agreed' or e.data ->> 'acceptedBy' = 'agent')
      group by e.claim_id
    )
    select count(*) as "sentToBots",
      count(*) filter (where said.answer_id < coalesce(said.silent_id, said.answer_id + 1))
        as "answeredByBots",
      count(*) filter (where said.silent_at is not null and exists (
        select from human_messages m
        where m.creditor_id = ${creditorId} and m.claim_id = sent.claim_id and m.state = 'sent'
          and m.sent_at >= said.silent_at and ${ASKS})) as "fallenBack"
    from sent left join said using (claim_id)`.execute(tx)
  return rows[0] ?? { sentToBots: 0, answeredByBots: 0, fallenBack: 0 }
}

async function readFunnel(
  tx: Tx,
  { creditorId, segment, from, to }: KpiPeriod,
): Promise<KpiSums['funnel']> {
  const { rows } = await sql<KpiSums['funnel']>`
    with disputed as (
      select distinct e.claim_id from events e
      where e.creditor_id = ${creditorId} and e.type = 'dispute.raised'
    )
    select count(*) as issued,
      count(*) filter (where exists (select from human_messages m
        where m.creditor_id = c.creditor_id and m.claim_id = c.claim_id and m.state = 'sent'
          and ${ASKS})) as written,
      count(*) filter (where a.accepted_by = 'portal') as "planOnPage",
      count(*) filter (where a.accepted_by = 'agent') as "planByBot",
      count(disputed.claim_id) as disputed,
      count(*) filter (where c.claim_state = 'settled') as settled
    from claims c left join disputed using (claim_id)
    left join agreements a on a.creditor_id = c.creditor_id and a.claim_id = c.claim_id
    where c.creditor_id = ${creditorId} and c.issue_date between ${from}::date and ${to}::date
      and ${ofSegment(segment)}`.execute(tx)
  const none = { issued: 0, written: 0, planOnPage: 0, planByBot: 0, disputed: 0, settled: 0 }
  return rows[0] ?? none
}

async function readContacts(
  tx: Tx,
  period: KpiPeriod,
): Promise<Pick<KpiSums, 'writtenAbout' | 'answeredByPerson'>> {
  const { creditorId, start, end } = period
  const { rows } = await sql<Pick<KpiSums, 'writtenAbout' | 'answeredByPerson'>>`
    with written as (
      select m.claim_id, min(m.sent_at) as at from human_messages m
      where m.creditor_id = ${creditorId} and m.state = 'sent' and m.sent_at >= ${start}
        and m.sent_at < ${end} and ${ASKS} and ${inSegment('m', period)}
      group by m.claim_id
    ), answered as (
      select e.claim_id, max(e.at) as at from events e
      where e.creditor_id = ${creditorId} and e.at >= ${start}
        and e.type in ('payment.claimed', 'promise.made', 'date.wished', 'hardship.told',
          'negotiation.agreed', 'dispute.raised', 'assistance.requested')
        and (e.type <> 'negotiation.agreed' or e.data ->> 'acceptedBy' = 'portal')
      group by e.claim_id
    )
    select count(*) as "writtenAbout",
      count(*) filter (where answered.at >= written.at) as "answeredByPerson"
    from written left join answered using (claim_id)`.execute(tx)
  return rows[0] ?? { writtenAbout: 0, answeredByPerson: 0 }
}

async function readReminders(
  tx: Tx,
  period: KpiPeriod,
): Promise<Pick<KpiSums, 'reminders' | 'crossed'>> {
  const { creditorId, start, end, timeZone } = period
  const { rows } = await sql<Pick<KpiSums, 'reminders' | 'crossed'>>`
    select count(*) as reminders,
      count(*) filter (where exists (select from payments p
        where p.creditor_id = m.creditor_id and p.claim_id = m.claim_id
          and p.created_at > m.sent_at
          and p.received_on <= (to_timestamp(m.sent_at) at time zone ${timeZone})::date))
        as crossed
    from human_messages m
    where m.creditor_id = ${creditorId} and m.state = 'sent' and m.journey_id is not null
      and ${ASKS} and m.sent_at >= ${start} and m.sent_at < ${end}
      and ${inSegment('m', period)}`.execute(tx)
  return rows[0] ?? { reminders: 0, crossed: 0 }
}

async function readBlocks(tx: Tx, period: KpiPeriod): Promise<KpiSums['blocks']> {
  const { creditorId, start, end } = period
  const { rows } = await sql<KpiSums['blocks'][number]>`
    select replace(e.type, 'reminder.', '') as kind,
      coalesce(e.data ->> 'reason', 'unknown') as reason, count(*) as count
    from events e
    where e.creditor_id = ${creditorId} and e.type in ('reminder.deferred', 'reminder.skipped')
      and e.at >= ${start} and e.at < ${end} and ${inSegment('e', period)}
    group by 1, 2 order by count desc, kind, reason`.execute(tx)
  return rows
}
