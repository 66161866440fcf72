// The figures by which models are judged, against values worked out by hand.
import { describe, expect, it } from 'vitest'
import { billsNeeded, calibrate } from '../../../src/domain/learning/calibration.ts'
import { bootstrapIntervals } from '../../../src/domain/learning/cluster-bootstrap.ts'
import {
  brierScore,
  chanceScorer,
  type Judged,
} from '../../../src/domain/learning/score-chances.ts'

const once = () => 1

function judged(scores: readonly number[], came: readonly number[]): Judged[] {
  return scores.map((score, at) => ({
    ...{ invoice: `i${at}`, customer: `c${at % 3}`, score },
    ...{ says: score >= 0.5, came: came[at] === 1 },
  }))
}

describe('the scores of chances', () => {
  it('are those worked out by hand, ties counted half', () => {
    const some = judged([0.9, 0.6, 0.6, 0.4, 0.1], [1, 0, 1, 1, 0])
    // Pairs: 0.9 beats both; 0.6 ties one and beats one; 0.4 loses one and beats one: 4.5 of 6.
    expect(chanceScorer(some)(once)).toEqual({
      accuracy: 3 / 5,
      balanced: (2 / 3 + 1 / 2) / 2,
      auc: 4.5 / 6,
    })
    expect(brierScore(some)).toBeCloseTo((0.01 + 0.36 + 0.16 + 0.36 + 0.01) / 5, 12)
  })

  it('count a customer as often as it was drawn', () => {
    const some = judged([0.9, 0.2, 0.7], [1, 1, 0])
    const scores = chanceScorer(some)((customer) => (customer === 'c0' ? 3 : 1))
    expect(scores.accuracy).toBe(3 / 5)
  })

  it('are null where nothing can be said', () => {
    const nothing = { accuracy: null, balanced: null, auc: null }
    expect(chanceScorer([])(once)).toEqual(nothing)
    expect(chanceScorer(judged([0.7], [1]))(once)).toEqual({ ...nothing, accuracy: 1 })
    expect(brierScore([])).toBeNull()
  })
})

describe('calibration', () => {
  it('groups bills by tenths and says how far off each is', () => {
    const scores = Array.from({ length: 1000 }, (_, at) => (at + 0.5) / 1000)
    const true_ = scores.map((score, at) => (((at * 7919) % 1000) / 1000 < score ? 1 : 0))
    const groups = calibrate(judged(scores, true_))
    expect(groups.map(({ bills }) => bills)).toEqual(new Array(10).fill(100))
    expect(groups.filter(({ verdict }) => verdict === 'off')).toEqual([])
    const wrong = calibrate(
      judged(
        scores,
        scores.map((score) => (score < 0.5 ? 1 : 0)),
      ),
    )
    expect(wrong.every(({ verdict }) => verdict === 'off')).toBe(true)
  })

  it('says where there are too few bills to tell', () => {
    const [few] = calibrate(judged([0.6], [1]))
    expect(few).toMatchObject({ bills: 1, verdict: 'too-few' })
    expect(billsNeeded(0.5)).toBe(385)
  })
})

describe('intervals by drawing customers', () => {
  const customers = Array.from({ length: 40 }, (_, at) => `c${at}`)
  const mean = (weightOf: (customer: string) => number) => {
    const sum = customers.reduce((total, customer, at) => total + weightOf(customer) * at, 0)
    return { mean: sum / customers.length, never: null }
  }

  it('hold the value, repeat by the seed, and are null without values', () => {
    const draws = { count: 400, seed: 5 }
    const { mean: interval, never } = bootstrapIntervals(customers, mean, draws)
    expect(never).toBeNull()
    // The standard error of the mean of 0 to 39 is 1.83.
    expect(interval?.low).toBeGreaterThan(14.5)
    expect(interval?.low).toBeLessThan(17.5)
    expect(interval?.high).toBeGreaterThan(21.5)
    expect(interval?.high).toBeLessThan(24.5)
    expect(bootstrapIntervals(customers, mean, draws).mean).toEqual(interval)
    expect(bootstrapIntervals(customers, mean, { ...draws, seed: 6 }).mean).not.toEqual(interval)
  })
})
