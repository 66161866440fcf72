// The agent names its next key. Both are valid beside each other for a while. Spec: ENR-06.
import {
  checkPublicJwk,
  err,
  ok,
  parsePayload,
  type RekeyMessage,
  type Result,
  verifyRekeyProof,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { addNextKey } from '../storage/enrolments.ts'
import type { EnrolmentEffect, EnrolmentNotice } from './receive-enrolment-message.ts'
import { withDetail } from './verify-incoming.ts'

const MAX_OVERLAP_SECONDS = 30 * 86_400

/**
 * Refuses `schema`, `key-unknown` (no key for ES256 or Ed25519), the codes of the proof,
 * `key-reused` and `overlap-invalid` (over 30 days, or past).
 */
export async function takeRekey({
  enrolment,
  message,
  now,
}: EnrolmentNotice): Promise<Result<EnrolmentEffect, Refusal>> {
  const parsed = parsePayload('rekey', message.payload)
  if (!parsed.ok) return err(refusal('schema', parsed.error.detail, parsed.error.pointer))
  const next = await provenKey(parsed.value)
  if (!next.ok) return next
  const { kid, jwk } = next.value
  if (enrolment.keys.some((key) => key.kid === kid)) {
    return err(refusal('key-reused', 'make a new key', '/jwk'))
  }
  const { overlapUntil, iat } = parsed.value
  if (overlapUntil < now || overlapUntil > now + MAX_OVERLAP_SECONDS) {
    const detail = 'overlapUntil lies between now and 30 days from now'
    return err(refusal('overlap-invalid', detail, '/overlapUntil'))
  }
  // What the next key signs right now carries the agent's clock, which may be behind ours.
  const notBefore = Math.min(iat, now)
  return ok((tx) =>
    addNextKey(tx, enrolment, {
      kid,
      publicJwk: jwk,
      notBefore,
      formerUntil: overlapUntil,
      at: now,
    }),
  )
}

async function provenKey({ jwk, proof, iss, aud, thr }: RekeyMessage) {
  const checked = checkPublicJwk(jwk)
  if (!checked.ok) {
    return err(refusal('key-unknown', 'jwk must be an ES256 or Ed25519 public key', '/jwk'))
  }
  const proven = await verifyRekeyProof({ iss, aud, thr }, checked.value, proof)
  if (!proven.ok) return err({ ...withDetail(proven.error), pointer: '/proof' })
  return ok({ kid: proven.value, jwk: checked.value })
}
