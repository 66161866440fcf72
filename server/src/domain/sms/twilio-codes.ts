// What the error codes of a Twilio-shaped provider mean for us. A code that is not listed counts by
// its HTTP status, or, in a status report, as permanent by the provider's own account.
// Source: the provider's public error dictionary (twilio.com/docs/api/errors).

import type { ProviderRefusal } from '../delivery/provider-outcome.ts'

type Meaning = Pick<ProviderRefusal, 'kind' | 'blames'> & { readonly code: string }

/** By code: what kind of refusal, whose matter it is, and our name for it. */
export const TWILIO_CODES: Readonly<Record<number, Meaning>> = {
  // Answers to the request.
  20001: { kind: 'permanent', blames: 'provider', code: 'provider-request' },
  20003: { kind: 'permanent', blames: 'provider', code: 'provider-login' },
  20005: { kind: 'permanent', blames: 'provider', code: 'provider-account' },
  20404: { kind: 'permanent', blames: 'provider', code: 'provider-address' },
  20429: { kind: 'temporary', blames: 'provider', code: 'provider-rate' },
  20500: { kind: 'unknown', blames: 'provider', code: 'provider-fault' },
  20503: { kind: 'temporary', blames: 'provider', code: 'provider-down' },
  21211: { kind: 'permanent', blames: 'recipient', code: 'number-invalid' },
  21212: { kind: 'permanent', blames: 'provider', code: 'sender-invalid' },
  21217: { kind: 'permanent', blames: 'recipient', code: 'number-invalid' },
  21219: { kind: 'permanent', blames: 'provider', code: 'provider-trial' },
  21408: { kind: 'permanent', blames: 'provider', code: 'region-closed' },
  21602: { kind: 'permanent', blames: 'message', code: 'text-empty' },
  21603: { kind: 'permanent', blames: 'provider', code: 'sender-invalid' },
  21604: { kind: 'permanent', blames: 'recipient', code: 'number-invalid' },
  21606: { kind: 'permanent', blames: 'provider', code: 'sender-invalid' },
  21608: { kind: 'permanent', blames: 'provider', code: 'provider-trial' },
  21610: { kind: 'permanent', blames: 'recipient', code: 'opted-out' },
  21611: { kind: 'temporary', blames: 'provider', code: 'provider-queue-full' },
  21612: { kind: 'permanent', blames: 'provider', code: 'no-route' },
  21614: { kind: 'permanent', blames: 'recipient', code: 'no-mobile-number' },
  21617: { kind: 'permanent', blames: 'message', code: 'text-too-long' },
  21703: { kind: 'permanent', blames: 'provider', code: 'sender-invalid' },
  // Reports after the request was accepted.
  30001: { kind: 'temporary', blames: 'provider', code: 'provider-queue-full' },
  30002: { kind: 'permanent', blames: 'provider', code: 'provider-account' },
  30003: { kind: 'temporary', blames: 'recipient', code: 'handset-unreachable' },
  30004: { kind: 'permanent', blames: 'recipient', code: 'recipient-blocked' },
  30005: { kind: 'permanent', blames: 'recipient', code: 'number-unknown' },
  30006: { kind: 'permanent', blames: 'recipient', code: 'landline' },
  30007: { kind: 'permanent', blames: 'message', code: 'carrier-filter' },
  30008: { kind: 'unknown', blames: 'network', code: 'carrier-unknown' },
  30009: { kind: 'temporary', blames: 'network', code: 'segment-lost' },
  30010: { kind: 'permanent', blames: 'provider', code: 'price-limit' },
  30022: { kind: 'temporary', blames: 'provider', code: 'provider-rate' },
  30023: { kind: 'temporary', blames: 'provider', code: 'provider-rate' },
  30034: { kind: 'permanent', blames: 'provider', code: 'sender-unregistered' },
  30410: { kind: 'unknown', blames: 'network', code: 'carrier-timeout' },
  30500: { kind: 'unknown', blames: 'provider', code: 'provider-fault' },
  30863: { kind: 'permanent', blames: 'message', code: 'content-forbidden' },
}
