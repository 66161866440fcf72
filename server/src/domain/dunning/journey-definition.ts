// The language of journeys: everything that a file of `catalog/journeys` may say. A server runs those
// of which it masters every word (`runnable-journey.ts`); the others may be read, checked and compiled.
// The same shape as `catalog/journeys/journey.schema.json`, which explains every member.

import type { Channel } from '../compliance/profile.ts'
import type { Tone } from '../content/message-templates.ts'
import type { ContactWindow, HoldReason, JourneySegment, StopCondition } from './journey.ts'
import type { Condition } from './journey-conditions.ts'

/** A journey as its file states it. */
export interface JourneyDefinition {
  readonly id: string
  readonly version: number
  /** One line for staff. */
  readonly title: string
  /** One sentence that a creditor understands: what happens to whom, and when it ends. */
  readonly description?: string
  /** Who it is for; every condition must be met. Without any: everybody. */
  readonly audience?: readonly Condition[]
  /** What starts it; without: the issue of the claim. */
  readonly triggers?: readonly Trigger[]
  readonly segments: readonly JourneySegment[]
  readonly steps: readonly StepDefinition[]
  readonly stopWhen: readonly StopCondition[]
  /** Holds during which it goes on; every other hold makes it rest. */
  readonly speaksDuring?: readonly HoldReason[]
  /** The most that a step may cost; without: no limit. */
  readonly costLimit?: CostClass
}

/** What starts a journey. */
export type Trigger =
  | 'issued'
  | 'due'
  | 'collection-failed'
  | 'promise'
  | 'instalment'
  | 'dispute'
  | 'already-paid'
  | 'hardship'
  | 'moratorium'
  | 'unreachable'
  | 'paid'
  | 'deceased'
  | 'insolvency'
  | 'credit'
  | 'journey-ended'

/** What a step counts from. */
export type Anchor =
  | 'respond-by'
  | 'legal-term'
  | 'trigger'
  | 'previous-step'
  | 'notice-term-end'
  | 'pay-day'
  | 'promise-day'
  | 'instalment-day'
  | 'hold-end'

/** One step: a message by one or several channels, acts beside it, or acts alone. */
export interface StepDefinition {
  readonly id: string
  readonly anchor: Anchor
  /** Calendar days after the anchor; before it when negative. */
  readonly offsetDays: number
  /** At least so many calendar days after the step before, also when that one was late. */
  readonly daysAfterPrevious: number
  /** Taken only where all of these are met at that moment; left out otherwise. */
  readonly onlyIf?: readonly Condition[]
  /** One channel, or several in `channels`. */
  readonly channel?: Channel
  readonly channels?: readonly Channel[]
  /** `first`: the next channel where the one before cannot reach the person. `all`: each of them. */
  readonly reach?: 'first' | 'all'
  readonly template?: string
  readonly tone?: Tone
  readonly window?: ContactWindow
  /** A `service` message answers or informs; it asks for no payment and is always friendly. */
  readonly purpose?: 'payment' | 'service'
  /** A friendly word beside the escalation, which may be softer than the step before. */
  readonly aside?: boolean
  readonly acts?: readonly Act[]
}

/** What a step does beside its message. */
export type Act =
  | {
      readonly do: 'bot'
      readonly message: 'request' | 'reminder' | 'offer'
      readonly waitHours: number
    }
  | { readonly do: 'notice'; readonly kind?: 'reminder' | 'demand'; readonly termDays?: number }
  | ChargeAct
  | { readonly do: 'stop-charges' }
  | { readonly do: 'task'; readonly task: string; readonly withinWorkingDays: number }
  | { readonly do: 'collect-again'; readonly maxTimes: number }
  | { readonly do: 'follow'; readonly journey: string; readonly fromStep?: string }
  | { readonly do: 'resume'; readonly levelsLower: number }
  | { readonly do: 'carry-over' | 'write-off' | 'refund' | 'hand-over-review' }

/** Adds what the profile allows under a rule: its id, or all of a kind. */
export interface ChargeAct {
  readonly do: 'charge'
  /** The id of a rule, or `interest`, `fee-once`, `fee-per-notice` for whatever there is of it. */
  readonly rule: string
  /** Left out where the profile does not allow it, in place of a refusal. */
  readonly optional?: boolean
}

/** What the dearest part of a step costs, from least to most. */
export type CostClass = 'none' | 'low' | 'message' | 'postage' | 'person'

export const COST_CLASSES: readonly CostClass[] = ['none', 'low', 'message', 'postage', 'person']

const CHANNEL_COSTS: Readonly<Record<Channel, CostClass>> = {
  app: 'low',
  email: 'low',
  sms: 'message',
  whatsapp: 'message',
  letter: 'postage',
  'registered-letter': 'postage',
  phone: 'person',
}

/** Tells whether claims begin with a journey; the others take cases over when something happens. */
export function beginsWithClaim({ triggers = ['issued'] }: JourneyDefinition): boolean {
  return triggers.includes('issued') || triggers.includes('due')
}

/** Tells whether a journey speaks of the lines of an agreed plan, one round for each. */
export function isForPlans({ triggers = [] }: JourneyDefinition): boolean {
  return triggers.includes('instalment')
}

/** Returns the channels of a step in the order in which they are tried; none for acts alone. */
export function channelsOf({ channel, channels }: StepDefinition): readonly Channel[] {
  return channels ?? (channel === undefined ? [] : [channel])
}

/** Tells whether a step asks a person for money; messages between bots and answers do not. */
export function isContact(step: StepDefinition): boolean {
  return channelsOf(step).length > 0 && step.purpose !== 'service'
}

const PRESSING: readonly Act['do'][] = [
  'notice',
  'charge',
  'collect-again',
  'hand-over-review',
  'carry-over',
  'write-off',
]

/** Tells whether a step asks for money in any way: a person, an agent, a bank, or by what follows. */
export function presses(step: StepDefinition): boolean {
  const asksAgent = actOf(step, 'bot') !== undefined && step.purpose !== 'service'
  return isContact(step) || asksAgent || (step.acts ?? []).some((act) => PRESSING.includes(act.do))
}

/** Returns the act of a kind, if the step has it. */
export function actOf<K extends Act['do']>(
  step: StepDefinition,
  kind: K,
): Extract<Act, { readonly do: K }> | undefined {
  const isKind = (act: Act): act is Extract<Act, { readonly do: K }> => act.do === kind
  return step.acts?.find(isKind)
}

/** Returns what the dearest part of a step costs. */
export function costOf(step: StepDefinition): CostClass {
  const costs = channelsOf(step).map((channel) => CHANNEL_COSTS[channel])
  const needsPerson = step.acts?.some((act) => act.do === 'task' || act.do === 'hand-over-review')
  const ranks = [...costs, needsPerson === true ? 'person' : 'none'] as const
  const rank = Math.max(...ranks.map((cost) => COST_CLASSES.indexOf(cost)))
  return COST_CLASSES[rank] ?? 'none'
}
