// The one place where a refusal becomes HTTP, on the side that answers. Only codes leave: nothing
// about a person, a balance or a reason.

import { decodeUtf8 } from '../protocol/encoding.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { mediaTypeOf, readBytes } from './bounded-fetch.ts'

/** Media type of every error body (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

const TITLES: Readonly<Record<number, string>> = {
  400: 'The message is malformed',
  401: 'The message cannot be believed',
  403: 'Not allowed',
  404: 'Not known here',
  405: 'Method not allowed',
  409: 'The message does not fit the state',
  410: 'Too late',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'The content cannot be accepted',
  503: 'Try again later',
}

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  'message-too-large': 413,
  serialization: 400,
  encoding: 400,
  schema: 400,
  signatures: 400,
  typ: 400,
  ver: 400,
  sub: 400,
  jti: 400,
  thr: 400,
  prev: 409,
  exp: 400,
  'media-type': 415,
  method: 405,
  'not-found': 404,
  'enrolment-unknown': 404,
  'customer-unknown': 404,
  seq: 409,
  sequence: 409,
  'sequence-stale': 409,
  equivocation: 409,
  'agreement-exists': 409,
  'revision-superseded': 409,
  'duplicate-request': 409,
  'payment-under-way': 409,
  expired: 410,
  'account-changed': 422,
  account: 422,
  'content-invalid': 422,
  'agreement-mismatch': 422,
  'due-too-far': 422,
  currency: 422,
  'bank-not-authorised': 403,
  'creditor-unknown': 403,
  'mandate-revoked': 403,
  stopped: 403,
  busy: 503,
  'key-unavailable': 503,
}

/** The status of a refusal: as listed, 400 for the `json-…` family, else 401. */
export function statusOf(code: string): number {
  return STATUS_BY_CODE[code] ?? (code.startsWith('json-') ? 400 : 401)
}

/** Renders a refusal code as an RFC 9457 reply; `type` is stable for each code. */
export function problemResponse(code: string): Response {
  const status = statusOf(code)
  const problem = {
    type: `urn:parley:problem:${code}`,
    title: TITLES[status] ?? 'Refused',
    status,
    code,
  }
  return new Response(JSON.stringify(problem), {
    status,
    headers: {
      'content-type': PROBLEM_MEDIA_TYPE,
      ...(status === 503 ? { 'retry-after': '10' } : {}),
      ...(status === 405 ? { allow: 'POST' } : {}),
    },
  })
}

/**
 * Reads the body of a POST that must have one media type, as text.
 *
 * Refuses `method`, `media-type`, `message-too-large` (more than `maxBytes`) and `encoding`
 * (not UTF-8).
 */
export async function readPost(
  request: Request,
  limits: { readonly mediaType: string; readonly maxBytes: number },
): Promise<Result<string, { readonly code: string }>> {
  if (request.method !== 'POST') return err({ code: 'method' })
  if (mediaTypeOf(request.headers.get('content-type')) !== limits.mediaType) {
    return err({ code: 'media-type' })
  }
  const bytes = await readBytes(request, limits.maxBytes)
  if (bytes === null) return err({ code: 'message-too-large' })
  const text = decodeUtf8(bytes)
  return text === null ? err({ code: 'encoding' }) : ok(text)
}
