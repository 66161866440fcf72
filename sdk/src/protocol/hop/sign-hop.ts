// Signs a request from one server to another (RFC 9421, RFC 9530), in Parley's profile.
import { type Item, serializeDictionary, serializeInnerList } from 'structured-headers'
import { encodeUtf8 } from '../encoding.ts'
import { type SigningKey, signatureParameters } from '../keys.ts'
import { contentDigest } from './content-digest.ts'
import { HOP_TAG, MAX_HOP_SECONDS, requiredComponents } from './hop-profile.ts'
import { componentsOf, type HopRequest, signatureBase } from './signature-base.ts'

/** What a hop is signed with; it expires 300 seconds after `now`. */
export interface HopSignature {
  readonly key: SigningKey
  /** Epoch seconds. */
  readonly now: number
  /** At least 128 random bits, never used before with this key. */
  readonly nonce: string
}

/**
 * Returns the fields to add to the request: `content-digest` for one with a body,
 * `signature-input` and `signature`. Spec: HOP-01 to HOP-03.
 *
 * @example
 * import { generateSigningKey, signHop, toBase64Url } from '@parley/sdk/protocol'
 * const key = await generateSigningKey('ES256')
 * const now = Math.floor(Date.now() / 1000)
 * const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
 * const fields = await signHop(
 *   { method: 'GET', url: 'https://creditor.example/parley', headers: new Map() },
 *   { key, now, nonce },
 * )
 * Object.keys(fields) // => ['signature-input', 'signature']
 */
export async function signHop(
  request: HopRequest,
  { key, now, nonce }: HopSignature,
): Promise<Record<string, string>> {
  const { body } = request
  const digest: Record<string, string> =
    body === undefined || body.length === 0 ? {} : { 'content-digest': await contentDigest(body) }
  const signed = { ...request, headers: new Map([...request.headers, ...Object.entries(digest)]) }
  const covered = requiredComponents(signed).map((name): Item => [name, new Map()])
  const parameters = new Map<string, number | string>([
    ['created', now],
    ['expires', now + MAX_HOP_SECONDS],
    ['nonce', nonce],
    ['keyid', key.kid],
    ['tag', HOP_TAG],
  ])
  const base = signatureBase(covered, parameters, componentsOf(signed))
  if (base === undefined) throw new TypeError('a request with a body needs a content-type')
  const bytes = encodeUtf8(base)
  const signature = await crypto.subtle.sign(signatureParameters(key.alg), key.privateKey, bytes)
  return {
    ...digest,
    'signature-input': `parley=${serializeInnerList([covered, parameters])}`,
    signature: serializeDictionary({ parley: [signature, new Map()] }),
  }
}
