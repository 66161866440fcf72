// The names of Parley in messages of ISO 20022, whose identifiers have 35 characters of the SEPA set.
import { fromBase64Url } from '../protocol/encoding.ts'
import { sha256Base64Url } from '../protocol/hash.ts'
import { isSepaIdentifier } from './sepa-characters.ts'

const MAX_ID = 35
const HASH_BYTES = 16

/**
 * The `MsgId` of a message: its `jti` where that may stand as an identifier of at most 35 characters,
 * else the first 16 bytes of the SHA-256 of the `jti` as 32 hexadecimal digits. Spec: ISO-02.
 *
 * @example
 * import { isoMessageId } from '@parley/sdk/iso20022'
 * await isoMessageId('AAAAAAAAAAAAAAAAAAAAAA') // => 'AAAAAAAAAAAAAAAAAAAAAA'
 * await isoMessageId('req_AAAAAAAAAAAAAAAAAAAAAA') // => '4a311064b3a954d703d8c7bd9e30d0fb'
 */
export async function isoMessageId(jti: string): Promise<string> {
  if (jti.length <= MAX_ID && isSepaIdentifier(jti)) return jti
  const hash = fromBase64Url(await sha256Base64Url(jti))
  if (hash === null) throw new TypeError('a hash that is none')
  const bytes = [...hash.slice(0, HASH_BYTES)]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The `PmtInfId` of a request: its id, with a hyphen for the underscore after the prefix. Spec: ISO-02.
 *
 * @example
 * import { paymentInformationId } from '@parley/sdk/iso20022'
 * paymentInformationId('pr_01JD3Z5T7V') // => 'pr-01JD3Z5T7V'
 */
export function paymentInformationId(requestId: string): string {
  return requestId.replace('_', '-')
}

/**
 * The request of a `PmtInfId` that `paymentInformationId` made: no request id has a hyphen of its own.
 *
 * @example
 * import { requestIdOf } from '@parley/sdk/iso20022'
 * requestIdOf('pr-01JD3Z5T7V') // => 'pr_01JD3Z5T7V'
 */
export function requestIdOf(paymentInformationId: string): string {
  return paymentInformationId.replace('-', '_')
}
