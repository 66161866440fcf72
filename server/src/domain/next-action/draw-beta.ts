// Draws from a beta distribution, repeatable from a seed.
import { drawNormal, type Random } from '../learning/seeded-random.ts'
import type { Belief } from './beliefs.ts'

/** A draw from a beta distribution, by two of gamma distributions. */
export function drawBeta({ paid, unpaid }: Belief, random: Random): number {
  const one = drawGamma(paid, random)
  return one / (one + drawGamma(unpaid, random))
}

/** Marsaglia and Tsang (2000); shapes below one by the boost of the same paper. */
function drawGamma(shape: number, random: Random): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const normal = drawNormal(random)
    const v = (1 + c * normal) ** 3
    if (v <= 0) continue
    if (Math.log(1 - random()) < 0.5 * normal ** 2 + d - d * v + d * Math.log(v)) return d * v
  }
}
