// Claims that are told in the message of another one of the same person: what becomes of them when that
// message has left, or never will.

import type { Delivery } from '../domain/delivery/delivery.ts'
import { stepIdOf } from '../domain/dunning/step-key.ts'
import type { ToldAlong } from '../storage/column-types.ts'
import { appendEvents, enqueue } from '../storage/events.ts'
import type { HumanMessage, HumanMessageKey } from '../storage/human-messages.ts'
import { endMessage, returnToQueue, type TakenMessage } from '../storage/sending-messages.ts'
import { stateOfMessage, untellAlong } from '../storage/told-along.ts'
import type { Deps, Tx } from './deps.ts'
import { DONE, type WorkOutcome } from './work-outcome.ts'

const TRY_AGAIN_SECONDS = 3_600

/** What is told in another message waits for it, and leaves by itself when that one is gone. */
export async function awaitOther(
  deps: Pick<Deps, 'db' | 'clock' | 'outboxChanged'>,
  message: TakenMessage,
  messageId: string,
): Promise<WorkOutcome> {
  const lead = { creditorId: message.creditorId, messageId }
  if ((await stateOfMessage(deps.db, lead)) !== 'queued') {
    await deps.db.transaction().execute((tx) => letLeave(tx, lead))
    deps.outboxChanged()
  }
  await returnToQueue(deps.db, message, deps.clock.now() + TRY_AGAIN_SECONDS)
  return DONE
}

/** What was not told along leaves by itself. */
export async function letLeave(tx: Tx, lead: HumanMessageKey): Promise<void> {
  for (const { creditorId, messageId } of await untellAlong(tx, lead)) {
    await enqueue(tx, creditorId, 'send-message', { messageId })
  }
}

/** Ends what a message has told along; what it left out leaves by itself. */
export async function endAlong(
  tx: Tx,
  message: HumanMessage,
  { told, at, delivery }: { told: readonly ToldAlong[]; at: number; delivery: Delivery },
): Promise<void> {
  const { channel } = message
  for (const { creditorId, claimId, messageId, step, template } of told) {
    if (!(await endMessage(tx, { creditorId, messageId }, { state: 'sent', at, delivery })))
      continue
    const unsure = delivery === 'unknown' ? { delivery } : {}
    const data = { step: stepIdOf(step), template, channel, toldIn: message.messageId, ...unsure }
    await appendEvents(tx, [{ creditorId, claimId, type: 'reminder.sent', at, data }])
  }
  await letLeave(tx, message)
}
