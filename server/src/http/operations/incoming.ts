// What mail servers and providers of text messages hand in. A provider is believed by its signature
// alone, which covers the public address and the body.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { escapeHtml } from '../../domain/content/safe-html.ts'
import { type Refusal, refusal } from '../../domain/refusal.ts'
import {
  type CallbackRefusal,
  readGenericCallback,
  readTwilioCallback,
} from '../../domain/sms/read-sms-callback.ts'
import type { SmsEvent } from '../../domain/sms/sms-event.ts'
import type { SmsProvider } from '../../domain/sms/sms-provider.ts'
import type { Deps } from '../../use-cases/deps.ts'
import { type ReceiveMailDeps, receiveMail } from '../../use-cases/receive-mail.ts'
import { type ReceiveTextDeps, receiveText } from '../../use-cases/receive-text.ts'
import { isSignedCallback, isTwilioCallback } from '../../use-cases/verify-sms-callback.ts'
import type { Answer, Call, Handler } from '../operation.ts'

export type IncomingDeps = ReceiveMailDeps &
  ReceiveTextDeps &
  Pick<Deps, 'publicUrl'> & { smsProviders: readonly SmsProvider[] }

const FORM = 'application/x-www-form-urlencoded'

export function incomingOperations(deps: IncomingDeps): Record<string, Handler> {
  return {
    async receiveMail(call) {
      const taken = await receiveMail(deps, call.bytes)
      return taken.ok ? ok({ status: 202 }) : taken
    },

    async receiveTextMessage(call) {
      const provider = deps.smsProviders.find(({ name }) => name === call.params['provider'])
      if (provider === undefined) return err(refusal('not-found', 'there is no such provider'))
      const event = readCallback(deps, provider, call)
      if (!event.ok) return event
      const words = await receiveText(deps, provider.name, event.value)
      return provider.kind === 'twilio' ? asTwiml(words) : asJson(words)
    },
  }
}

function readCallback(
  { publicUrl }: Pick<Deps, 'publicUrl'>,
  { kind, secret }: SmsProvider,
  call: Call,
): Result<SmsEvent, Refusal> {
  if ((kind === 'twilio') !== (call.contentType === FORM)) {
    return err(refusal('callback-invalid', 'this provider sends another content type'))
  }
  const body = call.bytes.toString('utf8')
  if (kind === 'webhook') {
    const headers = Object.fromEntries(call.headers)
    if (!isSignedCallback({ headers, body }, secret)) return err(unsigned())
    return invalidOr(readGenericCallback(call.body))
  }
  const parameters = new URLSearchParams(body)
  const signature = call.headers.get('x-twilio-signature') ?? ''
  const url = publicUrl + call.target
  if (!isTwilioCallback({ url, parameters, signature }, secret)) return err(unsigned())
  const reference = call.query['reference'] as string | undefined
  return invalidOr(readTwilioCallback(new Map(parameters), reference))
}

function invalidOr(read: Result<SmsEvent, CallbackRefusal>): Result<SmsEvent, Refusal> {
  if (read.ok) return read
  const { member } = read.error
  return err(refusal('callback-invalid', `${member} is missing or wrong`, `/${member}`))
}

function unsigned(): Refusal {
  return refusal('callback-unsigned', 'the signature is not by this provider, or too old')
}

function asTwiml(words: string | undefined): Answer {
  const message = words === undefined ? '' : `<Message>${escapeHtml(words)}</Message>`
  const body = `<?xml version="1.0" encoding="UTF-8"?><Response>${message}</Response>`
  return ok({ status: 200, contentType: 'text/xml; charset=utf-8', body })
}

function asJson(words: string | undefined): Answer {
  return ok({ status: 200, body: words === undefined ? {} : { reply: words } })
}
