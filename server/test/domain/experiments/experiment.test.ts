import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawArm, faultOfShares } from '../../../src/domain/experiments/experiment.ts'

const shares = fc
  .record({
    challengerPercent: fc.integer({ min: 1, max: 60 }),
    holdOutPercent: fc.integer({ min: 0, max: 39 }),
  })
  .filter((it) => faultOfShares(it) === null)
const person = (index: number, stratum = 'ordinary/b2c') => ({
  creditorId: 'cr_1',
  debtorId: `de_${index}`,
  stratum,
})

describe('the arm of a person', () => {
  it('is the same for ever, and leaves only the champion when shares grow', () => {
    fc.assert(
      fc.property(fc.nat(), shares, fc.nat({ max: 20 }), (index, before, more) => {
        const first = drawArm('ex_1', person(index), before)
        expect(drawArm('ex_1', person(index), before)).toBe(first)
        const grown = { ...before, challengerPercent: before.challengerPercent + more }
        if (faultOfShares(grown) !== null || first === 'champion') return
        expect(drawArm('ex_1', person(index), grown)).toBe(first)
      }),
    )
  })

  it.each(['ordinary/b2c', 'fragile/b2c', 'at-risk/b2b'])('has its share in %s', (stratum) => {
    const stated = { challengerPercent: 40, holdOutPercent: 10 }
    const arms = Array.from({ length: 20_000 }, (_, i) =>
      drawArm('ex_1', person(i, stratum), stated),
    )
    const share = (arm: string) => arms.filter((it) => it === arm).length / arms.length
    expect(share('challenger')).toBeCloseTo(0.4, 1.7)
    expect(share('hold-out')).toBeCloseTo(0.1, 1.7)
  })

  it('says nothing of the arm in another experiment', () => {
    const stated = { challengerPercent: 50, holdOutPercent: 0 }
    const both = Array.from({ length: 4000 }, (_, index) => {
      return drawArm('ex_1', person(index), stated) === drawArm('ex_2', person(index), stated)
    })
    expect(both.filter(Boolean).length / both.length).toBeCloseTo(0.5, 1.3)
  })

  it('needs shares that fit', () => {
    expect(faultOfShares({ challengerPercent: 0, holdOutPercent: 10 })).toContain(
      'nothing to compare',
    )
    expect(faultOfShares({ challengerPercent: 60, holdOutPercent: 40 })).toContain('100 %')
    expect(faultOfShares({ challengerPercent: 60, holdOutPercent: 39 })).toBe(null)
  })
})
