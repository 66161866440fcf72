// Writes a message that answers something the person did into the queue of messages to people. Its text is
// composed when it leaves (compose-answer.ts), from the facts of that moment.
import type { Channel } from '../domain/compliance/profile.ts'
import type { MessageTemplate } from '../domain/content/message-templates.ts'
import { enqueue } from '../storage/events.ts'
import { insertHumanMessages } from '../storage/human-messages.ts'
import type { Deps, Tx } from './deps.ts'

export interface Answer {
  claim: { creditorId: string; claimId: string; debtorId: string }
  /** Names what is answered: the same is answered once by a channel. */
  step: string
  channel: Channel
  template: MessageTemplate
}

/** Queues an answer; returns false when it was queued before. */
export async function queueAnswer(
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  { claim, ...answer }: Answer,
): Promise<boolean> {
  const { creditorId, claimId, debtorId } = claim
  const [messageId] = await insertHumanMessages(tx, [
    {
      creditorId,
      messageId: ids.newId('hm'),
      claimId,
      debtorId,
      ...answer,
      journeyId: null,
      journeyVersion: null,
      isContact: false,
      isNotice: false,
      toldIn: null,
      createdAt: clock.now(),
    },
  ])
  if (messageId === undefined) return false
  await enqueue(tx, creditorId, 'send-message', { messageId })
  return true
}
