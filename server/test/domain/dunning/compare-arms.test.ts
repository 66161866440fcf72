import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ArmCount,
  compareArms,
  LEAST_CLAIMS,
  settledShare,
  shareInterval,
} from '../../../src/domain/dunning/compare-arms.ts'

const count = (settled: number, claims: number, arm: ArmCount['arm'] = 'champion'): ArmCount => {
  return { arm, claims, settled }
}

describe('the share of settled claims', () => {
  // Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
  it.each([
    [81, 263, 25.53, 36.62],
    [15, 148, 6.24, 16.05],
    [0, 20, 0, 16.11],
    [1, 29, 0.61, 17.18],
  ])('%i of %i lies between %f and %f %%', (settled, claims, low, high) => {
    const interval = shareInterval(count(settled, claims))
    expect(Math.abs(interval.low - low)).toBeLessThan(0.011)
    expect(Math.abs(interval.high - high)).toBeLessThan(0.011)
  })

  it('may be anything without claims', () => {
    expect([settledShare(count(0, 0)), shareInterval(count(0, 0))]).toEqual([
      null,
      { low: 0, high: 100 },
    ])
    expect(settledShare(count(1, 3))).toBe(33.33)
  })

  it('lies inside its interval, which lies between 0 and 100 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1 }), (n, x) => {
        const counted = count(Number.isNaN(x) ? 0 : Math.round(n * x), n)
        const { low, high } = shareInterval(counted)
        const share = (counted.settled / n) * 100
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(100)
        expect(low).toBeLessThanOrEqual(share + 1e-9)
        expect(high).toBeGreaterThanOrEqual(share - 1e-9)
      }),
    )
  })
})

describe('the difference of two arms', () => {
  // Newcombe, Interval estimation for the difference between independent proportions, 1998, table II,
  // method 10: 56 of 70 against 48 of 80 is 0.0524 to 0.3339; 9 of 10 against 3 of 10 is 0.1705 to 0.8090.
  it.each([
    [56, 70, 48, 80, 5.24, 33.39],
    [9, 10, 3, 10, 17.05, 80.9],
    [0, 10, 0, 20, -16.11, 27.75],
  ])('%i of %i against %i of %i', (x, m, y, n, low, high) => {
    const { interval } = compareArms(count(y, n), count(x, m, 'challenger'))
    expect(Math.abs(interval.low - low)).toBeLessThan(0.011)
    expect(Math.abs(interval.high - high)).toBeLessThan(0.011)
  })

  it('is decided where chance alone would hardly make it', () => {
    const better = compareArms(count(48, 80), count(56, 70, 'challenger'))
    expect(better).toMatchObject({ points: 20, verdict: 'better', against: 'champion' })
    expect(better.sentence).toBe(
      'Decided: the challenger settles 20 points more of its claims than the champion (between 5.24 and 33.39 points, at 95 %).',
    )
    const worse = compareArms(count(56, 70), count(48, 80, 'hold-out'))
    expect(worse).toMatchObject({ points: -20, verdict: 'worse' })
    expect(worse.sentence).toContain('the hold-out settles 20 points less')
  })

  it('is not decided where it may be chance, or with few claims', () => {
    const close = compareArms(count(50, 100), count(54, 100, 'challenger'))
    expect(close).toMatchObject({ points: 4, verdict: 'undecided' })
    expect(close.sentence).toMatch(/^Not decided: .*, which includes none\.$/)
    const few = compareArms(count(0, 1_000), count(29, LEAST_CLAIMS - 1, 'challenger'))
    expect(few).toMatchObject({ verdict: 'too-few' })
    expect(few.sentence).toBe('Not decided: an arm has fewer than 30 claims.')
    const enough = compareArms(count(0, 1_000), count(30, LEAST_CLAIMS, 'challenger'))
    expect(enough.verdict).toBe('better')
  })

  it('turns round with its arms', () => {
    const claims = fc.integer({ min: 1, max: 500 })
    fc.assert(
      fc.property(claims, claims, fc.nat(500), fc.nat(500), (m, n, x, y) => {
        const [one, other] = [count(Math.min(x, m), m), count(Math.min(y, n), n)]
        const there = compareArms(one, other).interval
        const back = compareArms(other, one).interval
        expect(there.low + back.high).toBeCloseTo(0, 1.5)
        expect(there.high + back.low).toBeCloseTo(0, 1.5)
      }),
    )
  })
})
