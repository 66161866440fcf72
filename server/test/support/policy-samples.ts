// Policies and claims at random: terms that `checkPolicy` accepts, dates around month ends, every kind
// of row.
import fc from 'fast-check'
import { checkPolicy } from '../../src/domain/negotiation/check-policy.ts'
import {
  completeTerms,
  type Policy,
  type PolicyTerms,
  type PriceTerms,
} from '../../src/domain/negotiation/policy.ts'
import type { TriedClaim } from './every-plan.ts'

export interface TermsLimits {
  maxDeferralDays: number
  maxInstalments: number
  maxDurationDays: number
  maxPrices: number
  maxDownPayments: number
}

const FEW: TermsLimits = {
  maxDeferralDays: 40,
  maxInstalments: 6,
  maxDurationDays: 200,
  maxPrices: 2,
  maxDownPayments: 1,
}

/** Terms that a creditor could set, as wide as the limits. */
export function soundTerms(limits: TermsLimits = FEW): fc.Arbitrary<PolicyTerms> {
  return fc
    .record({
      minNoticeDays: fc.integer({ min: 0, max: 5 }),
      maxDeferralDays: fc.integer({ min: 0, max: limits.maxDeferralDays }),
      maxInstalments: fc.integer({ min: 1, max: limits.maxInstalments }),
      maxDurationDays: fc.integer({ min: 0, max: limits.maxDurationDays }),
      minInstalment: fc.constantFrom('0', '0.01', '10.00', '33.333', '50'),
      intervals: fc.uniqueArray(fc.constantFrom('P1W', 'P2W', 'P1M'), { minLength: 1 }),
      extraPrices: fc.uniqueArray(price, {
        maxLength: limits.maxPrices,
        selector: ({ priceBps }) => priceBps,
      }),
      downPaymentsBps: fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), {
        maxLength: limits.maxDownPayments,
      }),
      payDayPlans: fc.boolean(),
      law: fc.record({
        freeOfChargeOnly: fc.boolean(),
        maxAprBps: fc.integer({ min: 0, max: 6_000 }),
        maxFee: fc.constantFrom('0', '1.00', '2.505', '25.00'),
      }),
      value: fc.record({
        annualDiscountBps: fc.integer({ min: 0, max: 3_000 }),
        annualHazardBps: fc.integer({ min: 0, max: 20_000 }),
        recoveryBps: fc.integer({ min: 0, max: 10_000 }),
        costPerInstalment: fc.constantFrom('0', '0.50', '1.00', '2.505'),
      }),
      tiers: fc
        .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 5 })
        .map((shares) => [...shares.toSorted((a, b) => b - a), 0]),
    })
    .map(({ extraPrices, ...rest }) =>
      completeTerms({
        ...rest,
        prices: [
          { priceBps: 0 },
          ...extraPrices.filter(({ priceBps }) => priceBps < 0 || !rest.law.freeOfChargeOnly),
        ],
      } as PolicyTerms),
    )
    .filter((terms) => checkPolicy(terms) === undefined)
}

const days = fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined })
const price: fc.Arbitrary<PriceTerms> = fc
  .record({
    priceBps: fc.integer({ min: -500, max: 500 }).filter((bps) => bps !== 0),
    lastDueWithinDays: days,
    lastDueAfterDays: days,
  })
  .map(({ priceBps, lastDueWithinDays, lastDueAfterDays }) => ({
    priceBps,
    ...(lastDueWithinDays === undefined ? {} : { lastDueWithinDays }),
    ...(lastDueAfterDays === undefined ? {} : { lastDueAfterDays }),
  }))

const FIRST_DAY = Date.parse('2026-01-01T00:00:00Z')
const DAY_MS = 86_400_000
const dayAfter = (days: number) => new Date(FIRST_DAY + days * DAY_MS).toISOString().slice(0, 10)

/** Days of three years, one of them a leap year, with many month ends among them. */
const anyDay = fc.oneof(
  fc.integer({ min: 0, max: 1_094 }),
  fc.integer({ min: 1, max: 36 }).map((m) => Date.UTC(2026, m, 0) / DAY_MS - FIRST_DAY / DAY_MS),
)

export type SampleClaim = TriedClaim & { currency: string }

/** Claims that were due or will be, in three currencies with their own decimals. */
export function claims(leadDays = { min: -60, max: 60 }): fc.Arbitrary<SampleClaim> {
  return fc
    .record({
      offered: anyDay,
      lead: fc.integer(leadDays),
      amount: fc.bigInt({ min: 1n, max: 200_000n }),
      money: fc.constantFrom(
        { currency: 'EUR', decimals: 2 },
        { currency: 'JPY', decimals: 0 },
        { currency: 'KWD', decimals: 3 },
      ),
      payDay: fc.option(fc.integer({ min: 1, max: 31 }), { nil: undefined }),
    })
    .map(({ offered, lead, amount, money, payDay }) => ({
      ...{ amount, ...money },
      offeredOn: dayAfter(offered),
      dueDate: dayAfter(offered + lead),
      ...(payDay === undefined ? {} : { payDay }),
    }))
}

let policies = 0

/** A policy of its own: no two share a hash. */
export function policyOf(terms: PolicyTerms): Policy {
  policies += 1
  return { segment: 'default', version: 1, policyHash: `policy-${policies}`, terms }
}
