import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from '../../src/protocol/days.ts'
import type { InstalmentLaw } from '../../src/protocol/generated/messages.ts'
import { FREE_OF_CHARGE, isLawfulPlan } from '../../src/protocol/instalment-law.ts'
import { formatAmount, type Money } from '../../src/protocol/money.ts'
import type { PlanTerms } from '../../src/protocol/plan-schedule.ts'
import { bruteLawful } from '../support/brute-force.ts'

const FROM = '2026-03-01'
const MONEY: Money = { minor: 100_000n, currency: 'EUR' }
const CAPPED: InstalmentLaw = {
  ...{ freeOfChargeOnly: false, maxAprBps: 1200 },
  maxFee: { value: '10.00', currency: 'EUR' },
}
const once = (priceBps: number, days: number): PlanTerms => ({
  ...{ instalments: 1, interval: null, priceBps, firstDueDate: addDays(FROM, days) },
})
const allows = (law: InstalmentLaw, plan: PlanTerms, principal = MONEY) =>
  isLawfulPlan({ law, countedFrom: FROM }, principal, plan)

describe('[NEG-18] the price of a plan', () => {
  it('is lawful from the day on which a year would cost what the law allows', () => {
    expect(allows(CAPPED, once(100, 31))).toBe(true)
    expect(allows(CAPPED, once(100, 30))).toBe(false)
  })

  it('is lawful to the cent of the largest fee', () => {
    expect(allows({ ...CAPPED, maxFee: { value: '10.00', currency: 'EUR' } }, once(100, 90))).toBe(
      true,
    )
    expect(allows({ ...CAPPED, maxFee: { value: '9.99', currency: 'EUR' } }, once(100, 90))).toBe(
      false,
    )
  })

  it.each<[string, InstalmentLaw]>([
    ['a law of free plans', { ...CAPPED, freeOfChargeOnly: true }],
    ['no statement of the law', FREE_OF_CHARGE],
    [
      'a law without a yearly rate',
      { freeOfChargeOnly: false, maxFee: { value: '10.00', currency: 'EUR' } },
    ],
    ['a law without a largest fee', { freeOfChargeOnly: false, maxAprBps: 10_000 }],
    [
      'a largest fee in another currency',
      { ...CAPPED, maxFee: { value: '10.00', currency: 'CHF' } },
    ],
    ['a largest fee that is no amount', { ...CAPPED, maxFee: { value: '10', currency: 'EUR' } }],
    ['a rate of nothing', { ...CAPPED, maxAprBps: 0 }],
  ])('is no fee under %s', (_, law) => {
    expect(allows(law, once(1, 90))).toBe(false)
    expect(allows(law, once(0, 90))).toBe(true)
    expect(allows(law, once(-500, 90))).toBe(true)
  })

  it('is no fee where it rounds to nothing', () => {
    expect(allows(FREE_OF_CHARGE, once(1, 90), { minor: 4_999n, currency: 'EUR' })).toBe(true)
    expect(allows(FREE_OF_CHARGE, once(1, 90), { minor: 5_001n, currency: 'EUR' })).toBe(false)
  })

  it('is that of the mean day, for plans of every shape', () => {
    const plan = fc
      .record({
        instalments: fc.integer({ min: 2, max: 12 }),
        interval: fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const),
        priceBps: fc.integer({ min: -50, max: 300 }),
        first: fc.integer({ min: -10, max: 60 }),
        downPaymentBps: fc.option(fc.integer({ min: 1, max: 9999 }), { nil: undefined }),
        payDay: fc.option(fc.integer({ min: 1, max: 31 }), { nil: undefined }),
      })
      .map(({ first, downPaymentBps, payDay, ...rest }) => ({
        ...rest,
        firstDueDate: addDays(FROM, first),
        ...(downPaymentBps === undefined ? {} : { downPaymentBps }),
        ...(payDay === undefined || rest.interval !== 'P1M' ? {} : { payDay }),
      }))
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(
        fc.record({ plan, minor: fc.bigInt({ min: 1_000n, max: 10n ** 9n }) }),
        fc.record({ rate: fc.integer({ min: 0, max: 4_000 }), fee: fc.bigInt(1n, 10n ** 7n) }),
        ({ plan: terms, minor }, { rate, fee }) => {
          const money = { minor, currency: 'EUR' }
          const maxFee = formatAmount({ minor: fee, currency: 'EUR' })
          const isLawful = allows(
            { freeOfChargeOnly: false, maxAprBps: rate, maxFee },
            terms,
            money,
          )
          const law = { freeOfChargeOnly: false, maxAprBps: rate, maxFee: fee, countedFrom: FROM }
          expect(isLawful).toBe(bruteLawful(minor, terms, law))
          seen[`${isLawful}`]++
        },
      ),
      { numRuns: 400 },
    )
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(50)
  })
})
