// One due case of a journey: is its step taken now, left out, or put off, and what comes after it?
// Pure: the sweep reads the facts and writes what is decided here.

import type { Channel } from '../compliance/profile.ts'
import type { Unreachable } from './choose-channels.ts'
import { decideStep } from './decide-step.ts'
import type { StepDone } from './journey.ts'
import { actOf, type JourneyDefinition, type StepDefinition } from './journey-definition.ts'
import { nextStep, openFrom, type PlannedStep, stepAfter } from './next-step.ts'
import type { SkipReason } from './reasons-to-skip.ts'
import type { DeferReason } from './reasons-to-wait.ts'
import { livesOf } from './special-journeys.ts'
import type { StepFacts } from './step-facts.ts'
import { askedAgent } from './step-key.ts'

/** What `advanceCase` looks at. */
export interface AdvanceCaseInput {
  readonly journey: JourneyDefinition
  /** The step that is planned, by its id. */
  readonly plannedStep: string
  readonly facts: StepFacts
  /** Another journey waits for this one to have its turn. */
  readonly hasResume: boolean
}

/**
 * What comes after a step: the next one, a rest while the hold of the journey stands, the journey
 * before with some levels taken back, another journey, or the end because all steps were taken or one
 * condition is met.
 */
export type AfterStep =
  | { readonly kind: 'planned'; readonly next: PlannedStep }
  | { readonly kind: 'rest'; readonly until: number }
  | { readonly kind: 'resume'; readonly levelsLower: number }
  | { readonly kind: 'follow'; readonly journey: string; readonly fromStep: string | null }
  /** The amount moves to the next bill: it is looked at again after one. */
  | { readonly kind: 'carried'; readonly until: number }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'stopped' }

/** What becomes of a due case. `at` and `until` in epoch seconds. */
export type CaseAdvance =
  | {
      readonly kind: 'take'
      readonly step: StepDefinition
      readonly channels: readonly Channel[]
      readonly unreachable: Unreachable | null
      readonly stepsDone: readonly StepDone[]
      readonly after: AfterStep
    }
  | {
      readonly kind: 'ask-agent'
      readonly step: StepDefinition
      readonly stepsDone: readonly StepDone[]
      readonly until: number
    }
  | {
      readonly kind: 'skip'
      readonly step: StepDefinition
      readonly reason: SkipReason
      readonly stepsDone: readonly StepDone[]
      readonly after: AfterStep
    }
  | {
      readonly kind: 'defer'
      readonly step: StepDefinition
      readonly reason: DeferReason
      readonly until: number
    }
  | { readonly kind: 'end'; readonly after: AfterStep }

/** Bills come month by month. */
const NEXT_BILL_SECONDS = 30 * 86_400

/** A hold without an end is looked at again after so long. */
const LOOK_AGAIN_SECONDS = 86_400

const STOPPING: ReadonlySet<SkipReason> = new Set<SkipReason>([
  'settled',
  'cancelled',
  'written-off',
  'handed-over',
  'agreed',
  'partly-paid',
  'nothing-outstanding',
])

/**
 * Advances a due case by one step. `end` when the journey has no step left, as after a change of
 * the journey's file; the step of an older file gives way to the one that follows the last done.
 */
export function advanceCase(input: AdvanceCaseInput): CaseAdvance {
  const { journey, facts } = input
  const { stepsDone: before } = facts
  const step =
    journey.steps.find(({ id }) => id === input.plannedStep && !isDone(before, id)) ??
    stepAfter(journey, before)
  if (step === undefined) return { kind: 'end', after: whenAllIsTaken(input) }
  const decision = decideStep({ journey, step, facts })
  if (decision.kind === 'defer') {
    const until = decision.until ?? facts.now + LOOK_AGAIN_SECONDS
    return { kind: 'defer', step, reason: decision.reason, until }
  }
  if (decision.kind === 'ask-agent') {
    const stepsDone = [...before, { stepId: askedAgent(step.id), at: facts.now }]
    const until = openFrom(decision.waitUntil, step, facts.place)
    return { kind: 'ask-agent', step, stepsDone, until }
  }
  const stepsDone = [...before, { stepId: step.id, at: facts.now }]
  if (decision.kind === 'take') {
    const { channels, unreachable = null } = decision
    const next = afterTaken(input, step, stepsDone)
    return { kind: 'take', step, channels, unreachable, stepsDone, after: next }
  }
  const { reason } = decision
  if (STOPPING.has(reason)) {
    return { kind: 'skip', step, reason, stepsDone, after: { kind: 'stopped' } }
  }
  return { kind: 'skip', step, reason, stepsDone, after: after(input, stepsDone) }
}

function isDone(done: readonly StepDone[], id: string): boolean {
  return done.some(({ stepId }) => stepId === id)
}

function afterTaken(
  input: AdvanceCaseInput,
  step: StepDefinition,
  stepsDone: readonly StepDone[],
): AfterStep {
  const resume = actOf(step, 'resume')
  if (resume !== undefined) return { kind: 'resume', levelsLower: resume.levelsLower }
  const follow = actOf(step, 'follow')
  if (follow !== undefined) {
    return { kind: 'follow', journey: follow.journey, fromStep: follow.fromStep ?? null }
  }
  if (actOf(step, 'carry-over') !== undefined) {
    return { kind: 'carried', until: input.facts.now + NEXT_BILL_SECONDS }
  }
  return after(input, stepsDone)
}

function after(input: AdvanceCaseInput, stepsDone: readonly StepDone[]): AfterStep {
  const next = plan(input, stepsDone)
  if (next !== null) return { kind: 'planned', next }
  const hasMore = input.journey.steps.at(-1)?.id !== stepsDone.at(-1)?.stepId
  // A hold without an end stands against the next step: it is looked at day by day.
  return hasMore
    ? { kind: 'rest', until: input.facts.now + LOOK_AGAIN_SECONDS }
    : whenAllIsTaken(input)
}

/** A journey of a life has the case as long as its hold stands; then the one before goes on. */
function whenAllIsTaken({ journey, facts, hasResume }: AdvanceCaseInput): AfterStep {
  const lives = livesOf(journey)
  const hold = facts.holds.find(({ reason }) => lives.includes(reason))
  if (hold !== undefined) {
    return { kind: 'rest', until: hold.until ?? facts.now + LOOK_AGAIN_SECONDS }
  }
  return hasResume ? { kind: 'resume', levelsLower: 0 } : { kind: 'exhausted' }
}

function plan(
  { journey, facts }: AdvanceCaseInput,
  stepsDone: readonly StepDone[],
): PlannedStep | null {
  return nextStep({ journey, stepsDone, facts })
}
