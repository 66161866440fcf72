// The body of a webhook. Pure, and the same on every try, so that its signature covers one text.
import { Temporal } from 'temporal-polyfill'

export interface WebhookEvent {
  readonly eventId: number
  readonly claimId: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  /** Epoch seconds. */
  readonly at: number
}

/** The JSON text of `WebhookPayload` in openapi.yaml: the facts of the event and where they belong. */
export function webhookBody(event: WebhookEvent): string {
  return JSON.stringify({
    type: event.type,
    timestamp: Temporal.Instant.fromEpochMilliseconds(event.at * 1_000).toString(),
    data: { ...event.data, eventId: String(event.eventId), paymentRequestId: event.claimId },
  })
}

/** The webhook-id of an event: the same on every try, at every endpoint and on a replay. */
export function webhookIdOf(eventId: number): string {
  return `evt_${eventId}`
}
