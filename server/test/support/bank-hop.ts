// The requests by which a bank's messages arrive, with and without the signature of their hop.
import { randomBytes } from 'node:crypto'
import {
  encodeUtf8,
  type HopRequest,
  type SigningKey,
  signHop,
  toBase64Url,
} from '@parley/sdk/protocol'

/** A POST of a message that nobody signed as a hop. */
export function bareHop(jws: string, server = 'https://pay.example'): HopRequest {
  return {
    method: 'POST',
    url: `${server}/parley/messages`,
    headers: new Map([['content-type', 'application/jose']]),
    body: encodeUtf8(jws),
  }
}

/** The same POST, signed with a key of the bank. */
export async function signedHop(
  jws: string,
  { key, now, server, nonce }: { key: SigningKey; now: number; server?: string; nonce?: string },
): Promise<HopRequest> {
  const bare = bareHop(jws, server)
  const freshness = { key, now, nonce: nonce ?? toBase64Url(randomBytes(16)) }
  const fields = Object.entries(await signHop(bare, freshness))
  return { ...bare, headers: new Map([...bare.headers, ...fields]) }
}
