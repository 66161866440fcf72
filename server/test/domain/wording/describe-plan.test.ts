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
    ['fr', '3\u00a0×\u00a040,00\u00a0€, chaque mois, à partir du 27 mars 2026'],
    ['nl', '3\u00a0×\u00a0€\u00a040,00, elke maand, vanaf 27 maart 2026'],
    ['en', '3\u00a0×\u00a0€40.00, every month, from 27 March 2026'],
    ['de', '3\u00a0×\u00a040,00\u00a0€, jeden Monat, ab 27. März 2026'],
  ] as const)('reads naturally in %s', (language, text) => {
    expect(describePlan(plan(12_000n, 3), language, wording)).toBe(text)
  })

  it.each([
    [
      'fr',
      '40,00\u00a0€ le 27 mars 2026, puis 2\u00a0×\u00a040,00\u00a0€ le 25 de chaque mois',
      '40,00\u00a0€, puis 2\u00a0×\u00a040,00\u00a0€ le 1er de chaque mois',
    ],
    [
      'nl',
      '€\u00a040,00 op 27 maart 2026, daarna 2\u00a0×\u00a0€\u00a040,00 op de 25e van elke maand',
      '€\u00a040,00, daarna 2\u00a0×\u00a0€\u00a040,00 op de 1e van elke maand',
    ],
    [
      'en',
      '€40.00 on 27 March 2026, then 2\u00a0×\u00a0€40.00 on the 25th of each month',
      '€40.00, then 2\u00a0×\u00a0€40.00 on the 1st of each month',
    ],
    [
      'de',
      '40,00\u00a0€ am 27. März 2026, danach 2\u00a0×\u00a040,00\u00a0€ am 25. jedes Monats',
      '40,00\u00a0€, danach 2\u00a0×\u00a040,00\u00a0€ am 1. jedes Monats',
    ],
  ] as const)('names the pay day in %s', (language, series, rhythm) => {
    const three = plan(12_000n, 3)
    expect(describePlan({ ...three, payDay: 25 }, language, wording)).toBe(series)
    expect(describeRhythm({ ...three, payDay: 1 }, language, wording)).toBe(rhythm)
  })

  it('does not speak of every month where one payment is left', () => {
    const two = { ...plan(12_000n, 2), payDay: 25 }
    expect(describeRhythm(two, 'en', wording)).toBe('€60.00, then €60.00 on the 25th of the month')
    expect(describeRhythm(two, 'de', wording)).toContain('danach 60,00\u00a0€ am 25. des Monats')
  })

  it.each([
    [2, '×\u00a0€40.00 on the 2nd of each month'],
    [3, '×\u00a0€40.00 on the 3rd of each month'],
    [11, '×\u00a0€40.00 on the 11th of each month'],
    [22, '×\u00a0€40.00 on the 22nd of each month'],
    [31, '×\u00a0€40.00 on the last day of each month'],
  ])('says day %i as people say it', (payDay, text) => {
    expect(describePlan({ ...plan(12_000n, 3), payDay }, 'en', wording)).toContain(text)
  })

  it.each([
    ['fr', '24,00\u00a0€ d’abord, puis 4\u00a0×\u00a024,00\u00a0€'],
    ['nl', 'eerst €\u00a024,00, daarna 4\u00a0×\u00a0€\u00a024,00'],
    ['en', '€24.00 first, then 4\u00a0×\u00a0€24.00'],
    ['de', 'zuerst 24,00\u00a0€, danach 4\u00a0×\u00a024,00\u00a0€'],
  ] as const)('tells a down payment from the rest in %s, of whatever size', (language, text) => {
    const five = { ...plan(12_000n, 5), hasDownPayment: true }
    expect(describeRhythm(five, language, wording)).toContain(`${text}, `)
    const [first, ...rest] = five.lines
    const half = first && { ...first, amount: { value: '60.00', currency: 'EUR' } }
    const lines = half === undefined ? rest : [half, ...rest]
    const said = describeRhythm({ ...five, lines }, 'en', wording)
    expect(said).toBe('€60.00 first, then 4\u00a0×\u00a0€24.00, every month')
  })

  it('says amount and day of a single payment', () => {
    expect(describePlan(plan(12_000n, 1), 'en', wording)).toBe('€120.00 on 27 March 2026')
  })

  it('names every amount when the payments differ', () => {
    expect(describeRhythm(plan(10_000n, 3), 'en', wording)).toBe(
      '€33.34, then 2\u00a0×\u00a0€33.33, every month',
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
          const [, times = '1', amount = ''] = /^(?:(\d+)\u00a0×\u00a0)?€(.+)$/.exec(part) ?? []
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
