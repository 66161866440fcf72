// The agent's answer to a withdrawal: nothing more will be paid (CNCL), or a payment is on its way
// (RJCR). Money that arrives is credited all the same. Spec: STA-03.
import { type CancelledMessage, err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { appendEvent } from '../storage/events.ts'
import {
  type ExchangeDeps,
  exchange,
  type FromAgent,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'

/** Keeps the answer, shows it in the timeline and replies `status`. Refuses `not-cancelled`. */
export async function receiveCancelled(
  deps: ExchangeDeps,
  { thread, message, payload }: FromAgent<CancelledMessage>,
): Promise<Result<StoredReply, Refusal>> {
  const situation = await readSituation(deps, thread)
  const { claim, now } = situation
  if (claim.state !== 'cancelled') {
    return err(refusal('not-cancelled', `the claim is ${claim.state}`))
  }
  const { creditorId, claimId } = claim
  const data = { status: payload.status, reason: payload.reason?.code ?? null }
  const type = 'payment-request.cancel-answered'
  const reply = await exchange(
    deps,
    { thread, message, now },
    {
      kind: 'status',
      body: statusAfter(situation),
      write: async (tx) => {
        await appendEvent(tx, { creditorId, claimId, type, at: now, data })
      },
    },
  )
  return ok(reply)
}
