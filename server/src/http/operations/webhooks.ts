// Operations of the tag webhooks.
import { ok } from '@parley/sdk/protocol'
import {
  createWebhookEndpoint,
  type WebhookEndpointInput,
} from '../../use-cases/create-webhook-endpoint.ts'
import { deleteWebhookEndpoint } from '../../use-cases/delete-webhook-endpoint.ts'
import type { Deps } from '../../use-cases/deps.ts'
import {
  listWebhookDeliveries,
  type WebhookDelivery,
  type WebhookDeliveryState,
} from '../../use-cases/list-webhook-deliveries.ts'
import {
  listWebhookEndpoints,
  type WebhookEndpoint,
} from '../../use-cases/list-webhook-endpoints.ts'
import { replayWebhookDelivery } from '../../use-cases/replay-webhook-delivery.ts'
import type { Handler } from '../operation.ts'
import { once } from './once.ts'
import { instant } from './wire.ts'

export function webhookOperations(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'vault' | 'addresses' | 'outboxChanged'>,
): Record<string, Handler> {
  return {
    createWebhookEndpoint: (call) =>
      once(deps, 'createWebhookEndpoint', call, async (tx) => {
        const input = call.body as WebhookEndpointInput
        const made = await createWebhookEndpoint(deps, tx, { creditorId: call.creditorId, input })
        if (!made.ok) return made
        return ok({
          status: 201,
          body: { ...endpointOnWire(made.value), secret: made.value.secret },
        })
      }),

    async listWebhookEndpoints(call) {
      const endpoints = await listWebhookEndpoints(deps, call.creditorId)
      return ok({ status: 200, body: { data: endpoints.map(endpointOnWire) } })
    },

    async deleteWebhookEndpoint(call) {
      const { creditorId } = call
      const endpointId = call.params['endpointId'] ?? ''
      const deleted = await deleteWebhookEndpoint(deps, { creditorId, endpointId })
      return deleted.ok ? ok({ status: 204 }) : deleted
    },

    async listWebhookDeliveries(call) {
      const page = await listWebhookDeliveries(deps, {
        creditorId: call.creditorId,
        state: call.query['state'] as WebhookDeliveryState | undefined,
        cursor: call.query['cursor'] as string | undefined,
        limit: Number(call.query['limit']),
      })
      return ok({
        status: 200,
        body: { data: page.data.map(deliveryOnWire), nextCursor: page.next },
      })
    },

    async replayWebhookDelivery(call) {
      const deliveryId = call.params['deliveryId'] ?? ''
      const answer = await once(deps, `replayWebhookDelivery ${deliveryId}`, call, async (tx) => {
        const replayed = await replayWebhookDelivery(tx, {
          creditorId: call.creditorId,
          deliveryId,
        })
        return replayed.ok ? ok({ status: 202, body: deliveryOnWire(replayed.value) }) : replayed
      })
      deps.outboxChanged()
      return answer
    },
  }
}

function endpointOnWire({ endpointId, url, events, createdAt }: WebhookEndpoint) {
  return { id: endpointId, url, events, createdAt: instant(createdAt) }
}

function deliveryOnWire(delivery: WebhookDelivery) {
  return {
    id: delivery.deliveryId,
    endpointId: delivery.endpointId,
    eventId: String(delivery.eventId),
    eventType: delivery.eventType,
    state: delivery.state,
    attempts: delivery.attempts,
    lastStatus: delivery.lastStatus,
    createdAt: instant(delivery.createdAt),
  }
}
