// By which of the channels of a step a person is reached: those that may carry its words, that lead
// somewhere, and that the person has not closed.

import { channelUse } from '../channels/channel-use.ts'
import type { ClosableChannel, Preferences } from '../claim/debtor.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { Channel } from '../compliance/profile.ts'
import type { Tone } from '../content/message-templates.ts'
import { channelsOf, type StepDefinition } from './journey-definition.ts'

/** Where a person can be reached. */
export interface Reach {
  /** What is known: an address, a number, an agent. */
  readonly known: ReadonlySet<Channel>
  readonly closed: readonly ClosableChannel[]
  readonly preferred?: Preferences['channel']
  /** What this server can use: a provider is configured. */
  readonly served: ReadonlySet<Channel>
  /** The person needs a calmer path: firm words wait for a person. */
  readonly isFragile: boolean
}

/** Why no channel is left. */
export type Unreachable =
  | 'no-address'
  | 'channel-closed'
  | 'tone-not-allowed'
  | 'calmer-path'
  | 'channel-not-served'

export type ChannelChoice =
  | { readonly kind: 'channels'; readonly channels: readonly Channel[] }
  | { readonly kind: 'none'; readonly why: Unreachable }

/** Without a law that is known, or to somebody who is fragile, firm words wait for a person. */
const CALM: readonly Tone[] = ['T1', 'T2', 'T3']

const CLOSED_BY: Readonly<Record<Channel, ClosableChannel | null>> = {
  email: 'email',
  sms: 'sms',
  whatsapp: 'sms',
  letter: 'letter',
  'registered-letter': 'letter',
  phone: 'phone',
  app: null,
}

const WISHED: Readonly<Record<NonNullable<Preferences['channel']>, Channel>> = {
  agent: 'app',
  email: 'email',
  sms: 'sms',
  letter: 'letter',
  phone: 'phone',
}

/**
 * Chooses the channels of a step: all that are left where it goes by all, otherwise the first, the
 * one that the person wishes before the others.
 */
export function chooseChannels(
  step: StepDefinition,
  reach: Reach,
  law: LawInForce | null,
): ChannelChoice {
  const { channels, wished, why } = channelsLeft(step, reach, law)
  if (why !== null) return { kind: 'none', why }
  if (step.reach === 'all') return { kind: 'channels', channels }
  const first = wished ?? channels[0]
  return { kind: 'channels', channels: first === undefined ? [] : [first] }
}

/** The channels of a step that may be used, in its order; `why` says what closed the last of them. */
export interface ChannelsLeft {
  readonly channels: readonly Channel[]
  /** The one among them that the person wishes. */
  readonly wished: Channel | null
  readonly why: Unreachable | null
}

/** Returns the channels of a step that may carry its words, lead to the person and are not closed. */
export function channelsLeft(
  step: StepDefinition,
  reach: Reach,
  law: LawInForce | null,
): ChannelsLeft {
  const none = (why: Unreachable) => ({ channels: [], wished: null, why })
  const { tone = 'T1' } = step
  if (reach.isFragile && !CALM.includes(tone)) return none('calmer-path')
  let left = channelsOf(step).filter((channel) => mayUse(law, channel, tone))
  if (left.length === 0) return none('tone-not-allowed')
  left = left.filter((channel) => reach.known.has(channel))
  if (left.length === 0) return none('no-address')
  left = left.filter((channel) => !isClosed(channel, reach))
  if (left.length === 0) return none('channel-closed')
  left = left.filter((channel) => reach.served.has(channel))
  if (left.length === 0) return none('channel-not-served')
  const wish = reach.preferred === undefined ? undefined : WISHED[reach.preferred]
  return { channels: left, wished: left.find((channel) => channel === wish) ?? null, why: null }
}

/** Returns the channel after one that failed, or null: each is tried once. */
export function nextChannel(
  step: StepDefinition,
  failed: readonly Channel[],
  { reach, law }: { reach: Reach; law: LawInForce | null },
): Channel | null {
  if (step.reach === 'all') return null
  const left = channelsOf(step).filter((channel) => !failed.includes(channel))
  const choice = chooseChannels({ ...step, channels: left }, reach, law)
  return choice.kind === 'channels' ? (choice.channels[0] ?? null) : null
}

function mayUse(law: LawInForce | null, channel: Channel, tone: Tone): boolean {
  if (law === null) return CALM.includes(tone)
  return channelUse({ law }, { channel, tone }).verdict === 'allowed'
}

function isClosed(channel: Channel, { closed }: Reach): boolean {
  const by = CLOSED_BY[channel]
  return by !== null && closed.includes(by)
}
