// How sure a share is: the score interval of Wilson (1927), at 95 %.

/** Between 0 and 1. */
export interface ShareBounds {
  readonly low: number
  readonly high: number
}

/** The 97.5th percentile of the normal distribution: intervals of 95 %. */
export const NORMAL_97_5 = 1.959963984540054

/** Returns the interval of `part` in `all`; where `all` is none, everything is possible. */
export function shareBounds(part: number, all: number): ShareBounds {
  if (all === 0) return { low: 0, high: 1 }
  const share = part / all
  const squared = NORMAL_97_5 ** 2
  const centre = share + squared / (2 * all)
  const reach = NORMAL_97_5 * Math.sqrt((share * (1 - share)) / all + squared / (4 * all * all))
  const scale = 1 + squared / all
  return { low: Math.max(0, (centre - reach) / scale), high: Math.min(1, (centre + reach) / scale) }
}
