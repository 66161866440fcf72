// What a machine would do about the words of a person, as staff read it, and the act that comes closest.
// Nothing of it happens until a person does it.
import { parseDay } from '@parley/sdk/protocol'
import type { SilentHoldReason, WireHoldReason } from '../claim/holds.ts'
import type { TaskDetails } from './task-details.ts'
import type { TaskActionKind } from './task-kinds.ts'

export interface Proposal {
  /** After “A machine would”. */
  readonly words: string
  readonly action?: TaskActionKind
  readonly hold?: SilentHoldReason | Exclude<WireHoldReason, 'dispute'>
  /** Until when reminders would rest; a calendar day. */
  readonly day?: string
}

const PROPOSALS: Readonly<Record<string, Proposal>> = {
  'look-for-payment': {
    words: 'look for the payment and let reminders rest',
    action: 'set-hold',
    hold: 'already-paid',
  },
  'record-promise': { words: 'note a promise', action: 'set-hold', hold: 'promise' },
  'offer-day': { words: 'offer that day', action: 'set-hold', hold: 'negotiation' },
  'offer-choice': { words: 'offer other days', action: 'set-hold', hold: 'negotiation' },
  'open-dispute': { words: 'open a dispute' },
  'open-hardship': {
    words: 'stop reminders and charges, and have somebody help',
    action: 'set-hold',
    hold: 'hardship',
  },
  'suspend-address': { words: 'send nothing more to this address' },
  'stop-channel': { words: 'send nothing more on this channel' },
  'call-back': { words: 'have somebody call', action: 'set-hold', hold: 'assistance' },
  read: { words: 'have you read it' },
}

/** Reads a proposal; one that nobody described is named by its code. */
export function proposalOf({ kind, day }: NonNullable<TaskDetails['proposed']>): Proposal {
  const known = Object.hasOwn(PROPOSALS, kind) ? PROPOSALS[kind] : undefined
  const proposal = known ?? { words: kind.replaceAll('-', ' ') }
  const parsed = day === null ? undefined : parseDay(day)
  if (parsed?.ok !== true) return proposal
  return { ...proposal, words: `${proposal.words} (${parsed.value})`, day: parsed.value }
}
