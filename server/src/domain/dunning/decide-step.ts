// The last look before a message leaves: is it still true, welcome and allowed at this instant?
// Blocked by time, it is deferred with the reason and never dropped; untrue, it is skipped.

import type { Day } from '@parley/sdk/protocol'
import { type ContactBudget, DEFAULT_CONTACT_BUDGET, earliestContact } from './contact-budget.ts'
import { nextOpening } from './contact-window.ts'
import type {
  Hold,
  HoldReason,
  Journey,
  JourneySegment,
  JourneyStep,
  StepDone,
  StopCondition,
} from './journey.ts'
import { endOfHolds } from './next-step.ts'

/** The claim, the conversation and the person as they are at the instant of sending. */
export interface SendFacts {
  /** Epoch seconds, like every instant here. */
  readonly now: number
  readonly claim: 'open' | 'settled' | 'cancelled' | 'handed-over' | 'written-off'
  readonly outstandingMinor: bigint
  readonly paidMinor: bigint
  /** `none` when no agent was asked. */
  readonly conversation:
    | 'none'
    | 'sent'
    | 'received'
    | 'presented'
    | 'negotiating'
    | 'agreed'
    | 'refused'
    | 'impasse'
    | 'timed-out'
  readonly respondBy: number
  /** When the agent said that the person has seen the request; null or absent when it did not. */
  readonly presentedAt?: number | null
  readonly holds: readonly Hold[]
  readonly stepsDone: readonly StepDone[]
  readonly emailAddress: string | null
  /** When the person was addressed before, over all claims and channels of the creditor. */
  readonly contactTimes: readonly number[]
  readonly timeZone: string
}

/** What `decideStep` looks at. */
export interface DecideStepInput {
  readonly journey: Journey
  readonly step: JourneyStep
  readonly facts: SendFacts
  readonly closedDays: ReadonlySet<Day>
  readonly budget?: ContactBudget
}

/** Why a step is not taken at all. */
export type SkipReason =
  | StopCondition
  | 'already-done'
  | 'nothing-outstanding'
  | 'other-segment'
  | 'no-email-address'

/** Why a step has to wait. */
export type DeferReason =
  | `held-${HoldReason}`
  | 'agent-may-answer'
  | 'seen-by-person'
  | 'contact-budget'
  | 'outside-window'

/** Send now, never, or again at `until` (null: when somebody lifts the hold). */
export type StepDecision =
  | { readonly kind: 'send'; readonly step: JourneyStep; readonly to: string }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'defer'; readonly until: number | null; readonly reason: DeferReason }

/** Decides at the instant of sending whether a planned step goes out, waits, or is left out. */
export function decideStep(input: DecideStepInput): StepDecision {
  const { step, facts } = input
  const skip = reasonToSkip(input)
  if (skip !== null) return { kind: 'skip', reason: skip }
  if (facts.emailAddress === null) return { kind: 'skip', reason: 'no-email-address' }

  const wait = reasonToWait(input)
  if (wait === null) return { kind: 'send', step, to: facts.emailAddress }
  return { kind: 'defer', until: openingAfter(wait.until, input), reason: wait.reason }
}

function reasonToSkip({ journey, step, facts }: DecideStepInput): SkipReason | null {
  if (facts.stepsDone.some(({ stepId }) => stepId === step.id)) return 'already-done'
  const stop = journey.stopWhen.find((condition) => isMet(condition, facts))
  if (stop !== undefined) return stop
  if (facts.outstandingMinor <= 0n) return 'nothing-outstanding'
  const segment = segmentOf(facts)
  const speaks = journey.segments.some((own) => own === segment)
  return speaks || segment === 'agent-may-answer' ? null : 'other-segment'
}

function isMet(condition: StopCondition, facts: SendFacts): boolean {
  switch (condition) {
    case 'agreed':
      return facts.conversation === 'agreed'
    case 'partly-paid':
      return facts.paidMinor > 0n
    default:
      return facts.claim === condition
  }
}

/**
 * Returns the situation a claim is in, `agreed`, or `agent-may-answer` before `respondBy`.
 *
 * A negotiation rests on a hold with a stated end. Once both that and `respondBy` have passed, the
 * agent counts as silent: no state of a conversation may stop reminders for ever.
 */
export function segmentOf(
  facts: Pick<SendFacts, 'conversation' | 'respondBy' | 'now'>,
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
  const { step, facts, closedDays, budget = DEFAULT_CONTACT_BUDGET } = input
  const { now, holds, contactTimes, timeZone } = facts

  const held = longestHold(holds, now)
  if (held !== null) return { until: held.until, reason: `held-${held.reason}` }
  if (segmentOf(facts) === 'agent-may-answer') {
    return { until: facts.respondBy, reason: 'agent-may-answer' }
  }

  const seenUntil = endOfPresentation(input)
  if (seenUntil > now) return { until: seenUntil, reason: 'seen-by-person' }

  const affordable = earliestContact(now, contactTimes, budget)
  if (affordable > now) return { until: affordable, reason: 'contact-budget' }
  const opening = nextOpening(now, step.window, { timeZone, closedDays })
  return opening > now ? { until: opening, reason: 'outside-window' } : null
}

/** Who has just seen the request in the app is left alone for three days, once. Spec: DUN-03. */
const PRESENTED_SECONDS = 72 * 3_600

function endOfPresentation({ journey, step, facts }: DecideStepInput): number {
  const { presentedAt = null } = facts
  const isFirst = journey.steps[0]?.id === step.id
  return isFirst && presentedAt !== null
    ? presentedAt + PRESENTED_SECONDS
    : Number.NEGATIVE_INFINITY
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
  const { step, facts, closedDays, budget } = input
  const affordable = earliestContact(until, facts.contactTimes, budget)
  return nextOpening(affordable, step.window, { timeZone: facts.timeZone, closedDays })
}
