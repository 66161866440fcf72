// From the configured providers of text messages to those that the messenger asks in turn.
import type { SmsProvider } from '../domain/sms/sms-provider.ts'
import type { HttpCaller } from '../use-cases/outbound-ports.ts'
import type { TextProvider, TextSender } from './sms.ts'
import { createTwilioProvider } from './sms-twilio.ts'
import { createWebhookTextProvider } from './sms-webhook.ts'

export interface TextProviderDeps {
  readonly http: HttpCaller
  readonly wallClock: { now(): number }
  /** Our public origin: reports come back under it. */
  readonly publicUrl: string
}

/** The address at which a provider hands in reports and answers. */
export function callbackUrlOf(publicUrl: string, name: string): string {
  return `${publicUrl}/incoming/sms/${name}`
}

/** Builds what `createTextMessenger` takes, in the order of the configuration. */
export function createTextProviders(
  providers: readonly SmsProvider[],
  deps: TextProviderDeps,
): TextProvider[] {
  return providers.map((provider) => {
    const { name, rate } = provider
    return { name, rate, ...senderOf(provider, deps) }
  })
}

function senderOf(
  { name, kind, url, account = '', from = '', secret, pricePerSegment }: SmsProvider,
  { http, wallClock, publicUrl }: TextProviderDeps,
): TextSender {
  const price = pricePerSegment === undefined ? {} : { pricePerSegment }
  if (kind === 'webhook')
    return createWebhookTextProvider({ http, url, secret, wallClock, ...price })
  return createTwilioProvider({
    http,
    baseUrl: url.replace(/\/$/, ''),
    accountSid: account,
    authToken: secret,
    from,
    statusCallback: callbackUrlOf(publicUrl, name),
    ...price,
  })
}
