// Tells whether a callback of a text-message provider is the provider's own. Reads nothing of what
// it says: domain/sms/read-sms-callback.ts does, afterwards.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

export interface TwilioCallback {
  /** The address as the provider called it, with its query: behind a proxy, the public one. */
  readonly url: string
  /** The form parameters of the body, repeated ones included. */
  readonly parameters: URLSearchParams
  /** The header `x-twilio-signature`. */
  readonly signature: string
}

/**
 * Tells whether the signature is HMAC-SHA1 over the address and the sorted parameters, in base64,
 * under the account's token (twilio.com/docs/usage/security). The port of https may be written
 * or not: providers differ.
 */
export function isTwilioCallback(callback: TwilioCallback, authToken: string): boolean {
  const given = Buffer.from(callback.signature, 'base64')
  return spellingsOf(callback.url).some((url) => {
    const expected = createHmac('sha1', authToken)
      .update(url + sortedParameters(callback.parameters), 'utf8')
      .digest()
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/**
 * Tells whether headers and body are signed as Standard Webhooks says, at most five minutes ago by
 * the wall clock: that is what the library checks against.
 */
export function isSignedCallback(
  { headers, body }: { headers: Readonly<Record<string, string>>; body: string },
  secret: string,
): boolean {
  try {
    new Webhook(secret).verify(body, { ...headers })
    return true
  } catch {
    return false
  }
}

function sortedParameters(parameters: URLSearchParams): string {
  const names = [...new Set(parameters.keys())].sort()
  return names
    .map((name) =>
      [...new Set(parameters.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('')
}

function spellingsOf(url: string): string[] {
  const match = /^(https:\/\/[^/?#]*?)(:443)?([/?#].*)?$/.exec(url)
  if (match === null) return [url]
  const [, origin = '', , rest = ''] = match
  return /:\d+$/.test(origin) ? [url] : [`${origin}${rest}`, `${origin}:443${rest}`]
}
