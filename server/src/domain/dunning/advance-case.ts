// One due case of a journey: is its step taken now, left out, or put off, and what comes after it?
// Pure: the sweep reads the facts and writes what is decided here.

import type { Day } from '@parley/sdk/protocol'
import { type DeferReason, decideStep, type SendFacts, type SkipReason } from './decide-step.ts'
import type { Journey, JourneyStep, StepDone } from './journey.ts'
import { nextStep, type PlannedStep } from './next-step.ts'

/** What `advanceCase` looks at. */
export interface AdvanceCaseInput {
  readonly journey: Journey
  /** The step that is planned, by its id. */
  readonly plannedStep: string
  readonly facts: SendFacts & { readonly dueDate: Day; readonly issuedAt: number }
  readonly closedDays: ReadonlySet<Day>
}

/** What comes after a step: the next one, or the end because all were taken or one condition met. */
export type AfterStep =
  | { readonly kind: 'planned'; readonly next: PlannedStep }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'stopped' }

/** What becomes of a due case. `at` and `until` in epoch seconds. */
export type CaseAdvance =
  | {
      readonly kind: 'send'
      readonly step: JourneyStep
      readonly stepsDone: readonly StepDone[]
      readonly after: AfterStep
    }
  | {
      readonly kind: 'skip'
      readonly step: JourneyStep
      readonly reason: SkipReason
      readonly stepsDone: readonly StepDone[]
      readonly after: AfterStep
    }
  | {
      readonly kind: 'defer'
      readonly step: JourneyStep
      readonly reason: DeferReason
      readonly until: number
    }
  | { readonly kind: 'end' }

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
  const { journey, facts, closedDays } = input
  const step =
    journey.steps.find(({ id }) => id === input.plannedStep) ?? plan(input, facts.stepsDone)?.step
  if (step === undefined) return { kind: 'end' }
  const decision = decideStep({ journey, step, facts, closedDays })
  if (decision.kind === 'defer') {
    const until = decision.until ?? facts.now + LOOK_AGAIN_SECONDS
    return { kind: 'defer', step, reason: decision.reason, until }
  }
  const stepsDone = withStep(facts.stepsDone, step, facts.now)
  if (decision.kind === 'send')
    return { kind: 'send', step, stepsDone, after: after(input, stepsDone) }
  const { reason } = decision
  if (STOPPING.has(reason))
    return { kind: 'skip', step, reason, stepsDone, after: { kind: 'stopped' } }
  return { kind: 'skip', step, reason, stepsDone, after: after(input, stepsDone) }
}

function withStep(done: readonly StepDone[], { id }: JourneyStep, at: number): readonly StepDone[] {
  return done.some(({ stepId }) => stepId === id) ? done : [...done, { stepId: id, at }]
}

function after(input: AdvanceCaseInput, stepsDone: readonly StepDone[]): AfterStep {
  const next = plan(input, stepsDone)
  return next === null ? { kind: 'exhausted' } : { kind: 'planned', next }
}

function plan(
  { journey, facts, closedDays }: AdvanceCaseInput,
  stepsDone: readonly StepDone[],
): PlannedStep | null {
  return nextStep({ journey, stepsDone, facts, closedDays })
}
