import { describe, expect, it } from 'vitest'
import { createRandom } from '../../bench/matching/random.ts'
import { poissonArrivals } from '../../load/schedule.ts'

const load = { perSecond: 50, durationMs: 200_000, weights: { often: 3, seldom: 1 } }
const arrivals = (seed: number) => [...poissonArrivals(createRandom(seed), load)]

describe('a Poisson schedule', () => {
  it('is the same for a seed, and another for another', () => {
    expect(arrivals(1)).toEqual(arrivals(1))
    expect(arrivals(1)).not.toEqual(arrivals(2))
  })

  it('has the rate that was asked for, the weights, and exponential gaps', () => {
    const all = arrivals(7)
    // Five standard deviations of a count of 10,000.
    expect(Math.abs(all.length - 10_000)).toBeLessThan(500)
    const often = all.filter(({ kind }) => kind === 'often').length / all.length
    expect(often).toBeCloseTo(0.75, 1)
    const gaps = all.slice(1).map(({ at }, i) => at - (all[i]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    // An exponential gap is longer than its mean in one case of e.
    const longer = gaps.filter((gap) => gap > 20).length / gaps.length
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.025)
  })

  it('ends with its time', () => {
    expect(arrivals(3).every(({ at }) => at >= 0 && at < 200_000)).toBe(true)
  })
})
