// What was sent to a creditor's endpoints, and what came of it.
import {
  pageOfDeliveries,
  type WebhookDelivery,
  type WebhookDeliveryState,
} from '../storage/webhook-deliveries.ts'
import type { Deps } from './deps.ts'

export type { WebhookDelivery, WebhookDeliveryState }

/** A page of deliveries, newest first; `next` is the cursor of the page after it. */
export async function listWebhookDeliveries(
  deps: Pick<Deps, 'db'>,
  query: {
    creditorId: string
    state?: WebhookDeliveryState | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<{ data: WebhookDelivery[]; next: string | null }> {
  const { creditorId, state, cursor, limit } = query
  const found = await pageOfDeliveries(deps.db, {
    creditorId,
    state,
    before: cursor,
    limit: limit + 1,
  })
  const data = found.slice(0, limit)
  return { data, next: found.length > limit ? (data.at(-1)?.deliveryId ?? null) : null }
}
