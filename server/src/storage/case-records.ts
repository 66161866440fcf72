// What the records of a claim say about it when the next step of its journey is decided: notices,
// holds that stand and that stood, promises, messages, payments. One statement for a batch.
import { sql } from 'kysely'
import type { ClaimHoldReason } from '../domain/claim/holds.ts'
import { type Delivery, NOT_ARRIVED } from '../domain/delivery/delivery.ts'
import { type LifeSign, type MaybeSign, signOf } from '../domain/learning/fragility.ts'
import type { StoredNotice } from './column-types.ts'
import type { Database, Tx } from './database.ts'

/** A hold, also one that has ended. Instants in epoch seconds. */
export interface HoldRecord {
  reason: ClaimHoldReason
  until: number | null
  createdAt: number
  releasedAt: number | null
  releasedAs: string | null
}

export interface WrittenNotice {
  terms: StoredNotice | null
  state: string
  delivery: Delivery | null
  sentAt: number | null
}

export interface StoredCollection {
  reason: string
  /** The day on which it is tried again. */
  againOn: string | null
}

export interface PlanLineRecord {
  dueDate: string
  /** What is left to pay of it, in minor units. */
  open: bigint
}

export interface CaseRecords {
  /** The latest notice that was written; null without one. */
  notice: WrittenNotice | null
  holds: HoldRecord[]
  promisesMade: number
  /** The day of the latest promise. */
  promisedDay: string | null
  /** Messages of journeys that left; those to agents are not among them. */
  messagesSent: number
  hasAgent: boolean
  /** Another way to the person was looked for already. */
  wasSought: boolean
  /** Direct debits and card payments that failed. */
  collections: { last: StoredCollection | null; timesAgain: number }
  /** When the last payment that stands was booked. */
  lastPaymentAt: number | null
  /** The lines of the plan in force, in the order of their days; null without one. */
  plan: { lines: PlanLineRecord[]; isReplanOffered: boolean } | null
  /** What the person told, or what plainly happened, on any claim: whether a calmer path is called for. */
  lifeSigns: LifeSign[]
  /** How often the amount moved to a next bill. */
  timesCarriedOver: number
  /** What the creditor owes the person in the currency of the claim, until it is ordered from the bank. */
  credit: bigint
  /** What the person owes on open claims that fall due earlier; counted only beside a credit. */
  owedBefore: bigint
}

interface ClaimKey {
  creditorId: string
  claimId: string
  debtorId: string
}

const NONE: CaseRecords = {
  notice: null,
  holds: [],
  promisesMade: 0,
  promisedDay: null,
  messagesSent: 0,
  hasAgent: false,
  wasSought: false,
  collections: { last: null, timesAgain: 0 },
  lastPaymentAt: null,
  plan: null,
  lifeSigns: [],
  timesCarriedOver: 0,
  credit: 0n,
  owedBefore: 0n,
}

/** Reads the records of several claims, by claim id. */
export async function recordsOfCases(
  db: Database | Tx,
  claims: readonly ClaimKey[],
): Promise<(claimId: string) => CaseRecords> {
  if (claims.length === 0) return () => NONE
  const { rows } = await sql<Row>`
    select q.claim_id, n.notice, n.state, n.delivery, n.sent_at, h.holds,
      (select count(*) from events e where e.creditor_id = q.creditor_id
        and e.claim_id = q.claim_id and e.type = 'promise.made') as promises_made,
      (select e.data ->> 'day' from events e where e.creditor_id = q.creditor_id
        and e.claim_id = q.claim_id and e.type = 'promise.made'
        order by e.event_id desc limit 1) as promised_day,
      (select count(*) from human_messages m where m.creditor_id = q.creditor_id
        and m.claim_id = q.claim_id and m.state = 'sent' and m.journey_id is not null
        and m.channel <> 'app') as messages_sent,
      -- Counted, not asked for: what merely exists is looked up in all of the table at once.
      (select count(*) > 0 from enrolments e where e.creditor_id = q.creditor_id
        and e.debtor_id = q.debtor_id and e.ended_at is null
        and (e.only_claim_id is null or e.only_claim_id = q.claim_id)) as has_agent,
      (select count(*) > 0 from events e where e.creditor_id = q.creditor_id
        and e.claim_id = q.claim_id and e.type = 'journey.changed'
        and e.data ->> 'to' = 'unreachable') as was_sought,
      (select jsonb_build_object('reason', e.data ->> 'reason', 'againOn', e.data ->> 'againOn')
        from events e where e.creditor_id = q.creditor_id
        and e.claim_id = q.claim_id and e.type = 'collection.failed'
        order by e.event_id desc limit 1) as last_collection,
      (select count(e.data ->> 'againOn') from events e where e.creditor_id = q.creditor_id
        and e.claim_id = q.claim_id and e.type = 'collection.failed') as collections_again,
      (select max(p.created_at) from payments p where p.creditor_id = q.creditor_id
        and p.claim_id = q.claim_id and p.reversed_at is null) as last_payment_at,
      -- The types are spelled out as the index spells them.
      (select jsonb_agg(jsonb_build_object('id', e.event_id::text, 'claimId', e.claim_id,
          'type', e.type, 'at', e.at, 'reason', e.data ->> 'reason') order by e.event_id)
        from claims c join events e using (creditor_id, claim_id)
        where c.creditor_id = q.creditor_id and c.debtor_id = q.debtor_id
          and e.type in ('hardship.told', 'assistance.requested', 'plan.defaulted', 'hold.set',
            'hold.released')) as life_signs,
      g.lines as plan_lines, coalesce(g.replan ->> 'state' = 'open', false) as replan_offered,
      (select count(*) from events e where e.creditor_id = q.creditor_id
        and e.claim_id = q.claim_id and e.type = 'balance.carried-over') as times_carried_over,
      k.credit, case when k.credit > 0 then (
        select sum(c.principal + c.price - c.credit - c.paid) from claims c
        where c.creditor_id = q.creditor_id and c.debtor_id = q.debtor_id
          and c.currency = k.currency and c.claim_state = 'open'
          and (c.due_date, c.claim_id) < (k.due_date, q.claim_id)) end as owed_before
    from unnest(${claims.map((it) => it.creditorId)}::text[],
      ${claims.map((it) => it.claimId)}::text[], ${claims.map((it) => it.debtorId)}::text[])
      as q(creditor_id, claim_id, debtor_id)
    left join lateral (
      select m.notice, m.state, m.delivery, m.sent_at from human_messages m
      where m.creditor_id = q.creditor_id and m.claim_id = q.claim_id and m.is_notice
      -- One text by several channels gives the longest of their terms, once the last has left; one
      -- that did not arrive hides none that did.
      order by m.created_at desc, m.state = 'queued' desc, m.state = 'sent' desc,
        coalesce(m.delivery = any(${NOT_ARRIVED}::text[]), false),
        m.notice -> 'announced' ->> 'lastDay' desc nulls last limit 1) n on true
    left join lateral (
      select own.currency, own.due_date,
        coalesce((select sum(c.overpaid - c.given_back) from claims c
          where c.creditor_id = q.creditor_id and c.debtor_id = q.debtor_id
            and c.currency = own.currency and c.overpaid > c.given_back), 0)
        + coalesce((select sum(r.amount) from refunds r
          where r.creditor_id = q.creditor_id and r.debtor_id = q.debtor_id
            and r.currency = own.currency and r.state in ('chosen', 'approved')), 0) as credit
      from claims own
      where own.creditor_id = q.creditor_id and own.claim_id = q.claim_id) k on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('reason', c.reason, 'until', c.until,
        'createdAt', c.created_at, 'releasedAt', c.released_at, 'releasedAs', c.released_as)
        order by c.created_at, c.reason) as holds
      from claim_holds c
      where c.creditor_id = q.creditor_id and c.claim_id = q.claim_id) h on true
    left join lateral (
      select a.replan, (select jsonb_agg(jsonb_build_object('dueDate', l.due_date,
          'open', (l.amount - l.paid - l.credited)::text) order by l.due_date, l.line)
        from plan_lines l where l.creditor_id = a.creditor_id and l.claim_id = a.claim_id) as lines
      from agreements a where a.creditor_id = q.creditor_id and a.claim_id = q.claim_id
        and a.replaced_at is null and a.stage <> 'over') g on true`.execute(db)
  const byClaim = new Map(rows.map((row) => [row.claim_id, toRecords(row)]))
  return (claimId) => byClaim.get(claimId) ?? NONE
}

interface Row {
  claim_id: string
  notice: StoredNotice | null
  state: string | null
  delivery: Delivery | null
  sent_at: number | null
  holds: HoldRecord[] | null
  promises_made: number
  promised_day: string | null
  messages_sent: number
  has_agent: boolean
  was_sought: boolean
  last_collection: StoredCollection | null
  collections_again: number
  last_payment_at: number | null
  plan_lines: { dueDate: string; open: string }[] | null
  replan_offered: boolean
  life_signs: MaybeSign[] | null
  times_carried_over: number
  credit: bigint | null
  owed_before: bigint | null
}

function toRecords(row: Row): CaseRecords {
  const { notice, state, delivery, sent_at: sentAt } = row
  return {
    notice: state === null ? null : { terms: notice, state, delivery, sentAt },
    holds: row.holds ?? [],
    promisesMade: Number(row.promises_made),
    promisedDay: row.promised_day,
    messagesSent: Number(row.messages_sent),
    hasAgent: row.has_agent,
    wasSought: row.was_sought,
    collections: { last: row.last_collection, timesAgain: Number(row.collections_again) },
    lastPaymentAt: row.last_payment_at,
    plan: row.plan_lines && {
      lines: row.plan_lines.map(({ dueDate, open }) => ({ dueDate, open: BigInt(open) })),
      isReplanOffered: row.replan_offered,
    },
    lifeSigns: (row.life_signs ?? []).flatMap((event) => signOf(event) ?? []),
    timesCarriedOver: Number(row.times_carried_over),
    credit: BigInt(row.credit ?? 0),
    owedBefore: BigInt(row.owed_before ?? 0),
  }
}
