// Second half of the strict layer: the common claims of a message against the receiver's policy.
// Comparisons are written so that a missing or odd number refuses.

import type { JsonObject } from './decode.ts'
import { isIssuer, isSha256Text } from './identifiers.ts'
import type { Refusal, RefusalCode } from './refusals.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** The claims that every message carries beside its body; times are epoch seconds. */
export interface CommonClaims {
  ver: '1.0'
  /** Sender: an https origin, or the RFC 9278 name of its key. */
  iss: string
  /** The one receiver. */
  aud: string
  /** Debtor, as this creditor and this agent name them between themselves. */
  sub: string
  /** At least 128 random bits; with `iss` the identity of the message. */
  jti: string
  iat: number
  /** Until when the message may be acted upon. */
  exp: number
  thr: string
  seq: number
  /** Signing-input hash of the previous message of the thread. */
  prev: string | null
}

/** A payload whose common claims were checked. */
export type ClaimedPayload = Record<string, unknown> & CommonClaims

/** What a receiver demands of the claims; every time is in epoch seconds. */
export interface ClaimPolicy {
  readonly now: number
  /** The receiver's own name; compared exactly. */
  readonly audience: string
  /** The only accepted sender; without it every well-formed issuer passes on to the keys. */
  readonly issuer?: string
  /** Lets `http://127.0.0.1` and `http://localhost` be issuers, for trials. */
  readonly allowLoopbackHttp?: boolean
  /** How far a sender's clock may be ahead (60). Never lengthens `exp`. */
  readonly clockToleranceSeconds?: number
  readonly maxAgeSeconds?: number
  /** Longest time from `iat` to `exp` (400 days). */
  readonly maxLifetimeSeconds?: number
  /** Judges an old message as proof: `exp` may have passed. */
  readonly evidence?: boolean
}

const DEFAULT_CLOCK_TOLERANCE = 60
const DEFAULT_MAX_LIFETIME = 400 * 86_400
const MAX_SEQ = 100_000
const JTI = /^[A-Za-z0-9_-]{22,128}$/
const THREAD = /^[A-Za-z0-9_-]{16,64}$/
const VISIBLE_ASCII = /^[\x21-\x7e]{1,256}$/

const SHAPES: ReadonlyArray<readonly [RefusalCode & keyof CommonClaims, (v: unknown) => boolean]> =
  [
    ['sub', (value) => typeof value === 'string' && VISIBLE_ASCII.test(value)],
    ['jti', (value) => typeof value === 'string' && JTI.test(value)],
    ['thr', (value) => typeof value === 'string' && THREAD.test(value)],
    ['seq', (value) => isWholeNumber(value) && value <= MAX_SEQ],
    ['prev', (value) => value === null || isSha256Text(value)],
    ['iat', isWholeNumber],
    ['exp', isWholeNumber],
  ]

/**
 * Checks version and addressing, which must hold before any key is looked up.
 *
 * Refuses `ver`, `iss` (not the expected issuer, or not an issuer at all) and `aud` (anything but
 * the one exact text).
 */
export function checkAddress(payload: JsonObject, policy: ClaimPolicy): Result<string, Refusal> {
  const { ver, iss, aud } = payload
  if (ver !== '1.0') return err({ code: 'ver' })
  const loopback = { allowLoopbackHttp: policy.allowLoopbackHttp ?? false }
  const issuerFits = policy.issuer === undefined ? isIssuer(iss, loopback) : iss === policy.issuer
  if (typeof iss !== 'string' || !issuerFits) return err({ code: 'iss' })
  if (aud !== policy.audience) return err({ code: 'aud' })
  return ok(iss)
}

/**
 * Checks the remaining common claims and their times.
 *
 * Refuses `sub`, `jti`, `thr`, `seq`, `prev`, `iat`, `exp` by their form, `prev` at the first place
 * or none at a later one, then `iat` (ahead of the clock, also milliseconds), `lifetime` (`exp` not after `iat`, or too far from it), `expired`
 * (`exp` now or earlier; not in evidence mode), `too-old` and `nbf`.
 */
export function checkClaims(
  payload: JsonObject,
  policy: ClaimPolicy,
): Result<ClaimedPayload, Refusal> {
  const fault = SHAPES.find(([name, isWellFormed]) => !isWellFormed(payload[name]))
  if (fault !== undefined) return err({ code: fault[0] })
  const claimed = payload as ClaimedPayload
  if ((claimed.seq === 0) !== (claimed.prev === null)) return err({ code: 'prev' })
  const untimely = findTimeFault(claimed, policy)
  return untimely === undefined ? ok(claimed) : err({ code: untimely })
}

/** Tells whether an issue time is whole epoch seconds and not ahead of the receiver's clock. */
export function isTimely(
  iat: unknown,
  policy: Pick<ClaimPolicy, 'now' | 'clockToleranceSeconds'>,
): iat is number {
  const { now, clockToleranceSeconds = DEFAULT_CLOCK_TOLERANCE } = policy
  return isWholeNumber(iat) && iat <= now + clockToleranceSeconds
}

function findTimeFault(claims: ClaimedPayload, policy: ClaimPolicy): RefusalCode | undefined {
  const { now, maxAgeSeconds, evidence = false } = policy
  const { maxLifetimeSeconds = DEFAULT_MAX_LIFETIME } = policy
  const { iat, exp, nbf } = claims
  if (!isTimely(iat, policy)) return 'iat'
  if (!(exp > iat && exp - iat <= maxLifetimeSeconds)) return 'lifetime'
  if (!evidence && !(exp > now)) return 'expired'
  if (maxAgeSeconds !== undefined && !(now - iat <= maxAgeSeconds)) return 'too-old'
  if (nbf !== undefined && !isTimely(nbf, policy)) return 'nbf'
  return undefined
}

/** Minus zero is refused: it equals zero here and is another text once it is written again. */
function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0)
}
