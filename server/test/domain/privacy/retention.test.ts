// Retention schedules, and what stands in the way of an erasure.
import { describe, expect, it } from 'vitest'
import { type ErasureFacts, erasureObstacles } from '../../../src/domain/privacy/erasure.ts'
import {
  cutOff,
  findRetentionFaults,
  keptByLaw,
  type RetentionRules,
  scheduleOf,
} from '../../../src/domain/privacy/retention.ts'
import { loadRetention } from '../../../src/retention-files.ts'

const book = loadRetention()
const belgium = book.of('BE')

describe('the schedules of the catalog', () => {
  it.each(['BE', 'NL', 'DE', 'FR'])('hold for %s', (country) => {
    expect(book.of(country).country).toBe(country)
  })

  it('are those by default where a country has none', () => {
    expect(book.of('PT')).toMatchObject({ id: 'default', country: null })
  })

  it.each<[string, (rules: RetentionRules) => RetentionRules]>([
    ['source "gdpr-5-1-e" is not listed', (it) => ({ ...it, sources: it.sources.slice(0, 2) })],
    ['class "person" is missing', (it) => ({ ...it, schedules: without(it, 'person') })],
    [
      'class "person" stands twice',
      (it) => ({ ...it, schedules: [...it.schedules, scheduleOf(it, 'person')] }),
    ],
  ])('are refused when %s', (fault, spoil) => {
    expect(findRetentionFaults(belgium)).toEqual([])
    expect(findRetentionFaults(spoil(belgium))).toContain(fault)
  })
})

const without = ({ schedules }: RetentionRules, name: string) =>
  schedules.filter((it) => it.class !== name)

describe('what the law obliges to keep', () => {
  it('is kept for whole years after that of the last booking', () => {
    expect(keptByLaw(belgium, '2026-03-10')).toMatchObject({
      class: 'accounting-records',
      until: '2036-12-31',
      sources: [{ id: 'wer-iii-86' }, { id: 'btw-60' }],
    })
    expect(keptByLaw(book.of('NL'), '2026-12-31').until).toBe('2033-12-31')
  })

  it('is over that many months before today', () => {
    expect(cutOff({ months: 12 }, '2027-03-10')).toBe('2026-03-10')
    expect(cutOff({ months: 24 }, '2028-02-29')).toBe('2026-02-28')
    expect(cutOff({ months: 1 }, '2026-03-31')).toBe('2026-02-28')
  })
})

describe('an erasure', () => {
  const CLEAR: ErasureFacts = {
    claimId: 'pr_1',
    isAsked: true,
    outstanding: 0n,
    creditOwed: 0n,
    disputed: 0n,
    hasRefundUnderWay: false,
    holds: ['promise'],
  }

  it('has nothing in its way once nothing is owed, asked or contested', () => {
    expect(erasureObstacles([CLEAR, { ...CLEAR, isAsked: false, outstanding: 5n }])).toEqual([])
  })

  it.each<[string, Partial<ErasureFacts>]>([
    ['owed', { outstanding: 1n }],
    ['credit-owed', { creditOwed: 1n }],
    ['refund-under-way', { hasRefundUnderWay: true }],
    ['dispute-open', { disputed: 1n }],
    ['dispute-open', { holds: ['dispute'] }],
    ['legal-hold', { holds: ['moratorium'] }],
    ['legal-hold', { holds: ['deceased'] }],
    ['legal-hold', { holds: ['insolvency'] }],
  ])('waits for %s', (code, change) => {
    expect(erasureObstacles([CLEAR, { ...CLEAR, claimId: 'pr_2', ...change }])).toEqual([
      { code, claimId: 'pr_2' },
    ])
  })
})
