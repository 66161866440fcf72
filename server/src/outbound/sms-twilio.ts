// Hands text messages to a Twilio-shaped provider: a form over HTTPS with basic authentication
// (twilio.com/docs/messaging/api/message-resource). It keeps no keys, so nothing is ever repeated
// here: what may have left waits for the status report that our callback address asks for.
import { costOf, type MessageCost } from '../domain/delivery/provider-outcome.ts'
import { countSegments } from '../domain/sms/text-segments.ts'
import { TWILIO_CODES } from '../domain/sms/twilio-codes.ts'
import type { HttpCaller, OutboundReply, TextMessage } from '../use-cases/outbound-ports.ts'
import { jsonOf, refusalOfFailure, refusalOfStatus } from './provider-calls.ts'
import type { TextAnswer, TextSender } from './sms.ts'

export interface TwilioOptions {
  readonly http: HttpCaller
  /** `https://api.twilio.com`, or another host of the same shape. */
  readonly baseUrl: string
  readonly accountSid: string
  readonly authToken: string
  /** A number in E.164, an alphanumeric sender, or a messaging service (`MG…`). */
  readonly from: string
  /** Where reports go; the reference is added as the parameter `reference`. */
  readonly statusCallback?: string
  /** What one segment costs, for the message's cost where the answer names none. */
  readonly pricePerSegment?: MessageCost
}

/** Builds the provider; bounded rate and failover are the messenger's. */
export function createTwilioProvider(options: TwilioOptions): TextSender {
  const { http, baseUrl, accountSid, authToken } = options
  const url = `${baseUrl}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`
  const login = Buffer.from(`${accountSid}:${authToken}`, 'utf8').toString('base64')
  return {
    mayRepeat: false,
    async send(message) {
      const reply = await http.request({
        method: 'POST',
        url,
        headers: {
          authorization: `Basic ${login}`,
          'content-type': 'application/x-www-form-urlencoded',
          // Not in the provider's contract; hosts of the same shape that keep keys read it.
          'idempotency-key': message.idempotencyKey,
        },
        body: formOf(message, options).toString(),
      })
      if (!reply.ok) return refusalOfFailure(reply.error, false)
      const { status } = reply.value
      return status >= 200 && status < 300
        ? accepted(reply.value, message, options)
        : refused(reply.value)
    },
  }
}

function formOf(message: TextMessage, { from, statusCallback }: TwilioOptions): URLSearchParams {
  const form = new URLSearchParams({ To: message.to, Body: message.text })
  form.set(/^MG[0-9a-f]{32}$/i.test(from) ? 'MessagingServiceSid' : 'From', from)
  if (statusCallback !== undefined) {
    const callback = new URL(statusCallback)
    callback.searchParams.set('reference', message.reference)
    form.set('StatusCallback', callback.href)
  }
  return form
}

function accepted(
  reply: OutboundReply,
  { text }: TextMessage,
  { pricePerSegment }: TwilioOptions,
): TextAnswer {
  const content = jsonOf(reply) ?? {}
  const { sid, num_segments: told, price, price_unit: unit } = content
  if (typeof sid !== 'string' || sid === '') {
    return { kind: 'unknown', blames: 'provider', code: 'answer-unreadable' }
  }
  const segments = /^[1-9]\d?$/.test(String(told)) ? Number(told) : countSegments(text).segments
  const cost = costTold(price, unit) ?? (pricePerSegment && costOf(pricePerSegment, segments))
  return { kind: 'accepted', providerId: sid, segments, ...(cost === undefined ? {} : { cost }) }
}

/** The provider writes what it takes as a negative price, and null while it does not know. */
function costTold(price: unknown, unit: unknown): MessageCost | undefined {
  if (typeof price !== 'string' || !/^-?\d{1,9}(\.\d{1,9})?$/.test(price)) return undefined
  if (typeof unit !== 'string' || !/^[A-Za-z]{3}$/.test(unit)) return undefined
  return { value: price.replace('-', ''), currency: unit.toUpperCase() }
}

function refused(reply: OutboundReply): TextAnswer {
  const listed = TWILIO_CODES[Number(jsonOf(reply)?.['code'])]
  const byStatus = refusalOfStatus(reply, false)
  if (listed === undefined) return byStatus
  const { retryAfterSeconds } = byStatus
  return retryAfterSeconds === undefined ? listed : { ...listed, retryAfterSeconds }
}
