// The journey beside an agreed plan: one round of its steps for each line, from three days before its day;
// the message of another plan that is offered; and the claim's own journey once nothing is left of the plan.
import { addDays, instantInZone } from '@parley/sdk/protocol'
import type { StepDone } from '../domain/dunning/journey.ts'
import { meetsAll } from '../domain/dunning/journey-conditions.ts'
import {
  isForPlans,
  type JourneyDefinition,
  type StepDefinition,
} from '../domain/dunning/journey-definition.ts'
import { nextStep } from '../domain/dunning/next-step.ts'
import type { LineProgress } from '../domain/plan/plan-lines.ts'
import type { PlanMove } from '../domain/plan/plan-moves.ts'
import type { Claim, ClaimChange } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { countRounds, type DunningCase, endDunning, openCase } from '../storage/dunning-cases.ts'
import { appendEvent } from '../storage/events.ts'
import type { Thread } from '../storage/threads.ts'
import type { ClaimSituation } from './conversation-exchange.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { planRemindersAgain } from './plan-reminders-again.ts'
import type { PlanInForce } from './read-plan.ts'
import { readStepSources } from './read-step-sources.ts'
import { stepFactsOf } from './step-facts-of-claim.ts'

export interface PlanSteps {
  change: ClaimChange
  write(tx: Tx): Promise<void>
}

interface Planning {
  situation: ClaimSituation
  /** As it stands after the move. */
  plan: PlanInForce
  move: PlanMove
  thread: Thread
}

const NOTHING: PlanSteps = { change: {}, write: async () => {} }

/** Plans the steps that a move of the plan calls for. */
export async function preparePlanSteps(deps: PlanDeps, planning: Planning): Promise<PlanSteps> {
  const { situation, plan, move } = planning
  const { claim } = situation
  if (claim.state !== 'open' || claim.arm === 'hold-out') return NOTHING
  if (move.ends) return await ownJourney(deps, planning)
  const line = plan.lines.find((it) => it.line === move.marks.told.focus)
  const isNew = move.focus !== undefined || move.offers
  return line === undefined || !isNew ? NOTHING : await roundFor(deps, planning, line)
}

/** Everything that is left of the plan is overdue: the journey of the claim speaks of it. */
async function ownJourney(deps: PlanDeps, { situation, plan }: Planning): Promise<PlanSteps> {
  const { claim, now } = situation
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const after: Claim = { ...claim, conversation: 'impasse' }
  const facts = { creditor, claim: after, lines: plan.rows, now }
  const { opened, dunning } = await planRemindersAgain(deps, facts)
  return {
    change: { conversation: 'impasse', dunning },
    write: async (tx) => {
      await endDunning(tx, claim)
      if (opened === undefined) return
      await openCase(tx, opened)
      await noteChange(tx, claim, { to: opened.journeyId, now })
    },
  }
}

async function roundFor(
  deps: PlanDeps,
  { situation, plan, move, thread }: Planning,
  line: LineProgress,
): Promise<PlanSteps> {
  const { claim, now } = situation
  const sources = await readStepSources(deps.db, claim, now)
  const stored = sources.records.plan
  const records = {
    ...sources.records,
    plan: stored && { ...stored, isReplanOffered: plan.replan?.state === 'open' },
  }
  const { responseTimeHours } = await readCreditor(deps.db, claim.creditorId)
  // The agent has its time to answer the offer before the person is written to.
  const wait = move.offers && thread.enrolmentId !== null ? responseTimeHours * 3_600 : 0
  const triggerAt = now + wait
  const known = { ...sources, records }
  const anchored = { stepsDone: [], triggerAt, anchorDay: line.dueDate }
  const journey = [...deps.journeys.values()].find((it) => {
    if (!isForPlans(it)) return false
    const facts = stepFactsOf(known, { journey: it, on: anchored }, deps)
    const isLawful = facts.law === null || deps.journeyBook.isLawful(it, facts.law)
    return isLawful && meetsAll(it.audience ?? [], facts.known)
  })
  if (journey === undefined) return NOTHING
  const stepsDone = move.offers
    ? untilOffer(journey, { line, plan, now })
    : whatIsPast(journey, { line, plan })
  const on = { ...anchored, stepsDone }
  const facts = stepFactsOf(known, { journey, on }, deps)
  const next = nextStep({ journey, stepsDone, facts })
  if (next === null) return NOTHING
  const opened: DunningCase = {
    creditorId: claim.creditorId,
    claimId: claim.claimId,
    journeyId: journey.id,
    journeyVersion: journey.version,
    ...on,
    nextStep: next.step.id,
    nextActionAt: next.at,
    resumes: null,
    round: (await countRounds(deps.db, claim)) + 1,
    chargedStep: null,
  }
  return {
    change: {},
    write: async (tx) => {
      await endDunning(tx, claim)
      await openCase(tx, opened)
      await noteChange(tx, claim, { to: journey.id, line: line.line, now })
    },
  }
}

/** Every round is told: the names of its steps are counted by these events. */
async function noteChange(
  tx: Tx,
  { creditorId, claimId, journey }: Claim,
  { to, line, now }: { to: string; line?: number; now: number },
): Promise<void> {
  const data = { from: journey ?? to, to, ...(line === undefined ? {} : { line }) }
  await appendEvent(tx, { creditorId, claimId, type: 'journey.changed', at: now, data })
}

/** The steps before the one that tells of the offer: what they had to say has been said. */
function untilOffer({ steps }: JourneyDefinition, at: Spoken & { now: number }): StepDone[] {
  const offer = steps.findIndex(({ onlyIf = [] }) => {
    return onlyIf.some(({ fact }) => fact === 'replan-offered')
  })
  return steps.slice(0, Math.max(offer, 0)).map((step) => {
    const done = doneOnItsDay(step, at)
    return { ...done, at: Math.min(done.at, at.now) }
  })
}

/** What announces the line, where its day for that has passed. */
function whatIsPast({ steps }: JourneyDefinition, { line, plan }: Spoken): StepDone[] {
  const past = steps.findIndex(({ anchor, offsetDays }) => {
    const isAnnouncing = anchor === 'instalment-day' && offsetDays <= 0
    return !isAnnouncing || addDays(line.dueDate, offsetDays) >= plan.today
  })
  return steps
    .slice(0, past < 0 ? steps.length : past)
    .map((step) => doneOnItsDay(step, { line, plan }))
}

interface Spoken {
  line: LineProgress
  plan: PlanInForce
}

function doneOnItsDay({ id, offsetDays }: StepDefinition, { line, plan }: Spoken): StepDone {
  const day = addDays(line.dueDate, offsetDays)
  return { stepId: id, at: instantInZone(day, START_OF_WORK, plan.timeZone) }
}

const START_OF_WORK = '09:00'
