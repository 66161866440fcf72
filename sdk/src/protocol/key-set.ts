// From a header's `kid` to the key that may be believed, and when. Looks only where the caller
// points: no address is ever taken from a message.

import type { MessageHeader } from './decode.ts'
import { isJsonObject } from './decode.ts'
import type { CheckedJwk, KeyRecord, KeyRefusal, PublicJwk } from './keys.ts'
import { checkPublicJwk, importPublicKey, isAlgorithmLabel } from './keys.ts'
import type { Refusal } from './refusals.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/**
 * A key as a party publishes it. Retired and revoked keys stay published with their times, so
 * that old messages can still be judged (after OpenID Federation 1.0, historical keys).
 */
export interface PublishedJwk extends PublicJwk {
  readonly kid: string
  /** Not believed before, epoch seconds. */
  readonly nbf?: number
  /** Retired at, epoch seconds. */
  readonly exp?: number
  readonly revoked?: { readonly at: number; readonly reason?: string }
}

/** A JWK Set (RFC 7517 §5) with the times of its keys. */
export interface JwkSet {
  readonly keys: readonly PublishedJwk[]
}

/**
 * Finds the key that a message names, for the issuer it claims (both unverified). Answers
 * `key-unknown` or `key-unavailable`, and must bind the key to the issuer.
 */
export type KeyResolver = (
  header: Pick<MessageHeader, 'kid'>,
  issuer: string,
) => Promise<Result<KeyRecord, Refusal>>

/** What names a key: the header of a message, or the bare `keyid` of a hop. */
export interface KeyHeader {
  readonly kid: string
  /** Checked against the key where it is stated; the key decides in any case. */
  readonly alg?: string
}

/** A key ready to verify with, and the record it came from. */
export interface VerifyingKey {
  readonly record: KeyRecord
  readonly key: CryptoKey
}

/** Which keys may speak, and with which algorithms (both, unless restricted). */
export interface KeyPolicy {
  readonly keys: JwkSet | KeyResolver
  readonly algorithms?: readonly string[]
}

const DEFAULT_ALGORITHMS: readonly string[] = ['ES256', 'Ed25519']

/**
 * Finds and imports the key a header names; a resolver is asked once.
 *
 * Refuses `key-unknown` (no such key, two of one name, an unfit key, a `kid` that is not its
 * thumbprint), `alg` (the key's algorithm is not allowed or the header states another) and
 * whatever the resolver refuses.
 */
export async function findVerifyingKey(
  header: KeyHeader,
  issuer: string,
  policy: KeyPolicy,
): Promise<Result<VerifyingKey, Refusal>> {
  const { keys, algorithms = DEFAULT_ALGORITHMS } = policy
  const found =
    typeof keys === 'function'
      ? await askResolver(keys, header.kid, issuer)
      : findInSet(keys, header.kid)
  if (!found.ok) return found
  const { record, jwk } = found.value
  const { alg } = jwk
  const labelFits = header.alg === undefined || isAlgorithmLabel(header.alg, alg)
  if (record.alg !== alg || !algorithms.includes(alg) || !labelFits) {
    return err({ code: 'alg' })
  }
  return importFor(header.kid, found.value)
}

/**
 * Checks that a key may be believed for a message: not retired or revoked at `now`, or as evidence
 * at the message's `iat`. A message is never older than its key. An agreement stands when the key that
 * signed it retires; once a key is revoked, whoever has it chooses the `iat` (KEY-02).
 *
 * Refuses `key-not-yet-valid`, `key-revoked` and `key-retired`.
 */
export function checkKeyTimes(
  record: KeyRecord,
  message: {
    readonly iat: number
    readonly now: number
    readonly evidence: boolean
    readonly isAgreement?: boolean
  },
): Result<KeyRecord, Refusal> {
  const { notBefore = 0, retiredAt = Infinity, revokedAt = Infinity } = record
  const at = message.evidence ? message.iat : message.now
  if (!(message.iat >= notBefore)) return err({ code: 'key-not-yet-valid' })
  if (!(at < revokedAt)) return err({ code: 'key-revoked' })
  const stands = message.isAgreement === true ? message.iat : at
  if (!(stands < retiredAt)) return err({ code: 'key-retired' })
  return ok(record)
}

/**
 * Turns a published key into the record that verifying uses. Refuses like `checkPublicJwk`, and
 * `key-unsupported` for a missing `kid` or times that are not whole epoch seconds.
 *
 * @example
 * import { generateSigningKey, keyRecordOf } from '@parley/sdk/protocol'
 * const { kid, publicJwk } = await generateSigningKey('ES256')
 * const record = keyRecordOf({ ...publicJwk, kid, exp: 1_800_000_000 })
 * record.ok && record.value.retiredAt // => 1_800_000_000
 */
export function keyRecordOf(
  published: unknown,
): Result<KeyRecord & { readonly jwk: CheckedJwk }, KeyRefusal> {
  const checked = checkPublicJwk(published)
  if (!checked.ok) return checked
  const { nbf, exp, revoked } = published as Readonly<Record<string, unknown>>
  const revokedAt = isJsonObject(revoked) ? revoked.at : revoked
  const { kid, alg } = checked.value
  const times = [nbf, exp, revokedAt]
  const isRevokedWithoutTime = revoked !== undefined && revokedAt === undefined
  if (kid === undefined || isRevokedWithoutTime || !times.every(isOptionalTime)) {
    return err({ code: 'key-unsupported' })
  }
  return ok({
    kid,
    alg,
    jwk: checked.value,
    ...(isTime(nbf) ? { notBefore: nbf } : {}),
    ...(isTime(exp) ? { retiredAt: exp } : {}),
    ...(isTime(revokedAt) ? { revokedAt } : {}),
  })
}

interface FoundKey {
  readonly record: KeyRecord
  readonly jwk: CheckedJwk
}

async function askResolver(
  resolve: KeyResolver,
  kid: string,
  issuer: string,
): Promise<Result<FoundKey, Refusal>> {
  const found = await resolve({ kid }, issuer)
  if (!found.ok) return found
  const checked = checkPublicJwk(found.value.jwk)
  if (!checked.ok) return err({ code: 'key-unknown', detail: checked.error.code })
  return ok({ record: found.value, jwk: checked.value })
}

function findInSet(set: JwkSet, kid: string): Result<FoundKey, Refusal> {
  const [published, ...twins] = set.keys.filter((key) => isJsonObject(key) && key.kid === kid)
  if (published === undefined) return err({ code: 'key-unknown' })
  if (twins.length > 0) return err({ code: 'key-unknown', detail: 'two keys of one name' })
  const record = keyRecordOf(published)
  if (!record.ok) return err({ code: 'key-unknown', detail: record.error.code })
  return ok({ record: record.value, jwk: record.value.jwk })
}

async function importFor(
  kid: string,
  { record, jwk }: FoundKey,
): Promise<Result<VerifyingKey, Refusal>> {
  try {
    const imported = await importPublicKey(jwk)
    if (imported.kid !== kid || record.kid !== kid) {
      return err({ code: 'key-unknown', detail: 'kid is not the thumbprint of the key' })
    }
    return ok({ record, key: imported.key })
  } catch {
    // WebCrypto throws for coordinates that are no point on the curve.
    return err({ code: 'key-unknown', detail: 'key-unsupported' })
  }
}

function isOptionalTime(value: unknown): boolean {
  return value === undefined || isTime(value)
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
