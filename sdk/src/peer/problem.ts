// The one place where a refusal becomes HTTP, on the side that answers. Only codes leave: nothing
// about a person, a balance or a reason.

import { decodeUtf8 } from '../protocol/encoding.ts'
import { refusalStatus } from '../protocol/refusal-status.ts'
import { REFUSAL_CODES, type RefusalCode } from '../protocol/refusals.ts'
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

/** What agents and banks refuse beside what the signature layer refuses. */
const DOOR_STATUSES = {
  schema: 400,
  'bank-not-authorised': 403,
  'creditor-unknown': 403,
  'mandate-revoked': 403,
  'not-found': 404,
  'customer-unknown': 404,
  'enrolment-unknown': 404,
  method: 405,
  sequence: 409,
  'sequence-stale': 409,
  equivocation: 409,
  'agreement-exists': 409,
  'revision-superseded': 409,
  'duplicate-request': 409,
  'payment-under-way': 409,
  'media-type': 415,
  account: 422,
  'account-changed': 422,
  'agreement-mismatch': 422,
  'content-invalid': 422,
  currency: 422,
  'due-too-far': 422,
  busy: 503,
} as const

type DoorCode = keyof typeof DOOR_STATUSES

/** A code that an agent or a bank answers with. */
export type PeerProblemCode = RefusalCode | DoorCode

/** Every code that an agent or a bank answers with. */
export const PEER_PROBLEM_CODES: readonly PeerProblemCode[] = [
  ...REFUSAL_CODES,
  ...(Object.keys(DOOR_STATUSES) as DoorCode[]),
]

/** The status of a code. */
export function statusOf(code: PeerProblemCode): number {
  return code in DOOR_STATUSES
    ? DOOR_STATUSES[code as DoorCode]
    : refusalStatus(code as RefusalCode)
}

/** Renders a refusal code as an RFC 9457 reply; `type` is stable for each code. */
export function problemResponse(code: PeerProblemCode): Response {
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
): Promise<Result<string, { readonly code: PeerProblemCode }>> {
  if (request.method !== 'POST') return err({ code: 'method' })
  if (mediaTypeOf(request.headers.get('content-type')) !== limits.mediaType) {
    return err({ code: 'media-type' })
  }
  const bytes = await readBytes(request, limits.maxBytes)
  if (bytes === null) return err({ code: 'message-too-large' })
  const text = decodeUtf8(bytes)
  return text === null ? err({ code: 'encoding' }) : ok(text)
}
