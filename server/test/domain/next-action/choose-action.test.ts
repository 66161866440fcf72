import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/domain/learning/seeded-random.ts'
import type { Evidence } from '../../../src/domain/next-action/beliefs.ts'
import { armOf, beliefOf, chanceWithin, meanOf } from '../../../src/domain/next-action/beliefs.ts'
import type {
  CandidateAction,
  Candidates,
} from '../../../src/domain/next-action/candidate-actions.ts'
import { type ChooseInput, chooseAction } from '../../../src/domain/next-action/choose-action.ts'
import { drawBeta } from '../../../src/domain/next-action/draw-beta.ts'
import { DAY, NOW } from '../dunning/support-facts.ts'
import { anyStanding, SEGMENTS, standing, VALUES } from './support-standing.ts'

const by = (channel: CandidateAction['channel'], hour = 10): CandidateAction => ({
  kind: 'remind',
  channel,
  at: NOW + (hour - 10) * 3_600,
  hour,
})
const WAIT: CandidateAction = { kind: 'wait', channel: null, at: NOW + DAY, hour: 10 }
const OPEN: Candidates = { actions: [by('email'), by('sms'), by('email', 15), WAIT], fixed: null }

function choose(changes: Partial<ChooseInput> = {}, seed = 1) {
  return chooseAction({
    candidates: OPEN,
    standing: standing(),
    stakes: { outstanding: 120, recentContacts: 0 },
    evidence: new Map(),
    segments: SEGMENTS,
    values: VALUES,
    now: NOW,
    random: seededRandom(seed),
    ...changes,
  })
}

describe('a choice', () => {
  it('comes with probabilities that sum to one, none below its share of the floor', () => {
    fc.assert(
      fc.property(
        anyStanding,
        fc.nat(),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        (one, seed, outstanding) => {
          const stakes = { outstanding, recentContacts: seed % 4 }
          const choice = choose({ standing: one, stakes }, seed)
          const sum = choice.weighed.reduce((total, { probability }) => total + probability, 0)
          expect(sum).toBeCloseTo(1, 9)
          expect(choice.weighed).toContain(choice.chosen)
          if (one.fragile) return
          const least = VALUES.exploration.floor / OPEN.actions.length
          for (const { probability } of choice.weighed) {
            expect(probability).toBeGreaterThanOrEqual(least - 1e-12)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  it('tries nothing out on a person who needs care: the best by what is believed, always', () => {
    fc.assert(
      fc.property(anyStanding, fc.nat(), (one, seed) => {
        const choice = choose({ standing: { ...one, fragile: true } }, seed)
        const most = Math.max(...choice.weighed.map(({ value }) => value))
        expect(choice.isTriedOut).toBe(false)
        expect(choice.chosen.probability).toBe(1)
        expect(choice.chosen.value).toBe(most)
        expect(choice.reasons.map(({ code }) => code)).toContain('fragile')
        expect(choice.proposes).toBe('talk-about-help')
      }),
      { numRuns: 100 },
    )
    const chosen = new Set(Array.from({ length: 40 }, (_, seed) => choose({}, seed).chosen.arm))
    expect(chosen.size).toBeGreaterThan(1)
  })

  it('is made as often as it says: frequencies agree with the probabilities that were logged', () => {
    const runs = 1500
    // Of the choices that were made with the probability p, the share p was made: mean of 1{a}/p is 1.
    const sums = OPEN.actions.map(() => 0)
    for (let seed = 0; seed < runs; seed++) {
      const { chosen, weighed } = choose({}, seed)
      const index = weighed.indexOf(chosen)
      sums[index] = (sums[index] ?? 0) + 1 / chosen.probability
    }
    for (const sum of sums) expect(Math.abs(sum / runs - 1)).toBeLessThan(0.35)
    const all = sums.reduce((total, sum) => total + sum, 0) / (runs * OPEN.actions.length)
    expect(Math.abs(all - 1)).toBeLessThan(0.12)
  })

  it('is the same from the same seed', () => {
    expect(choose({}, 7)).toEqual(choose({}, 7))
  })

  it('waits for who pays unasked when little is owed, and writes to who does not', () => {
    const best = (chanceOfSelfCure: number, outstanding: number) => {
      const one = standing({ chanceOfSelfCure, fragile: true })
      return choose({ standing: one, stakes: { outstanding, recentContacts: 0 } }).chosen.action
        .kind
    }
    expect(best(0.95, 30)).toBe('wait')
    expect(best(0.1, 400)).toBe('remind')
  })

  it('asks no louder of who owes more than the most', () => {
    const valueAt = (outstanding: number) => {
      return choose({ stakes: { outstanding, recentContacts: 0 } }).weighed.map(
        ({ value }) => value,
      )
    }
    expect(valueAt(100_000)).toEqual(valueAt(VALUES.worth.most / VALUES.worth.share))
  })

  it('weighs every message of late against the next one', () => {
    const valueAfter = (recentContacts: number) => {
      return choose({ stakes: { outstanding: 120, recentContacts } }).weighed[0]?.annoyance ?? 0
    }
    expect(valueAfter(3)).toBeGreaterThan(valueAfter(1))
  })

  it('of one candidate is that one, with certainty and the reason', () => {
    const fixed = { actions: [by('letter')], fixed: 'formal-step' } as const
    const { chosen, isTriedOut, reasons } = choose({ candidates: fixed })
    expect([chosen.probability, isTriedOut]).toEqual([1, false])
    expect(reasons.map(({ code }) => code)).toContain('formal-step')
  })

  it('says what was expected, and that it was tried out', () => {
    const tried = Array.from({ length: 200 }, (_, seed) => choose({}, seed)).find(({ reasons }) =>
      reasons.some(({ code }) => code === 'tried-out'),
    )
    expect(tried?.reasons.at(-1)?.sentence).toMatch(
      /^Chosen by chance, with a probability of \d+ %/,
    )
    expect(choose().reasons.find(({ code }) => code === 'expected-value')?.sentence).toMatch(
      /come, which is worth -?\d+\.\d\d EUR/,
    )
  })
})

describe('what is believed', () => {
  const one = standing({ contactability: { email: 0.1, sms: 0.9 }, bestHour: 15 })
  const input = { standing: one, segment: 'ordinary', values: VALUES, now: NOW }

  it('begins with the person: the channel that is answered, at the person’s hour', () => {
    const mean = (action: CandidateAction) =>
      meanOf(beliefOf(action, { ...input, evidence: new Map() }))
    expect(mean(by('sms'))).toBeGreaterThan(mean(by('email')))
    expect(mean(by('sms', 15))).toBeGreaterThan(mean(by('sms')))
    expect(mean(WAIT)).toBeLessThan(mean(by('email')))
  })

  it('gives way to what came: in other segments up to a limit, in the own without one', () => {
    const arm = armOf(by('sms'))
    const record = new Map([[arm, { trials: 1000, gained: 20, foretold: 700 }]])
    const meanWith = (segment: string) => {
      const evidence: Evidence = new Map([[segment, record]])
      return meanOf(beliefOf(by('sms'), { ...input, evidence }))
    }
    expect(meanWith('ordinary')).toBeCloseTo(0.02, 1)
    expect(meanWith('at-risk')).toBeLessThan(0.1)
    const surenessWith = (segment: string) => {
      const { paid, unpaid } = beliefOf(by('sms'), {
        ...input,
        evidence: new Map([[segment, record]]),
      })
      return paid + unpaid
    }
    const { personStrength, pooledMost } = VALUES.beliefs
    expect(surenessWith('ordinary')).toBe(personStrength + 1000)
    expect(surenessWith('at-risk')).toBe(personStrength + pooledMost)
  })

  it('spreads a chance evenly over its days', () => {
    const day = chanceWithin(1, 0.7, 7)
    expect(1 - (1 - day) ** 7).toBeCloseTo(0.7, 12)
  })
})

describe('a draw of a beta distribution', () => {
  it.each([
    [2, 6],
    [0.4, 0.9],
    [40, 3],
  ])('has mean and variance of Beta(%f, %f)', (paid, unpaid) => {
    const random = seededRandom(5)
    const draws = Array.from({ length: 20_000 }, () => drawBeta({ paid, unpaid }, random))
    const mean = draws.reduce((sum, it) => sum + it, 0) / draws.length
    const variance = draws.reduce((sum, it) => sum + (it - mean) ** 2, 0) / draws.length
    const all = paid + unpaid
    expect(mean).toBeCloseTo(paid / all, 2)
    expect(variance).toBeCloseTo((paid * unpaid) / (all ** 2 * (all + 1)), 2)
  })
})
