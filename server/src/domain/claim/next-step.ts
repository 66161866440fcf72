// What comes next for a claim, when, and why not now: one sentence for staff, API and page.
import type { Arm } from '../dunning/assign-journey.ts'
import type { ClaimState, ConversationState } from './claim.ts'
import type { ClaimHold } from './holds.ts'

export interface NextStepFacts {
  state: ClaimState
  conversation: ConversationState
  respondBy: number
  now: number
  arm: Arm | null
  /** The hold that stands longest, if any. */
  hold?: ClaimHold | undefined
  /** The step of the journey that is planned, if any; epoch seconds. */
  planned: { step: string; at: number } | undefined
  /** The earliest plan line that is not paid, and the start of its due day. */
  openLine: { line: number; dueDate: string; dueAt: number } | undefined
}

type HoldAction = 'decide-dispute' | 'help-debtor' | 'wait-for-hold'

export interface NextStepView {
  action: 'wait-for-bot' | 'send-email' | 'wait-for-payment' | 'none' | HoldAction
  at: number | null
  reason: string
}

export function describeNextStep(facts: NextStepFacts): NextStepView {
  const { state, conversation, planned, openLine } = facts
  if (state !== 'open') return { action: 'none', at: null, reason: `The claim is ${state}.` }
  if (facts.hold !== undefined) return describeHold(facts.hold)
  if (conversation === 'agreed') {
    if (openLine === undefined) return { action: 'none', at: null, reason: 'Every line is paid.' }
    return {
      action: 'wait-for-payment',
      at: openLine.dueAt,
      reason: `A plan was agreed: line ${openLine.line} is due on ${openLine.dueDate}.`,
    }
  }
  if (planned === undefined && facts.arm === 'hold-out') {
    const reason = 'The debtor is in the group that is not written to, for comparison.'
    return { action: 'none', at: null, reason }
  }
  if (planned === undefined) {
    return { action: 'none', at: null, reason: 'The journey has no further step.' }
  }
  if (['sent', 'received', 'presented', 'negotiating'].includes(conversation)) {
    if (facts.now < facts.respondBy) {
      return {
        action: 'wait-for-bot',
        at: facts.respondBy,
        reason: 'The agent has until then to answer; after that a person is written to.',
      }
    }
  }
  return {
    action: 'send-email',
    at: planned.at,
    reason: `Step ${planned.step} of the journey is due then, inside its window.`,
  }
}

function describeHold({ reason, until }: ClaimHold): NextStepView {
  if (reason === 'dispute') {
    return {
      action: 'decide-dispute',
      at: null,
      reason: 'The debtor disputes a part: nobody is written to until you decide on it.',
    }
  }
  if (reason === 'assistance') {
    return {
      action: 'help-debtor',
      at: until,
      reason: 'The debtor asked for a person: reminders rest until then.',
    }
  }
  const end = until === null ? 'until the hold is released' : 'until then'
  return { action: 'wait-for-hold', at: until, reason: `Reminders rest ${end} (${reason}).` }
}
