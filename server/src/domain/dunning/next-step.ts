// Plans the next step of a journey: which one, and when it falls due. What the plan promises is checked
// once more by `decideStep` at the moment of taking it.

import { type AnchorFacts, afterPrevious, anchorInstant } from './anchors.ts'
import { type ContactPlace, nextOpening } from './contact-window.ts'
import type { Hold, StepDone } from './journey.ts'
import {
  actOf,
  isContact,
  type JourneyDefinition,
  type StepDefinition,
} from './journey-definition.ts'
import { isAfterRest, isLighter } from './special-journeys.ts'

/** What the plan depends on. Instants in epoch seconds. */
export interface PlanFacts {
  readonly anchors: AnchorFacts
  readonly issuedAt: number
  readonly holds: readonly Hold[]
  readonly place: ContactPlace
}

/** What `nextStep` looks at. */
export interface NextStepInput {
  readonly journey: JourneyDefinition
  readonly stepsDone: readonly StepDone[]
  readonly facts: PlanFacts
}

/** A step and the instant at which it falls due, in epoch seconds. */
export interface PlannedStep {
  readonly at: number
  readonly step: StepDefinition
}

/**
 * Returns the step after the last one done and when it is due: the anchor plus the offset, not
 * before the claim was issued, not too soon after the step before, not during a hold, and inside
 * the window of the step. A due instant in the past stays there, moved into an open window: a
 * missed day is caught up. A step whose anchor is not known yet is looked at after the step before.
 *
 * Returns null when all steps are done, or while a hold lasts until somebody lifts it.
 */
export function nextStep(input: NextStepInput): PlannedStep | null {
  const { journey, stepsDone, facts } = input
  const step = stepAfter(journey, stepsDone)
  if (step === undefined) return null
  const heldUntil = endOfHolds(holdsAgainst(journey, step, facts.holds))
  if (heldUntil === null) return null
  const due = dueAt(input, step) ?? Math.max(facts.anchors.triggerAt, soonest(input, step))
  return { at: openFrom(Math.max(due, heldUntil), step, facts.place), step }
}

/** Returns when a step is due; null while what it counts from is not known. */
export function dueAt(input: NextStepInput, step: StepDefinition): number | null {
  const { journey, stepsDone, facts } = input
  const { anchors, issuedAt } = facts
  const instant = anchorInstant(step, stepsDone, anchors)
  if (instant === null) return null
  // What was decided early is told at once.
  return anchors.holdEndedAt !== null && isAfterRest(journey, step, facts)
    ? Math.max(Math.min(instant, anchors.holdEndedAt), issuedAt)
    : Math.max(instant, soonest(input, step))
}

function soonest({ stepsDone, facts }: NextStepInput, step: StepDefinition): number {
  return Math.max(facts.issuedAt, afterPrevious(step, stepsDone, facts.anchors.timeZone))
}

/** Returns the instant from which a step may be taken; one without a window may be taken always. */
export function openFrom(at: number, { window }: StepDefinition, place: ContactPlace): number {
  return window === undefined ? at : nextOpening(at, window, place)
}

/** Returns when the last hold ends (-Infinity without holds), or null if one has no end. */
export function endOfHolds(holds: readonly Hold[]): number | null {
  const ends = holds.flatMap(({ until }) => (until === null ? [] : [until]))
  return ends.length < holds.length ? null : Math.max(Number.NEGATIVE_INFINITY, ...ends)
}

/**
 * Returns the holds during which a step rests. A life that weighs more has its answers and its tasks
 * while something lighter stands, but asks nobody for money then; a journey goes on in the one before
 * when nothing stands any more.
 */
export function holdsAgainst(
  journey: JourneyDefinition,
  step: StepDefinition,
  holds: readonly Hold[],
): readonly Hold[] {
  if (actOf(step, 'resume') !== undefined) return holds
  const { speaksDuring = [] } = journey
  return holds.filter(({ reason }) => {
    return !speaksDuring.includes(reason) && (isContact(step) || !isLighter(reason, journey))
  })
}

/**
 * Returns the step after the last one that was taken, in the journey's own order, so that nothing is
 * said twice or softer; undefined after the last of all.
 */
export function stepAfter(
  { steps }: JourneyDefinition,
  stepsDone: readonly StepDone[],
): StepDefinition | undefined {
  const done = new Set(stepsDone.map(({ stepId }) => stepId))
  return steps[steps.findLastIndex(({ id }) => done.has(id)) + 1]
}
