import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { weakest } from '../../../src/domain/compliance/evidence.ts'
import { formatPercent, isPercent, parsePercent } from '../../../src/domain/compliance/percent.ts'
import { addRate, formatRateSeries, rateOn } from '../../../src/domain/compliance/rate-series.ts'
import { LAW } from './support-law.ts'

function series(id: string) {
  const found = LAW.series.get(id)
  if (found === undefined) throw new Error(`no series ${id}`)
  return found
}

describe('rates', () => {
  it('hold for their half-year, from its first to its last day', () => {
    const at = (day: string) => rateOn(series('ecb-mro'), day)?.percent
    expect([at('2026-06-30'), at('2026-07-01'), at('2026-12-31')]).toEqual([
      21_500n,
      24_000n,
      24_000n,
    ])
  })

  it('are not carried into a half-year that has none', () => {
    expect(rateOn(series('ecb-mro'), '2027-01-01')).toBeNull()
    expect(rateOn(series('fr-legal'), '2026-07-01')).toBeNull()
  })

  it.each([...LAW.series.keys()])('%s is written as the command writes it', (id) => {
    const file = new URL(`../../../catalog/rates/${id}.json`, import.meta.url)
    expect(formatRateSeries(series(id))).toBe(readFileSync(file, 'utf8'))
  })
})

describe('addRate', () => {
  const rate = { from: '2027-01-01', percent: '2.65', source: 'ecb' }
  const ecb = series('ecb-mro')

  it('adds the next half-year, and one that was left out', () => {
    const next = addRate(ecb, rate)
    if (!next.ok) throw new Error(next.error.code)
    expect(rateOn(next.value, '2027-02-01')?.percent).toBe(26_500n)
    const holed = { ...ecb, values: ecb.values.filter(({ from }) => from !== '2020-07-01') }
    const filled = addRate(holed, { from: '2020-07-01', percent: '0.00', source: 'ecb' })
    expect(filled).toEqual({ ok: true, value: ecb })
  })

  it.each([
    ['rate-overlap', { from: '2026-07-01' }],
    ['rate-from', { from: '2027-02-01' }],
    ['rate-from', { from: '2027-1-1' }],
    ['rate-percent', { percent: '2,65' }],
    ['rate-percent', { percent: '2.65000' }],
    ['rate-source', { source: 'nobody' }],
    [
      'rate-source',
      { source: { id: 'ecb', title: 'Again', readOn: '2027-01-01', level: 'law' as const } },
    ],
  ])('refuses %s', (code, change) => {
    expect(addRate(ecb, { ...rate, ...change })).toEqual({ ok: false, error: { code } })
  })
})

describe('percentages', () => {
  it('are exact and come back as they were', () => {
    for (const text of ['10.40', '-0.88', '0.00', '0.125', '2.6501', '100.00']) {
      expect(formatPercent(parsePercent(text))).toBe(text)
    }
    expect(formatPercent(parsePercent('15'))).toBe('15.00')
  })

  it.each(['', '+1', '01', '1.', '.5', '1e1', '1,5', '1.23456'])('are not "%s"', (text) => {
    expect(isPercent(text)).toBe(false)
    expect(() => parsePercent(text)).toThrow(RangeError)
  })
})

describe('evidence', () => {
  it('is the weakest of its sources, and none without any', () => {
    expect(weakest(['law', 'policy', 'case-law'])).toBe('policy')
    expect(weakest(['law', 'unverified'])).toBe('unverified')
    expect(weakest([])).toBe('unverified')
  })
})
