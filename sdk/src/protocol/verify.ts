// The strict layer as a whole: text in, verified message or one refusal out. Cheap checks come
// first. State (replay, sequence, revisions) is the caller's, after this has said yes.

import type { ClaimedPayload, ClaimPolicy } from './claims.ts'
import { checkAddress, checkClaims } from './claims.ts'
import type { MessageHeader } from './decode.ts'
import { decodeCompactJws } from './decode.ts'
import { sha256Base64Url } from './hash.ts'
import type { KeyPolicy, VerifyingKey } from './key-set.ts'
import { checkKeyTimes, findVerifyingKey } from './key-set.ts'
import { signatureParameters } from './keys.ts'
import type { Refusal } from './refusals.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** What the receiver expects of a message. */
export interface VerifyOptions extends ClaimPolicy, KeyPolicy {
  /** The one kind, or the kinds, of message that may stand here (RFC 8725 §3.11). */
  readonly typ: string | readonly string[]
}

/** A message whose signature, sender, receiver and times were checked. */
export interface VerifiedMessage {
  readonly header: MessageHeader
  readonly payload: ClaimedPayload
  /** The exact bytes that were signed. */
  readonly payloadBytes: Uint8Array
  readonly jws: string
  /** Signing-input hash: the name by which later messages refer to this one. */
  readonly hash: string
  readonly kid: string
}

const SIGNATURE_BYTES = 64

/**
 * Verifies one compact JWS against the receiver's expectations.
 *
 * Order of the checks: size, form, header, `typ`, version and addressing, key, algorithm,
 * signature, claims, times of the key. With `evidence` the message is judged as of its `iat`:
 * `exp` may have passed and the key may have been retired or revoked since. Returns the first
 * refusal (`REFUSAL_CODES`) and never throws because of the message; only a resolver may throw.
 *
 * @example
 * import { type JwkSet, verifyMessage } from '@parley/sdk/protocol'
 * declare const text: string
 * declare const creditorKeys: JwkSet
 * const result = await verifyMessage(text, {
 *   typ: 'parley-request+jwt',
 *   keys: creditorKeys,
 *   issuer: 'https://creditor.example',
 *   audience: 'https://agent.example',
 *   now: Math.floor(Date.now() / 1000),
 * })
 * if (!result.ok) console.log(result.error.code)
 */
export async function verifyMessage(
  jws: unknown,
  options: VerifyOptions,
): Promise<Result<VerifiedMessage, Refusal>> {
  const decoded = decodeCompactJws(jws)
  if (!decoded.ok) return decoded
  const { header, payload, payloadBytes, signingInput, signature } = decoded.value
  if (!isAmong(header.typ, options.typ)) return err({ code: 'typ' })
  const issuer = checkAddress(payload, options)
  if (!issuer.ok) return issuer

  const found = await findVerifyingKey(header, issuer.value, options)
  if (!found.ok) return found
  // Side by side, so that a message waits once for the platform's threads.
  const [isSigned, hash] = await Promise.all([
    isSignedBy(found.value, signingInput, signature),
    sha256Base64Url(signingInput),
  ])
  if (!isSigned) return err({ code: 'signature' })

  const claims = checkClaims(payload, options)
  if (!claims.ok) return claims
  const { now, evidence = false } = options
  const times = checkKeyTimes(found.value.record, { iat: claims.value.iat, now, evidence })
  if (!times.ok) return times
  return ok({
    header,
    payload: claims.value,
    payloadBytes,
    jws: jws as string,
    hash,
    kid: header.kid,
  })
}

function isAmong(typ: string, expected: string | readonly string[]): boolean {
  return typeof expected === 'string' ? typ === expected : expected.includes(typ)
}

/** Tells whether a raw 64-byte signature covers a signing input; ES256 means r||s, never DER. */
export async function isSignedBy(
  { key, record }: VerifyingKey,
  signingInput: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return false
  const parameters = signatureParameters(record.alg)
  return crypto.subtle.verify(parameters, key, signature, signingInput)
}
