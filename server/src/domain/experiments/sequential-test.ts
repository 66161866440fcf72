// A test that may be looked at every day: the mixture sequential probability ratio test of Robbins (1970)
// in the form of Johari, Pekelis and Walsh (2017), on the stratified difference of two means. Its
// interval holds the truth on all days at once, as often as it says; variances are those seen so far,
// which is why nothing is said before each arm has a few people.

/** Observations of one arm in one stratum. */
export interface Moments {
  readonly count: number
  readonly mean: number
  /** The sum of squared distances to the mean. */
  readonly squares: number
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, squares: 0 }

/** Adds an observation (Welford, 1962). */
export function observe({ count, mean, squares }: Moments, value: number): Moments {
  const next = mean + (value - mean) / (count + 1)
  return { count: count + 1, mean: next, squares: squares + (value - mean) * (value - next) }
}

/** Puts two sets of observations together (Chan, Golub and LeVeque, 1979). */
export function together(one: Moments, other: Moments): Moments {
  const count = one.count + other.count
  if (count === 0) return NO_MOMENTS
  const apart = other.mean - one.mean
  return {
    count,
    mean: one.mean + (apart * other.count) / count,
    squares: one.squares + other.squares + (apart ** 2 * one.count * other.count) / count,
  }
}

export interface Stratum {
  readonly champion: Moments
  readonly challenger: Moments
}

export interface TestSettings {
  /** How often a difference may be found where there is none, over all days together. */
  readonly alpha: number
  /** The size of the differences that are worth finding: the test is sharpest near it. */
  readonly effect: number
  /** Nothing is said before each arm has so many. */
  readonly least: number
}

/** The challenger's mean less the champion's; null as long as there are too few. */
export interface Difference {
  readonly difference: number
  readonly low: number
  readonly high: number
}

/** With fewer of an arm, a stratum is taken together with the other small ones. */
const LEAST_OF_STRATUM = 10

/** Compares the arms. */
export function compareMeans(
  strata: readonly Stratum[],
  { alpha, effect, least }: TestSettings,
): Difference | null {
  const all = merged(strata)
  if (all.champion.count < least || all.challenger.count < least) return null
  const parts = bigEnough(strata)
  const total = parts.reduce((sum, part) => sum + sizeOf(part), 0)
  let difference = 0
  let variance = 0
  for (const part of parts) {
    const weight = sizeOf(part) / total
    difference += weight * (part.challenger.mean - part.champion.mean)
    variance += weight ** 2 * (varianceOfMean(part.champion) + varianceOfMean(part.challenger))
  }
  // Where everybody did the same, one who does not may come next.
  const seen = Math.max(variance, 1 / total ** 2)
  const mixed = effect ** 2
  const reach = Math.sqrt(
    ((seen * (seen + mixed)) / mixed) * (2 * Math.log(1 / alpha) + Math.log((seen + mixed) / seen)),
  )
  return { difference, low: difference - reach, high: difference + reach }
}

function bigEnough(strata: readonly Stratum[]): Stratum[] {
  const isBig = ({ champion, challenger }: Stratum) =>
    Math.min(champion.count, challenger.count) >= LEAST_OF_STRATUM
  const big = strata.filter(isBig)
  const rest = merged(strata.filter((stratum) => !isBig(stratum)))
  if (sizeOf(rest) === 0) return big
  if (isBig(rest)) return [...big, rest]
  // What is too little by itself joins the largest.
  const [largest, ...others] = big.toSorted((a, b) => sizeOf(b) - sizeOf(a))
  return largest === undefined ? [rest] : [merged([largest, rest]), ...others]
}

function merged(strata: readonly Stratum[]): Stratum {
  return strata.reduce<Stratum>(
    (sum, { champion, challenger }) => ({
      champion: together(sum.champion, champion),
      challenger: together(sum.challenger, challenger),
    }),
    { champion: NO_MOMENTS, challenger: NO_MOMENTS },
  )
}

function sizeOf({ champion, challenger }: Stratum): number {
  return champion.count + challenger.count
}

function varianceOfMean({ count, squares }: Moments): number {
  return squares / Math.max(count - 1, 1) / count
}
