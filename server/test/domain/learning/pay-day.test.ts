import { dayNumberOf } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { binomialTail, learnPayDay, type PaidDay } from '../../../src/domain/learning/pay-day.ts'
import { seededRandom } from '../../../src/domain/learning/seeded-random.ts'
import {
  asPaidDays,
  IRREGULAR,
  NO_HOLIDAYS,
  regularPayments,
} from '../../support/generated-payments.ts'

const RUNS = 300

function learn(payments: readonly PaidDay[]) {
  return learnPayDay({ told: null, payments, holidays: NO_HOLIDAYS })
}

/** A day beside it is right too: months end differently. */
function isNear(found: number, dayOfMonth: number): boolean {
  return Math.abs(found - dayOfMonth) <= 1 || (found >= 28 && dayOfMonth >= 28)
}

function shareOf(run: (seed: number) => boolean): number {
  const hits = Array.from({ length: RUNS }, (_, seed) => run(seed)).filter(Boolean)
  return hits.length / RUNS
}

describe('a pay day', () => {
  it('is found after six payments in 95 % of those who have one', () => {
    const share = shareOf((seed) => {
      const random = seededRandom(seed)
      const dayOfMonth = 1 + Math.floor(random() * 31)
      const rule = random() < 0.7 ? 'before' : 'after'
      const payer = { dayOfMonth, rule, count: 6, firstMonth: seed % 24 } as const
      const found = learn(asPaidDays(regularPayments(payer, random)))
      return found !== null && isNear(found.value.dayOfMonth, dayOfMonth)
    })
    expect(share).toBeGreaterThanOrEqual(0.95)
  })

  it('is the new one after six payments in a new job', () => {
    const share = shareOf((seed) => {
      const random = seededRandom(1000 + seed)
      const before = 1 + Math.floor(random() * 31)
      const dayOfMonth = 1 + ((before + 6 + Math.floor(random() * 15)) % 31)
      const count = 6 + (seed % 12)
      const days = [
        ...regularPayments({ dayOfMonth: before, rule: 'before', count, firstMonth: 0 }, random),
        ...regularPayments({ dayOfMonth, rule: 'before', count: 6, firstMonth: count }, random),
      ]
      const found = learn(asPaidDays(days))
      return found !== null && isNear(found.value.dayOfMonth, dayOfMonth)
    })
    expect(share).toBeGreaterThanOrEqual(0.95)
  })

  it.each(Object.entries(IRREGULAR))(
    'is claimed for 2 % at most of those who pay %s',
    (_, draw) => {
      const claims = [6, 12, 24].map((count) =>
        shareOf((seed) => learn(asPaidDays(draw(count, seededRandom(5000 + seed)))) !== null),
      )
      for (const share of claims) expect(share).toBeLessThanOrEqual(0.02)
    },
  )

  it('that was told comes before all that is seen, and stands on the telling', () => {
    const days = regularPayments(
      { dayOfMonth: 3, rule: 'after', count: 12, firstMonth: 0 },
      seededRandom(1),
    )
    const facts = { payments: asPaidDays(days), holidays: NO_HOLIDAYS }
    expect(learnPayDay({ ...facts, told: null })?.value.dayOfMonth).toBe(3)
    expect(learnPayDay({ ...facts, told: { dayOfMonth: 27, event: 'pref-1' } })).toEqual({
      value: { dayOfMonth: 27, rule: 'unknown', isTold: true, followsBill: false },
      confidence: 1,
      basis: ['pref-1'],
      sentence: { key: 'pay-day-told', values: { day: 27 } },
    })
  })

  it('names its payments, and the rule for weekends', () => {
    // The 27th of May and of August 2023 are days of a weekend.
    const paid = [
      '2023-03-27',
      '2023-04-27',
      '2023-05-26',
      '2023-06-27',
      '2023-07-27',
      '2023-08-25',
    ]
    const found = learn(asPaidDays([...paid, '2023-09-11'].map(dayNumberOf)))
    expect(found?.value).toEqual({
      ...{ dayOfMonth: 27, rule: 'before', isTold: false, followsBill: false },
    })
    // Of the latest six, five.
    expect(found?.basis).toEqual(['e1', 'e2', 'e3', 'e4', 'e5'])
    expect(found?.sentence).toEqual({
      key: 'pay-day-seen',
      values: { day: 27, fits: 5, payments: 6 },
    })
  })

  it('is said with less confidence where the bills fall due on one day too', () => {
    const days = regularPayments(
      { dayOfMonth: 10, rule: 'after', count: 8, firstMonth: 0 },
      seededRandom(4),
    )
    const free = asPaidDays(days)
    const bound = free.map((payment) => ({ ...payment, dueOn: `${payment.paidOn.slice(0, 7)}-12` }))
    const [seen, explained] = [learn(free), learn(bound)]
    expect(seen?.sentence.key).toBe('pay-day-seen')
    expect(explained?.sentence.key).toBe('pay-day-seen-with-bill')
    expect(explained?.confidence).toBeLessThan(seen?.confidence ?? 0)
  })

  it('is not said of four payments, however regular, nor of many on one day', () => {
    const four = regularPayments(
      { dayOfMonth: 5, rule: 'after', count: 4, firstMonth: 0 },
      seededRandom(9),
    )
    expect(learn(asPaidDays(four))).toBeNull()
    expect(learn(asPaidDays(new Array(9).fill(dayNumberOf('2023-03-01'))))).toBeNull()
  })
})

describe('the binomial tail', () => {
  it.each([
    [0, 6, 0.3, 1],
    [6, 6, 0.5, 1 / 64],
    [1, 3, 0.5, 7 / 8],
    [2, 2, 1, 1],
  ])('of %i or more in %i at %f is %f', (hits, all, share, expected) => {
    expect(binomialTail(hits, all, share)).toBeCloseTo(expected, 12)
  })
})
