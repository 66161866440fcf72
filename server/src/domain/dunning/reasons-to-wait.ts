// Why a step waits, and until when: a hold, its day, the agent, the person's budget, the hour. Pure.
import { segmentOf } from './claim-segment.ts'
import { earliestUnderCaps } from './contact-budget.ts'
import type { Hold, HoldReason } from './journey.ts'
import { channelsOf, isContact, presses } from './journey-definition.ts'
import { dueAt, endOfHolds, holdsAgainst, openFrom } from './next-step.ts'
import type { StepInQuestion } from './step-facts.ts'

/** Why a step has to wait. */
export type DeferReason =
  | `held-${HoldReason}`
  | 'not-due-yet'
  | 'covered-by-credit'
  | 'agent-may-answer'
  | 'agent-asked-first'
  | 'seen-by-person'
  | 'notice-under-way'
  | 'contact-budget'
  | 'outside-window'
  /** What was chosen is worth more then. */
  | 'better-time'

export interface Wait {
  readonly until: number | null
  readonly reason: DeferReason
}

// In the order in which a person would explain it: the hold before the clock.
/** Looks at a step that is planned. */
export function reasonToWait(input: StepInQuestion): Wait | null {
  const { step, facts } = input
  const held = heldBy(input) ?? coveredBy(input)
  if (held !== null) return held
  const due = dueAt({ journey: input.journey, stepsDone: facts.stepsDone, facts }, step)
  if (due === null) {
    const reason = step.anchor === 'hold-end' ? 'not-due-yet' : 'notice-under-way'
    return { until: facts.now + LOOK_AGAIN_SECONDS, reason }
  }
  return due > facts.now ? { until: due, reason: 'not-due-yet' } : reasonToWaitNow(input)
}

const LOOK_AGAIN_SECONDS = 86_400

/** Looks at a step that is due. */
export function reasonToWaitNow(input: StepInQuestion): Wait | null {
  const held = heldBy(input) ?? coveredBy(input)
  if (held !== null) return held
  const { step, facts } = input
  if (isContact(step)) {
    const wait = reasonToWaitForContact(input)
    if (wait !== null) return wait
  }
  const opening = openFrom(facts.now, step, facts.place)
  return opening > facts.now ? { until: opening, reason: 'outside-window' } : null
}

/** Whoever is owed as much as is asked for is not dunned; the credit may go by tomorrow. */
function coveredBy({ step, facts }: StepInQuestion): Wait | null {
  return facts.isCovered && presses(step)
    ? { until: facts.now + LOOK_AGAIN_SECONDS, reason: 'covered-by-credit' }
    : null
}

function heldBy({ journey, step, facts }: StepInQuestion): Wait | null {
  const held = longestHold(holdsAgainst(journey, step, facts.holds), facts.now)
  return held === null ? null : { until: held.until, reason: `held-${held.reason}` }
}

function reasonToWaitForContact(input: StepInQuestion): Wait | null {
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

function endOfPresentation({ journey, step, facts }: StepInQuestion): number {
  const { presentedAt } = facts
  const isFirst = journey.steps[0]?.id === step.id
  return isFirst && presentedAt !== null
    ? presentedAt + PRESENTED_SECONDS
    : Number.NEGATIVE_INFINITY
}

function affordableFrom(at: number, { step, facts }: StepInQuestion): number {
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
export function openingAfter(until: number | null, input: StepInQuestion): number | null {
  if (until === null) return null
  return openFrom(affordableFrom(until, input), input.step, input.facts.place)
}
