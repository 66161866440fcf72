// Plans the next message of a journey: which step, and when it falls due. What the plan promises
// is checked once more by `decideStep` at the moment of sending.

import { addDays, type Day, dayInZone, instantInZone } from '@parley/sdk/protocol'
import { nextOpening } from './contact-window.ts'
import type { Hold, Journey, JourneyStep, StepDone } from './journey.ts'

/** What the plan depends on. Instants in epoch seconds. */
export interface PlanFacts {
  /** The end of the agent's time to answer: the stated instant, or earlier when it declined. */
  readonly respondBy: number
  /** The legal term: the due day of the claim, or a later one that was granted since. */
  readonly dueDate: Day
  /** The person's zone; the creditor's when that is unknown. */
  readonly timeZone: string
  readonly issuedAt: number
  readonly holds: readonly Hold[]
}

/** What `nextStep` looks at. */
export interface NextStepInput {
  readonly journey: Journey
  readonly stepsDone: readonly StepDone[]
  readonly facts: PlanFacts
  /** Public holidays and other days without messages, in the person's country. */
  readonly closedDays: ReadonlySet<Day>
}

/** A step and the instant at which it falls due, in epoch seconds. */
export interface PlannedStep {
  readonly at: number
  readonly step: JourneyStep
}

/**
 * Returns the step after the last one done and when it is due: the anchor plus the offset, not
 * before the claim was issued, not too soon after the step before, not during a hold, and inside
 * the window of the step. A due instant in the past stays there, moved into an open window: a
 * missed day is caught up.
 *
 * Returns null when all steps are done, or while a hold lasts until somebody lifts it.
 */
export function nextStep(input: NextStepInput): PlannedStep | null {
  const { journey, stepsDone, facts, closedDays } = input
  const step = stepAfter(journey, stepsDone)
  const heldUntil = endOfHolds(facts.holds)
  if (step === undefined || heldUntil === null) return null

  const earliest = Math.max(
    anchorInstant(step, facts),
    facts.issuedAt,
    afterPrevious(step, stepsDone, facts),
    heldUntil,
  )
  const place = { timeZone: facts.timeZone, closedDays }
  return { at: nextOpening(earliest, step.window, place), step }
}

/** Returns when the last hold ends (-Infinity without holds), or null if one has no end. */
export function endOfHolds(holds: readonly Hold[]): number | null {
  const ends = holds.flatMap(({ until }) => (until === null ? [] : [until]))
  return ends.length < holds.length ? null : Math.max(Number.NEGATIVE_INFINITY, ...ends)
}

// Counted from the last step in the journey's own order, so that nothing is said twice or softer.
function stepAfter(journey: Journey, stepsDone: readonly StepDone[]): JourneyStep | undefined {
  const done = new Set(stepsDone.map(({ stepId }) => stepId))
  return journey.steps[journey.steps.findLastIndex(({ id }) => done.has(id)) + 1]
}

function anchorInstant(step: JourneyStep, { respondBy, dueDate, timeZone }: PlanFacts): number {
  if (step.anchor === 'respond-by' && step.offsetDays === 0) return respondBy
  const anchorDay = step.anchor === 'respond-by' ? dayInZone(respondBy, timeZone) : dueDate
  return instantInZone(addDays(anchorDay, step.offsetDays), step.window.from, timeZone)
}

function afterPrevious(
  step: JourneyStep,
  stepsDone: readonly StepDone[],
  { timeZone }: PlanFacts,
): number {
  const last = Math.max(...stepsDone.map(({ at }) => at))
  if (!Number.isFinite(last)) return Number.NEGATIVE_INFINITY
  const day = addDays(dayInZone(last, timeZone), step.daysAfterPrevious)
  return Math.max(last, instantInZone(day, step.window.from, timeZone))
}
