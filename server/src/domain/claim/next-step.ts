// What comes next for a claim, when, and why not now: one sentence for staff, API and page.
import type { Channel } from '../compliance/profile.ts'
import type { Arm } from '../dunning/assign-journey.ts'
import { type ClaimState, type ConversationState, isWithAgent } from './claim.ts'
import type { ClaimHold } from './holds.ts'

export interface NextStepFacts {
  state: ClaimState
  conversation: ConversationState
  respondBy: number
  now: number
  arm: Arm | null
  /** The hold that stands longest, if any. */
  hold?: ClaimHold | undefined
  /** The step of the journey that is planned, if any. */
  planned: PlannedAction | undefined
  /** The earliest plan line that is not paid, the start of its due day, and whether that is over. */
  openLine: { line: number; dueDate: string; dueAt: number; isOver: boolean } | undefined
}

/** A step that is planned; `at` in epoch seconds. */
export interface PlannedAction {
  journeyId: string
  step: string
  at: number
  /** By which the person is reached first; null for a step without words. */
  channel: Channel | null
  /** Why it was put off the last time; null when it was not. */
  deferredFor: string | null
}

type HoldAction = 'decide-dispute' | 'help-debtor' | 'wait-for-hold'
type StepAction = 'send-email' | 'send-sms' | 'send-letter' | 'call' | 'remind-agent' | 'act'

export interface NextStepView {
  action: 'wait-for-bot' | 'wait-for-payment' | 'none' | StepAction | HoldAction
  at: number | null
  reason: string
}

export function describeNextStep(facts: NextStepFacts): NextStepView {
  const { state, conversation, planned, openLine } = facts
  if (state !== 'open') return { action: 'none', at: null, reason: `The claim is ${state}.` }
  if (facts.hold !== undefined) return describeHold(facts.hold)
  if (conversation === 'agreed') {
    if (openLine === undefined) return { action: 'none', at: null, reason: 'Every line is paid.' }
    if (openLine.isOver) return describeLateLine(openLine, planned)
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
  if (isWithAgent(conversation) && facts.now < facts.respondBy) {
    return {
      action: 'wait-for-bot',
      at: facts.respondBy,
      reason: 'The agent has until then to answer; after that a person is written to.',
    }
  }
  return describeStep(planned)
}

function describeLateLine(
  { line, dueDate }: NonNullable<NextStepFacts['openLine']>,
  planned: PlannedAction | undefined,
): NextStepView {
  const late = `A plan was agreed: line ${line} was due on ${dueDate} and is not paid.`
  if (planned === undefined) return { action: 'wait-for-payment', at: null, reason: late }
  const step = describeStep(planned)
  return { ...step, reason: `${late} ${step.reason}` }
}

const ACTIONS: Readonly<Record<Channel, StepAction>> = {
  email: 'send-email',
  sms: 'send-sms',
  whatsapp: 'send-sms',
  letter: 'send-letter',
  'registered-letter': 'send-letter',
  phone: 'call',
  app: 'remind-agent',
}

/** Why a step was put off, for people; a reason that is not here speaks for itself. */
const WHY_NOT_NOW: Readonly<Record<string, string>> = {
  'agent-may-answer': 'the agent may still answer',
  'agent-asked-first': 'the agent was asked first',
  'seen-by-person': 'the person has just seen the request in the app',
  'notice-under-way': 'the notice before has not left yet',
  'better-time': 'a later moment was chosen for it',
  'contact-budget': 'the person was written to only recently',
  'outside-window': 'nobody may be addressed at that hour or on that day',
  'journey-unknown': 'the journey is not there any more',
  'journey-against-law': 'the law of the debtor does not allow the journey',
  'decision-failed': 'its decision failed: a person has to look',
}

function describeStep({ journeyId, step, at, channel, deferredFor }: PlannedAction): NextStepView {
  const due = `Step ${step} of the journey ${journeyId} is due then, inside its window.`
  const why = deferredFor === null ? undefined : (WHY_NOT_NOW[deferredFor] ?? deferredFor)
  const action = channel === null ? 'act' : ACTIONS[channel]
  return { action, at, reason: why === undefined ? due : `${due} Not sooner: ${why}.` }
}

function describeHold({ reason, until }: ClaimHold): NextStepView {
  if (reason === 'dispute') {
    return {
      action: 'decide-dispute',
      at: null,
      reason: 'The debtor disputes a part: nobody is asked for money until you decide on it.',
    }
  }
  if (reason === 'assistance') {
    return {
      action: 'help-debtor',
      at: until,
      reason: 'The debtor asked for a person: reminders rest until then.',
    }
  }
  if (reason === 'hardship') {
    return {
      action: 'help-debtor',
      at: until,
      reason: 'Paying is difficult for the debtor: nobody is reminded until you have talked.',
    }
  }
  const end = until === null ? 'until the hold is released' : 'until then'
  return { action: 'wait-for-hold', at: until, reason: `Reminders rest ${end} (${reason}).` }
}
