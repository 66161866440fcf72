// Where the journey leaves a choice, the policy makes it: by which channel, at which hour, or not today.
// Decides on what was read; writes nothing.
import { minorUnits } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import type { CaseAdvance } from '../domain/dunning/advance-case.ts'
import { channelsLeft } from '../domain/dunning/choose-channels.ts'
import type { StepFacts } from '../domain/dunning/step-facts.ts'
import { stepKey } from '../domain/dunning/step-key.ts'
import { drawArm } from '../domain/experiments/experiment.ts'
import { seededRandom } from '../domain/learning/seeded-random.ts'
import { candidateActions } from '../domain/next-action/candidate-actions.ts'
import { chooseAction } from '../domain/next-action/choose-action.ts'
import { segmentOf } from '../domain/next-action/segments.ts'
import type { ActionChoiceRow, StoredChoice } from '../storage/action-choices.ts'
import type { Member, NewMember } from '../storage/experiments.ts'
import type { ActionMeans } from './read-action-means.ts'
import type { DueCase } from './read-due-cases.ts'

/** A choice as it is written; its id comes with the writing. */
export interface NewChoice {
  readonly row: Omit<ActionChoiceRow, 'choiceId' | 'outcome'>
  /** The kind of task for a person that the segment asks for. */
  readonly proposes: string | null
}

export interface NextAction {
  readonly advance: CaseAdvance
  readonly choice?: NewChoice
  /** The person comes into the experiment with this step. */
  readonly member?: NewMember
}

type Taken = Extract<CaseAdvance, { kind: 'take' }>

const DAY_SECONDS = 86_400

/** Chooses the action of a step that its journey takes now, where that is open and somebody wants it. */
export function chooseNextAction(due: DueCase, facts: StepFacts, advance: CaseAdvance): NextAction {
  const { means, journey } = due
  if (means === undefined || journey === undefined || advance.kind !== 'take') return { advance }
  // Worth and costs are stated in one currency.
  if (due.claim.currency !== means.catalog.values.currency) return { advance }
  const key = stepKey(advance.step.id, due.dunningCase.round)
  const before = means.before.filter(({ step }) => step === key)
  const kept = keptChannel(before, advance, facts)
  if (kept !== undefined) return { advance: kept }
  const candidates = candidateActions({
    question: { journey, step: advance.step, facts },
    channels: advance.channels,
    standing: means.standing,
    waits: before.filter(({ arm }) => arm === 'wait').length,
    values: means.catalog.values,
  })
  if (candidates.fixed !== null || candidates.actions.length < 2) return { advance }
  const member = newMember(due, means)
  const entered = member === undefined ? {} : { member }
  if (!isChosenFor(means, member)) return { advance, ...entered }
  const random = seededRandom(means.seed)
  const stakes = { outstanding: inUnits(due), recentContacts: facts.contacts.length }
  const choice = chooseAction({
    ...means.catalog,
    ...{ candidates, stakes, random, now: due.now },
    standing: means.standing,
    evidence: means.evidence,
  })
  const { chosen, weighed, segment, proposes, isTriedOut, reasons } = choice
  const { claim, now } = due
  const { action, arm } = chosen
  const stored: StoredChoice = {
    chosen: weighed.indexOf(chosen),
    ...{ weighed, isTriedOut, reasons },
    standing: means.standing,
    stakes: { ...stakes, fragile: means.standing.fragile },
    seed: means.seed,
    valuesVersion: means.catalog.values.version,
    segmentsVersion: means.catalog.segments.version,
    experimentId: means.experiment?.experimentId ?? null,
  }
  const row = {
    ...{ creditorId: claim.creditorId, claimId: claim.claimId, debtorId: claim.debtorId },
    ...{ step: key, segment, arm, chosenAt: now, plannedAt: action.at },
    judgeAt: action.at + means.catalog.values.horizonDays * DAY_SECONDS,
    owed: outstandingOf(claim),
    choice: stored,
  }
  const isNow = action.at <= now && action.channel !== null
  const next: CaseAdvance = isNow
    ? { ...advance, channels: action.channel === null ? [] : [action.channel] }
    : { kind: 'defer', step: advance.step, reason: 'better-time', until: action.at }
  return { advance: next, choice: { row, proposes }, ...entered }
}

/** A message that was put off to its hour leaves as it was chosen, unless its channel was closed meanwhile. */
function keptChannel(
  before: readonly ActionChoiceRow[],
  advance: Taken,
  { reach, law }: StepFacts,
): Taken | undefined {
  const last = before.at(-1)?.choice
  const channel = last?.weighed[last.chosen]?.action.channel ?? null
  if (channel === null) return undefined
  const { channels, wished } = channelsLeft(advance.step, reach, law)
  const isOpen = wished === null ? channels.includes(channel) : wished === channel
  return isOpen ? { ...advance, channels: [channel] } : undefined
}

function newMember(due: DueCase, means: ActionMeans): NewMember | undefined {
  const { experiment, memberships, standing, catalog } = means
  const isMember = memberships.some((it) => it.experimentId === experiment?.experimentId)
  // Who is held out from an earlier one stays outside of all.
  if (experiment === null || isMember || isHeldOut(memberships)) return undefined
  const { creditorId, debtorId, claimId } = due.claim
  const { experimentId } = experiment
  const stratum = `${segmentOf(standing, catalog.segments).segment.id}/${due.debtor.party}`
  const arm = drawArm(experimentId, { creditorId, debtorId, stratum }, experiment)
  const owed = outstandingOf(due.claim)
  return { creditorId, experimentId, debtorId, stratum, arm, claimId, owed, enteredAt: due.now }
}

/** While an experiment runs, its arms decide; else what the creditor stated. */
function isChosenFor(means: ActionMeans, member: NewMember | undefined): boolean {
  const { experiment, memberships, policy } = means
  const own =
    member ?? memberships.find(({ experimentId }) => experimentId === experiment?.experimentId)
  if (own !== undefined) return own.arm === 'challenger'
  return experiment === null && !isHeldOut(memberships) && policy.mode === 'best-action'
}

function isHeldOut(memberships: readonly Member[]): boolean {
  return memberships.some(({ arm }) => arm === 'hold-out')
}

function inUnits({ claim }: DueCase): number {
  return Number(outstandingOf(claim)) / 10 ** (minorUnits(claim.currency) ?? 2)
}
