// Signing keys: two algorithms, thumbprints as names, records of validity, one cache of imports.
// The algorithm always comes from the key, never from a message (RFC 8725 §3.1).

import { encodeUtf8, fromBase64Url, toBase64Url } from './encoding.ts'
import { sha256Base64Url } from './hash.ts'
import { isSha256Text } from './identifiers.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** ECDSA on P-256 with SHA-256 (RFC 7518 §3.4), or Ed25519 (RFC 8037, RFC 9864). */
export type Algorithm = 'ES256' | 'Ed25519'

/** A public key as a JWK (RFC 7517): `EC` on `P-256`, or `OKP` on `Ed25519`. */
export interface PublicJwk {
  readonly kty: string
  readonly crv: string
  readonly x: string
  readonly y?: string
  readonly kid?: string
  readonly alg?: string
  readonly use?: string
}

/** A key and when it may be believed; times are epoch seconds. `kid` is its RFC 7638 thumbprint. */
export interface KeyRecord {
  readonly kid: string
  readonly alg: Algorithm
  readonly jwk: PublicJwk
  readonly notBefore?: number
  readonly retiredAt?: number
  readonly revokedAt?: number
}

/** A private key that signs, with its name and its public half. */
export interface SigningKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly privateKey: CryptoKey
  readonly publicJwk: PublicJwk
}

/** Why a JWK was refused. */
export interface KeyRefusal {
  readonly code: 'key-unsupported' | 'key-private' | 'key-use'
}

/** A checked public JWK: cleaned of unknown members, with its algorithm. */
export type CheckedJwk = PublicJwk & { readonly alg: Algorithm }

const PRIVATE_MEMBERS = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv']
const MAX_CACHED_KEYS = 1000

/**
 * Ed25519 points of small order, with a sign bit of 0. With such a key one signature can fit many
 * messages, so it proves nothing to a third party (RFC 8032 §8.9 leaves the check to us).
 */
const SMALL_ORDER_POINTS: readonly string[] = [
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU',
  'xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o',
  '7P_______________________________________38',
  '7f_______________________________________38',
  '7v_______________________________________38',
]
const SMALL_ORDER = new Set(SMALL_ORDER_POINTS.flatMap((point) => [point, withSignBit(point)]))

/**
 * Names a public key: base64url SHA-256 over its required members in order (RFC 7638 §3).
 *
 * @example
 * import { generateSigningKey, thumbprint } from '@parley/sdk/protocol'
 * const { kid, publicJwk } = await generateSigningKey('ES256')
 * kid === (await thumbprint(publicJwk)) // => true
 */
export async function thumbprint(jwk: PublicJwk): Promise<string> {
  const { crv, kty, x, y } = jwk
  return sha256Base64Url(JSON.stringify(kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }))
}

/**
 * Checks an untrusted public JWK and returns only the members that matter.
 *
 * Refuses `key-private` (secret members present), `key-use` (`use` other than `sig`, `key_ops`
 * other than `verify`) and `key-unsupported` (another type or curve, an `alg` that does not fit,
 * coordinates that are not 32 canonical base64url bytes, an Ed25519 point of small order).
 *
 * @example
 * import { checkPublicJwk } from '@parley/sdk/protocol'
 * checkPublicJwk({ kty: 'RSA', n: 'AQ', e: 'AQAB' }) // => { ok: false, error: { code: 'key-unsupported' } }
 */
export function checkPublicJwk(jwk: unknown): Result<CheckedJwk, KeyRefusal> {
  if (typeof jwk !== 'object' || jwk === null) return err({ code: 'key-unsupported' })
  const members = jwk as Readonly<Record<string, unknown>>
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(members, name))) {
    return err({ code: 'key-private' })
  }
  if (!isForVerifying(members)) return err({ code: 'key-use' })

  const { kty, crv, x, y, kid } = members
  const alg = algorithmOf(kty, crv)
  const labelFits = members.alg === undefined || isAlgorithmLabel(members.alg, alg)
  if (alg === undefined || !labelFits || !isCoordinate(x)) return err({ code: 'key-unsupported' })
  if (kid !== undefined && typeof kid !== 'string') return err({ code: 'key-unsupported' })
  const name = kid === undefined ? {} : { kid }
  if (alg === 'ES256') {
    if (!isCoordinate(y)) return err({ code: 'key-unsupported' })
    return ok({ kty: 'EC', crv: 'P-256', x, y, alg, use: 'sig', ...name })
  }
  if (y !== undefined || SMALL_ORDER.has(x)) return err({ code: 'key-unsupported' })
  return ok({ kty: 'OKP', crv: 'Ed25519', x, alg, use: 'sig', ...name })
}

/** Tells whether a header `alg` fits a key: its own name, or `EdDSA` for an Ed25519 key. */
export function isAlgorithmLabel(label: unknown, alg: Algorithm | undefined): boolean {
  return label === alg || (label === 'EdDSA' && alg === 'Ed25519')
}

/**
 * Makes a signing key; it cannot leave WebCrypto unless `extractable` is set for storage.
 *
 * @example
 * import { generateSigningKey } from '@parley/sdk/protocol'
 * const key = await generateSigningKey('ES256', { extractable: true })
 * key.publicJwk.crv // => 'P-256'
 */
export async function generateSigningKey(
  alg: Algorithm,
  options: { readonly extractable?: boolean } = {},
): Promise<SigningKey> {
  const { privateKey, publicKey } = (await crypto.subtle.generateKey(
    importParameters(alg),
    options.extractable ?? false,
    ['sign', 'verify'],
  )) as CryptoKeyPair
  const publicJwk = await publishedJwk(await crypto.subtle.exportKey('jwk', publicKey))
  return { kid: publicJwk.kid, alg, privateKey, publicJwk }
}

/**
 * Imports a stored private JWK and proves with one signature that both halves belong together.
 *
 * @throws {TypeError | DOMException} when it is not an ES256 or Ed25519 private key, or the halves
 * differ (some engines notice at the import, some do not).
 *
 * @example
 * import { exportPrivateJwk, generateSigningKey, importSigningKey } from '@parley/sdk/protocol'
 * const key = await generateSigningKey('ES256', { extractable: true })
 * const again = await importSigningKey(await exportPrivateJwk(key))
 * again.kid === key.kid // => true
 */
export async function importSigningKey(
  privateJwk: JsonWebKey,
  options: { readonly extractable?: boolean } = {},
): Promise<SigningKey> {
  const { d } = privateJwk
  if (d === undefined) throw new TypeError('not a private JWK')
  const publicJwk = await publishedJwk(privateJwk)
  const { alg } = publicJwk
  const secret = { ...publicHalf(publicJwk), d }
  const extractable = options.extractable ?? false
  const privateKey = await crypto.subtle.importKey(
    'jwk',
    secret,
    importParameters(alg),
    extractable,
    ['sign'],
  )
  const key = { kid: publicJwk.kid, alg, privateKey, publicJwk }
  if (!(await halvesMatch(key))) throw new TypeError('private and public half differ')
  return key
}

/**
 * Exports a private key for storage. @throws {DOMException} when it is not extractable.
 *
 * @example
 * import { exportPrivateJwk, generateSigningKey } from '@parley/sdk/protocol'
 * const key = await generateSigningKey('ES256', { extractable: true })
 * const secret = await exportPrivateJwk(key)
 * secret.d !== undefined // => true
 */
export async function exportPrivateJwk(key: SigningKey): Promise<JsonWebKey> {
  const { d } = await crypto.subtle.exportKey('jwk', key.privateKey)
  return { ...key.publicJwk, ...(d === undefined ? {} : { d }) } as JsonWebKey
}

// Shared objects, because an engine may spend longer on a fresh one than on all else around it.
const SIGNATURE_PARAMETERS: Readonly<Record<Algorithm, AlgorithmIdentifier | EcdsaParams>> = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
}

/** WebCrypto's parameters for signing and verifying with an algorithm; ES256 signs raw r||s. */
export function signatureParameters(alg: Algorithm): AlgorithmIdentifier | EcdsaParams {
  return SIGNATURE_PARAMETERS[alg]
}

interface ImportedKey {
  readonly kid: string
  readonly key: CryptoKey
}

const imported = new Map<string, Promise<ImportedKey>>()

/**
 * Imports a public key for verifying and returns it with its thumbprint; the last 1,000 keys are
 * kept, because an import for every call halves throughput. Rejects for a point off the curve.
 */
export function importPublicKey(jwk: CheckedJwk): Promise<ImportedKey> {
  const cacheKey = `${jwk.crv}.${jwk.x}.${jwk.y ?? ''}`
  const known = imported.get(cacheKey)
  // Taken out and put back, so that the Map's order is the order of last use.
  imported.delete(cacheKey)
  const pending = known ?? importFresh(jwk)
  imported.set(cacheKey, pending)
  if (known === undefined) {
    pending.catch(() => imported.delete(cacheKey))
    const [oldest] = imported.keys()
    if (imported.size > MAX_CACHED_KEYS && oldest !== undefined) imported.delete(oldest)
  }
  return pending
}

async function importFresh(jwk: CheckedJwk): Promise<ImportedKey> {
  const [kid, key] = await Promise.all([
    thumbprint(jwk),
    crypto.subtle.importKey('jwk', publicHalf(jwk), importParameters(jwk.alg), false, ['verify']),
  ])
  return { kid, key }
}

async function publishedJwk(jwk: JsonWebKey): Promise<CheckedJwk & { readonly kid: string }> {
  const { kty, crv, x, y } = jwk
  const checked = checkPublicJwk({ kty, crv, x, ...(y === undefined ? {} : { y }) })
  if (!checked.ok) throw new TypeError('not an ES256 or Ed25519 key')
  return { ...checked.value, kid: await thumbprint(checked.value) }
}

async function halvesMatch(key: SigningKey & { readonly publicJwk: CheckedJwk }): Promise<boolean> {
  const parameters = signatureParameters(key.alg)
  const probe = encodeUtf8('parley key check')
  const signature = await crypto.subtle.sign(parameters, key.privateKey, probe)
  const { key: publicKey } = await importPublicKey(key.publicJwk)
  return crypto.subtle.verify(parameters, publicKey, signature, probe)
}

function publicHalf(jwk: PublicJwk): JsonWebKey {
  const { kty, crv, x, y } = jwk
  return { kty, crv, x, ...(y === undefined ? {} : { y }) }
}

function importParameters(alg: Algorithm): EcKeyImportParams {
  return alg === 'ES256'
    ? { name: 'ECDSA', namedCurve: 'P-256' }
    : { name: 'Ed25519', namedCurve: 'Ed25519' }
}

function algorithmOf(kty: unknown, crv: unknown): Algorithm | undefined {
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  if (kty === 'OKP' && crv === 'Ed25519') return 'Ed25519'
  return undefined
}

function isForVerifying({ use, key_ops: operations }: Readonly<Record<string, unknown>>): boolean {
  if (use !== undefined && use !== 'sig') return false
  if (operations === undefined) return true
  return Array.isArray(operations) && operations.length === 1 && operations[0] === 'verify'
}

/** Tells whether a text is 32 bytes in canonical base64url; a pattern is cheaper than decoding. */
function isCoordinate(text: unknown): text is string {
  return isSha256Text(text)
}

function withSignBit(point: string): string {
  const bytes = fromBase64Url(point) ?? new Uint8Array(32)
  bytes[31] = (bytes[31] ?? 0) | 0x80
  return toBase64Url(bytes)
}
