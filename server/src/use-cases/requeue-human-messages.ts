// Takes queued messages up again whose job is gone: put off until an opening, given up by the queue
// during an outage, or written before a mail server was configured. Nothing that is owed is lost.
import { enqueueAll } from '../storage/events.ts'
import { hasOverdueMessages, takeOverdueMessages } from '../storage/overdue-messages.ts'
import { channelsOfPorts, type HumanPorts } from './deliver-content.ts'
import type { Deps } from './deps.ts'

/** Longer than the queue tries by itself. */
const PATIENCE_SECONDS = 6 * 3_600

/** Asks once more for up to `limit` messages to be sent; returns how many. */
export async function requeueHumanMessages(
  deps: Pick<Deps, 'db' | 'clock' | 'outboxChanged'> & HumanPorts,
  { limit }: { limit: number },
): Promise<number> {
  const now = deps.clock.now()
  // A message without a port waits until one is configured.
  const overdue = { now, patience: PATIENCE_SECONDS, channels: channelsOfPorts(deps) }
  if (!(await hasOverdueMessages(deps.db, overdue))) return 0
  const taken = await deps.db.transaction().execute(async (tx) => {
    const keys = await takeOverdueMessages(tx, { ...overdue, limit })
    await enqueueAll(
      tx,
      'send-message',
      keys.map(({ creditorId, messageId }) => ({ creditorId, payload: { messageId } })),
    )
    return keys.length
  })
  if (taken > 0) deps.outboxChanged()
  return taken
}
