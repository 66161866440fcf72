// What came back: a message that reached nobody, by mail or by text. Nothing more is sent where nobody
// is, and somebody looks for the person.

import type { Delivery } from '../domain/delivery/delivery.ts'
import type { IncomingAction } from '../domain/incoming/propose-action.ts'
import { noteDelivery, type SentMessage } from '../storage/sent-messages.ts'
import { type ReplyDeps, takeReply } from './take-reply.ts'

/** How a message fared, and whether its channel leads nowhere for good. */
export interface DeliveryNews {
  readonly delivery: Delivery
  /** `gone`: nobody is there; `stopped`: the person told the provider so. */
  readonly closes?: 'gone' | 'stopped'
}

/** Writes it down; the same news twice has one effect. */
export async function noteDeliveryNews(
  deps: ReplyDeps,
  message: SentMessage,
  { delivery, closes }: DeliveryNews,
): Promise<void> {
  await noteDelivery(deps.db, message, delivery)
  if (closes === undefined) return
  const { creditorId, claimId, messageId } = message
  const channel = message.channel === 'sms' ? 'sms' : 'email'
  const action: IncomingAction = { kind: closes === 'gone' ? 'suspend-address' : 'stop-channel' }
  const origin = `returned:${messageId}`
  await takeReply(deps, { creditorId, claimId, channel, action, isSure: true, origin })
}
