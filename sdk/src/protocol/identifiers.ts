// Names of things and parties. Randomness is handed in: this layer draws none.

import { toBase64Url } from './encoding.ts'

const MIN_RANDOM_BYTES = 16
const MAX_ISSUER_LENGTH = 256
const PREFIX = /^[a-z][a-z0-9]{0,15}$/
const THUMBPRINT_URI = 'urn:ietf:params:oauth:jwk-thumbprint:sha-256:'
const SHA256_TEXT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/
const LOOPBACK_HTTP = /^http:\/\/(?:127\.0\.0\.1|localhost)(?::[0-9]+)?$/

/**
 * Builds an id such as `req_3q2-7wAAAAAAAAAAAAAAAA` from random bytes.
 *
 * @throws {RangeError} when fewer than 16 bytes (128 bits) are given or the prefix is not a short
 * lower-case word.
 *
 * @example
 * import { newId } from '@parley/sdk/protocol'
 * newId('req', new Uint8Array(16)) // => 'req_AAAAAAAAAAAAAAAAAAAAAA'
 */
export function newId(prefix: string, randomBytes: Uint8Array): string {
  if (randomBytes.length < MIN_RANDOM_BYTES) throw new RangeError('an id needs 128 random bits')
  if (!PREFIX.test(prefix)) throw new RangeError(`not an id prefix: ${prefix}`)
  return `${prefix}_${toBase64Url(randomBytes)}`
}

/**
 * Names an agent without an address by its key (RFC 9278 §3); used as its `iss`.
 *
 * @example
 * import { generateSigningKey, isIssuer, jwkThumbprintUri } from '@parley/sdk/protocol'
 * const { kid } = await generateSigningKey('ES256')
 * isIssuer(jwkThumbprintUri(kid)) // => true
 */
export function jwkThumbprintUri(kid: string): string {
  return THUMBPRINT_URI + kid
}

/**
 * Tells whether a text is one canonical base64url SHA-256: a `kid`, a `prev`, a document hash.
 *
 * @example
 * import { isSha256Text } from '@parley/sdk/protocol'
 * isSha256Text('A'.repeat(43)) // => true
 * isSha256Text('B'.repeat(43)) // => false
 */
export function isSha256Text(text: unknown): text is string {
  return typeof text === 'string' && SHA256_TEXT.test(text)
}

/**
 * Tells whether a text can name a party: an https origin as browsers write it (lower case, no
 * default port, no path, user or query), or an RFC 9278 thumbprint URI.
 *
 * `allowLoopbackHttp` also lets `http://127.0.0.1` and `http://localhost` through, for trials.
 *
 * @example
 * import { isIssuer } from '@parley/sdk/protocol'
 * isIssuer('https://creditor.example') // => true
 * isIssuer('https://creditor.example/') // => false
 */
export function isIssuer(
  text: unknown,
  options: { readonly allowLoopbackHttp?: boolean } = {},
): text is string {
  if (typeof text !== 'string' || text.length > MAX_ISSUER_LENGTH) return false
  if (text.startsWith(THUMBPRINT_URI)) return isSha256Text(text.slice(THUMBPRINT_URI.length))
  const schemeFits =
    text.startsWith('https://') || (options.allowLoopbackHttp === true && LOOPBACK_HTTP.test(text))
  // A URL that differs from its own origin has a path, a user, a default port, capitals or
  // letters that a look-alike host would need (IDNA turns them into `xn--`).
  return (
    schemeFits && !/\.(?::|$)/.test(text) && URL.canParse(text) && new URL(text).origin === text
  )
}
