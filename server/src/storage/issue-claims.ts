// The hot path: everything that issuing writes is written in one statement, for as many invoices as came in
// together. Text is prepared once.
import type { Arm } from '../domain/dunning/assign-journey.ts'
import type { ReferenceScheme } from '../domain/references/reference-schemes.ts'
import { type Database, queryNamed } from './database.ts'
import type { StatementRunner } from './scoped-statements.ts'
import { sealFields } from './sealed-fields.ts'
import { messagePlace } from './threads.ts'

/** The operation under which issuing keeps its idempotent replies. */
export const ISSUE_OPERATION = 'createPaymentRequest'

/** The store by both its ends: statements that are prepared once go past Kysely. */
export interface IssueStore {
  db: Database
  statements: StatementRunner
}

/** The place of the reply to an issue, to which it is sealed. */
export const replyPlace = (thr: string) => `idempotency_keys.reply ${thr}`

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
