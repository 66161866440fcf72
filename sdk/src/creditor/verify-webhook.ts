// Checks that a webhook came from the server and is fresh (Standard Webhooks), before it is read.
import { Webhook } from 'standardwebhooks'
import { err, ok, type Result } from '../protocol/result.ts'
import type { components } from './generated/api.ts'

/** What a webhook says: the event's type, its time and its data. */
export type WebhookEvent = components['schemas']['WebhookPayload']

/** Why a delivery is not believed. */
export interface WebhookRefusal {
  readonly code: 'webhook-signature' | 'webhook-body'
  readonly detail: string
}

/**
 * Verifies a delivery and returns its event. `secret` is the endpoint's `whsec_…`; the body is read
 * as it came. The id in `webhook-id` is the same at each try: store it to act once. Refuses
 * `webhook-signature` (missing, wrong, older or newer than five minutes) and `webhook-body`.
 *
 * @example
 * import { verifyWebhook } from '@parley/sdk/creditor'
 * export async function POST(request: Request): Promise<Response> {
 *   const event = await verifyWebhook(request, process.env['WEBHOOK_SECRET'] ?? '')
 *   if (event.ok) console.log(event.value.type)
 *   return new Response(null, { status: event.ok ? 204 : 401 })
 * }
 */
export async function verifyWebhook(
  request: Request,
  secret: string,
): Promise<Result<WebhookEvent, WebhookRefusal>> {
  const body = await request.text()
  try {
    const event = new Webhook(secret).verify(body, Object.fromEntries(request.headers))
    return ok(event as WebhookEvent)
  } catch (error) {
    // The signature is checked before the body is read as JSON.
    return error instanceof SyntaxError
      ? err({ code: 'webhook-body', detail: 'the body is no JSON' })
      : err({ code: 'webhook-signature', detail: String(error) })
  }
}
