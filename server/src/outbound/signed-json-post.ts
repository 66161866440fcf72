// Calls a generic provider: JSON, signed as Standard Webhooks says, with the key that lets the
// provider drop a second copy. The form of the answer belongs to the callers.
import { Webhook } from 'standardwebhooks'
import type { ProviderRefusal } from '../domain/delivery/provider-outcome.ts'
import type { HttpCaller } from '../use-cases/outbound-ports.ts'
import { jsonOf, refusalOfFailure, refusalOfStatus } from './provider-calls.ts'

export interface SignedJsonTarget {
  readonly http: HttpCaller
  readonly url: string
  /** `whsec_…`, as Standard Webhooks writes it. */
  readonly secret: string
  /** The time on the provider's wall, in epoch seconds. */
  readonly wallClock: { now(): number }
}

export type SignedJsonReply =
  | { readonly kind: 'answered'; readonly content: Record<string, unknown> }
  | ProviderRefusal

/**
 * Posts `content` under `key`, which is `webhook-id` and `idempotency-key` at once. A provider of
 * this form keeps keys, so whatever may have left may be repeated. A refusal may name itself:
 * `{ error: { kind, blames, code } }`.
 */
export async function postSignedJson(
  target: SignedJsonTarget,
  { key, content }: { key: string; content: object },
): Promise<SignedJsonReply> {
  const body = JSON.stringify(content)
  const sentAt = target.wallClock.now()
  const reply = await target.http.request({
    method: 'POST',
    url: target.url,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      'webhook-id': key,
      'webhook-timestamp': String(sentAt),
      'webhook-signature': new Webhook(target.secret).sign(key, new Date(sentAt * 1_000), body),
    },
    body,
  })
  if (!reply.ok) return refusalOfFailure(reply.error, true)
  const answer = jsonOf(reply.value)
  if (reply.value.status < 200 || reply.value.status >= 300) {
    return refusalNamedIn(answer) ?? refusalOfStatus(reply.value, true)
  }
  if (answer === undefined) {
    return { kind: 'unknown', blames: 'provider', code: 'answer-unreadable', mayRepeat: true }
  }
  return { kind: 'answered', content: answer }
}

const NAMED_CODE = /^[a-z0-9-]{1,40}$/

function refusalNamedIn(answer: Record<string, unknown> | undefined): ProviderRefusal | undefined {
  const error = answer?.['error']
  if (typeof error !== 'object' || error === null) return undefined
  const { kind, blames, code } = error as Record<string, unknown>
  // Only a refusal that says it did not send is believed by its word alone.
  if (kind !== 'temporary' && kind !== 'permanent') return undefined
  if (blames !== 'recipient' && blames !== 'message' && blames !== 'provider') return undefined
  return typeof code === 'string' && NAMED_CODE.test(code) ? { kind, blames, code } : undefined
}
