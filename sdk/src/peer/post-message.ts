// Hands a signed message to a peer and sorts the reply. It does not verify: a `jose` reply is
// untrusted text until the strict layer has seen it. Sending the same bytes again is always safe.

import { isJsonObject } from '../protocol/decode.ts'
import { encodeUtf8 } from '../protocol/encoding.ts'
import type { HopRequest } from '../protocol/hop/signature-base.ts'
import { JOSE_JSON_MEDIA_TYPE, JOSE_MEDIA_TYPE } from '../protocol/messages.ts'
import { parseStrictJson } from '../protocol/strict-json.ts'
import { type BoundedReply, type Fetch, fetchBounded } from './bounded-fetch.ts'
import { PROBLEM_MEDIA_TYPE } from './problem.ts'

/** What came back. After `later` nothing is known about what the peer did. */
export type PeerReply =
  /** One signed message, compact. */
  | { readonly kind: 'jose'; readonly jws: string }
  /** A message with several signatures, as JSON text. */
  | { readonly kind: 'jose-json'; readonly text: string }
  | { readonly kind: 'json'; readonly value: Readonly<Record<string, unknown>> }
  /** Taken, with nothing to say: a reply of 2xx without a body. */
  | { readonly kind: 'empty' }
  /** The peer said no, finally. */
  | { readonly kind: 'problem'; readonly status: number; readonly code: string }
  | { readonly kind: 'later'; readonly code: string; readonly retryAfterSeconds?: number }

/** What to post where. */
export interface MessagePost {
  readonly url: string
  readonly body: string
  readonly mediaType: string
  /** Signs the hop (L2) with a key of the sender; without it TLS and the message stand alone. */
  readonly signHop?: HopSigner
}

/** Returns the fields to add to one request; asked afresh for every try. */
export type HopSigner = (request: HopRequest) => Promise<Readonly<Record<string, string>>>

const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 425, 429])

/** Posts a message; never throws because of the peer. */
export async function postMessage(fetchFunction: Fetch, post: MessagePost): Promise<PeerReply> {
  const { url, body, mediaType, signHop } = post
  const headers = new Map([['content-type', mediaType]])
  const signed = await signHop?.({ method: 'POST', url, headers, body: encodeUtf8(body) })
  const reply = await fetchBounded(fetchFunction, {
    url,
    method: 'POST',
    headers: {
      'content-type': mediaType,
      accept: `${JOSE_MEDIA_TYPE}, ${JOSE_JSON_MEDIA_TYPE}, application/json, ${PROBLEM_MEDIA_TYPE}`,
      ...signed,
    },
    body,
  })
  return reply.ok ? sortReply(reply.value) : { kind: 'later', code: reply.error.code }
}

function sortReply(reply: BoundedReply): PeerReply {
  const { status, mediaType, text, retryAfterSeconds } = reply
  if (status >= 500 || RETRYABLE_STATUSES.has(status)) {
    const pause = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
    return { kind: 'later', code: `status-${status}`, ...pause }
  }
  // A refusal without a problem code comes from something in between, not from the peer.
  const code = status >= 400 ? problemCode(reply) : null
  if (code !== null) return { kind: 'problem', status, code }
  if (status >= 200 && status < 300) {
    if (text === '') return { kind: 'empty' }
    if (mediaType === JOSE_MEDIA_TYPE) return { kind: 'jose', jws: text }
    if (mediaType === JOSE_JSON_MEDIA_TYPE) return { kind: 'jose-json', text }
    const value = mediaType === 'application/json' ? parseObject(text) : null
    if (value !== null) return { kind: 'json', value }
  }
  return { kind: 'later', code: 'reply-unexpected' }
}

function problemCode({ mediaType, text }: BoundedReply): string | null {
  const code = mediaType === PROBLEM_MEDIA_TYPE ? parseObject(text)?.code : null
  return typeof code === 'string' && /^[a-z0-9-]{2,40}$/.test(code) ? code : null
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  const parsed = parseStrictJson(text)
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null
}
