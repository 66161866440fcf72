// The terms of a policy: the text that its hash is made of, its amounts in a currency, and its bounds for
// one claim.
import { describe, expect, it } from 'vitest'
import {
  baseDay,
  DEFAULT_POLICY,
  type PolicyTerms,
  policyBounds,
  policyText,
  textMinor,
} from '../../../src/domain/negotiation/policy.ts'

const FULL: PolicyTerms = {
  ...DEFAULT_POLICY,
  minNoticeDays: 2,
  prices: [
    { priceBps: 0 },
    { priceBps: -200, lastDueWithinDays: 14 },
    { priceBps: 100, lastDueAfterDays: 60 },
  ],
  downPaymentsBps: [2_000],
  law: { freeOfChargeOnly: false, maxAprBps: 1_000, maxFee: '25.00' },
}

/** One change of each member, members of members included. */
const CHANGES: Record<string, Partial<PolicyTerms>> = {
  minNoticeDays: { minNoticeDays: 3 },
  maxDeferralDays: { maxDeferralDays: 31 },
  maxInstalments: { maxInstalments: 7 },
  maxDurationDays: { maxDurationDays: 181 },
  minInstalment: { minInstalment: '20.01' },
  intervals: { intervals: ['P1M', 'P2W'] },
  prices: { prices: FULL.prices.slice(1) },
  'prices: their order': { prices: FULL.prices.toReversed() },
  'prices: within': {
    prices: [{ priceBps: 0 }, { priceBps: -200, lastDueWithinDays: 15 }, ...FULL.prices.slice(2)],
  },
  'prices: after in place of within': {
    prices: [{ priceBps: 0 }, { priceBps: -200, lastDueAfterDays: 14 }, ...FULL.prices.slice(2)],
  },
  downPaymentsBps: { downPaymentsBps: [2_000, 3_000] },
  payDayPlans: { payDayPlans: false },
  'law.freeOfChargeOnly': { law: { ...FULL.law, freeOfChargeOnly: true } },
  'law.maxAprBps': { law: { ...FULL.law, maxAprBps: 1_001 } },
  'law.maxFee': { law: { ...FULL.law, maxFee: '25.01' } },
  'value.annualDiscountBps': { value: { ...FULL.value, annualDiscountBps: 801 } },
  'value.annualHazardBps': { value: { ...FULL.value, annualHazardBps: 601 } },
  'value.recoveryBps': { value: { ...FULL.value, recoveryBps: 6_001 } },
  'value.costPerInstalment': { value: { ...FULL.value, costPerInstalment: '1.01' } },
  tiers: { tiers: [5_000, 0] },
  publishEnvelope: { publishEnvelope: false },
  'late.graceDays': { late: { ...FULL.late, graceDays: 8 } },
  'late.replans': { late: { ...FULL.late, replans: 0 } },
  'late.answerDays': { late: { ...FULL.late, answerDays: 11 } },
}

describe('[NEG-04] the text of a policy', () => {
  it('states everything in a fixed order', () => {
    expect(policyText('students', 3, FULL).split('\n')).toEqual([
      ...['parley-policy-3', 'students', '3', '2', '30', '6', '180', '20.00', 'P1M'],
      ...['0//,-200/14/,100//60', '2000', 'true', 'false,1000,25.00', '800,600,6000', '1.00'],
      ...['8400,6800,5400,3100,0', 'true', '7,1,10,overdue-lines', ''],
    ])
  })

  it.each(Object.entries(CHANGES))('is another with another %s', (_member, change) => {
    expect(policyText('default', 1, { ...FULL, ...change })).not.toBe(
      policyText('default', 1, FULL),
    )
    expect(policyText('default', 1, { ...FULL })).toBe(policyText('default', 1, FULL))
  })

  it('is another with another segment or version', () => {
    const texts = [policyText('a', 1, FULL), policyText('b', 1, FULL), policyText('a', 2, FULL)]
    expect(new Set(texts).size).toBe(3)
  })

  it('has a change above for every member there is', () => {
    const groups = ['law', 'value', 'late'] as const
    const nested = groups.flatMap((name) => Object.keys(FULL[name]).map((key) => `${name}.${key}`))
    const plain = Object.keys(FULL).filter((key) => !groups.some((name) => name === key))
    // There is one consequence so far.
    const members = [...plain, ...nested].filter((key) => key !== 'late.onDefault')
    expect(members.filter((member) => !(member in CHANGES))).toEqual([])
  })
})

describe('textMinor', () => {
  it.each([
    ['20.00', 'EUR', 2_000n],
    ['20', 'EUR', 2_000n],
    ['20.5', 'EUR', 2_050n],
    ['0', 'EUR', 0n],
    ['20.001', 'EUR', 2_001n],
    ['20.000', 'EUR', 2_000n],
    ['20.01', 'JPY', 21n],
    ['20.00', 'JPY', 20n],
    ['1.2345', 'KWD', 1_235n],
  ])('reads %s in %s, rounded up', (text, currency, minor) => {
    expect(textMinor(text, currency)).toBe(minor)
  })
})

describe('the bounds of a policy for a claim', () => {
  const claim = { currency: 'EUR', dueDate: '2026-03-27', offeredOn: '2026-03-10' }

  it('count from the due day, and the first day from the offer', () => {
    expect(policyBounds(FULL, claim)).toEqual({
      countedFrom: '2026-03-27',
      firstDueFrom: '2026-03-12',
      firstDueTo: '2026-04-26',
      lastDueTo: '2026-09-23',
      maxInstalments: 6,
      minInstalment: { value: '20.00', currency: 'EUR' },
      intervals: ['P1M'],
      prices: [
        { priceBps: 0 },
        { priceBps: -200, lastDueTo: '2026-04-10' },
        { priceBps: 100, lastDueFrom: '2026-05-27' },
      ],
      law: {
        freeOfChargeOnly: false,
        maxAprBps: 1_000,
        maxFee: { value: '25.00', currency: 'EUR' },
      },
      downPaymentsBps: [2_000],
    })
  })

  it('count from the offer once the due day has passed', () => {
    expect(baseDay('2026-03-09', '2026-03-10')).toBe('2026-03-10')
    expect(baseDay('2026-03-11', '2026-03-10')).toBe('2026-03-11')
    const late = policyBounds(FULL, { ...claim, dueDate: '2026-01-01' })
    expect(late).toMatchObject({ countedFrom: '2026-03-10', firstDueTo: '2026-04-09' })
  })

  it('name the pay day that was told, where the policy has plans on it', () => {
    expect(policyBounds(FULL, { ...claim, payDay: 25 }).payDay).toBe(25)
    expect(policyBounds(FULL, claim)).not.toHaveProperty('payDay')
    const without = { ...FULL, payDayPlans: false }
    expect(policyBounds(without, { ...claim, payDay: 25 })).not.toHaveProperty('payDay')
  })

  it('round to the currency: the least instalment up, the highest fee down', () => {
    const terms = { ...FULL, minInstalment: '20.10', law: { ...FULL.law, maxFee: '25.90' } }
    expect(policyBounds(terms, { ...claim, currency: 'JPY' })).toMatchObject({
      minInstalment: { value: '21', currency: 'JPY' },
      law: { maxFee: { value: '25', currency: 'JPY' } },
    })
  })
})
