// What issuing needs to know, read in one statement for as many invoices as came in together. Text is
// prepared once.
import type { Party } from '../domain/claim/debtor.ts'
import type { PolicyTerms } from '../domain/negotiation/policy.ts'
import type { Numbering } from '../domain/references/numbering.ts'
import { type Database, queryNamed } from './database.ts'
import { ISSUE_OPERATION, type IssueStore, replyPlace } from './issue-claims.ts'
import { blindIndexOf, keyringOf } from './keyring.ts'
import { externalIndexOf } from './sealed-debtors.ts'
import { openFields } from './sealed-fields.ts'
import { messagePlace } from './threads.ts'

export interface IssueQuestion {
  creditorId: string
  debtorId: string | null
  externalId: string | null
  segment: string
  invoiceNumber: string
  idempotencyKey: string | null
}

/** What the store knows about one invoice before it is issued. */
export interface IssueFacts {
  ord: number
  name: string
  iban: string
  bic: string | null
  numbering: Numbering
  time_zone: string
  response_time_hours: number
  journey: string
  policy_segment: string
  policy_version: number
  policy_hash: string
  policy_terms: PolicyTerms
  /** What the creditor states for the segment; null where it states nothing. */
  champion: string | null
  challenger: string | null
  challenger_percent: number | null
  hold_out_percent: number | null
  debtor_id: string | null
  /** Of the debtor, where it is known already. */
  party: Party | null
  debtor_country: string | null
  creditor_country: string
  pay_day: number | null
  enrolment_id: string | null
  agent_iss: string | null
  sub: string | null
  taken_by: string | null
  has_webhooks: boolean
  stored_hash: Buffer | null
  stored_status: number | null
  stored_reply: string | null
  stored_jws: string | null
}

// Every look-up is lateral with a limit, so that the planner takes the unique index for each row
// whatever it believes about the size of a table.
const READ_FACTS = `
select q.ord, c.name, c.iban, c.bic, c.numbering, c.time_zone, c.response_time_hours, c.journey,
  c.country as creditor_country, a.champion, a.challenger, a.challenger_percent, a.hold_out_percent,
  p.segment as policy_segment, p.version as policy_version, p.policy_hash, p.terms as policy_terms,
  d.debtor_id, d.party, d.country as debtor_country, (d.preferences->>'payDay')::int as pay_day, e.enrolment_id, e.agent_iss, e.sub, x.claim_id as taken_by,
  exists (select 1 from webhook_endpoints w
          where w.creditor_id = q.creditor_id and w.removed_at is null) as has_webhooks,
  i.request_hash as stored_hash, i.status as stored_status, i.reply as sealed_reply,
  i.reply_thr, m.jws as sealed_jws, y.wrapped
from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
  as q(ord, creditor_id, debtor_id, external_index, segment, invoice_number, idempotency_key)
join creditors c on c.creditor_id = q.creditor_id
join lateral (
  select segment, version, policy_hash, terms from negotiation_policies n
  where n.creditor_id = q.creditor_id and n.segment in (q.segment, 'default')
  order by (n.segment = q.segment) desc, n.version desc limit 1) p on true
left join lateral (
  select j.champion, j.challenger, j.challenger_percent, j.hold_out_percent
  from journey_assignments j
  where j.creditor_id = q.creditor_id and j.segment = q.segment
  limit 1) a on true
left join lateral (
  select s.debtor_id, s.preferences, s.party, s.country from debtors s
  where s.creditor_id = q.creditor_id and s.debtor_id = q.debtor_id and s.erased_at is null
  union all
  select s.debtor_id, s.preferences, s.party, s.country from debtors s
  where s.creditor_id = q.creditor_id and s.external_index = q.external_index
  limit 1) d on true
left join lateral (
  select k.wrapped from person_keys k
  where k.creditor_id = q.creditor_id and k.person_id = d.debtor_id
  limit 1) y on true
left join lateral (
  select r.enrolment_id, r.agent_iss, r.sub from enrolments r
  where r.creditor_id = q.creditor_id and r.debtor_id = d.debtor_id and r.ended_at is null
    and r.only_claim_id is null
  limit 1) e on true
left join lateral (
  select k.claim_id from claims k
  where k.creditor_id = q.creditor_id and k.invoice_number = q.invoice_number
  limit 1) x on true
left join lateral (
  select k.request_hash, k.status, k.reply, k.reply_thr from idempotency_keys k
  where k.creditor_id = q.creditor_id and k.operation = '${ISSUE_OPERATION}'
    and k.key = q.idempotency_key
  limit 1) i on true
left join lateral (
  select k.jws from messages k
  where k.creditor_id = q.creditor_id and k.thr = i.reply_thr and k.seq = 0
  limit 1) m on true
order by q.ord`

/** Reads the facts of several invoices, of any creditors, in one round trip. */
export async function readIssueFacts(
  { db, statements }: IssueStore,
  questions: readonly IssueQuestion[],
): Promise<IssueFacts[]> {
  const index = await blindIndexOf(db)
  const rows = await queryNamed<FactRow>(statements, READ_FACTS, [
    questions.map((_, ord) => ord),
    questions.map((q) => q.creditorId),
    questions.map((q) => q.debtorId),
    questions.map((q) => q.externalId && externalIndexOf(index, q.creditorId, q.externalId)),
    questions.map((q) => q.segment),
    questions.map((q) => q.invoiceNumber),
    questions.map((q) => q.idempotencyKey),
  ])
  const ring = keyringOf(db)
  for (const { ord, debtor_id: personId, wrapped } of rows) {
    const creditorId = questions[ord]?.creditorId
    if (creditorId !== undefined && personId !== null) ring.admit({ creditorId, personId }, wrapped)
  }
  return await withStoredReplies(db, questions, rows)
}

type FactRow = Omit<IssueFacts, 'stored_reply' | 'stored_jws'> & {
  sealed_reply: Buffer | null
  reply_thr: string | null
  sealed_jws: Buffer | null
  wrapped: Buffer | null
}

/** Most invoices were not issued before: there is nothing to open. */
async function withStoredReplies(
  db: Database,
  questions: readonly IssueQuestion[],
  rows: readonly FactRow[],
): Promise<IssueFacts[]> {
  const texts = await openFields(
    db,
    rows.flatMap(({ ord, reply_thr: thr, sealed_reply, sealed_jws }) => {
      const creditorId = questions[ord]?.creditorId ?? ''
      return [
        { creditorId, place: replyPlace(thr ?? ''), sealed: sealed_reply },
        { creditorId, place: messagePlace({ thr: thr ?? '', seq: 0 }), sealed: sealed_jws },
      ]
    }),
  )
  return rows.map(({ sealed_reply, reply_thr, sealed_jws, wrapped, ...row }, at) => ({
    ...row,
    stored_reply: texts[2 * at] ?? null,
    stored_jws: texts[2 * at + 1] ?? null,
  }))
}
