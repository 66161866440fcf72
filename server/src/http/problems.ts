// The one registry from a refusal's code to its HTTP status and title (RFC 9457), and the one place
// that builds a problem. A code without an entry does not compile.
import {
  type HopRefusalCode,
  REFUSAL_CODES,
  type RefusalCode,
  refusalStatus,
} from '@parley/sdk/protocol'
import type { BusinessRefusalCode, Refusal } from '../domain/refusal.ts'

/** Codes of the HTTP edge itself. */
export type EdgeCode =
  | 'body-invalid'
  | 'body-missing'
  | 'body-too-large'
  | 'content-type'
  | 'header-invalid'
  | 'internal'
  | 'json-invalid'
  | 'method-not-allowed'
  | 'not-ready'
  | 'parameter-invalid'
  | 'route-unknown'
  | 'too-many-requests'
  | 'unauthorized'

export type ProblemCode = EdgeCode | BusinessRefusalCode | RefusalCode | HopRefusalCode

export interface FieldError {
  pointer: string
  code: string
  detail: string
}

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail?: string
  requestId?: string
  retryable?: boolean
  errors?: FieldError[]
}

type Entry = readonly [status: number, title: string]

const EDGE: Record<EdgeCode, Entry> = {
  'body-invalid': [400, 'The body is not what this operation takes'],
  'body-missing': [400, 'This operation needs a body'],
  'body-too-large': [413, 'The body is too large'],
  'content-type': [415, 'This operation does not take this content type'],
  'header-invalid': [400, 'A header is missing or malformed'],
  internal: [500, 'Something went wrong on our side'],
  'json-invalid': [400, 'The body is no valid JSON'],
  'method-not-allowed': [405, 'This path does not take this method'],
  'not-ready': [503, 'The server is not ready'],
  'parameter-invalid': [400, 'A parameter is malformed'],
  'route-unknown': [404, 'There is nothing at this path'],
  'too-many-requests': [429, 'Too many requests'],
  unauthorized: [401, 'A valid bearer token is needed'],
}

const BUSINESS: Record<BusinessRefusalCode, Entry> = {
  'account-invalid': [422, 'The account is not valid'],
  'action-invalid': [422, 'The task cannot be ended by this act'],
  'activation-code-expired': [410, 'The activation code has expired'],
  'activation-code-unknown': [404, 'No such activation code'],
  'activation-code-used': [410, 'The activation code was used'],
  'agreement-exists': [409, 'There is an agreement already'],
  'agreement-mismatch': [422, 'The signature is not over the agreement that follows'],
  'allocation-invalid': [422, 'The money cannot be divided like this'],
  'already-matched': [409, 'The money is matched already'],
  'already-set-aside': [409, 'The money was set aside already'],
  'amount-exceeds': [422, 'The shares are more than the money'],
  'amount-invalid': [422, 'The amount is not valid'],
  'amount-rests': [422, 'The shares are less than the money'],
  'charge-not-owed': [409, 'The charge is not owed'],
  'charge-unknown': [404, 'There is no such charge'],
  'callback-invalid': [422, 'The callback is not what its provider sends'],
  'callback-unsigned': [401, 'The callback is not signed by its provider'],
  'case-file-incomplete': [409, 'The case file has gaps'],
  'claim-not-open': [409, 'The claim is no longer open'],
  'claim-settled': [409, 'The claim is settled'],
  'credit-choice-unknown': [422, 'This is not offered for the credit'],
  'credit-chosen': [409, 'Something else was chosen before'],
  'credit-note-number-taken': [409, 'Another credit note has this number'],
  'credit-unknown': [404, 'No such credit'],
  'four-eyes': [409, 'Another person has to approve it'],
  'nothing-to-export': [409, 'No approved refund waits'],
  'refund-decided': [409, 'The refund is decided'],
  'currency-mismatch': [422, 'The currencies differ'],
  'currency-unsupported': [422, 'The currency is not supported'],
  'date-invalid': [422, 'No such day'],
  'date-outside-window': [422, 'The day lies outside of what is allowed'],
  'debtor-unknown': [422, 'No such debtor'],
  'dispute-unknown': [409, 'Nothing is disputed'],
  'document-invalid': [422, 'The document is not valid'],
  'due-date-before-issue-date': [422, 'The due date lies before the issue date'],
  'due-date-range': [422, 'The due date is out of range'],
  'enrolment-ended': [403, 'The enrolment has ended'],
  'enrolment-exists': [409, 'An agent is enrolled already'],
  'consent-unknown': [404, 'No such consent stands'],
  'erasure-obstructed': [409, 'The person cannot be erased yet'],
  'erasure-unknown': [404, 'The person was not erased'],
  equivocation: [409, 'The sender took this place before'],
  'external-id-taken': [409, 'Another debtor has this external id'],
  'hold-until': [422, 'The hold must not end then'],
  'idempotency-key-in-flight': [409, 'The first request with this key still runs'],
  'idempotency-key-missing': [400, 'This operation needs an Idempotency-Key'],
  'idempotency-key-reuse': [422, 'The Idempotency-Key was used with another body'],
  'inbox-not-allowed': [422, 'The inbox address may not be called'],
  'invoice-number-taken': [409, 'The invoice was issued before'],
  'journey-unknown': [422, 'No such journey'],
  'journey-unsupported': [422, 'This server cannot run that journey'],
  'key-reused': [409, 'The key was named before'],
  'lease-fencing': [409, 'The lease is not this one'],
  'line-unknown': [422, 'The plan has no such line'],
  'link-expired': [410, 'The link has expired'],
  'mail-unreadable': [422, 'The mail cannot be read'],
  'menu-unknown': [409, 'The menu is not the one on the table'],
  'message-unknown': [422, 'The conversation has no such message'],
  'not-a-credit': [422, 'This is no money that came in'],
  'not-booked': [409, 'This is no money on the account'],
  'not-cancelled': [409, 'The request was not withdrawn'],
  'not-handed-over': [409, 'The claim is not with an agency'],
  'not-matched': [409, 'There is no match to take back'],
  'not-found': [404, 'No such thing'],
  'offer-expired': [410, 'The offer has expired'],
  'overlap-invalid': [422, 'The two keys may not be valid beside each other for so long'],
  'payment-request-unknown': [422, 'No such payment request'],
  'payment-returned': [409, 'The bank took the money back'],
  'peer-not-party': [403, 'The sender is no party to this thread'],
  'experiment-over': [409, 'The experiment has ended'],
  'experiment-runs': [409, 'Another experiment runs'],
  'percent-invalid': [422, 'The shares do not fit together'],
  'plan-hash-mismatch': [422, 'The plan hash is not the one of the plan'],
  'plan-unknown': [409, 'There is no agreed plan to pay off'],
  'plan-invalid': [422, 'The plan is not valid'],
  'policy-invalid': [422, 'The policy is not valid'],
  'reference-invalid': [422, 'The reference is not valid'],
  'reference-scheme-unfit': [422, 'The account takes no reference of this scheme'],
  'reference-taken': [409, 'The reference is in use'],
  'revision-superseded': [409, 'The request was revised since'],
  'row-unknown': [422, 'The menu has no such row'],
  schema: [400, 'The payload breaks the schema of its kind'],
  sequence: [409, 'The message is out of sequence'],
  'sequence-stale': [409, 'The thread has moved on'],
  'statement-invalid': [422, 'The statement cannot be imported'],
  'task-ended': [409, 'The task was ended before'],
  'text-invalid': [422, 'A text has characters that are refused'],
  'time-zone-unknown': [422, 'No such time zone'],
  'url-not-allowed': [422, 'The address may not be called'],
}

const HOP: Record<HopRefusalCode, Entry> = {
  'hop-coverage': [401, 'The HTTP signature does not cover what it has to'],
  'hop-created': [401, 'The HTTP signature is too old or from the future'],
  'hop-digest': [401, 'The body is not the one that was signed'],
  'hop-key': [401, 'The HTTP signature is not by a key of the sender'],
  'hop-missing': [401, 'The request needs an HTTP signature'],
  'hop-parameters': [401, 'The parameters of the HTTP signature are wrong'],
  'hop-replay': [401, 'The nonce of the HTTP signature was used before'],
  'hop-signature': [401, 'The HTTP signature is not valid'],
}

/** Status and title of a code. */
export function problemEntry(code: ProblemCode): Entry {
  if (code in EDGE) return EDGE[code as EdgeCode]
  if (code in BUSINESS) return BUSINESS[code as BusinessRefusalCode]
  if (code in HOP) return HOP[code as HopRefusalCode]
  return [refusalStatus(code as RefusalCode), 'The signed message was refused']
}

/** Every code that a problem may carry, for the documentation and its test. */
export function allProblemCodes(): ProblemCode[] {
  return [
    ...(Object.keys(EDGE) as EdgeCode[]),
    ...(Object.keys(BUSINESS) as BusinessRefusalCode[]),
    ...REFUSAL_CODES,
    ...(Object.keys(HOP) as HopRefusalCode[]),
  ]
}

const RETRYABLE: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'idempotency-key-in-flight',
  'internal',
  'key-unavailable',
  'not-ready',
  'too-many-requests',
])

/** Builds the problem of a code. `type` is a URN, stable, and never a link that may rot. */
export function problemOf(
  code: ProblemCode,
  more: { detail?: string; errors?: FieldError[] } = {},
): Problem {
  const [status, title] = problemEntry(code)
  return {
    type: `urn:parley:problem:${code}`,
    title,
    status,
    code,
    retryable: RETRYABLE.has(code),
    ...more,
  }
}

/** Builds the problem of a refusal, with the member at fault as its one field error. */
export function problemOfRefusal(refused: Refusal): Problem {
  const { code, detail, pointer } = refused
  const errors = pointer === undefined ? undefined : [{ pointer, code, detail }]
  return problemOf(code, errors === undefined ? { detail } : { detail, errors })
}
