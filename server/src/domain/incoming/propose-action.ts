// What follows from an answer: an effect when the reading is sure, and otherwise a task for a person
// with the action that we would propose. Decides nothing about money.

import type { Day } from '@parley/sdk/protocol'
import type { ReplyReading } from './read-reply.ts'

/** Where an answer came in. */
export type IncomingChannel = 'email' | 'sms' | 'letter' | 'portal' | 'phone' | 'agent'

export type IncomingAction =
  /** Reminders pause for five bank days while the payment is looked for. */
  | { readonly kind: 'look-for-payment' }
  | { readonly kind: 'record-promise'; readonly day: Day }
  /** The day is offered back on the personal page, within the creditor's policy. */
  | { readonly kind: 'offer-day'; readonly day: Day }
  | { readonly kind: 'offer-choice' }
  | { readonly kind: 'open-dispute' }
  /** Fees and interest stop; a person writes or calls within two working days. */
  | { readonly kind: 'open-hardship' }
  /** Nothing more goes to this address until a person has looked. */
  | { readonly kind: 'suspend-address' }
  /** Nothing more goes to the person on this channel. */
  | { readonly kind: 'stop-channel' }
  | { readonly kind: 'call-back' }
  | { readonly kind: 'read' }

export type Proposal =
  | { readonly kind: 'apply'; readonly action: IncomingAction; readonly task: boolean }
  /** Reminders pause until a person has read it. */
  | { readonly kind: 'task'; readonly proposed: IncomingAction; readonly pause: true }

/**
 * Says what to do about an answer. Only a sure reading is applied; `task` with it means that a
 * person must follow up all the same, because no machine settles a dispute or a hardship.
 */
export function proposeAction(reading: ReplyReading): Proposal {
  const action = actionFor(reading)
  if (reading.confidence !== 'sure' || action.kind === 'read') {
    return { kind: 'task', proposed: action, pause: true }
  }
  const task = ['open-dispute', 'open-hardship', 'suspend-address', 'call-back'].includes(
    action.kind,
  )
  return { kind: 'apply', action, task }
}

function actionFor({ kind, day }: ReplyReading): IncomingAction {
  switch (kind) {
    case 'paid-already':
      return { kind: 'look-for-payment' }
    case 'promise':
      return day === undefined ? { kind: 'offer-choice' } : { kind: 'record-promise', day }
    case 'date-wish':
      return day === undefined ? { kind: 'offer-choice' } : { kind: 'offer-day', day }
    case 'dispute':
      return { kind: 'open-dispute' }
    case 'hardship':
      return { kind: 'open-hardship' }
    case 'wrong-person':
    case 'returned':
      return { kind: 'suspend-address' }
    case 'stop':
      return { kind: 'stop-channel' }
    case 'help':
      return { kind: 'call-back' }
    case 'unreadable':
      return { kind: 'read' }
  }
}
