// Sends a webhook again: the same event, with the same webhook-id.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { enqueue } from '../storage/events.ts'
import {
  reopenDelivery,
  type WebhookDelivery,
  type WebhookDeliveryKey,
} from '../storage/webhook-deliveries.ts'
import type { Tx } from './deps.ts'

/**
 * Queues a delivery again, whatever became of it; it keeps its id and its count of tries. Refuses
 * `not-found` for an unknown delivery and for one whose endpoint was removed.
 */
export async function replayWebhookDelivery(
  tx: Tx,
  key: WebhookDeliveryKey,
): Promise<Result<WebhookDelivery, Refusal>> {
  const delivery = await reopenDelivery(tx, key)
  if (delivery === undefined) {
    return err(refusal('not-found', 'there is no delivery with this id to a live endpoint'))
  }
  const { creditorId, deliveryId, endpointId } = delivery
  await enqueue(tx, creditorId, 'deliver-webhook', { deliveryId, endpointId })
  return ok(delivery)
}
