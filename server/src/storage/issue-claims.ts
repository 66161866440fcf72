// The hot path: everything that issuing needs is read in one statement, and everything that it
// writes is written in one, for as many invoices as came in together. Text is prepared once.
import type { ContactPoints, Language, Party, Preferences } from '../domain/claim/debtor.ts'
import type { Arm } from '../domain/dunning/assign-journey.ts'
import type { PolicyTerms } from '../domain/negotiation/policy.ts'
import type { Numbering } from '../domain/references/numbering.ts'
import type { ReferenceScheme } from '../domain/references/reference-schemes.ts'
import { type Database, queryNamed } from './database.ts'
import { blindIndexOf, keyringOf } from './keyring.ts'
import type { StatementRunner } from './scoped-statements.ts'
import { externalIndexOf, sealIdentity } from './sealed-debtors.ts'
import { openFields, sealFields } from './sealed-fields.ts'
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

/** The operation under which issuing keeps its idempotent replies. */
export const ISSUE_OPERATION = 'createPaymentRequest'

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

/** The place of the reply to an issue, to which it is sealed. */
const replyPlace = (thr: string) => `idempotency_keys.reply ${thr}`

/** The store by both its ends: statements that are prepared once go past Kysely. */
export interface IssueStore {
  db: Database
  statements: StatementRunner
}

/** One issued claim with everything that is stored about it. Money in minor units. */
export interface IssuedRow {
  creditorId: string
  claimId: string
  debtorId: string
  invoiceNumber: string
  segment: string
  currency: string
  principal: bigint
  issueDate: string
  dueDate: string
  referenceScheme: ReferenceScheme
  reference: string
  documents: string
  subject: string | null
  conversation: string
  dunning: string
  respondBy: number
  createdAt: number
  thr: string
  peerRole: string
  peerIss: string
  sub: string
  enrolmentId: string | null
  iss: string
  jti: string
  typ: string
  hash: string
  jws: string
  endToEndId: string
  event: string
  hasWebhooks: boolean
  /** Null: nobody is written to, and there is no case. */
  journeyId: string | null
  journeyVersion: number | null
  firstStep: string | null
  arm: Arm | null
  idempotencyKey: string | null
  requestHash: Buffer | null
  reply: string | null
}

const COLUMNS: readonly [keyof IssuedRow, string][] = [
  ['creditorId', 'text'],
  ['claimId', 'text'],
  ['debtorId', 'text'],
  ['invoiceNumber', 'text'],
  ['segment', 'text'],
  ['currency', 'text'],
  ['principal', 'numeric'],
  ['issueDate', 'date'],
  ['dueDate', 'date'],
  ['referenceScheme', 'text'],
  ['reference', 'text'],
  ['documents', 'jsonb'],
  ['subject', 'text'],
  ['conversation', 'text'],
  ['dunning', 'text'],
  ['respondBy', 'int8'],
  ['createdAt', 'int8'],
  ['thr', 'text'],
  ['peerRole', 'text'],
  ['peerIss', 'text'],
  ['sub', 'text'],
  ['enrolmentId', 'text'],
  ['iss', 'text'],
  ['jti', 'text'],
  ['typ', 'text'],
  ['hash', 'text'],
  ['jws', 'text'],
  ['endToEndId', 'text'],
  ['event', 'jsonb'],
  ['hasWebhooks', 'bool'],
  ['journeyId', 'text'],
  ['journeyVersion', 'int'],
  ['firstStep', 'text'],
  ['arm', 'text'],
  ['idempotencyKey', 'text'],
  ['requestHash', 'bytea'],
  ['reply', 'text'],
]

const WRITE_ISSUED = `
with t as (
  select * from unnest(${COLUMNS.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ')})
    as u(${COLUMNS.map(([name]) => `"${name}"`).join(', ')})
), claim as (
  insert into claims (creditor_id, claim_id, debtor_id, invoice_number, segment, currency, principal,
    issue_date, due_date, reference_scheme, reference, documents, subject, conversation, dunning, journey, arm,
    respond_by, thr, created_at)
  select "creditorId", "claimId", (select d.debtor_id from debtors d
      where d.creditor_id = t."creditorId" and d.debtor_id = t."debtorId" and d.erased_at is null
      for key share), "invoiceNumber", segment, currency, principal,
    "issueDate", "dueDate", "referenceScheme", reference, documents, subject, conversation, dunning, "journeyId", arm,
    "respondBy", thr, "createdAt" from t
), thread as (
  insert into threads (creditor_id, thr, claim_id, peer_role, peer_iss, sub, enrolment_id, last_seq,
    last_hash, created_at)
  select "creditorId", thr, "claimId", "peerRole", "peerIss", sub, "enrolmentId", 0, hash,
    "createdAt" from t
), message as (
  insert into messages (creditor_id, thr, seq, iss, jti, typ, hash, jws, reply, created_at)
  select "creditorId", thr, 0, iss, jti, typ, hash, decode(jws, 'base64'), null, "createdAt" from t
), line as (
  insert into plan_lines (creditor_id, claim_id, line, due_date, amount, end_to_end_id)
  select "creditorId", "claimId", 1, "dueDate", principal, "endToEndId" from t
), event as (
  insert into events (creditor_id, claim_id, type, data, at)
  select "creditorId", "claimId", 'payment-request.issued', event, "createdAt" from t
  returning creditor_id, claim_id, event_id
), dunning as (
  insert into dunning_cases (creditor_id, claim_id, journey_id, journey_version, next_step,
    next_action_at, trigger_at)
  select "creditorId", "claimId", "journeyId", "journeyVersion", "firstStep", "respondBy",
    "createdAt" from t where "journeyId" is not null
), delivery as (
  insert into agent_deliveries (creditor_id, enrolment_id, claim_id, thr, seq)
  select "creditorId", "enrolmentId", "claimId", thr, 0 from t where "enrolmentId" is not null
  returning creditor_id, enrolment_id, delivery_id
), push as (
  insert into outbox (creditor_id, queue, payload)
  select d.creditor_id, 'push-to-agent', jsonb_build_object('deliveryId', d.delivery_id)
  from delivery d join enrolments e using (creditor_id, enrolment_id) where e.inbox is not null
), webhook as (
  insert into outbox (creditor_id, queue, payload)
  select event.creditor_id, 'fan-out-event', jsonb_build_object('eventId', event_id)
  from event join t on t."claimId" = event.claim_id where t."hasWebhooks"
)
insert into idempotency_keys (creditor_id, operation, key, request_hash, status, reply, reply_thr,
  created_at)
select "creditorId", '${ISSUE_OPERATION}', "idempotencyKey", "requestHash", 201,
  decode(reply, 'base64'), thr, "createdAt" from t where "idempotencyKey" is not null`

/**
 * Writes issued claims, all or none. @throws the driver's error when a number, a reference or an
 * idempotency key was taken meanwhile; `violatedConstraint` names which; and where a debtor was erased
 * meanwhile, as `isOfErased` tells.
 */
export async function writeIssued(
  { db, statements }: IssueStore,
  rows: readonly IssuedRow[],
): Promise<void> {
  const sealed = await sealedRows(db, rows)
  const values = COLUMNS.map(([name]) => sealed.map((row) => row[name]))
  await queryNamed(statements, WRITE_ISSUED, values)
}

/** Ciphertexts as base64: arrays of bytes would travel as hexadecimal digits. */
async function sealedRows(db: Database, rows: readonly IssuedRow[]): Promise<IssuedRow[]> {
  const sealed = await sealFields(
    db,
    rows.flatMap(({ creditorId, debtorId: personId, thr, jws, reply }) => [
      { creditorId, personId, place: messagePlace({ thr, seq: 0 }), text: jws },
      { creditorId, personId, place: replyPlace(thr), text: reply ?? '' },
    ]),
  )
  return rows.map((row, at) => ({
    ...row,
    jws: (sealed[2 * at] as Buffer).toString('base64'),
    reply: row.reply === null ? null : (sealed[2 * at + 1] as Buffer).toString('base64'),
  }))
}

/** The unique constraint that an error of the driver names, or undefined for another error. */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === '23505' ? constraint : undefined
}

/** Nobody is left to whom the claim could belong. */
export function isOfErased(error: unknown): boolean {
  const { code, table, column } = error as { code?: string; table?: string; column?: string }
  return code === '23502' && table === 'claims' && column === 'debtor_id'
}

/** Two writers waited for each other, and the database ended this one. */
export function isDeadlock(error: unknown): boolean {
  return (error as { code?: string }).code === '40P01'
}

export interface NewDebtorRow {
  creditorId: string
  debtorId: string
  externalId: string
  name: string
  party: Party
  country: string | null
  language: Language | null
  timeZone: string | null
  contact: ContactPoints
  preferences: Preferences
  /** To the pay day that is brought, as the creditor holds it; null without one. */
  payDayConsent: { consentId: string; textVersion: string } | null
  createdAt: number
}

export interface EnsuredDebtor {
  creditor_id: string
  external_id: string
  debtor_id: string
  party: Party
  country: string | null
}

const ENSURE_DEBTORS = `
with t as (
  select * from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bytea[], $6::text[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::text[], $13::text[],
    $14::jsonb[], $15::int8[], $16::bytea[], $17::text[], $18::text[], $19::text[])
    as u(creditor_id, debtor_id, external_id, external_index, name, name_index, party, country, language,
      time_zone, contact, reached_by, phone_index, preferences, created_at, wrapped, wrapped_by,
      consent_id, text_version)
), made as (
  insert into debtors (creditor_id, debtor_id, external_id, external_index, name, name_index, party,
    country, language, time_zone, contact, reached_by, phone_index, preferences, created_at)
  select creditor_id, debtor_id, external_id, external_index, name, name_index::text[], party, country,
    language, time_zone, contact, reached_by::text[], phone_index, preferences, created_at from t
  on conflict (creditor_id, external_index) do update set external_index = excluded.external_index
  returning creditor_id, external_index, debtor_id, party, country
), key as (
  insert into person_keys (creditor_id, person_id, wrapped, wrapped_by, created_at)
  select t.creditor_id, t.debtor_id, t.wrapped, t.wrapped_by, t.created_at
  from t join made on made.creditor_id = t.creditor_id and made.debtor_id = t.debtor_id
), consent as (
  insert into consents (creditor_id, consent_id, debtor_id, purpose, text_version, channel, given_at)
  select t.creditor_id, t.consent_id, t.debtor_id, 'pay-day', t.text_version, 'creditor', t.created_at
  from t join made on made.creditor_id = t.creditor_id and made.debtor_id = t.debtor_id
  where t.consent_id is not null
)
select creditor_id, external_index, debtor_id, party, country from made`

/** Makes the debtors that are new; one that exists keeps its data. Returns what is stored of each. */
export async function ensureDebtors(
  { db, statements }: IssueStore,
  debtors: readonly NewDebtorRow[],
): Promise<EnsuredDebtor[]> {
  const index = await blindIndexOf(db)
  const ring = keyringOf(db)
  const rows = debtors.map((debtor) => {
    const owner = { creditorId: debtor.creditorId, personId: debtor.debtorId }
    const { key, wrapped } = ring.newKey(owner)
    return { ...debtor, ...sealIdentity(key, owner, debtor, index), wrapped }
  })
  const stored = await queryNamed<Omit<EnsuredDebtor, 'external_id'> & { external_index: string }>(
    statements,
    ENSURE_DEBTORS,
    [
      rows.map((d) => d.creditorId),
      rows.map((d) => d.debtorId),
      rows.map((d) => d.external_id),
      rows.map((d) => d.external_index),
      rows.map((d) => d.name),
      rows.map((d) => arrayText(d.name_index)),
      rows.map((d) => d.party),
      rows.map((d) => d.country),
      rows.map((d) => d.language),
      rows.map((d) => d.timeZone),
      rows.map((d) => d.contact),
      rows.map((d) => arrayText(d.reached_by)),
      rows.map((d) => d.phone_index),
      rows.map((d) => JSON.stringify(d.preferences)),
      rows.map((d) => d.createdAt),
      rows.map((d) => d.wrapped),
      rows.map(() => ring.wrap.keyId),
      rows.map((d) => d.payDayConsent?.consentId ?? null),
      rows.map((d) => d.payDayConsent?.textVersion ?? null),
    ],
  )
  const numbers = new Map(rows.map((d) => [`${d.creditorId} ${d.external_index}`, d.externalId]))
  return stored.map(({ external_index, ...row }) => ({
    ...row,
    external_id: numbers.get(`${row.creditor_id} ${external_index}`) ?? '',
  }))
}

/** A list inside an array of lists, whose lengths differ; hashes and names of ways need no quotes. */
function arrayText(values: readonly string[]): string {
  return `{${values.join(',')}}`
}
