// What Parley demands of an HTTP message signature between servers. Spec: HOP.
import type { HopRequest } from './signature-base.ts'

export const HOP_TAG = 'parley-1'
export const MAX_HOP_SECONDS = 300
export const MAX_HOP_AHEAD_SECONDS = 30
/** How long a receiver remembers the nonces of a key. */
export const NONCE_MEMORY_SECONDS = 600

/** Why a request between servers is turned away. */
export type HopRefusalCode =
  | 'hop-missing'
  | 'hop-signature'
  | 'hop-coverage'
  | 'hop-parameters'
  | 'hop-digest'
  | 'hop-created'
  | 'hop-replay'
  | 'hop-key'

/** A refusal of the hop, before its message is looked at; `detail` is for a developer. */
export interface HopRefusal {
  readonly code: HopRefusalCode
  readonly detail: string
}

/** The components that the signature of this request has to cover (HOP-01). */
export function requiredComponents(request: HopRequest): string[] {
  return [
    '@method',
    '@authority',
    '@path',
    '@query',
    ...(request.body === undefined || request.body.length === 0
      ? []
      : ['content-digest', 'content-type']),
    ...(request.headers.has('idempotency-key') ? ['idempotency-key'] : []),
  ]
}
