// Counts what the figures of a period are made of. Each statement reads the rows of one creditor once and
// adds them up in the database; nothing here divides.
import { sql } from 'kysely'
import type { KpiSums, MoneySums } from '../domain/kpi/kpi-sums.ts'
import type { Database, Tx } from './database.ts'
import { type LedgerRow, readLedger } from './kpi-ledger.ts'
import { ASKS, inSegment, type KpiPeriod, minorOf, ofSegment } from './kpi-period.ts'

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
        and a.replaced_at is null
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
        and a.replaced_at is null
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
