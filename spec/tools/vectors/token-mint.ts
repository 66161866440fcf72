// Signs any header and payload, right or wrong. An ECDSA signature differs at each making, so a token
// that the committed file has for the same signing input and key is kept.
import { encodeUtf8, fromBase64Url, type SigningKey, toBase64Url } from '@parley/sdk/protocol'

/** What to sign; texts go in as they are, so that they can be broken. */
export interface Token {
  header?: Record<string, unknown> | string
  payload?: Record<string, unknown> | string | Uint8Array
  key?: SigningKey
}

export interface Mint {
  sign(token: Token): Promise<string>
}

const ALGORITHMS = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
} as const

/** A mint with the header, payload and key of a good message for whatever is not given. */
export function createMint(
  good: { typ: string; payload: object; key: SigningKey },
  committed: string,
): Mint {
  return {
    async sign({ header = {}, payload = {}, key = good.key }) {
      const usual = { alg: key.alg, typ: good.typ, kid: key.kid }
      const headerText =
        typeof header === 'string' ? header : JSON.stringify({ ...usual, ...header })
      const body =
        typeof payload === 'string' || payload instanceof Uint8Array
          ? payload
          : JSON.stringify({ ...good.payload, ...payload })
      const bytes = typeof body === 'string' ? encodeUtf8(body) : body
      const input = `${toBase64Url(encodeUtf8(headerText))}.${toBase64Url(bytes)}`
      return (
        (await committedToken(committed, input, key)) ?? `${input}.${await signature(input, key)}`
      )
    },
  }
}

async function committedToken(
  committed: string,
  input: string,
  key: SigningKey,
): Promise<string | undefined> {
  const tokens = [...committed.matchAll(/"([\w-]+\.[\w-]+)\.([\w-]{86})"/g)]
  for (const [, signed, signature = ''] of tokens) {
    if (signed === input && (await isSignedBy(key, input, signature)))
      return `${input}.${signature}`
  }
  return undefined
}

async function isSignedBy(
  { alg, publicJwk }: SigningKey,
  input: string,
  signature: string,
): Promise<boolean> {
  const bytes = fromBase64Url(signature)
  if (bytes === null) return false
  const algorithm = alg === 'ES256' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' }
  const { kty, crv, x, y } = publicJwk as JsonWebKey
  const jwk = { ...{ kty, crv, x }, ...(y === undefined ? {} : { y }) } as JsonWebKey
  const publicKey = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  return crypto.subtle.verify(ALGORITHMS[alg], publicKey, bytes, encodeUtf8(input))
}

async function signature(input: string, { alg, privateKey }: SigningKey): Promise<string> {
  const bytes = await crypto.subtle.sign(ALGORITHMS[alg], privateKey, encodeUtf8(input))
  return toBase64Url(new Uint8Array(bytes))
}
