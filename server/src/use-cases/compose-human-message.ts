// Composes one queued message to a person from the facts of this moment, or says why it must not
// leave now or at all. Reads only; send-human-message.ts sends.

import type { Day } from '@parley/sdk/protocol'
import type { Channel } from '../domain/compliance/profile.ts'
import { callScript } from '../domain/content/call-script.ts'
import type { CallInput, DunningInput } from '../domain/content/claim-message-input.ts'
import { isCallTemplate, isDunningTemplate } from '../domain/content/message-templates.ts'
import { missingFacts } from '../domain/content/missing-facts.ts'
import { decideSending } from '../domain/dunning/decide-step.ts'
import {
  isForPlans,
  type JourneyDefinition,
  type StepDefinition,
} from '../domain/dunning/journey-definition.ts'
import type { SkipReason } from '../domain/dunning/reasons-to-skip.ts'
import type { DeferReason } from '../domain/dunning/reasons-to-wait.ts'
import { stepIdOf } from '../domain/dunning/step-key.ts'
import type { Wording } from '../domain/wording/wording.ts'
import { findClaim } from '../storage/claims.ts'
import type { ToldAlong } from '../storage/column-types.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import type { HumanMessage } from '../storage/human-messages.ts'
import { claimsToldAlong } from './claims-told-along.ts'
import { composeAnswer, isAnswer } from './compose-answer.ts'
import type { Deps } from './deps.ts'
import { type Composed, type FormRefusal, inFormOf } from './message-in-form.ts'
import {
  dunningFacts,
  type MessageSources,
  type StatedNotice,
  sharedFacts,
  stateNotice,
} from './message-input.ts'
import { readStepSources } from './read-step-sources.ts'
import { lawOfClaim, spokenOf, stepFactsOf } from './step-facts-of-claim.ts'

export type ComposeDeps = Pick<
  Deps,
  'db' | 'clock' | 'journeyBook' | 'links' | 'laws' | 'servedChannels'
> & {
  wording: Wording
}

/** What became of composing; `until` in epoch seconds. */
export type Composition =
  | {
      kind: 'ready'
      content: Composed
      notice: StatedNotice | undefined
      told?: readonly ToldAlong[]
    }
  | { kind: 'drop'; reason: DropReason }
  | { kind: 'defer'; reason: DeferReason | 'journey-unknown'; until: number }

export type DropReason =
  | SkipReason
  | FormRefusal
  | 'claim-unknown'
  | 'payment-returned'
  | 'claim-open'
  /** Another plan took the place of the one that it is about. */
  | 'plan-replaced'
  /** The other plan is not on offer any more. */
  | 'replan-over'
  /** The claim rests: the next channel says what is to be said. */
  | 'agent-not-reminded'
  /** The step is to tell of charges, and the law allowed none. */
  | 'nothing-charged'
  /** The text lacks a fact that it must name, such as the number of the company. */
  | 'facts-missing'

const LOOK_AGAIN_SECONDS = 86_400

/**
 * Composes a message in the person's language, or the creditor's when that is unknown. A step of a
 * journey passes every check of the sweep once more: owed, wanted, within hours and budget. An answer
 * to what the person did is composed by compose-answer.ts.
 */
export async function composeHumanMessage(
  deps: ComposeDeps,
  message: HumanMessage,
): Promise<Composition> {
  const claim = await findClaim(deps.db, message)
  const debtor = await findDebtor(deps.db, message)
  if (claim === undefined || debtor === undefined) return { kind: 'drop', reason: 'claim-unknown' }
  const creditor = await readCreditor(deps.db, message.creditorId)
  const now = deps.clock.now()
  const sources: MessageSources = {
    ...(await readStepSources(deps.db, claim, now, message.step)),
    creditor,
    debtor,
  }
  return isAnswer(message)
    ? await composeAnswer(deps, message, sources)
    : await composeStep(deps, message, sources)
}

async function composeStep(
  deps: ComposeDeps,
  message: HumanMessage,
  sources: MessageSources,
): Promise<Composition> {
  const { now } = sources
  const found = await stepOf(deps, message)
  if (found === undefined) {
    return { kind: 'defer', reason: 'journey-unknown', until: now + LOOK_AGAIN_SECONDS }
  }
  const { journey, step } = found
  const channel = message.channel as Channel
  // This very message is what stands for the step; only others count.
  const anchorDay = isForPlans(journey) ? spokenOf(sources, message.createdAt) : null
  const on = { stepsDone: [], triggerAt: message.createdAt, anchorDay }
  const facts = stepFactsOf(sources, { journey, on }, deps)
  const decision = decideSending({ journey, step, facts }, channel)
  if (decision.kind === 'skip') return { kind: 'drop', reason: decision.reason }
  if (decision.kind === 'defer') {
    const until = decision.until ?? now + LOOK_AGAIN_SECONDS
    return { kind: 'defer', reason: decision.reason, until }
  }
  if (tellsOfReplan(step) && sources.records.plan?.isReplanOffered !== true) {
    return { kind: 'drop', reason: 'replan-over' }
  }
  if (tellsOfCharges(step) && sources.claim.charges === 0n) {
    return { kind: 'drop', reason: 'nothing-charged' }
  }
  if (channel === 'app') {
    // An agent is reminded of nothing that rests. Spec: DUN-05.
    return facts.holds.length > 0
      ? { kind: 'drop', reason: 'agent-not-reminded' }
      : { kind: 'ready', content: { kind: 'app' }, notice: undefined }
  }
  return await composeWords(deps, { message, step, channel, anchorDay }, sources)
}

async function stepOf(
  { journeyBook }: ComposeDeps,
  { journeyId, journeyVersion, step: key }: HumanMessage,
): Promise<{ journey: JourneyDefinition; step: StepDefinition } | undefined> {
  const journey = await journeyBook.versionOf(journeyId ?? '', journeyVersion ?? 0)
  const [stepId] = stepIdOf(key).split('/')
  const step = journey?.steps.find(({ id }) => id === stepId)
  return journey === undefined || step === undefined ? undefined : { journey, step }
}

function tellsOfReplan({ onlyIf = [] }: StepDefinition): boolean {
  return onlyIf.some(({ fact }) => fact === 'replan-offered')
}

function tellsOfCharges({ acts = [] }: StepDefinition): boolean {
  return acts.some((act) => act.do === 'charge' && act.optional !== true)
}

interface Said {
  message: HumanMessage
  step: StepDefinition
  channel: Channel
  /** The day of the line that it is about. */
  anchorDay: Day | null
}

async function composeWords(
  deps: ComposeDeps,
  { message, step, channel, anchorDay }: Said,
  sources: MessageSources,
): Promise<Composition> {
  const law = lawOfClaim(deps.laws, sources)
  const { messageId } = message
  const notice =
    message.isNotice && law !== null
      ? await stateNotice(deps, sources, { step, law, channel, messageId })
      : undefined
  const shared = await sharedFacts(deps, sources)
  const today = shared.today
  const along = await claimsToldAlong(deps, message)
  const others = along.length === 0 ? {} : { otherClaims: along.map(({ claim }) => claim) }
  const more = {
    ...(await dunningFacts(deps, sources, { today, notice: notice?.facts, anchorDay })),
    ...others,
  }
  const { template = '' } = step
  if (isCallTemplate(template)) {
    const input: CallInput = { ...shared, ...more, template }
    if (missingFacts(input).length > 0) return { kind: 'drop', reason: 'facts-missing' }
    return {
      kind: 'ready',
      content: { kind: 'call', script: callScript(input, deps.wording) },
      notice,
    }
  }
  if (!isDunningTemplate(template)) throw new Error(`there is no template "${template}"`)
  const input: DunningInput = { ...shared, ...more, template }
  if (missingFacts(input).length > 0) return { kind: 'drop', reason: 'facts-missing' }
  const content = inFormOf(deps.wording, { message, input, sources })
  return typeof content === 'string'
    ? { kind: 'drop', reason: content }
    : { kind: 'ready', content, notice, told: along.map(({ told }) => told) }
}
