// How signed messages stand in a contract: any of them in the place of the example, by its form.
import { MatchersV3 } from '@pact-foundation/pact'
import type { Agreed, Side } from './contract.ts'

/** The compact form of a signed message. */
export const COMPACT = '[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+'

const BASE64URL = '[A-Za-z0-9_-]+'

/** A signed message as a body. */
export const signedMessage = (jws: string): Side => ({
  headers: { 'Content-Type': 'application/jose' },
  body: { text: jws, like: COMPACT },
})

/** A refusal that is decided by its code. */
export const problemOf = (status: number, code: string): Side => ({
  headers: { 'Content-Type': 'application/problem+json' },
  body: {
    json: { type: `urn:parley:problem:${code}`, title: MatchersV3.like('No'), status, code },
  },
})

/** The reply of a creditor's server as it may differ at another one. */
export async function agreedReply(reply: Response): Promise<Side> {
  const type = reply.headers.get('content-type') ?? ''
  const text = await reply.text()
  if (type === 'application/jose') return signedMessage(text)
  const headers = { 'Content-Type': type }
  return { headers, body: { json: likeAny(JSON.parse(text)) } }
}

/** The same shape: lists of one kind, texts that are signed or coded by their form, addresses by theirs. */
function likeAny(example: unknown): Agreed {
  if (Array.isArray(example)) {
    // One example stands for any number of its kind; several are a list of just these.
    if (example.length === 0) return MatchersV3.like([])
    if (example.length > 1) return example.map(likeAny)
    return MatchersV3.eachLike(likeAny(example[0]), 1)
  }
  if (typeof example === 'object' && example !== null) {
    return Object.fromEntries(
      Object.entries(example).map(([name, value]) => [name, likeAny(value)]),
    )
  }
  if (typeof example !== 'string') return MatchersV3.like(example)
  if (new RegExp(`^${COMPACT}$`).test(example)) return MatchersV3.regex(COMPACT, example)
  if (/^https?:/.test(example)) return MatchersV3.regex('https?://.+', example)
  return new RegExp(`^${BASE64URL}$`).test(example)
    ? MatchersV3.regex(BASE64URL, example)
    : MatchersV3.like(example)
}
