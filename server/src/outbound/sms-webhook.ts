// Hands text messages to any gateway behind a signed JSON webhook: POST `{ type: 'sms.send', id, to,
// text, segments }`, answered with `{ id, segments?, cost?: { value, currency } }`.
import { costOf, type MessageCost } from '../domain/delivery/provider-outcome.ts'
import { countSegments } from '../domain/sms/text-segments.ts'
import { readCost, readId } from './provider-answer.ts'
import { postSignedJson, type SignedJsonTarget } from './signed-json-post.ts'
import type { TextSender } from './sms.ts'

export interface WebhookTextOptions extends SignedJsonTarget {
  readonly pricePerSegment?: MessageCost
}

/** Builds the provider; it must drop a second message of the same `idempotency-key`. */
export function createWebhookTextProvider(options: WebhookTextOptions): TextSender {
  return {
    mayRepeat: true,
    async send({ to, text, reference, idempotencyKey }) {
      const counted = countSegments(text).segments
      const content = { type: 'sms.send', id: reference, to, text, segments: counted }
      const answer = await postSignedJson(options, { key: idempotencyKey, content })
      if (answer.kind !== 'answered') return answer
      const { id, segments: told, cost: price } = answer.content
      const providerId = readId(id)
      if (providerId === undefined) {
        return { kind: 'unknown', blames: 'provider', code: 'answer-unreadable', mayRepeat: true }
      }
      const segments = Number.isInteger(told) && Number(told) > 0 ? Number(told) : counted
      const { pricePerSegment } = options
      const cost = readCost(price) ?? (pricePerSegment && costOf(pricePerSegment, segments))
      return { kind: 'accepted', providerId, segments, ...(cost === undefined ? {} : { cost }) }
    },
  }
}
