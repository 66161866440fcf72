// One-line faults that a simulation must find; each names the line that is left out.
export const FAULTS = [
  'no-signature-check',
  'no-jti-constraint',
  'no-sequence-check',
  'no-expiry-check',
  'stale-claim-accepted',
  'reply-before-commit',
  'idempotent-reply-outside-transaction',
  'payment-booked-again',
  'lease-not-kept',
  'lease-on-stale-claim',
  'bank-ignores-lease',
  'bank-pays-before-saving',
  'outbox-outside-transaction',
  'plan-remainder-lost',
] as const

export type Fault = (typeof FAULTS)[number]
export type Faults = ReadonlySet<Fault>
