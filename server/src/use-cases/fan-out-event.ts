// Turns events into webhook deliveries, one for each endpoint that wants the event.
import { type EventKey, insertDeliveries, wantedDeliveries } from '../storage/webhook-deliveries.ts'
import type { Deps } from './deps.ts'

/**
 * Fans out events of any creditors together; returns how many deliveries were added. The same event
 * again adds nothing.
 */
export async function fanOutEvents(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'outboxChanged'>,
  events: readonly EventKey[],
): Promise<number> {
  const wanted = await wantedDeliveries(deps.db, events)
  if (wanted.length === 0) return 0
  const createdAt = deps.clock.now()
  const deliveries = wanted.map((one) => ({ ...one, deliveryId: deps.ids.newId('wd'), createdAt }))
  const added = await deps.db.transaction().execute((tx) => insertDeliveries(tx, deliveries))
  if (added > 0) deps.outboxChanged()
  return added
}
