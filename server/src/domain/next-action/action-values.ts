// What an action is worth: money that comes within a horizon, less what the channel costs and what the
// disturbance of a person is stated to cost. Weighed in floating point; nothing here is ever charged.
import type { Channel } from '../compliance/profile.ts'
import type { Priced, PriceList } from '../dunning/step-costs.ts'

/** `catalog/next-action/values.json`, whose schema explains every member, with the prices of channels. */
export interface ActionValues {
  readonly version: number
  readonly currency: string
  readonly horizonDays: number
  readonly worth: { readonly share: number; readonly most: number; readonly lostPerDay: number }
  readonly annoyance: {
    readonly channels: Readonly<Record<Channel, number>>
    readonly perRecentContact: number
    readonly fragileTimes: number
  }
  readonly choice: { readonly hours: readonly number[]; readonly mostWaits: number }
  readonly beliefs: {
    readonly unknownSelfCure: number
    readonly unknownAnswer: Readonly<Record<Channel, number>>
    readonly paysOnceReached: number
    readonly otherHour: number
    readonly personStrength: number
    readonly pooledMost: number
  }
  readonly exploration: { readonly draws: number; readonly floor: number }
  /** What carriers ask, in ten-thousandths of the currency. */
  readonly costs: ReadonlyMap<Priced, bigint>
}

/** What an action's value depends on beside the action. */
export interface Stakes {
  /** What is owed, in whole units of the currency. */
  readonly outstanding: number
  /** Messages of the last 31 days. */
  readonly recentContacts: number
  readonly fragile: boolean
}

/** Returns what it is worth that all of it comes within the horizon. */
export function worthOf(
  { outstanding }: Pick<Stakes, 'outstanding'>,
  values: ActionValues,
): number {
  return Math.min(outstanding * values.worth.share, values.worth.most)
}

/** Returns what a message costs: the carrier, and a person's time where somebody has to call. */
export function costOfChannel(channel: Channel, { costs }: ActionValues): number {
  const parts: readonly Priced[] = channel === 'phone' ? ['phone', 'task'] : [channel]
  return parts.reduce((sum, part) => sum + Number(costs.get(part) ?? 0n) / 10_000, 0)
}

/** Returns the stated cost of disturbing a person by a channel. */
export function annoyanceOf(channel: Channel, stakes: Stakes, { annoyance }: ActionValues): number {
  const { channels, perRecentContact, fragileTimes } = annoyance
  const often = 1 + perRecentContact * stakes.recentContacts
  return channels[channel] * often * (stakes.fragile ? fragileTimes : 1)
}

/** Lists what the schema cannot say: prices in another currency, chances above one. */
export function findValueFaults(
  { currency, beliefs }: Pick<ActionValues, 'currency' | 'beliefs'>,
  prices: PriceList,
): string[] {
  const chances = Object.entries(beliefs.unknownAnswer).filter(([, chance]) => chance > 1)
  return [
    ...(prices.currency === currency
      ? []
      : [`the costs are in ${prices.currency}, not ${currency}`]),
    ...chances.map(([channel]) => `the chance of an answer by ${channel} is above 1`),
  ]
}
