// The closed list of reasons for which the strict layer turns a message away.
// One code per class of fault; each stands beside its check in the specification.

/** Every code that verifying a message may give, from the cheapest check to the last. */
export const REFUSAL_CODES = [
  // Form
  'message-too-large',
  'serialization',
  'encoding',
  'json-utf8',
  'json-syntax',
  'json-duplicate-name',
  'json-forbidden-name',
  'json-depth',
  'json-size',
  'json-surrogate',
  'json-number',
  'json-object',
  // Header
  'crit',
  'header',
  'alg',
  'typ',
  'kid',
  // Addressing
  'ver',
  'iss',
  'aud',
  // Keys and signatures
  'key-unknown',
  'key-unavailable',
  'signatures',
  'party',
  'signature',
  'key-not-yet-valid',
  'key-retired',
  'key-revoked',
  // Claims
  'sub',
  'jti',
  'thr',
  'seq',
  'prev',
  'iat',
  'exp',
  'lifetime',
  'expired',
  'too-old',
  'nbf',
] as const

/** One of `REFUSAL_CODES`. */
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** Why a message was turned away; `detail` is for logs and never quotes the message. */
export interface Refusal {
  readonly code: RefusalCode
  readonly detail?: string
}
