// The two hashes of the protocol: over bytes, and over a message's signing input.
// Never hash a whole token: ECDSA signatures are not unique, so two tokens can say the same.

import { encodeUtf8, toBase64Url } from './encoding.ts'

/**
 * Hashes bytes, or text as UTF-8, with SHA-256 and returns base64url without padding.
 *
 * @example
 * import { sha256Base64Url } from '@parley/sdk/protocol'
 * await sha256Base64Url('abc') // => 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'
 */
export async function sha256Base64Url(bytes: Uint8Array | string): Promise<string> {
  const input = typeof bytes === 'string' ? encodeUtf8(bytes) : bytes
  const digest = await crypto.subtle.digest('SHA-256', input as Uint8Array<ArrayBuffer>)
  return toBase64Url(new Uint8Array(digest))
}

/**
 * Names a message: base64url SHA-256 over its signing input `b64(header).b64(payload)`
 * (RFC 7515 §5.1), which is what `prev` and every other reference carry.
 *
 * @throws {TypeError} when the text does not have three parts; verify a received message first.
 *
 * @example
 * import { signingInputHash } from '@parley/sdk/protocol'
 * const unsigned = await signingInputHash('e30.e30.')
 * unsigned === (await signingInputHash('e30.e30.AAAA')) // => true
 */
export async function signingInputHash(compactJws: string): Promise<string> {
  const parts = compactJws.split('.', 4)
  if (parts.length !== 3) throw new TypeError('a compact JWS has three parts')
  return sha256Base64Url(`${parts[0]}.${parts[1]}`)
}
