// The endpoints of a creditor that hear of events.
import { liveEndpoints, type WebhookEndpoint } from '../storage/webhook-endpoints.ts'
import type { Deps } from './deps.ts'

export type { WebhookEndpoint }

/** The live endpoints, oldest first, without their secrets. */
export async function listWebhookEndpoints(
  deps: Pick<Deps, 'db'>,
  creditorId: string,
): Promise<WebhookEndpoint[]> {
  return await liveEndpoints(deps.db, creditorId)
}
