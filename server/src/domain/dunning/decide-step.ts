// The last look before a step is taken: is it still true, welcome and allowed at this instant? Blocked
// by time, it is deferred with the reason and never dropped; untrue, it is left out.

import type { Channel } from '../compliance/profile.ts'
import { chooseChannels, type Unreachable } from './choose-channels.ts'
import { actOf, channelsOf, type StepDefinition } from './journey-definition.ts'
import { reasonToSkip, reasonToSkipNow, type SkipReason } from './reasons-to-skip.ts'
import { type DeferReason, openingAfter, reasonToWait, reasonToWaitNow } from './reasons-to-wait.ts'
import type { StepFacts, StepInQuestion } from './step-facts.ts'
import { askedAgent } from './step-key.ts'

/** Take it now, never, or again at `until` (null: when somebody lifts the hold). */
export type StepDecision =
  | {
      readonly kind: 'take'
      readonly step: StepDefinition
      readonly channels: readonly Channel[]
      /** Why its words reach nobody, where its acts are taken all the same. */
      readonly unreachable?: Unreachable
    }
  /** The person's agent is asked before the person. */
  | { readonly kind: 'ask-agent'; readonly step: StepDefinition; readonly waitUntil: number }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'defer'; readonly until: number | null; readonly reason: DeferReason }

/** Decides at the instant of taking a planned step whether it is taken, waits, or is left out. */
export function decideStep(input: StepInQuestion): StepDecision {
  const { step, facts } = input
  const skip = reasonToSkip(input)
  if (skip !== null) return { kind: 'skip', reason: skip }
  const wait = reasonToWait(input)
  if (wait !== null) {
    return { kind: 'defer', until: openingAfter(wait.until, input), reason: wait.reason }
  }
  const asked = agentFirst(input)
  if (asked !== null) return asked
  if (channelsOf(step).length === 0) return { kind: 'take', step, channels: [] }
  const choice = chooseChannels(step, facts.reach, facts.law)
  if (choice.kind === 'channels') return { kind: 'take', step, channels: choice.channels }
  const { why } = choice
  // A person's task is not lost because a letter cannot be sent.
  return hasOwnActs(step)
    ? { kind: 'take', step, channels: [], unreachable: why }
    : { kind: 'skip', reason: why }
}

/** Acts that make sense without the message beside them. */
function hasOwnActs({ acts = [] }: StepDefinition): boolean {
  return acts.some((act) => !['notice', 'charge', 'bot'].includes(act.do))
}

/**
 * Looks at a message that was written and is about to leave by a channel: everything but the place of
 * its step in the journey is judged once more.
 */
export function decideSending(input: StepInQuestion, channel: Channel): StepDecision {
  const { step, facts } = input
  const skip = reasonToSkipNow(input)
  if (skip !== null) return { kind: 'skip', reason: skip }
  const wait = reasonToWaitNow(input)
  if (wait !== null) {
    return { kind: 'defer', until: openingAfter(wait.until, input), reason: wait.reason }
  }
  const choice = chooseChannels({ ...step, channels: [channel] }, facts.reach, facts.law)
  return choice.kind === 'none'
    ? { kind: 'skip', reason: choice.why }
    : { kind: 'take', step, channels: [channel] }
}

/** The agent has the signed offer from the moment that the journey began. */
function untilAgentChose(waitHours: number, { anchors, now }: StepFacts): StepDecision | null {
  const until = anchors.triggerAt + waitHours * 3_600
  return until > now ? { kind: 'defer', until, reason: 'agent-asked-first' } : null
}

/** A step may ask the person's agent once more before it writes to the person. */
function agentFirst({ step, facts }: StepInQuestion): StepDecision | null {
  const act = actOf(step, 'bot')
  if (!facts.reach.known.has('app')) return null
  if (act?.message === 'offer') return untilAgentChose(act.waitHours, facts)
  if (act?.message !== 'reminder') return null
  const asked = facts.stepsDone.find(({ stepId }) => stepId === askedAgent(step.id))
  const isAlone = channelsOf(step).length === 0
  if (asked === undefined) {
    return { kind: 'ask-agent', step, waitUntil: facts.now + act.waitHours * 3_600 }
  }
  const until = asked.at + act.waitHours * 3_600
  return until > facts.now && !isAlone
    ? { kind: 'defer', until, reason: 'agent-asked-first' }
    : null
}
