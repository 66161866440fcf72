// What the status of a reply says about a message that was pushed: is it there, is it worth another
// try, or is the address not for it. Pure.

export type PushVerdict = 'delivered' | 'try-again' | 'refused'

/** Statuses of a request that may pass later as it is (RFC 9110 §15.5, RFC 6585 §4, RFC 8470). */
const PASSING = new Set([408, 409, 425, 429])

/**
 * Judges the reply of an agent's inbox. Any 2xx is an acknowledgement; a 409 says that an earlier
 * message is missing, and passes once that one has arrived; other 4xx are refusals.
 */
export function judgePush(status: number): PushVerdict {
  if (status >= 200 && status < 300) return 'delivered'
  if (status >= 400 && status < 500 && !PASSING.has(status)) return 'refused'
  return 'try-again'
}

export type WebhookVerdict = 'delivered' | 'try-again' | 'gone'

/** Judges the reply of a webhook endpoint: 2xx received, 410 never again (Standard Webhooks). */
export function judgeWebhook(status: number): WebhookVerdict {
  if (status >= 200 && status < 300) return 'delivered'
  return status === 410 ? 'gone' : 'try-again'
}
