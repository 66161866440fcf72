// Writes that messages of ours reached an agent, by push or by pull, in the caller's transaction.
import { typOf } from '@parley/sdk/protocol'
import type { WaitingMessage } from '../storage/agent-deliveries.ts'
import { changeClaim, lockClaim } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'

/**
 * Takes a message that has just been marked as delivered. A request becomes an event of its claim
 * and moves the conversation from `sent` to `received`; other messages leave no trace.
 */
export async function recordDelivery(
  tx: Tx,
  message: Omit<WaitingMessage, 'jws' | 'hash' | 'enrolmentId'>,
  way: { by: 'push' | 'pull'; at: number },
): Promise<void> {
  const { creditorId, claimId, typ } = message
  if (typ !== typOf('request') || claimId === null) return
  const claim = await lockClaim(tx, { creditorId, claimId })
  if (claim?.conversation === 'sent') await changeClaim(tx, claim, { conversation: 'received' })
  await appendEvent(tx, {
    creditorId,
    claimId,
    type: 'payment-request.delivered',
    at: way.at,
    data: { by: way.by },
  })
}
