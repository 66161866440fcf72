// Signs any header and payload, right or wrong. An ECDSA signature differs at each making, so a token
// that the committed file has for the same signing input is kept.
import { encodeUtf8, type SigningKey, toBase64Url } from '@parley/sdk/protocol'

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
      return committedToken(committed, input) ?? `${input}.${await signature(input, key)}`
    },
  }
}

function committedToken(committed: string, input: string): string | undefined {
  const at = committed.indexOf(`"${input}.`)
  if (at < 0) return undefined
  const token = committed.slice(at + 1, committed.indexOf('"', at + 1))
  return token.length === input.length + 1 + 86 ? token : undefined
}

async function signature(input: string, { alg, privateKey }: SigningKey): Promise<string> {
  const bytes = await crypto.subtle.sign(ALGORITHMS[alg], privateKey, encodeUtf8(input))
  return toBase64Url(new Uint8Array(bytes))
}
