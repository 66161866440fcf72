// Every plan that a search finds, and every one that it passes over, against a household that is
// counted day by day.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Household, prepareHousehold } from '../../src/agent/household.ts'
import { bestOf, type PlanWindow, searchPlans } from '../../src/agent/plan-search.ts'
import type { DecisionPolicy } from '../../src/index.ts'
import { addDays } from '../../src/protocol/days.ts'
import { formatAmount } from '../../src/protocol/money.ts'
import { bruteDays, bruteDistance, bruteLawful, bruteLines } from '../support/brute-force.ts'
import {
  type BruteHousehold,
  bruteForecast,
  bruteHeadroom,
  bruteUtility,
} from '../support/brute-household.ts'
import { CASH_FLOW, POLICY, TODAY } from '../support/fixtures.ts'

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 1 })
const flow = fc.record({
  dayOfMonth: fc.integer({ min: 1, max: 31 }),
  amount: fc.bigInt(0n, 200_000n),
})
const weight = fc.double({ min: 0, max: 1, noNaN: true })
const household: fc.Arbitrary<BruteHousehold> = fc.record({
  today: fc.constant(TODAY),
  balance: fc.bigInt(0n, 400_000n),
  incomes: fc.array(flow, { minLength: 1, maxLength: 2 }),
  charges: fc.array(
    flow.map((one) => ({ ...one, amount: one.amount / 3n })),
    { maxLength: 2 },
  ),
  dailySpend: fc.bigInt(0n, 2_500n),
  promised: fc.array(
    fc.record({
      day: fc.integer({ min: -5, max: 90 }).map((days) => addDays(TODAY, days)),
      amount: fc.bigInt(1n, 20_000n),
    }),
    { maxLength: 3 },
  ),
  limits: fc
    .record({
      buffer: fc.bigInt(0n, 30_000n),
      perPayment: maybe(fc.bigInt(2_000n, 60_000n)),
      perDay: maybe(fc.bigInt(2_000n, 60_000n)),
      perMonth: maybe(fc.bigInt(2_000n, 90_000n)),
      maxEndDays: fc.integer({ min: 0, max: 150 }),
      minNoticeDays: fc.integer({ min: 0, max: 10 }),
    })
    .map(({ perPayment, perDay, perMonth, ...rest }) => ({
      ...rest,
      ...(perPayment === undefined ? {} : { perPayment }),
      ...(perDay === undefined ? {} : { perDay }),
      ...(perMonth === undefined ? {} : { perMonth }),
    })),
  taste: fc.record({
    comfortTarget: fc.bigInt(0n, 50_000n),
    ...{ comfort: weight, small: weight, soon: weight, cost: weight, payday: weight },
  }),
})

const window: fc.Arbitrary<PlanWindow> = fc
  .record({
    instalments: fc.integer({ min: 1, max: 5 }),
    step: fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const),
    priceBps: fc.oneof(fc.constant(0), fc.integer({ min: -300, max: 300 })),
    downPaymentBps: maybe(fc.integer({ min: 500, max: 9000 })),
    payDay: maybe(fc.integer({ min: 1, max: 31 })),
    from: fc.integer({ min: -3, max: 40 }),
    length: fc.integer({ min: 0, max: 25 }),
  })
  .map(({ instalments, step, priceBps, downPaymentBps, payDay, from, length }) => ({
    ...{ rowId: null, instalments, priceBps, interval: instalments === 1 ? null : step },
    ...(downPaymentBps === undefined || instalments === 1 ? {} : { downPaymentBps }),
    ...(payDay === undefined || instalments === 1 || step !== 'P1M' ? {} : { payDay }),
    firstDueFrom: addDays(TODAY, from),
    firstDueTo: addDays(TODAY, from + length),
  }))

const LAW = { freeOfChargeOnly: false, maxAprBps: 2_500, maxFee: 300n, countedFrom: TODAY }
const STATED = {
  law: {
    ...{ freeOfChargeOnly: false, maxAprBps: 2_500 },
    maxFee: formatAmount({ minor: 300n, currency: 'EUR' }),
  },
  countedFrom: TODAY,
}

function policyOf({ limits, taste }: BruteHousehold): DecisionPolicy {
  const { comfortTarget, ...weights } = taste
  return { ...limits, comfortTarget, weights }
}

function preparedFor(one: BruteHousehold): Household {
  const { balance, incomes, charges, dailySpend, promised = [] } = one
  const cashFlow = { currency: 'EUR', asOf: TODAY, balance, incomes, charges, dailySpend }
  return prepareHousehold({ cashFlow, policy: policyOf(one), commitments: promised, today: TODAY })
}

interface Found {
  readonly at: string
  readonly utility: number
}

function bruteSearch(one: BruteHousehold, windows: readonly PlanWindow[], principal: bigint) {
  const { balances, sinceIncome } = bruteForecast(one, 500)
  const found: Found[] = []
  for (const [index, { firstDueFrom, firstDueTo, ...shape }] of windows.entries()) {
    for (const firstDueDate of bruteDays(firstDueFrom, firstDueTo)) {
      const plan = { ...shape, firstDueDate }
      const lines = bruteLines(principal, plan)
      if (lines.some(({ amount }) => amount <= 0n)) continue
      const headroom = bruteHeadroom(one, balances, lines)
      if (headroom === null || !bruteLawful(principal, plan, LAW)) continue
      const { priceBps } = shape
      const utility = bruteUtility(one, sinceIncome, { lines, headroom, priceBps })
      found.push({ at: `${index} ${bruteDistance(TODAY, firstDueDate)}`, utility })
    }
  }
  return found
}

describe('a search', () => {
  it('finds exactly the plans that can be paid, and likes them as the formula says', () => {
    const seen = { found: 0, empty: 0, passedOver: 0 }
    fc.assert(
      fc.property(
        household,
        fc.array(window, { minLength: 1, maxLength: 4 }),
        fc.bigInt(100n, 60_000n),
        (one, windows, minor) => {
          const { candidates, examined } = searchPlans(windows, {
            principal: { minor, currency: 'EUR' },
            household: preparedFor(one),
            policy: policyOf(one),
            laws: [STATED],
          })
          const wanted = bruteSearch(one, windows, minor)
          const found = candidates.map((each) => `${windows.indexOf(each.window)} ${each.firstIn}`)
          expect(found).toEqual(wanted.map(({ at }) => at))
          for (const [index, { utility }] of candidates.entries()) {
            expect(utility).toBeCloseTo(wanted[index]?.utility ?? Number.NaN, 9)
          }
          const most = Math.max(...wanted.map(({ utility }) => utility))
          if (candidates.length > 0) expect(bestOf(candidates)?.utility).toBeCloseTo(most, 9)
          seen[candidates.length > 0 ? 'found' : 'empty']++
          seen.passedOver += examined - candidates.length
        },
      ),
      { numRuns: 80 },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(3)
  }, 120_000)

  it('looks at 50,000 plans at most, whatever a menu asks for', () => {
    const rows: PlanWindow[] = Array.from({ length: 240 }, (_, index) => ({
      ...{ rowId: `r${index}`, instalments: 2 + (index % 59), interval: 'P1W', priceBps: 0 },
      ...{ firstDueFrom: TODAY, firstDueTo: addDays(TODAY, 5 * 365) },
    }))
    const policy = { ...POLICY, maxEndDays: 1825 }
    const prepared = prepareHousehold({
      ...{ cashFlow: CASH_FLOW, policy, commitments: [], today: TODAY },
    })
    let assessed = 0
    const counting: Household = {
      ...prepared,
      assess: (payments) => {
        assessed++
        return prepared.assess(payments)
      },
    }
    const principal = { minor: 24_000n, currency: 'EUR' }
    const searched = searchPlans(rows, { principal, household: counting, policy, laws: [] })
    expect(assessed).toBe(50_000)
    expect(searched.examined).toBe(50_000)
  })

  const once = (day: string): PlanWindow => ({
    ...{ rowId: 'r', instalments: 1, interval: null, priceBps: 0 },
    ...{ firstDueFrom: day, firstDueTo: day },
  })

  it.each([
    ['the 31st day after the last payment', 36, 0],
    ['the day after that', 37, 1],
  ])('watches the buffer on %s', (_, dueIn, fitting) => {
    const cashFlow = {
      ...{ currency: 'EUR', asOf: TODAY, balance: 10_000n, incomes: [], charges: [] },
      ...{ dailySpend: 0n, oneOffs: [{ day: addDays(TODAY, dueIn), amount: -5_001n }] },
    }
    const prepared = prepareHousehold({ cashFlow, policy: POLICY, commitments: [], today: TODAY })
    const { candidates } = searchPlans([once(addDays(TODAY, 5))], {
      principal: { minor: 5_000n, currency: 'EUR' },
      ...{ household: prepared, policy: POLICY, laws: [] },
    })
    expect(candidates).toHaveLength(fitting)
  })

  it('counts what should have been paid before as paid this month', () => {
    const policy = { ...POLICY, perMonth: 10_000n }
    const commitments = [{ day: '2026-02-25', amount: 5_000n }]
    const facts = { cashFlow: CASH_FLOW, policy, commitments, today: TODAY }
    const prepared = prepareHousehold(facts)
    const found = searchPlans([once('2026-03-31'), once('2026-04-01')], {
      principal: { minor: 6_000n, currency: 'EUR' },
      ...{ household: prepared, policy, laws: [] },
    })
    expect(found.candidates.map(({ window }) => window.firstDueFrom)).toEqual(['2026-04-01'])
    expect(found.mainObstacle).toBe('month-limit')
  })

  it('does not look at days on which nothing may be due any more', () => {
    const forever: PlanWindow = {
      ...{ rowId: 'r', instalments: 1, interval: null, priceBps: 0 },
      ...{ firstDueFrom: '1900-01-01', firstDueTo: '2999-12-31' },
    }
    const policy = { ...POLICY, maxEndDays: 90, minNoticeDays: 2 }
    const facts = { cashFlow: CASH_FLOW, policy, commitments: [], today: TODAY }
    const searched = searchPlans([forever], {
      principal: { minor: 100n, currency: 'EUR' },
      household: prepareHousehold(facts),
      ...{ policy, laws: [] },
    })
    // From the second day of notice to the ninetieth, both included.
    expect(searched.examined).toBe(89)
  })
})
