// Money that came back is owed again: the journey of the claim goes on where it stood, after days of
// grace in which the debtor can pay in another way.
import { compareDays, type Day } from '@parley/sdk/protocol'
import { type DunningState, openOf } from '../domain/claim/claim.ts'
import { segmentOf } from '../domain/dunning/claim-segment.ts'
import type { StepDone } from '../domain/dunning/journey.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import { nextStep } from '../domain/dunning/next-step.ts'
import { stepIdOf } from '../domain/dunning/step-key.ts'
import type { Claim, PlanLineRow } from '../storage/claims.ts'
import type { CreditorRow } from '../storage/creditors.ts'
import { countRounds, type DunningCase } from '../storage/dunning-cases.ts'
import { type MessageAboutClaim, messagesAboutClaim } from '../storage/messages-about-claim.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { readStepSources } from './read-step-sources.ts'
import { type StepServer, type StepSources, stepFactsOf } from './step-facts-of-claim.ts'

/** Days of grace after money came back. */
export const GRACE_SECONDS = 3 * 86_400

export interface RemindersAgain {
  /** The case to open, unless the claim has one; undefined when no step is left. */
  opened: DunningCase | undefined
  dunning: DunningState
}

/**
 * Plans the step after the last one of which a message was written, in the claim's journey. Closed
 * days and the contact budget are looked at when the step falls due.
 */
export async function planRemindersAgain(
  deps: PlanDeps,
  facts: { creditor: CreditorRow; claim: Claim; lines: readonly PlanLineRow[]; now: number },
): Promise<RemindersAgain> {
  const { creditor, claim, now } = facts
  if (claim.arm === 'hold-out') return { opened: undefined, dunning: 'idle' }
  const journey = deps.journeys.get(claim.journey ?? creditor.journey)
  if (journey === undefined) return { opened: undefined, dunning: 'exhausted' }
  const sources = await readStepSources(deps.db, { ...claim, dueDate: nextDueDate(facts) }, now)
  const messages = await messagesAboutClaim(deps.db, claim)
  const rounds = await countRounds(deps.db, claim)
  const opened = planCaseAgain(deps, { sources, journey, messages, rounds })
  if (opened === undefined) return { opened, dunning: 'exhausted' }
  const isAgentsTurn = segmentOf({ ...claim, now }) === 'agent-may-answer'
  return { opened, dunning: isAgentsTurn ? 'idle' : 'active' }
}

type WrittenStep = Pick<MessageAboutClaim, 'step' | 'createdAt' | 'journeyId'>

/** The case of a claim that is owed again, from what was read before; undefined without a step left. */
export function planCaseAgain(
  deps: StepServer,
  again: {
    sources: StepSources
    journey: JourneyDefinition
    messages: readonly WrittenStep[]
    /** The journeys that the claim has been on so far. */
    rounds: number
  },
): DunningCase | undefined {
  const { sources, journey, messages, rounds } = again
  const { claim, now } = sources
  const stepsDone = stepsWritten(messages, journey)
  const on = { stepsDone, triggerAt: now, anchorDay: null }
  const planned = nextStep({
    journey,
    stepsDone,
    facts: {
      ...stepFactsOf(sources, { journey, on }, deps),
      holds: [{ reason: 'pause', until: now + GRACE_SECONDS }],
    },
  })
  if (planned === null) return undefined
  return {
    creditorId: claim.creditorId,
    claimId: claim.claimId,
    journeyId: journey.id,
    journeyVersion: journey.version,
    ...on,
    nextStep: planned.step.id,
    nextActionAt: planned.at,
    resumes: null,
    // Steps and tasks of former rounds keep their names: nothing is lost for one that was used before.
    round: rounds + 1,
    chargedStep: null,
  }
}

/** The steps of the journey that were written, each once and in its order, however often and where. */
function stepsWritten(messages: readonly WrittenStep[], journey: JourneyDefinition): StepDone[] {
  // Other journeys have steps of the same names.
  const own = messages.filter(({ journeyId }) => (journeyId ?? journey.id) === journey.id)
  return journey.steps.flatMap(({ id: stepId }) => {
    const last = own.findLast(({ step }) => stepIdOf(step) === stepId)
    return last === undefined ? [] : [{ stepId, at: last.createdAt }]
  })
}

/** The due day of the claim, or that of the first plan line that is owed, when it is later. */
function nextDueDate({ claim, lines }: { claim: Claim; lines: readonly PlanLineRow[] }): Day {
  const open = lines.find((line) => openOf(line) > 0n)?.dueDate ?? claim.dueDate
  return compareDays(open, claim.dueDate) > 0 ? open : claim.dueDate
}
