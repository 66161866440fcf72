import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  brokenRails,
  harmOf,
  judgeExperiment,
  type MemberOutcome,
} from '../../../src/domain/experiments/experiment-result.ts'
import { NO_MOMENTS, observe, together } from '../../../src/domain/experiments/sequential-test.ts'
import { membersOf, type World } from './support-members.ts'

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed + 1)
const HALF_A_YEAR = { days: 180, aDay: 10 }
const LAST = 210

type Days = ReturnType<typeof judgeExperiment>['days']

/** What is seen from day to day, once for each seed. */
const livedThrough = (world: Omit<World, 'seed'>) =>
  SEEDS.map((seed) => judgeExperiment(membersOf({ ...world, seed }), LAST).days)
const shareOf = <One>(all: readonly One[], counts: (one: One) => boolean) =>
  all.filter(counts).length / all.length

/** Looks every day, and stops at the first that decides. */
const decision = (days: Days) => days.find(({ low, high }) => low > 0 || high < 0)

/** What somebody does who looks every day with the interval of a single look. */
const foolhardy = (days: Days) => {
  return days.some(({ difference }, index) => {
    const count = (index + 1) * 4.5
    const single = 1.96 * Math.sqrt((2 * 0.17) / Math.max(count, 30))
    return Math.abs(difference) > single
  })
}

describe('a test that is looked at every day', () => {
  it('finds a difference where there is none at most 5 times in 100, over all days together', () => {
    const lives = livedThrough(HALF_A_YEAR)
    const found = shareOf(lives, (days) => decision(days) !== undefined)
    expect(found).toBeLessThanOrEqual(0.05)
    // The interval of a single look is fooled far more often by the same people.
    expect(shareOf(lives, foolhardy)).toBeGreaterThan(0.15)
  }, 60_000)

  it('finds a difference of ten points nine times in ten, on the right side', () => {
    const lives = livedThrough({ ...HALF_A_YEAR, effect: 0.1 })
    expect(shareOf(lives, (days) => (decision(days)?.low ?? 0) > 0)).toBeGreaterThan(0.9)
    expect(shareOf(lives, (days) => (decision(days)?.high ?? 0) < 0)).toBe(0)
  }, 60_000)

  it('says nothing before each arm has thirty people', () => {
    const few = membersOf({ days: 4, aDay: 10, seed: 1, effect: 0.15 })
    const { verdict, difference, sentence } = judgeExperiment(few, LAST)
    expect([verdict, difference]).toEqual(['too-few', null])
    expect(sentence).toContain('fewer than 30 people')
  })

  it('leaves out who is not followed to the end yet', () => {
    const members = membersOf({ ...HALF_A_YEAR, seed: 3 })
    const { arms } = judgeExperiment(members, 60)
    const followed = arms.reduce((sum, arm) => sum + arm.followed, 0)
    expect(followed).toBe(members.filter(({ matureDay }) => matureDay <= 60).length)
    expect(followed).toBeLessThan(members.length)
  })
})

describe('the guard-rails', () => {
  const worse = { champion: 0.03, challenger: 0.12 }

  it('stop a policy that closes channels, whatever it brings', () => {
    const stopped = shareOf(SEEDS, (seed) => {
      const members = membersOf({ ...HALF_A_YEAR, seed, effect: 0.1, optOuts: worse })
      return brokenRails(members).includes('optOuts')
    })
    expect(stopped).toBeGreaterThan(0.9)
    const members = membersOf({ ...HALF_A_YEAR, seed: 1, effect: 0.1, optOuts: worse })
    const result = judgeExperiment(members, LAST)
    expect(result.verdict).toBe('guard-rail')
    expect(harmOf(result)).toBe('guard-rail')
    expect(result.sentence).toContain('closed channels')
  }, 60_000)

  it('stand while nothing got worse', () => {
    const stopped = shareOf(
      SEEDS,
      (seed) => brokenRails(membersOf({ ...HALF_A_YEAR, seed })).length > 0,
    )
    expect(stopped).toBeLessThan(0.1)
  }, 60_000)

  it.each(['complaints', 'brokenPromises', 'optOuts', 'feeBurden'] as const)('watch %s', (rail) => {
    const members = membersOf({ ...HALF_A_YEAR, seed: 2 }).map((member, index): MemberOutcome => {
      if (member.arm !== 'challenger') return member
      if (rail === 'feeBurden') return { ...member, fees: member.owed * 0.2 }
      return { ...member, [rail]: index % 4 === 0 ? 1 : 0 }
    })
    expect(brokenRails(members)).toEqual([rail])
  })
})

describe('the figures of an arm', () => {
  it('have intervals that hold the truth, the cost of a recovered euro among them', () => {
    const truth = (0.2 + 1.5 / 2) * 100
    const held = shareOf(SEEDS, (seed) => {
      const { arms } = judgeExperiment(membersOf({ ...HALF_A_YEAR, seed }), LAST)
      const champion = arms.find(({ arm }) => arm === 'champion')?.costPerRecovered
      // Costs are 95 on average, and 17,000 is owed, of which the truth of the strata comes.
      const pays = 0.5 * 0.85 + 0.35 * 0.6 + 0.15 * 0.25
      const real = truth / (17_000 * (pays + (1 - pays) * 0.2 * 0.5))
      return (
        champion !== undefined && champion !== null && champion.low <= real && real <= champion.high
      )
    })
    expect(held).toBeGreaterThan(0.9)
  }, 60_000)

  it('are none without people', () => {
    const { arms } = judgeExperiment([], 0)
    for (const arm of arms) expect(arm).toMatchObject({ people: 0, recoveredShare: null })
  })
})

describe('moments', () => {
  it('are the same however the observations are parted', () => {
    const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2 })
    fc.assert(
      fc.property(values, fc.nat(), (all, at) => {
        const cut = at % all.length
        const whole = all.reduce(observe, NO_MOMENTS)
        const [one, other] = [all.slice(0, cut), all.slice(cut)]
        const parts = together(one.reduce(observe, NO_MOMENTS), other.reduce(observe, NO_MOMENTS))
        expect(parts.count).toBe(whole.count)
        expect(parts.mean).toBeCloseTo(whole.mean, 9)
        expect(parts.squares).toBeCloseTo(whole.squares, 6)
      }),
    )
  })
})
