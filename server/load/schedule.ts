// When work arrives: a Poisson process that waits for no answer, drawn from a seed. Pure.
import type { Random } from '../bench/matching/random.ts'

export interface Arrival<Kind extends string> {
  /** Milliseconds after the beginning. */
  at: number
  kind: Kind
}

/**
 * Arrivals at so many a second on average, for so many milliseconds, in the order of time. Gaps are
 * exponential; the kind of each is drawn by weight.
 */
export function* poissonArrivals<Kind extends string>(
  random: Random,
  load: { perSecond: number; durationMs: number; weights: Readonly<Record<Kind, number>> },
): Generator<Arrival<Kind>> {
  let at = 0
  while (true) {
    at -= (Math.log(1 - random.next()) * 1000) / load.perSecond
    if (at >= load.durationMs) return
    yield { at, kind: drawKind(random, load.weights) }
  }
}

function drawKind<Kind extends string>(
  random: Random,
  weights: Readonly<Record<Kind, number>>,
): Kind {
  const kinds = Object.entries(weights) as [Kind, number][]
  const sum = kinds.reduce((total, [, weight]) => total + weight, 0)
  let left = random.next() * sum
  for (const [kind, weight] of kinds) {
    left -= weight
    if (left < 0) return kind
  }
  throw new Error('there are no kinds of work')
}
