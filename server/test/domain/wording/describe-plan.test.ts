import { schedule } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import {
  describePlan,
  describeRhythm,
  sumOfPayments,
} from '../../../src/domain/wording/describe-plan.ts'

const { wording } = loadCatalog()

function plan(minor: bigint, instalments: number) {
  const interval = instalments === 1 ? null : ('P1M' as const)
  const terms = { instalments, interval, priceBps: 0, firstDueDate: '2026-03-27' }
  return { interval, lines: schedule({ minor, currency: 'EUR' }, terms) }
}

describe('describePlan', () => {
  it.each([
    ['fr', '3 × 40,00\u00a0€, chaque mois, à partir du 27 mars 2026'],
    ['nl', '3 × €\u00a040,00, elke maand, vanaf 27 maart 2026'],
    ['en', '3 × €40.00, every month, from 27 March 2026'],
    ['de', '3 × 40,00\u00a0€, jeden Monat, ab 27. März 2026'],
  ] as const)('reads naturally in %s', (language, text) => {
    expect(describePlan(plan(12_000n, 3), language, wording)).toBe(text)
  })

  it('says amount and day of a single payment', () => {
    expect(describePlan(plan(12_000n, 1), 'en', wording)).toBe('€120.00 on 27 March 2026')
  })

  it('names every amount when the payments differ', () => {
    expect(describeRhythm(plan(10_000n, 3), 'en', wording)).toBe(
      '€33.34, then 2 × €33.33, every month',
    )
  })

  it('multiplies out to the total for every plan', () => {
    const plans = fc.record({
      minor: fc.bigInt(60n, 10n ** 9n),
      count: fc.integer({ min: 2, max: 60 }),
    })
    fc.assert(
      fc.property(plans, ({ minor, count }) => {
        const text = describeRhythm(plan(minor, count), 'en', wording)
        const parts = text.replace(', every month', '').split(', then ')
        const sum = parts.reduce((total, part) => {
          const [, times = '1', amount = ''] = /^(?:(\d+) × )?€(.+)$/.exec(part) ?? []
          return total + BigInt(times) * BigInt(amount.replace(/[.,]/g, ''))
        }, 0n)
        expect(sum).toBe(minor)
        expect(sumOfPayments(plan(minor, count).lines).minor).toBe(minor)
      }),
    )
  })

  it('refuses several payments without an interval', () => {
    const { lines } = plan(12_000n, 3)
    expect(() => describePlan({ interval: null, lines }, 'en', wording)).toThrow(RangeError)
  })
})

describe('sumOfPayments', () => {
  it('refuses two currencies and amounts that are none', () => {
    const euros = { dueDate: '2026-03-27', amount: { value: '1.00', currency: 'EUR' } }
    const dollars = { dueDate: '2026-03-27', amount: { value: '1.00', currency: 'USD' } }
    const broken = { dueDate: '2026-03-27', amount: { value: '1,00', currency: 'EUR' } }
    expect(sumOfPayments([euros, euros])).toEqual({ minor: 200n, currency: 'EUR' })
    expect(() => sumOfPayments([euros, dollars])).toThrow(RangeError)
    expect(() => sumOfPayments([broken])).toThrow(RangeError)
  })
})
