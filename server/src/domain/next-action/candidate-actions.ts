// What may be done at a step: only what the journey states, the law allows and the person has not closed.
// Whatever gives a term, adds a charge or decides about a claim is the journey's alone.
import { addDays, dayInZone, instantInZone } from '@parley/sdk/protocol'
import type { Channel } from '../compliance/profile.ts'
import { channelsLeft } from '../dunning/choose-channels.ts'
import { earliestUnderCaps } from '../dunning/contact-budget.ts'
import { actOf, isContact, isForPlans, type StepDefinition } from '../dunning/journey-definition.ts'
import { openFrom } from '../dunning/next-step.ts'
import type { StepInQuestion } from '../dunning/step-facts.ts'
import type { CustomerStanding } from '../learning/customer-standing.ts'
import type { ActionValues } from './action-values.ts'

export type ActionKind = 'wait' | 'bot' | 'remind' | 'offer-plan' | 'handle-dispute' | 'person'

/** One thing that may be done; `at` in epoch seconds, `hour` on the person's clock. */
export interface CandidateAction {
  readonly kind: ActionKind
  /** Null for a wait, and for work of the creditor's people. */
  readonly channel: Channel | null
  readonly at: number
  readonly hour: number
}

/** What may be done, the journey's own first; `fixed` says why nothing else may. */
export interface Candidates {
  readonly actions: readonly CandidateAction[]
  readonly fixed: FixedReason | null
}

/** Why there is no choice. */
export type FixedReason =
  | 'no-message'
  | 'formal-step'
  | 'step-with-acts'
  | 'every-channel'
  | 'plan-journey'
  | 'law-unknown'
  | 'hold-stands'

export interface CandidatesInput {
  readonly question: StepInQuestion
  /** As the journey would take the step now. */
  readonly channels: readonly Channel[]
  readonly standing: Pick<CustomerStanding, 'bestHour'>
  /** How often the step was put off already. */
  readonly waits: number
  readonly values: Pick<ActionValues, 'choice'>
}

const DAY_SECONDS = 86_400
/** What these carry is read whenever the person opens it. */
const HOURLESS: readonly Channel[] = ['letter', 'registered-letter', 'app']

/** Lists what may be done about a step that its journey takes now. */
export function candidateActions(input: CandidatesInput): Candidates {
  const { question, channels, waits, values } = input
  const { step, facts } = question
  const own = ownAction(input)
  const fixed = reasonToKeep(question)
  if (fixed !== null) return { actions: [own], fixed }
  const { channels: left, wished } = channelsLeft(step, facts.reach, facts.law)
  const first = channels[0]
  const others = wished === null ? left.filter((channel) => channel !== first) : []
  const ways = first === undefined ? others : [first, ...others]
  const reminders = ways.flatMap((channel) => atHours(channel, input))
  const wait = waits < values.choice.mostWaits ? [waitADay(question)] : []
  return { actions: [...reminders, ...wait], fixed: null }
}

/** Says why a step is taken as its journey states it. */
export function reasonToKeep({ journey, step, facts }: StepInQuestion): FixedReason | null {
  if (!isContact(step)) return 'no-message'
  if (isForPlans(journey)) return 'plan-journey'
  if (facts.law === null) return 'law-unknown'
  if (facts.holds.length > 0) return 'hold-stands'
  if (step.tone === 'T4' || step.tone === 'T5') return 'formal-step'
  // A score gives no term, adds nothing to what is owed, hands over nothing and drops nobody.
  if ((step.acts ?? []).some((act) => act.do !== 'bot')) return 'step-with-acts'
  return step.reach === 'all' ? 'every-channel' : null
}

function ownAction({ question, channels }: CandidatesInput): CandidateAction {
  const channel = channels[0] ?? null
  return { kind: kindOf(question, channel), channel, ...moment(question.facts.now, question) }
}

function kindOf({ step, facts }: StepInQuestion, channel: Channel | null): ActionKind {
  if (channel === 'phone') return 'person'
  if (channel === 'app') return 'bot'
  if (isPlanOffer(step)) return 'offer-plan'
  if (channel !== null) return 'remind'
  return facts.holds.some(({ reason }) => reason === 'dispute') ? 'handle-dispute' : 'person'
}

function isPlanOffer(step: StepDefinition): boolean {
  return actOf(step, 'bot')?.message === 'offer' || (step.template ?? '').includes('plan')
}

function atHours(
  channel: Channel,
  { question, standing, values }: CandidatesInput,
): CandidateAction[] {
  const { facts } = question
  const kind = kindOf(question, channel)
  const now = { kind, channel, ...moment(facts.now, question) }
  // Where the clock of the person is not known, no hour is theirs.
  if (HOURLESS.includes(channel) || facts.place.zones.length > 1) return [now]
  const own = standing.bestHour === null ? [] : [standing.bestHour]
  const hours = [...new Set([...own, ...values.choice.hours])].filter((hour) => hour !== now.hour)
  const later = hours
    .map((hour) => nextHour(facts.now, hour, facts.place.zones[0]))
    .filter((at) => isOpenAt(at, channel, question))
    .sort((a, b) => a - b)
  return [now, ...later.map((at) => ({ kind, channel, ...moment(at, question) }))]
}

/** The next time that the clock of a zone shows a full hour. */
function nextHour(now: number, hour: number, zone: string): number {
  const time = `${String(hour).padStart(2, '0')}:00`
  const day = dayInZone(now, zone)
  const today = instantInZone(day, time, zone)
  return today > now ? today : instantInZone(addDays(day, 1), time, zone)
}

function isOpenAt(at: number, channel: Channel, { step, facts }: StepInQuestion): boolean {
  const caps = facts.law?.version.caps ?? []
  const isFree = earliestUnderCaps(at, facts.contacts, { channels: [channel], caps }) <= at
  return isFree && openFrom(at, step, facts.place) === at
}

function waitADay(question: StepInQuestion): CandidateAction {
  const { step, facts } = question
  const at = openFrom(facts.now + DAY_SECONDS, step, facts.place)
  return { kind: 'wait', channel: null, ...moment(at, question) }
}

function moment(at: number, { facts }: StepInQuestion): { at: number; hour: number } {
  const zone = facts.place.zones[0]
  return { at, hour: Math.floor((at - instantInZone(dayInZone(at, zone), '00:00', zone)) / 3_600) }
}
