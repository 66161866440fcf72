// What the steps of a journey cost a creditor, for plans: exact, in ten-thousandths of the currency,
// since a mail costs less than any coin. Nothing here is ever charged to a debtor.

import type { Channel } from '../compliance/profile.ts'
import type { CompiledStep } from './compile-journey.ts'

/** What a price is for: a message by a channel, or a task for a person. */
export type Priced = Channel | 'task'

/** Prices as their file states them. */
export interface PriceList {
  readonly currency: string
  readonly sources: readonly { readonly id: string; readonly title: string }[]
  readonly prices: readonly {
    readonly for: Priced
    /** A decimal string with at most four decimals. */
    readonly amount: string
    readonly source: string
    readonly note: string
  }[]
}

const DECIMALS = 4

/**
 * Returns the channels by which a step is said when everybody can be reached: each of them, or the
 * first that needs no agreement of the person, else the first.
 */
export function usedChannels({ step, channels, optIn }: CompiledStep): readonly Channel[] {
  if (step.reach === 'all') return channels
  const [first] = channels.filter((channel) => !optIn.includes(channel))
  return first === undefined ? channels.slice(0, 1) : [first]
}

/** Returns everything that a step makes somebody pay for. */
export function pricedParts(step: CompiledStep): readonly Priced[] {
  const tasks = (step.step.acts ?? []).filter(({ do: act }) => {
    return act === 'task' || act === 'hand-over-review'
  })
  return [...usedChannels(step), ...tasks.map(() => 'task' as const)]
}

/** Returns the price of each part in ten-thousandths. @throws {RangeError} for more decimals. */
export function pricesOf({ prices }: PriceList): ReadonlyMap<Priced, bigint> {
  return new Map(prices.map((price) => [price.for, parsePrice(price.amount)]))
}

/** Lists what the schema cannot say: unknown sources, two prices of one thing. */
export function findPriceFaults({ sources, prices }: PriceList): string[] {
  const ids = new Set(sources.map(({ id }) => id))
  const names = prices.map((price) => price.for)
  return [
    ...prices.filter(({ source }) => !ids.has(source)).map((it) => `no source "${it.source}"`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((it) => `"${it}" twice`),
  ]
}

/** Writes ten-thousandths as a decimal string: two decimals, and more where they are needed. */
export function formatPrice(value: bigint): string {
  const digits = String(value).padStart(DECIMALS + 1, '0')
  const [whole, part] = [digits.slice(0, -DECIMALS), digits.slice(-DECIMALS)]
  return `${whole}.${part.slice(0, 2)}${part.slice(2).replace(/0+$/, '')}`
}

function parsePrice(text: string): bigint {
  const [whole = '', part = ''] = text.split('.')
  if (part.length > DECIMALS) throw new RangeError(`"${text}" has too many decimals`)
  return BigInt(whole + part.padEnd(DECIMALS, '0'))
}
