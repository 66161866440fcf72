// Expected refusals of the server's decisions, as values. http/problems.ts maps each code to a
// status and a title; nothing else knows about HTTP.
import type { HopRefusalCode, RefusalCode as ProtocolRefusalCode } from '@parley/sdk/protocol'

/** Refusals of the business, beside those of the signature layer. */
export const BUSINESS_REFUSALS = [
  'account-invalid',
  'action-invalid',
  'activation-code-unknown',
  'activation-code-used',
  'activation-code-expired',
  'agreement-exists',
  'agreement-mismatch',
  'allocation-invalid',
  'already-matched',
  'already-set-aside',
  'amount-exceeds',
  'amount-invalid',
  'amount-rests',
  'callback-invalid',
  'callback-unsigned',
  'charge-not-owed',
  'charge-unknown',
  'case-file-incomplete',
  'claim-not-open',
  'credit-chosen',
  'credit-choice-unknown',
  'credit-note-number-taken',
  'credit-unknown',
  'claim-settled',
  'consent-unknown',
  'currency-unsupported',
  'currency-mismatch',
  'date-invalid',
  'date-outside-window',
  'debtor-unknown',
  'dispute-unknown',
  'document-invalid',
  'experiment-over',
  'experiment-runs',
  'due-date-range',
  'due-date-before-issue-date',
  'enrolment-ended',
  'erasure-obstructed',
  'erasure-unknown',
  'enrolment-exists',
  'equivocation',
  'external-id-taken',
  'four-eyes',
  'hold-until',
  'idempotency-key-in-flight',
  'idempotency-key-missing',
  'idempotency-key-reuse',
  'inbox-not-allowed',
  'invoice-number-taken',
  'journey-unknown',
  'journey-unsupported',
  'key-reused',
  'lease-fencing',
  'line-unknown',
  'link-expired',
  'mail-unreadable',
  'menu-unknown',
  'message-unknown',
  'not-a-credit',
  'not-booked',
  'not-cancelled',
  'not-found',
  'not-handed-over',
  'not-matched',
  'offer-expired',
  'overlap-invalid',
  'payment-request-unknown',
  'payment-returned',
  'peer-not-party',
  'percent-invalid',
  'plan-hash-mismatch',
  'plan-invalid',
  'nothing-to-export',
  'plan-unknown',
  'policy-invalid',
  'reference-invalid',
  'reference-scheme-unfit',
  'reference-taken',
  'refund-decided',
  'revision-superseded',
  'row-unknown',
  'schema',
  'sequence',
  'sequence-stale',
  'statement-invalid',
  'task-ended',
  'text-invalid',
  'time-zone-unknown',
  'url-not-allowed',
] as const

export type BusinessRefusalCode = (typeof BUSINESS_REFUSALS)[number]

/** Why something was refused: a stable code, a sentence that says what to do, and where it is. */
export interface Refusal {
  readonly code: BusinessRefusalCode | ProtocolRefusalCode | HopRefusalCode
  readonly detail: string
  /** JSON Pointer into the request's body, when one member is at fault. */
  readonly pointer?: string
}

/** Builds a refusal; `pointer` is left out when no single member is at fault. */
export function refusal(code: Refusal['code'], detail: string, pointer?: string): Refusal {
  return pointer === undefined ? { code, detail } : { code, detail, pointer }
}
