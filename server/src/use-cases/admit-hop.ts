// Lets a request from another server in when its HTTP signature holds and its nonce is new. The
// signed message inside is checked afterwards, as everywhere. Spec: HOP-01 to HOP-07.
import {
  err,
  type HopRequest,
  type KeyResolver,
  NONCE_MEMORY_SECONDS,
  ok,
  type Result,
  verifyHop,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { acrossCreditors } from '../storage/creditor-scope.ts'
import { forgetNonces, rememberNonce } from '../storage/hop-nonces.ts'
import type { Deps } from './deps.ts'

type HopDeps = Pick<Deps, 'db' | 'clock'>

/** Whether a request claims to be signed at all; the cheapest check of all. */
export function isHopSigned({ headers }: HopRequest): boolean {
  return headers.has('signature') && headers.has('signature-input')
}

/** What a request without a signature is told. */
export function unsignedHop(): Refusal {
  return refusal('hop-missing', 'sign the request: RFC 9421 with the tag parley-1')
}

/**
 * Verifies a hop by keys of the party that has to have signed it, once. Refuses the codes of
 * `verifyHop`, and `hop-replay` for a nonce that the key used within 600 seconds.
 */
export async function admitHop(
  deps: HopDeps,
  hop: HopRequest,
  sender: { issuer: string; keys: KeyResolver },
): Promise<Result<void, Refusal>> {
  const now = deps.clock.now()
  const verified = await verifyHop(hop, { ...sender, now })
  if (!verified.ok) return err(refusal(verified.error.code, verified.error.detail))
  const { kid, nonce } = verified.value
  // A bank serves customers of many creditors with one key.
  const isNew = await acrossCreditors(() =>
    rememberNonce(deps.db, { kid, nonce, forgetAt: now + NONCE_MEMORY_SECONDS }),
  )
  return isNew ? ok(undefined) : err(refusal('hop-replay', 'sign each request with a new nonce'))
}

/** Forgets nonces whose requests would be refused as too old; returns how many. */
export async function forgetHopNonces(
  deps: HopDeps,
  { limit }: { limit: number },
): Promise<number> {
  return await forgetNonces(deps.db, { before: deps.clock.now(), limit })
}
