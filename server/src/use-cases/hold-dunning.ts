// What a hold does to the journey of a claim, and how the journey goes on once no hold stands. The
// sweep looks at the holds themselves; here the facet `dunning` and the next look are kept true.
import type { DunningState } from '../domain/claim/claim.ts'
import { type ClaimHold, standingAt } from '../domain/claim/holds.ts'
import { segmentOf } from '../domain/dunning/claim-segment.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import { nextStep } from '../domain/dunning/next-step.ts'
import { hasHappenedAgain, leadingLife, livesOf } from '../domain/dunning/special-journeys.ts'
import type { Claim } from '../storage/claims.ts'
import { type DunningCase, dunningCaseOf } from '../storage/dunning-cases.ts'
import type { Deps } from './deps.ts'
import { readStepSources } from './read-step-sources.ts'
import { type StepServer, type StepSources, stepFactsOf } from './step-facts-of-claim.ts'

/** What planning the steps of a claim needs. */
export type PlanDeps = Pick<Deps, 'db' | 'journeys' | 'journeyBook' | 'laws' | 'servedChannels'>

export interface DunningPlan {
  dunning: DunningState
  /** When the next step is looked at; undefined for a claim whose journey has ended. */
  nextActionAt: number | undefined
}

/**
 * Plans the journey of a claim as it is about to be: `holding` while a hold stands, resting while the
 * agent may answer, active afterwards. The next step keeps its place and its distance to the days
 * that it counts from; a hold with an end puts it off until then.
 */
export async function planUnderHolds(
  deps: PlanDeps,
  { claim, holds, now }: { claim: Claim; holds: readonly ClaimHold[]; now: number },
): Promise<DunningPlan> {
  const planned = await dunningCaseOf(deps.db, claim)
  if (claim.state !== 'open' || planned === undefined) {
    return { dunning: claim.dunning, nextActionAt: undefined }
  }
  const journey = await deps.journeyBook.versionOf(planned.journeyId, planned.journeyVersion)
  const sources = await readStepSources(deps.db, claim, now)
  return planHeld(deps, { sources, holds, journey, planned })
}

/** The same of an open claim from what was read before. */
export function planHeld(
  deps: StepServer,
  held: {
    sources: StepSources
    holds: readonly ClaimHold[]
    journey: JourneyDefinition | undefined
    planned: DunningCase
  },
): DunningPlan {
  const { sources, holds, journey, planned } = held
  const { claim, now } = sources
  const standing = standingAt(holds, now)
  const dunning = standing.length > 0 ? 'holding' : dunningWithoutHold(claim, now)
  if (journey === undefined) return { dunning, nextActionAt: planned.nextActionAt }
  // What has begun or ended in a life may call for another journey: the sweep looks at once.
  const life = leadingLife(standing)
  const lives = livesOf(journey)
  const isLifeChanged = life === undefined ? lives.length > 0 : !lives.includes(life.reason)
  if (isLifeChanged || hasHappenedAgain(journey, life, planned.triggerAt))
    return { dunning, nextActionAt: now }
  const facts = stepFactsOf(sources, { journey, on: planned }, deps)
  // A hold without an end is looked at by the sweep, day by day.
  const ending = standing.filter(({ until }) => until !== null)
  const next = nextStep({
    journey,
    stepsDone: planned.stepsDone,
    facts: { ...facts, holds: ending },
  })
  return { dunning, nextActionAt: next?.at ?? planned.nextActionAt }
}

/** Resting while the agent may answer, and active afterwards. */
export function dunningWithoutHold(
  claim: Pick<Claim, 'conversation' | 'respondBy'>,
  now: number,
): DunningState {
  return segmentOf({ ...claim, now }) === 'agent-may-answer' ? 'idle' : 'active'
}
