// What came of a choice, in the scale that it was made by: from this, policies learn and are judged.
import type { Channel } from '../compliance/profile.ts'
import {
  type ActionValues,
  annoyanceOf,
  costOfChannel,
  type Stakes,
  worthOf,
} from './action-values.ts'

/** What is known once the horizon is over. Money in minor units. */
export interface ChoiceFacts {
  readonly owed: bigint
  /** By the end of a wait; else within the horizon of the message. */
  readonly gained: bigint
  /** Within the horizon, whatever was done meanwhile. */
  readonly recovered: bigint
  /** The channels of the messages that left meanwhile. */
  readonly messages: readonly Channel[]
}

export interface ActionOutcome {
  /** Shares of what was owed. */
  readonly gained: number
  readonly recovered: number
  readonly messages: number
  readonly cost: number
  readonly annoyance: number
  /** What came is worth, less cost and annoyance. */
  readonly reward: number
}

/** Judges a choice. */
export function judgeChoice(
  { owed, gained, recovered, messages }: ChoiceFacts,
  stakes: Stakes,
  values: ActionValues,
): ActionOutcome {
  const share = (part: bigint) => (owed <= 0n ? 0 : Math.min(Number(part) / Number(owed), 1))
  const cost = messages.reduce((sum, channel) => sum + costOfChannel(channel, values), 0)
  const annoyance = messages.reduce((sum, channel, index) => {
    const recentContacts = stakes.recentContacts + index
    return sum + annoyanceOf(channel, { ...stakes, recentContacts }, values)
  }, 0)
  const reward = worthOf(stakes, values) * share(recovered) - cost - annoyance
  const came = { gained: share(gained), recovered: share(recovered) }
  return { ...came, messages: messages.length, cost, annoyance, reward }
}
