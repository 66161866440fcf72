// What a provider's HTTP answer, or the lack of one, says about whether a message left. Shared by
// the providers of text messages and letters.
import type { ProviderRefusal } from '../domain/delivery/provider-outcome.ts'
import type { OutboundFailure, OutboundReply } from '../use-cases/outbound-ports.ts'

/** Failures before the request was on its way: nothing can have left. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The refusal for a call that brought no complete reply. */
export function refusalOfFailure(failure: OutboundFailure, mayRepeat: boolean): ProviderRefusal {
  const { code, detail } = failure
  if (code === 'address-blocked' || code === 'redirect') {
    return { kind: 'permanent', blames: 'provider', code }
  }
  if (BEFORE_SENDING.has(detail)) return { kind: 'temporary', blames: 'network', code }
  return { kind: 'unknown', blames: 'network', code, mayRepeat }
}

/** The refusal for a status that is no success; what the body says goes before. */
export function refusalOfStatus(reply: OutboundReply, mayRepeat: boolean): ProviderRefusal {
  const { status } = reply
  const code = `http-${status}`
  if (status === 429 || status === 503) {
    return { kind: 'temporary', blames: 'provider', code, ...waitOf(reply) }
  }
  if (status === 401 || status === 403 || status === 404) {
    return { kind: 'permanent', blames: 'provider', code }
  }
  // A request that is still being worked on under the same key.
  if (status === 409 || status === 425)
    return { kind: 'unknown', blames: 'provider', code, mayRepeat }
  if (status >= 400 && status < 500) return { kind: 'permanent', blames: 'message', code }
  return { kind: 'unknown', blames: 'provider', code, mayRepeat }
}

/** The JSON object in a reply, or undefined. */
export function jsonOf({ body }: OutboundReply): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(body.toString('utf8'))
    const isTable = typeof content === 'object' && content !== null && !Array.isArray(content)
    return isTable ? (content as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const MAX_WAIT_SECONDS = 86_400

/** Retry-After in seconds (RFC 9110 §10.2.3); a date is not asked for by providers and is left. */
function waitOf({ headers }: OutboundReply): { retryAfterSeconds?: number } {
  const value = String(headers['retry-after'] ?? '')
  if (!/^\d{1,9}$/.test(value)) return {}
  return { retryAfterSeconds: Math.min(Number(value), MAX_WAIT_SECONDS) }
}
