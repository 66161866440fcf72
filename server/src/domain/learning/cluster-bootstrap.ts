// Intervals by drawing customers again and again (cluster bootstrap): bills of one customer are alike, so
// they are drawn together. Percentiles of the draws; the same seed gives the same interval.
import { seededRandom } from './seeded-random.ts'

/** At 95 %; null where too few draws had a value. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** How often, and from which seed. */
export interface Draws {
  readonly count: number
  readonly seed: number
}

const LEAST_SHARE_OF_DRAWS = 0.5

/**
 * Draws as many customers as there are, with repetition, and measures each draw. `measure` gets how often
 * each customer was drawn, and returns a value for each name; null values are left out.
 */
export function bootstrapIntervals<Name extends string>(
  customers: readonly string[],
  measure: (weightOf: (customer: string) => number) => Readonly<Record<Name, number | null>>,
  { count, seed }: Draws,
): Record<Name, Interval | null> {
  const each = [...new Set(customers)].sort()
  const random = seededRandom(seed)
  const found = new Map<Name, number[]>()
  for (let draw = 0; draw < count; draw++) {
    const weights = new Map<string, number>()
    for (let drawn = 0; drawn < each.length; drawn++) {
      const customer = each[Math.floor(random() * each.length)] ?? ''
      weights.set(customer, (weights.get(customer) ?? 0) + 1)
    }
    const values = measure((customer) => weights.get(customer) ?? 0)
    for (const [name, value] of Object.entries(values) as [Name, number | null][]) {
      const list = found.get(name) ?? []
      if (value !== null) list.push(value)
      found.set(name, list)
    }
  }
  const intervals = [...found].map(([name, values]) => [name, intervalOf(values, count)])
  return Object.fromEntries(intervals)
}

function intervalOf(values: number[], count: number): Interval | null {
  if (values.length < Math.max(1, count * LEAST_SHARE_OF_DRAWS)) return null
  const sorted = values.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return { low: at(0.025), high: at(0.975) }
}
