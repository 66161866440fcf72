// The last look before a step is taken: is it still true, welcome and allowed at this instant? Blocked
// by time, it is deferred with the reason and never dropped; untrue, it is left out.

import type { Channel } from '../compliance/profile.ts'
import { chooseChannels, type Unreachable } from './choose-channels.ts'
import { earliestUnderCaps } from './contact-budget.ts'
import type { Hold, HoldReason, JourneySegment, StopCondition } from './journey.ts'
import { meetsAll } from './journey-conditions.ts'
import {
  actOf,
  channelsOf,
  isContact,
  type JourneyDefinition,
  type StepDefinition,
} from './journey-definition.ts'
import { dueAt, endOfHolds, holdsAgainst, openFrom } from './next-step.ts'
import { isAfterRest } from './special-journeys.ts'
import type { StepFacts } from './step-facts.ts'
import { askedAgent } from './step-key.ts'

/** What `decideStep` looks at. */
export interface DecideStepInput {
  readonly journey: JourneyDefinition
  readonly step: StepDefinition
  readonly facts: StepFacts
}

/** Why a step is not taken at all. */
export type SkipReason =
  | StopCondition
  | 'already-done'
  | 'nothing-outstanding'
  | 'other-segment'
  | 'condition-not-met'
  | 'rest-is-over'
  | 'anchor-unknown'
  | 'notice-missing'
  | 'law-unknown'
  | Unreachable

/** Why a step has to wait. */
export type DeferReason =
  | `held-${HoldReason}`
  | 'not-due-yet'
  | 'agent-may-answer'
  | 'agent-asked-first'
  | 'seen-by-person'
  | 'notice-under-way'
  | 'contact-budget'
  | 'outside-window'

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
export function decideStep(input: DecideStepInput): StepDecision {
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
export function decideSending(input: DecideStepInput, channel: Channel): StepDecision {
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

function reasonToSkip(input: DecideStepInput): SkipReason | null {
  const { journey, step, facts } = input
  if (facts.stepsDone.some(({ stepId }) => stepId === step.id)) return 'already-done'
  const now = reasonToSkipNow(input)
  if (now !== null) return now
  const due = dueOf(input)
  // What is not due yet may still come to be met.
  const isDue = due !== null && due <= facts.now
  if (isDue && !meetsAll(step.onlyIf ?? [], facts.known)) return 'condition-not-met'
  // Whoever lifted the hold early has made what would only have been said meanwhile needless.
  if (step.onlyIf === undefined && isAfterRest(journey, step, facts)) return 'rest-is-over'
  return due === null ? reasonOfAnchor(step, facts) : null
}

function dueOf({ journey, step, facts }: DecideStepInput): number | null {
  return dueAt({ journey, stepsDone: facts.stepsDone, facts }, step)
}

function reasonToSkipNow({ journey, step, facts }: DecideStepInput): SkipReason | null {
  const stop = journey.stopWhen.find((condition) => isMet(condition, facts))
  if (stop !== undefined) return stop
  if (isContact(step) && facts.outstandingMinor <= 0n) return 'nothing-outstanding'
  return isContact(step) ? (reasonOfSegment(journey, facts) ?? reasonOfLaw(step, facts)) : null
}

function reasonOfSegment(journey: JourneyDefinition, facts: StepFacts): SkipReason | null {
  const segment = segmentOf({ ...facts, respondBy: facts.anchors.respondBy })
  const speaks = journey.segments.some((own) => own === segment)
  return speaks || segment === 'agent-may-answer' ? null : 'other-segment'
}

/** Without a known law nobody is given a term, and nothing is added to what is owed. */
function reasonOfLaw(step: StepDefinition, { law }: StepFacts): SkipReason | null {
  const isFormal = actOf(step, 'notice') !== undefined || actOf(step, 'charge') !== undefined
  return law === null && isFormal ? 'law-unknown' : null
}

function isMet(condition: StopCondition, facts: StepFacts): boolean {
  switch (condition) {
    case 'agreed':
      return facts.conversation === 'agreed'
    case 'partly-paid':
      return facts.paidMinor > 0n
    default:
      return facts.claim === condition
  }
}

/** A step that counts from a notice needs one that has arrived. */
function reasonOfAnchor(step: StepDefinition, { notice, holds }: StepFacts): SkipReason | null {
  if (step.anchor === 'notice-term-end') return notice === 'under-way' ? null : 'notice-missing'
  if (step.anchor === 'hold-end' && holds.length > 0) return null
  return 'anchor-unknown'
}

/**
 * Returns the situation a claim is in, `agreed`, or `agent-may-answer` before `respondBy`.
 *
 * A negotiation rests on a hold with a stated end. Once both that and `respondBy` have passed, the
 * agent counts as silent: no state of a conversation may stop reminders for ever.
 */
export function segmentOf(
  facts: Pick<StepFacts, 'conversation' | 'now'> & { readonly respondBy: number },
): JourneySegment | 'agreed' | 'agent-may-answer' {
  switch (facts.conversation) {
    case 'none':
      return 'no-agent'
    case 'refused':
      return 'agent-refused'
    case 'impasse':
    case 'agreed':
      return facts.conversation
    case 'timed-out':
      return 'agent-silent'
    default:
      return facts.now < facts.respondBy ? 'agent-may-answer' : 'agent-silent'
  }
}

interface Wait {
  readonly until: number | null
  readonly reason: DeferReason
}

// In the order in which a person would explain it: the hold before the clock.
function reasonToWait(input: DecideStepInput): Wait | null {
  const { step, facts } = input
  const held = heldBy(input)
  if (held !== null) return held
  const due = dueOf(input)
  if (due === null) {
    const reason = step.anchor === 'hold-end' ? 'not-due-yet' : 'notice-under-way'
    return { until: facts.now + LOOK_AGAIN_SECONDS, reason }
  }
  return due > facts.now ? { until: due, reason: 'not-due-yet' } : reasonToWaitNow(input)
}

const LOOK_AGAIN_SECONDS = 86_400

function reasonToWaitNow(input: DecideStepInput): Wait | null {
  const held = heldBy(input)
  if (held !== null) return held
  const { step, facts } = input
  if (isContact(step)) {
    const wait = reasonToWaitForContact(input)
    if (wait !== null) return wait
  }
  const opening = openFrom(facts.now, step, facts.place)
  return opening > facts.now ? { until: opening, reason: 'outside-window' } : null
}

function heldBy({ journey, step, facts }: DecideStepInput): Wait | null {
  const held = longestHold(holdsAgainst(journey, step, facts.holds), facts.now)
  return held === null ? null : { until: held.until, reason: `held-${held.reason}` }
}

function reasonToWaitForContact(input: DecideStepInput): Wait | null {
  const { facts } = input
  const { now, anchors } = facts
  if (segmentOf({ ...facts, respondBy: anchors.respondBy }) === 'agent-may-answer') {
    return { until: anchors.respondBy, reason: 'agent-may-answer' }
  }
  const seenUntil = endOfPresentation(input)
  if (seenUntil > now) return { until: seenUntil, reason: 'seen-by-person' }
  const affordable = affordableFrom(now, input)
  return affordable > now ? { until: affordable, reason: 'contact-budget' } : null
}

/** Who has just seen the request in the app is left alone for three days, once. Spec: DUN-03. */
const PRESENTED_SECONDS = 72 * 3_600

function endOfPresentation({ journey, step, facts }: DecideStepInput): number {
  const { presentedAt } = facts
  const isFirst = journey.steps[0]?.id === step.id
  return isFirst && presentedAt !== null
    ? presentedAt + PRESENTED_SECONDS
    : Number.NEGATIVE_INFINITY
}

function affordableFrom(at: number, { step, facts }: DecideStepInput): number {
  const caps = facts.law?.version.caps ?? []
  return isContact(step)
    ? earliestUnderCaps(at, facts.contacts, { channels: channelsOf(step), caps })
    : at
}

function longestHold(holds: readonly Hold[], now: number): Hold | null {
  const active = holds.filter(({ until }) => until === null || until > now)
  const end = endOfHolds(active)
  return active.find(({ until }) => until === end) ?? null
}

// A hold or an agent's time may well end at night; the message then waits for the morning, and for
// the contact budget, so that one deferral is enough.
function openingAfter(until: number | null, input: DecideStepInput): number | null {
  if (until === null) return null
  return openFrom(affordableFrom(until, input), input.step, input.facts.place)
}

/** A step may ask the person's agent once more before it writes to the person. */
function agentFirst({ step, facts }: DecideStepInput): StepDecision | null {
  const act = actOf(step, 'bot')
  if (act?.message !== 'reminder' || !facts.reach.known.has('app')) return null
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
