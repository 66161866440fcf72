import { describe, expect, it } from 'vitest'
import { slopeOf } from '../../load/slope.ts'
import { summarise } from '../../load/summary.ts'

describe('percentiles', () => {
  it('are by nearest rank, in any order of values', () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i)
    expect(summarise(values)).toEqual({ count: 200, p50: 100, p95: 190, p99: 198, max: 200 })
    expect(summarise([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7 })
  })

  it('are no number where there is nothing', () => {
    expect(summarise([])).toMatchObject({ count: 0, p99: Number.NaN })
  })
})

describe('a slope', () => {
  it('is that of the line of least squares', () => {
    const line = Array.from({ length: 10 }, (_, at) => ({ at, value: 3 + 0.5 * at }))
    expect(slopeOf(line)).toBeCloseTo(0.5, 12)
    const points = [
      { at: 0, value: 1 },
      { at: 1, value: 3 },
      { at: 2, value: 2 },
    ]
    expect(slopeOf(points)).toBeCloseTo(0.5, 12)
  })

  it('is 0 where time stands still', () => {
    expect(slopeOf([])).toBe(0)
    expect(slopeOf([{ at: 1, value: 5 }])).toBe(0)
  })
})
