// One outgoing HTTP exchange with every limit that a peer could abuse: no redirects, no cookies,
// a deadline over headers and body, a cap on the bytes read. It retries nothing.

import { decodeUtf8, encodeUtf8 } from '../protocol/encoding.ts'
import { err, ok, type Result } from '../protocol/result.ts'

/** The standard `fetch`; hand in another one to add proxies, address guards or tests. */
export type Fetch = typeof fetch

/** What to send and how much to wait for. */
export interface BoundedRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Deadline for the whole exchange (5,000). */
  readonly timeoutMs?: number
  /** Largest body read (256 KiB). */
  readonly maxBytes?: number
}

/** A reply read to its end. `mediaType` is lower case and without parameters. */
export interface BoundedReply {
  readonly status: number
  readonly mediaType: string
  readonly text: string
  readonly retryAfterSeconds?: number
}

/** Why no reply was read; nothing is known about what the peer did. */
export interface TransportRefusal {
  readonly code: 'unreachable' | 'reply-too-large' | 'reply-encoding'
}

/** Largest body that is read from or accepted by a peer. */
export const MAX_BODY_BYTES = 262_144

const DEFAULT_TIMEOUT_MS = 5000

/**
 * Sends one request and reads the reply within its limits.
 *
 * Refuses `unreachable` (no connection, a redirect, the deadline), `reply-too-large` and
 * `reply-encoding` (not UTF-8). After any of these the outcome at the peer is unknown.
 */
export async function fetchBounded(
  fetchFunction: Fetch,
  request: BoundedRequest,
): Promise<Result<BoundedReply, TransportRefusal>> {
  try {
    const response = await fetchFunction(request.url, {
      method: request.method ?? 'GET',
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: encodeUtf8(request.body) }),
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    })
    const bytes = await readBytes(response, request.maxBytes ?? MAX_BODY_BYTES)
    if (bytes === null) return err({ code: 'reply-too-large' })
    const text = decodeUtf8(bytes)
    return text === null ? err({ code: 'reply-encoding' }) : ok(replyOf(response, text))
  } catch {
    // `fetch` throws for everything below HTTP; all of it means "try again later".
    return err({ code: 'unreachable' })
  }
}

/** Reads a body up to a cap, or returns null when it is larger; stops reading at the cap. */
export async function readBytes(
  source: Pick<Response, 'body'>,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = source.body?.getReader()
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
  return joined(chunks, length)
}

/** Returns a media type without its parameters, in lower case. */
export function mediaTypeOf(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function replyOf(response: Response, text: string): BoundedReply {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    status: response.status,
    mediaType: mediaTypeOf(response.headers.get('content-type')),
    text,
    ...(Number.isSafeInteger(retryAfter) && retryAfter >= 0
      ? { retryAfterSeconds: retryAfter }
      : {}),
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
