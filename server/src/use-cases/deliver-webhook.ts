// Sends one event to one endpoint, signed as Standard Webhooks says. Every try sends the same id
// and the same body; only the time and the signature over it are new.
import { Webhook } from 'standardwebhooks'
import { judgeWebhook } from '../domain/delivery/judge-reply.ts'
import { webhookBody, webhookIdOf } from '../domain/delivery/webhook-payload.ts'
import {
  failDelivery,
  findWebhookTry,
  recordTry,
  type WebhookDeliveryKey,
  type WebhookTry,
} from '../storage/webhook-deliveries.ts'
import { removeEndpoint } from '../storage/webhook-endpoints.ts'
import type { Clock, Deps } from './deps.ts'
import type { HttpCaller, OutboundCall } from './outbound-ports.ts'
import { again, DONE, type WorkOutcome } from './work-outcome.ts'

export type DeliverWebhookDeps = Pick<Deps, 'db' | 'clock' | 'vault'> & {
  http: HttpCaller
  /** The time on the receiver's wall, against which it judges a signature: never a moved clock. */
  wallClock: Clock
}

/**
 * Tries a pending delivery once. 2xx ends it as delivered; 410 ends it as failed and removes the
 * endpoint; an endpoint that was removed is not called, and its delivery ends as failed. Everything else,
 * also no reply, is `again`.
 */
export async function deliverWebhook(
  deps: DeliverWebhookDeps,
  key: WebhookDeliveryKey,
): Promise<WorkOutcome> {
  const attempt = await findWebhookTry(deps.db, key)
  if (attempt === undefined || attempt.state !== 'pending') return DONE
  if (attempt.removedAt !== null) {
    await failDelivery(deps.db, key)
    return DONE
  }
  const reply = await deps.http.request(signedCall(deps, attempt))
  // A reply that was too large to read has a status all the same: the endpoint has answered.
  const status = (reply.ok ? reply.value.status : reply.error.status) ?? null
  const verdict = status === null ? 'try-again' : judgeWebhook(status)
  if (verdict === 'gone') return await removeGone(deps, key, attempt)
  const state = verdict === 'delivered' ? 'delivered' : 'pending'
  await recordTry(deps.db, key, { state, status })
  if (verdict === 'delivered') return DONE
  return again(reply.ok ? `the endpoint answered ${status}` : `the endpoint: ${reply.error.code}`)
}

/** Ends a delivery whose tries are used up; the creditor may replay it. */
export async function giveUpWebhook(
  deps: Pick<Deps, 'db'>,
  key: WebhookDeliveryKey,
): Promise<void> {
  await failDelivery(deps.db, key)
}

function signedCall(deps: DeliverWebhookDeps, { encryptedSecret, event, url }: WebhookTry) {
  const id = webhookIdOf(event.eventId)
  const body = webhookBody(event)
  const sentAt = deps.wallClock.now()
  const webhook = new Webhook(deps.vault.open(encryptedSecret))
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(sentAt),
      'webhook-signature': webhook.sign(id, new Date(sentAt * 1_000), body),
    },
    body,
  } satisfies OutboundCall
}

async function removeGone(
  deps: DeliverWebhookDeps,
  key: WebhookDeliveryKey,
  { endpointId }: WebhookTry,
): Promise<WorkOutcome> {
  await deps.db.transaction().execute(async (tx) => {
    await recordTry(tx, key, { state: 'failed', status: 410 })
    await removeEndpoint(tx, { creditorId: key.creditorId, endpointId }, deps.clock.now())
  })
  return DONE
}
