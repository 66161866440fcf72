// What terms make no sense together: each refusal with the member at fault, beside what passes.
import { describe, expect, it } from 'vitest'
import { checkPolicy } from '../../../src/domain/negotiation/check-policy.ts'
import {
  completeTerms,
  DEFAULT_POLICY,
  HIDDEN_TIERS,
  OPEN_TIERS,
  type PolicyTerms,
} from '../../../src/domain/negotiation/policy.ts'

const FEE = { priceBps: 100 }
const FREE = { priceBps: 0 }
const CAPPED = { freeOfChargeOnly: false, maxAprBps: 1_000, maxFee: '25.00' }
const BROAD: Partial<PolicyTerms> = { maxInstalments: 60, intervals: ['P1W', 'P2W', 'P1M'] }

/** What is wrong, what is at fault, and the nearest that is not. */
const CASES: readonly [string, string, Partial<PolicyTerms>, Partial<PolicyTerms>][] = [
  [
    'a first day that may lie after the last',
    '/maxDeferralDays',
    { maxDeferralDays: 181 },
    { maxDeferralDays: 180 },
  ],
  ['no first day at all', '/minNoticeDays', { minNoticeDays: 31 }, { minNoticeDays: 30 }],
  [
    'a price named twice',
    '/prices',
    { prices: [FREE, { priceBps: -100 }, { priceBps: -100, lastDueWithinDays: 7 }] },
    { prices: [FREE, { priceBps: -100 }, { priceBps: -101, lastDueWithinDays: 7 }] },
  ],
  [
    'no plan without a price',
    '/prices',
    { prices: [{ priceBps: -100 }] },
    { prices: [{ priceBps: -100 }, FREE] },
  ],
  [
    'plans without a price early only',
    '/prices',
    { prices: [{ ...FREE, lastDueWithinDays: 14 }] },
    { prices: [FREE, { priceBps: -1, lastDueWithinDays: 14 }] },
  ],
  [
    'plans without a price late only',
    '/prices',
    { prices: [{ ...FREE, lastDueAfterDays: 14 }] },
    { prices: [FREE, { priceBps: -1, lastDueAfterDays: 14 }] },
  ],
  [
    'a fee where none is allowed',
    '/prices',
    { prices: [FREE, FEE] },
    { prices: [FREE, FEE], law: CAPPED },
  ],
  [
    'a law without a cap a year',
    '/law',
    { law: { freeOfChargeOnly: false, maxFee: '25.00' } },
    { law: CAPPED },
  ],
  [
    'a law without a highest fee',
    '/law',
    { law: { freeOfChargeOnly: false, maxAprBps: 1_000 } },
    { law: CAPPED },
  ],
  ['tiers that do not fall to 0', '/tiers', { tiers: [5_000, 1] }, { tiers: [5_000, 0] }],
  ['tiers that rise', '/tiers', { tiers: [4_000, 5_000, 0] }, { tiers: [5_000, 4_000, 0] }],
  ['a tier named twice', '/tiers', { tiers: [5_000, 5_000, 0] }, { tiers: [5_000, 4_999, 0] }],
  ['no tiers', '/tiers', { tiers: [] }, { tiers: [0] }],
  [
    'plans on a pay day that nobody is told',
    '/payDayPlans',
    { publishEnvelope: false },
    { publishEnvelope: false, payDayPlans: false },
  ],
  [
    'more rows than a menu may have',
    '/maxInstalments',
    { ...BROAD, prices: [FREE, { priceBps: -100 }] },
    { ...BROAD, prices: [FREE] },
  ],
  [
    'more rows than a menu may have once a claim is due far ahead',
    '/maxInstalments',
    { ...BROAD, maxDurationDays: 30, downPaymentsBps: [2_000] },
    { ...BROAD, maxDurationDays: 30, maxInstalments: 30, downPaymentsBps: [2_000] },
  ],
  [
    'more shapes than anybody should have to look at',
    '/maxInstalments',
    { ...BROAD, downPaymentsBps: [1_000, 2_000, 3_000, 4_000], prices: [FREE, { priceBps: -1 }] },
    {
      maxInstalments: 12,
      downPaymentsBps: [1_000, 2_000, 3_000, 4_000],
      prices: [FREE, { priceBps: -1 }],
    },
  ],
]

describe('a policy', () => {
  it.each(CASES)('is refused for %s', (_what, pointer, wrong, right) => {
    expect(checkPolicy({ ...DEFAULT_POLICY, ...wrong })).toMatchObject({
      code: 'policy-invalid',
      pointer,
    })
    expect(checkPolicy({ ...DEFAULT_POLICY, ...right })).toBeUndefined()
  })

  it('has room for a fee that is offered for long plans alone', () => {
    const prices = [FREE, ...[1, 2, 3, 4].map((priceBps) => ({ priceBps, lastDueAfterDays: 330 }))]
    const few = { ...DEFAULT_POLICY, law: CAPPED, maxInstalments: 24, maxDurationDays: 400 }
    const short = prices.map(({ priceBps }) => ({ priceBps }))
    const intervals: PolicyTerms['intervals'] = ['P1W', 'P1M']
    expect(checkPolicy({ ...few, intervals, prices })).toBeUndefined()
    expect(checkPolicy({ ...few, intervals, prices: short })).toMatchObject({
      pointer: '/maxInstalments',
    })
  })
})

describe('the defaults', () => {
  const least = {
    maxDeferralDays: 30,
    maxInstalments: 6,
    maxDurationDays: 180,
    minInstalment: '20.00',
    intervals: ['P1M' as const],
  }

  it('are a policy themselves', () => {
    expect(checkPolicy(DEFAULT_POLICY)).toBeUndefined()
    expect(completeTerms(least)).toEqual(DEFAULT_POLICY)
  })

  it('have the tiers for agents that see the envelope, or for those that do not', () => {
    expect(completeTerms(least).tiers).toEqual(OPEN_TIERS)
    expect(completeTerms({ ...least, publishEnvelope: false }).tiers).toEqual(HIDDEN_TIERS)
    expect(completeTerms({ ...least, publishEnvelope: false, tiers: [0] }).tiers).toEqual([0])
  })
})
