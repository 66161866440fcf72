import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeKpis, monthsOf, quotient } from '../../../src/domain/kpi/compute-kpis.ts'
import { KPI_DEFINITIONS, type KpiId } from '../../../src/domain/kpi/definitions.ts'
import type { KpiSums, MoneySums } from '../../../src/domain/kpi/kpi-sums.ts'

const MONEY: MoneySums = {
  currency: 'EUR',
  owedAtStart: 0n,
  owedAtEnd: 0n,
  notDueAtEnd: 0n,
  sales: 0n,
  promised: 0n,
  promisesKept: 0n,
  costs: 0n,
  recovered: 0n,
}

const SUMS: KpiSums = {
  money: [],
  overdueAtStart: 0,
  cured: 0,
  selfCured: 0,
  sentToBots: 0,
  answeredByBots: 0,
  fallenBack: 0,
  funnel: { issued: 0, written: 0, planOnPage: 0, planByBot: 0, disputed: 0, settled: 0 },
  writtenAbout: 0,
  answeredByPerson: 0,
  reminders: 0,
  crossed: 0,
  blocks: [],
}

const valuesOf = (id: KpiId, sums: Partial<KpiSums>, days = 91) => {
  const kpis = computeKpis({ days, sums: { ...SUMS, ...sums } })
  return kpis.find(({ definition }) => definition.id === id)?.values
}

describe('a figure', () => {
  it('of collection effectiveness is that of the textbook: 55.9', () => {
    const money = [
      {
        ...MONEY,
        owedAtStart: 620_000n,
        sales: 1_089_000n,
        owedAtEnd: 634_000n,
        notDueAtEnd: 359_000n,
      },
    ]
    expect(valuesOf('cei', { money })).toMatchObject([{ currency: 'EUR', value: '55.9' }])
  })

  it('of days outstanding takes all days of the period', () => {
    const money = [{ ...MONEY, owedAtEnd: 300_000n, sales: 900_000n }]
    expect(valuesOf('dso', { money }, 90)).toMatchObject([{ value: '30.0' }])
  })

  it('without anything to divide by has no value', () => {
    for (const id of ['dso', 'cei'] as const) {
      expect(valuesOf(id, { money: [MONEY] })).toMatchObject([{ value: null }])
    }
    expect(valuesOf('cure-rate', {})).toMatchObject([{ value: null, denominator: '0' }])
    expect(valuesOf('promise-kept-rate', { money: [MONEY] })).toEqual([])
  })

  it('of money names the currency with its own digits', () => {
    const money = [{ ...MONEY, currency: 'JPY', costs: 5n, recovered: 1_000n }]
    expect(valuesOf('cost-per-recovered', { money })).toEqual([
      { currency: 'JPY', label: null, value: '0.0050', numerator: '5', denominator: '1000' },
    ])
  })

  it('is there for every definition, and each definition says how', () => {
    const kpis = computeKpis({ days: 1, sums: SUMS })
    expect(kpis.map(({ definition }) => definition)).toEqual(KPI_DEFINITIONS)
    for (const { formula } of KPI_DEFINITIONS) expect(formula.length).toBeGreaterThan(30)
  })
})

describe('a quotient', () => {
  it('is rounded half to even, whatever its sign', () => {
    expect(quotient(5n, 1_000n, 2)).toBe('0.00')
    expect(quotient(15n, 1_000n, 2)).toBe('0.02')
    expect(quotient(-25n, 1_000n, 2)).toBe('-0.02')
    expect(quotient(2n, 3n, 4)).toBe('0.6667')
    expect(quotient(1n, 0n, 1)).toBeNull()
  })

  it('is never further from the truth than half of its last digit', () => {
    const numerator = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })
    const denominator = fc.bigInt({ min: 1n, max: 10n ** 18n })
    fc.assert(
      fc.property(numerator, denominator, fc.integer({ min: 1, max: 4 }), (n, d, decimals) => {
        const text = quotient(n, d, decimals) ?? ''
        const scale = 10n ** BigInt(decimals)
        const error = n * scale - BigInt(text.replace('.', '')) * d
        expect((error < 0n ? -error : error) * 2n <= d).toBe(true)
      }),
    )
  })
})

it('a period has its whole months, and one at least', () => {
  const days = [1, 14, 30, 31, 59, 90, 92, 365, 366]
  expect(days.map((n) => Number(monthsOf(n)))).toEqual([1, 1, 1, 1, 2, 3, 3, 12, 12])
})
