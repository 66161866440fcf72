// What becomes of one due case: its step, another journey that has its turn, or a wait because the
// journey may not be run. Decides on facts that were read under locks; writes nothing.
import { type AfterStep, advanceCase, type CaseAdvance } from '../domain/dunning/advance-case.ts'
import { segmentOf } from '../domain/dunning/claim-segment.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import { actOf, channelsOf, isContact, isForPlans } from '../domain/dunning/journey-definition.ts'
import { nextStep, stepAfter } from '../domain/dunning/next-step.ts'
import {
  hasHappenedAgain,
  journeyForLife,
  leadingLife,
  livesOf,
} from '../domain/dunning/special-journeys.ts'
import type { StepFacts } from '../domain/dunning/step-facts.ts'
import { isAskedAgent, stepIdOf } from '../domain/dunning/step-key.ts'
import type { DunningCase } from '../storage/dunning-cases.ts'
import { chooseNextAction, type NextAction } from './choose-next-action.ts'
import type { Deps } from './deps.ts'
import type { DueCase } from './read-due-cases.ts'
import { type StepServer, standingHolds, stepFactsOf } from './step-facts-of-claim.ts'

export type DecideDeps = Pick<Deps, 'journeys' | 'journeyBook'> & StepServer

/** A wait for the creditor's people: the journey is not there, or the law does not allow it. */
export interface CaseWait {
  kind: 'wait'
  until: number
  reason: 'journey-unknown' | 'journey-against-law' | 'decision-failed'
}

/** Where a case stands afterwards; undefined where its journey has ended. */
type Standing = Omit<DunningCase, 'creditorId' | 'claimId' | 'chargedStep'>

export interface CaseMove {
  due: DueCase
  facts: StepFacts | undefined
  advance: CaseAdvance | CaseWait | { kind: 'switch' }
  /** Undefined when the case ends; `ended` says how. */
  standing: Standing | undefined
  ended: 'idle' | 'exhausted' | undefined
  /** The id of its message, where another claim may be told in it. */
  messageId?: string
  /** The message of another claim of the person in which this step is told. */
  toldIn?: string
  /** What was chosen where the journey left it open, and who comes into an experiment by that. */
  chosen?: Pick<NextAction, 'choice' | 'member'>
}

const WAIT_SECONDS = 86_400

/**
 * Decides a due case; undefined for one that has to wait for another sweep: its agent's silence is
 * told first, and charges are added before their step.
 */
export function decideDueCase(deps: DecideDeps, due: DueCase): CaseMove | undefined {
  const { journey, dunningCase, now } = due
  if (journey === undefined) return waiting(due, undefined, 'journey-unknown')
  const facts = stepFactsOf(due, { journey, on: dunningCase }, deps)
  if (isSilenceUnsaid(due, facts)) return undefined
  const life = journeyForLife(deps.journeys.values(), facts.holds, facts.known)
  const hold = leadingLife(standingHolds(due.records, now))
  const isNew = life?.id !== journey.id || hasHappenedAgain(journey, hold, dunningCase.triggerAt)
  if (life !== undefined && isNew && due.claim.state === 'open') {
    return switched(due, { deps, life, now })
  }
  if (facts.law !== null && !deps.journeyBook.isLawful(journey, facts.law)) {
    return waiting(due, facts, 'journey-against-law')
  }
  const hasResume = dunningCase.resumes !== null
  const planned = advanceCase({ journey, plannedStep: dunningCase.nextStep, facts, hasResume })
  if (awaitsCharges(due, planned)) return undefined
  const { advance, ...chosen } = chooseNextAction(due, facts, planned)
  return { due, facts, advance, ...afterwards(deps, due, { facts, advance }), chosen }
}

/** The agent's time has passed and no status has told it so: the next sweep does that first. */
function isSilenceUnsaid({ claim, now }: DueCase, { holds }: StepFacts): boolean {
  if (holds.length > 0) return false
  const isSilent = segmentOf({ ...claim, now }) === 'agent-silent'
  return claim.state === 'open' && isSilent && claim.conversation !== 'timed-out'
}

function awaitsCharges({ dunningCase }: DueCase, advance: CaseAdvance): boolean {
  if (advance.kind !== 'take') return false
  const isCharging = actOf(advance.step, 'charge') !== undefined
  return isCharging && dunningCase.chargedStep !== advance.step.id
}

/** A case that cannot be decided waits for a person; the others of its batch go on. */
export function failed(due: DueCase): CaseMove {
  return waiting(due, undefined, 'decision-failed')
}

function waiting(due: DueCase, facts: StepFacts | undefined, reason: CaseWait['reason']): CaseMove {
  const until = due.now + WAIT_SECONDS
  const standing = { ...standingOf(due.dunningCase), nextActionAt: until }
  return { due, facts, advance: { kind: 'wait', until, reason }, standing, ended: undefined }
}

/** The case goes to the journey of what has happened; the one it was on goes on afterwards. */
function switched(
  due: DueCase,
  { deps, life, now }: { deps: DecideDeps; life: JourneyDefinition; now: number },
): CaseMove {
  const { dunningCase, journey, records } = due
  const hold = leadingLife(standingHolds(records, now))
  const isOnLife = journey !== undefined && livesOf(journey).length > 0
  const { journeyId, journeyVersion, stepsDone } = dunningCase
  // One journey alone waits for its turn: the one that the case began with.
  const isBase = !isOnLife && dunningCase.resumes === null
  const resumes = isBase ? { journeyId, journeyVersion, stepsDone } : dunningCase.resumes
  const triggerAt = hold?.createdAt ?? now
  const fresh = {
    ...standingOf(dunningCase),
    journeyId: life.id,
    journeyVersion: life.version,
    stepsDone: [],
    triggerAt,
    anchorDay: hold?.reason === 'promise' ? records.promisedDay : null,
    resumes,
    // A life may come back: its steps are told again, under new names.
    round: dunningCase.round + 1,
  }
  const facts = stepFactsOf(due, { journey: life, on: fresh }, deps)
  const { standing, ended } = planned(deps, due, { journey: life, standing: fresh })
  return { due, facts, advance: { kind: 'switch' }, standing, ended }
}

function afterwards(
  deps: DecideDeps,
  due: DueCase,
  { facts, advance }: { facts: StepFacts; advance: CaseAdvance },
): Pick<CaseMove, 'standing' | 'ended'> {
  const own = standingOf(due.dunningCase)
  switch (advance.kind) {
    case 'defer':
      return still({ ...own, nextStep: advance.step.id, nextActionAt: advance.until })
    case 'ask-agent': {
      const { step, stepsDone, until } = advance
      return still({ ...own, stepsDone: [...stepsDone], nextStep: step.id, nextActionAt: until })
    }
    case 'end':
      return afterStep(deps, due, { facts, own, after: advance.after })
    default: {
      const stepsDone = [...advance.stepsDone]
      const lost = unreachableJourney(deps, due, advance)
      const after: AfterStep = lost ?? advance.after
      const resumes = lost === undefined ? own.resumes : resumedBy(due, stepsDone)
      return afterStep(deps, due, { facts, own: { ...own, stepsDone, resumes }, after })
    }
  }
}

function still(standing: Standing): Pick<CaseMove, 'standing' | 'ended'> {
  return { standing, ended: undefined }
}

function afterStep(
  deps: DecideDeps,
  due: DueCase,
  { facts, own, after }: { facts: StepFacts; own: Standing; after: AfterStep },
): Pick<CaseMove, 'standing' | 'ended'> {
  switch (after.kind) {
    case 'planned':
      return still({ ...own, nextStep: after.next.step.id, nextActionAt: after.next.at })
    case 'rest':
      return still({ ...own, nextStep: nextOf(due, own), nextActionAt: after.until })
    case 'follow':
      return follow(deps, due, { own, after })
    case 'resume':
      return resume(deps, due, { own, levelsLower: after.levelsLower })
    case 'carried':
      return carried(due, { own, until: after.until })
    case 'stopped':
      return { standing: undefined, ended: 'idle' }
    case 'exhausted':
      // The next line of a plan has a round of its own.
      if (due.journey !== undefined && isForPlans(due.journey)) {
        return { standing: undefined, ended: 'idle' }
      }
      return { standing: undefined, ended: facts.claim === 'open' ? 'exhausted' : 'idle' }
  }
}

/** The step that a rest is before; the last one where none is left. */
function nextOf({ journey }: DueCase, { stepsDone, nextStep }: Standing): string {
  return (journey && stepAfter(journey, stepsDone)?.id) ?? nextStep
}

/** What the journey said is not said again; what it does comes up once more with the next bill. */
function carried(
  { journey }: DueCase,
  { own, until }: { own: Standing; until: number },
): Pick<CaseMove, 'standing' | 'ended'> {
  const steps = journey?.steps ?? []
  const isSaid = (id: string) => steps.some((step) => step.id === id && channelsOf(step).length > 0)
  const stepsDone = own.stepsDone.filter(({ stepId }) => isSaid(stepIdOf(stepId)))
  const next = steps.find(({ id }) => !stepsDone.some(({ stepId }) => stepId === id))
  const round = own.round + 1
  return next === undefined
    ? { standing: undefined, ended: 'exhausted' }
    : still({ ...own, stepsDone, nextStep: next.id, nextActionAt: until, round })
}

function follow(
  deps: DecideDeps,
  due: DueCase,
  { own, after }: { own: Standing; after: Extract<AfterStep, { kind: 'follow' }> },
): Pick<CaseMove, 'standing' | 'ended'> {
  const journey = deps.journeys.get(after.journey)
  if (journey === undefined) return { standing: undefined, ended: 'exhausted' }
  const { now } = due
  const from = journey.steps.findIndex(({ id }) => id === after.fromStep)
  const stepsDone = journey.steps
    .slice(0, Math.max(from, 0))
    .map(({ id }) => ({ stepId: id, at: now }))
  const next = { ...own, journeyId: journey.id, journeyVersion: journey.version, stepsDone }
  const standing = { ...next, triggerAt: now, anchorDay: null, round: own.round + 1 }
  return planned(deps, due, { journey, standing })
}

/** The journey before goes on, as many steps back as it is to speak more softly. */
function resume(
  deps: DecideDeps,
  due: DueCase,
  { own, levelsLower }: { own: Standing; levelsLower: number },
): Pick<CaseMove, 'standing' | 'ended'> {
  const { resumes } = own
  const journey = due.resumed
  if (resumes === null || journey === undefined) return { standing: undefined, ended: 'exhausted' }
  const done = resumes.stepsDone.filter(({ stepId }) => !isAskedAgent(stepId))
  const stepsDone = done.slice(0, Math.max(0, done.length - levelsLower))
  const { journeyVersion } = resumes
  return planned(deps, due, {
    journey,
    standing: {
      ...own,
      journeyId: journey.id,
      journeyVersion,
      stepsDone,
      triggerAt: due.claim.createdAt,
      anchorDay: null,
      resumes: null,
      round: own.round + 1,
    },
  })
}

function planned(
  deps: DecideDeps,
  due: DueCase,
  {
    journey,
    standing,
  }: { journey: JourneyDefinition; standing: Omit<Standing, 'nextStep' | 'nextActionAt'> },
): Pick<CaseMove, 'standing' | 'ended'> {
  const facts = stepFactsOf(due, { journey, on: standing }, deps)
  const isLawful = facts.law === null || deps.journeyBook.isLawful(journey, facts.law)
  // Hours that the law never opens would be looked for in vain: a person is asked the day after.
  const next = isLawful ? nextStep({ journey, stepsDone: standing.stepsDone, facts }) : null
  if (next !== null) return still({ ...standing, nextStep: next.step.id, nextActionAt: next.at })
  // Nor can a step be planned under a hold without an end: it is looked at day by day.
  const step = stepAfter(journey, standing.stepsDone)
  return step === undefined
    ? { standing: undefined, ended: 'exhausted' }
    : still({ ...standing, nextStep: step.id, nextActionAt: due.now + WAIT_SECONDS })
}

/** Nobody is reached at what is known of the person: another way is looked for, once a claim. */
function unreachableJourney(
  { journeys }: DecideDeps,
  { dunningCase, records, journey: own }: DueCase,
  advance: Extract<CaseAdvance, { kind: 'take' | 'skip' }>,
): Extract<AfterStep, { kind: 'follow' }> | undefined {
  const why = advance.kind === 'take' ? advance.unreachable : advance.reason
  const isLost = (why === 'no-address' || why === 'channel-closed') && isContact(advance.step)
  // Who keeps to a plan need not be written to.
  if (own !== undefined && isForPlans(own)) return undefined
  if (!isLost || dunningCase.resumes !== null || records.wasSought) return undefined
  const journey = [...journeys.values()].find((it) => it.triggers?.includes('unreachable'))
  return journey && { kind: 'follow', journey: journey.id, fromStep: null }
}

function resumedBy({ dunningCase }: DueCase, stepsDone: Standing['stepsDone']) {
  const { journeyId, journeyVersion } = dunningCase
  return { journeyId, journeyVersion, stepsDone }
}

function standingOf(dunningCase: DunningCase): Standing {
  const { creditorId: _, claimId: __, chargedStep: ___, ...standing } = dunningCase
  return standing
}
