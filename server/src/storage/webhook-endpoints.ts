// Where creditors want to hear of events. A removed endpoint stays as a row, for its deliveries.
import type { Database, Tx } from './database.ts'

export interface WebhookEndpoint {
  creditorId: string
  endpointId: string
  url: string
  /** Types of events, or null for all. */
  events: string[] | null
  createdAt: number
}

/** Adds an endpoint; its secret comes sealed. */
export async function insertEndpoint(
  tx: Tx,
  endpoint: WebhookEndpoint & { encryptedSecret: Buffer },
): Promise<void> {
  await tx
    .insertInto('webhook_endpoints')
    .values({
      creditor_id: endpoint.creditorId,
      endpoint_id: endpoint.endpointId,
      url: endpoint.url,
      encrypted_secret: endpoint.encryptedSecret,
      events: endpoint.events,
      created_at: endpoint.createdAt,
      removed_at: null,
    })
    .execute()
}

/** The live endpoints of a creditor, oldest first. */
export async function liveEndpoints(
  db: Database | Tx,
  creditorId: string,
): Promise<WebhookEndpoint[]> {
  return await db
    .selectFrom('webhook_endpoints')
    .select([
      'creditor_id as creditorId',
      'endpoint_id as endpointId',
      'url',
      'events',
      'created_at as createdAt',
    ])
    .where('creditor_id', '=', creditorId)
    .where('removed_at', 'is', null)
    .orderBy('endpoint_id')
    .execute()
}

/** Removes a live endpoint. Returns false when there is none of this id. */
export async function removeEndpoint(
  db: Database | Tx,
  key: Pick<WebhookEndpoint, 'creditorId' | 'endpointId'>,
  at: number,
): Promise<boolean> {
  const result = await db
    .updateTable('webhook_endpoints')
    .set({ removed_at: at })
    .where('creditor_id', '=', key.creditorId)
    .where('endpoint_id', '=', key.endpointId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
