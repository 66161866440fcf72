// What the specification promises of a negotiation, on scenarios made at random: both engines play, and
// every plan that exists is counted out beside them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { creditorOf } from '../../src/cli/negotiate/creditors.ts'
import { type Match, type MatchResult, runScenario } from '../../src/cli/negotiate/run-scenario.ts'
import { policyTermsOf, type Scenario } from '../../src/cli/negotiate/scenario.ts'
import { type BruteDeal, bruteZopa } from '../support/brute-zopa.ts'

const between = (min: number, max: number) => fc.integer({ min, max })
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { freq: 1 })
const weight = fc.double({ min: 0.05, max: 1, noNaN: true })
const flow = (min: number, max: number) =>
  fc.record({ dayOfMonth: between(1, 31), amountCents: between(min, max) })

const request = fc.record({ currency: fc.constant('EUR'), principalCents: between(2_000, 90_000) })
const domain = fc.record({
  minNoticeDays: between(0, 5),
  maxFirstDueDays: between(5, 50),
  maxInstallments: between(1, 6),
  maxDurationDays: between(30, 150),
  intervals: fc.constant<Scenario['domain']['intervals']>(['P1W', 'P2W', 'P1M']),
  priceLevelsBps: fc.constantFrom<number[]>([0], [0, -200], [0, 100], [-300, 0, 150, 300]),
})
const creditor = fc.record({
  policy: fc.record({
    maxDeferralDays: between(5, 45),
    maxInstallments: between(1, 6),
    maxDurationDays: between(45, 150),
    minInstallmentCents: between(100, 5_000),
    intervals: fc.uniqueArray(fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const), {
      minLength: 1,
    }),
    maxDiscountBps: between(0, 300),
    discountOnlyWithinDays: between(0, 20),
    maxFeeBps: between(0, 300),
    feeFreeDays: between(0, 60),
  }),
  value: fc.record({
    annualDiscountRate: between(100, 1_500).map((bps) => bps / 10_000),
    annualHazard: between(100, 4_000).map((bps) => bps / 10_000),
    recoveryOnDefault: between(2_000, 9_000).map((bps) => bps / 10_000),
    adminCostPerInstallmentCents: between(0, 300),
    noDealValueCents: fc.constant(0),
  }),
})
const debtor = fc.record({
  cashflow: fc.record({
    openingBalanceCents: between(0, 80_000),
    daysSinceIncome: between(0, 30),
    incomes: fc.array(flow(60_000, 260_000), { minLength: 1, maxLength: 2 }),
    charges: fc.array(flow(10_000, 60_000), { maxLength: 3 }),
    dailySpendCents: between(0, 3_000),
    oneOffs: fc.array(
      fc.record({ dayOffset: between(1, 60), amountCents: between(-30_000, 30_000) }),
      { maxLength: 1 },
    ),
  }),
  limits: fc.record({
    minBufferCents: between(0, 30_000),
    autopayMaxPerPaymentCents: maybe(between(2_000, 60_000)),
    autopayMaxPerMonthCents: maybe(between(4_000, 90_000)),
    maxEndDays: between(20, 160),
  }),
  preferences: fc.record({
    weights: fc.record({
      ...{ comfort: weight, small: weight, soon: weight, cost: weight, payday: weight },
    }),
    comfortTargetCents: between(10_000, 60_000),
  }),
  reservation: fc.record({ minUtility: fc.double({ min: 0, max: 0.6, noNaN: true }) }),
})
const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    today: between(0, 364).map((days) =>
      new Date(Date.UTC(2027, 0, 1 + days)).toISOString().slice(0, 10),
    ),
    legal: fc.record({
      freeOfChargeOnly: fc.boolean(),
      maxAprBps: between(0, 3_000),
      maxFeeCents: between(1, 1_500),
    }),
    ...{ request, domain, creditor, debtor },
  })
  // The creditor's engine knows a policy again by the id of its scenario.
  .map((one) => ({ ...one, id: JSON.stringify(one) }))

const OPEN: Match = { creditor: 'tiered', debtor: 'fair', hidden: false }
const HIDDEN: Match = { ...OPEN, hidden: true }

function termsOf(one: Scenario, match: Match) {
  return policyTermsOf(one, creditorOf(match.creditor, match))
}

function dealOf(deals: readonly BruteDeal[], { agreement }: MatchResult): BruteDeal | undefined {
  return deals.find(
    ({ plan }) =>
      plan.firstDueDate === agreement?.firstDueDate &&
      plan.instalments === agreement.installments &&
      plan.interval === agreement.interval &&
      plan.priceBps === agreement.priceBps,
  )
}

/** A plan that is better for one side by more than rounding and not worse for the other. */
function dominating(deals: readonly BruteDeal[], { creditor, debtor }: BruteDeal) {
  const [cent, hair] = [0.01, 1e-9]
  return deals.filter(
    (other) =>
      (other.creditor > creditor + cent && other.debtor >= debtor - hair) ||
      (other.debtor > debtor + hair && other.creditor >= creditor - cent),
  )
}

describe.each([
  ['with a published envelope', OPEN, { messages: 8 }],
  ['with a hidden one', HIDDEN, { messages: 10 }],
  ['with a patient agent', { ...OPEN, debtor: 'patient' } as Match, { messages: 8 }],
])('a negotiation %s', (_, match, most) => {
  it('ends in time; agrees if and only if some plan suits both; on one that no other betters', async () => {
    const seen = { agreed: 0, none: 0 }
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        const { result } = await runScenario(one, match)
        const deals = bruteZopa(one, termsOf(one, match))
        expect(result.messages).toBeLessThanOrEqual(most.messages)
        expect(result.agreement !== null).toBe(deals.length > 0)
        seen[result.agreement === null ? 'none' : 'agreed']++
        if (result.agreement === null) {
          // Who knows the envelope knows at once.
          if (!match.hidden) expect(result.messages).toBe(2)
          return
        }
        const deal = dealOf(deals, result)
        if (deal === undefined) throw new Error('agreed outside policy, limits or law')
        expect(dominating(deals, deal)).toEqual([])
      }),
      { numRuns: 120 },
    )
    expect(Math.min(seen.agreed, seen.none), JSON.stringify(seen)).toBeGreaterThan(3)
  }, 180_000)
})

describe('an agent that knows that the last menu is the whole policy, and waits for it', () => {
  it('leaves its creditor no less than a single menu would', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        const waiting = await runScenario(one, { ...OPEN, debtor: 'best-response' })
        const single = await runScenario(one, { ...OPEN, creditor: 'one-menu' })
        const deals = bruteZopa(one, termsOf(one, OPEN))
        expect(waiting.result.agreement === null).toBe(deals.length === 0)
        const [got, least] = [dealOf(deals, waiting.result), dealOf(deals, single.result)]
        if (deals.length > 0) {
          expect(got?.creditor).toBeGreaterThanOrEqual((least?.creditor ?? Infinity) - 1e-6)
        }
      }),
      { numRuns: 40 },
    )
  }, 180_000)
})

describe('a transcript', () => {
  it('is the same, byte for byte, whenever the same scenario is played', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.constantFrom(OPEN, HIDDEN), async (one, match) => {
        const [first, second] = [await runScenario(one, match), await runScenario(one, match)]
        expect(JSON.stringify(second.transcript)).toBe(JSON.stringify(first.transcript))
      }),
      { numRuns: 30 },
    )
  })
})
