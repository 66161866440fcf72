// The truth that a given set of scenarios states of itself, computed by another program: against the
// truth of the negotiation bench, and against what the agent itself finds acceptable.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { addDays, type EnvelopeBounds, envelopeRows, formatAmount } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { prepareHousehold } from '../../../sdk/src/agent/household.ts'
import { searchPlans, windowsOf } from '../../../sdk/src/agent/plan-search.ts'
import { productOf, truthOf } from '../../bench/negotiation/truth.ts'
import { cashFlowOf, decisionPolicyOf, type Scenario } from '../../src/cli/negotiate/scenario.ts'

interface Stated {
  zopaSize: number
  paretoSize: number
  creditorAcceptable: number
  debtorAcceptable: number
  nash: { product: number } | null
}

const root = resolve(import.meta.dirname, '../../..')
const file = join(
  resolve(root, process.env['PARLEY_CORPUS'] ?? '../shared/data'),
  'negotiation/scenarios-dev.json',
)
const given: (Scenario & { truth: Stated })[] = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).scenarios
  : []

describe.skipIf(given.length === 0)('the truth of given scenarios', () => {
  it('has as many plans for each side, as many deals and the same Nash product', () => {
    expect(given.length).toBeGreaterThan(0)
    for (const scenario of given) {
      const { plans, deals, frontier, nash } = truthOf(scenario)
      const { truth: stated, id } = scenario
      const found = {
        id,
        creditorAcceptable: plans.filter(({ uCreditor }) => uCreditor !== null).length,
        debtorAcceptable: plans.filter(({ uDebtor }) => uDebtor !== null).length,
        zopaSize: deals.length,
      }
      const { creditorAcceptable, debtorAcceptable, zopaSize } = stated
      expect(found).toEqual({ id, creditorAcceptable, debtorAcceptable, zopaSize })
      if (zopaSize > 0) expect([id, frontier.length]).toEqual([id, stated.paretoSize])
      expect(nash === null ? 0 : productOf(nash)).toBeCloseTo(stated.nash?.product ?? 0, 5)
    }
  })
})

describe.skipIf(given.length === 0)('the household and the search of the agent', () => {
  it('count the plans that each household accepts as the reference does', () => {
    let exact = 0
    let counted = 0
    let missed = 0
    for (const scenario of given) {
      const { debtorAcceptable } = scenario.truth
      const count = countAcceptable(scenario)
      counted += debtorAcceptable
      missed += Math.abs(count - debtorAcceptable)
      if (count === debtorAcceptable) exact++
    }
    console.info(`${exact} of ${given.length} exact; ${missed} of ${counted} plans differ`)
    expect(exact).toBeGreaterThan(0.95 * given.length)
    expect(missed / counted).toBeLessThan(0.0001)
  })
})

/** How many plans of the whole public domain the agent's search takes; the creditor's policy is left out. */
function countAcceptable(scenario: Scenario): number {
  const { today, request } = scenario
  const principal = { minor: BigInt(request.principalCents), currency: request.currency }
  const bounds = boundsOf(scenario)
  const policy = decisionPolicyOf(scenario)
  const household = prepareHousehold({
    cashFlow: cashFlowOf(scenario),
    policy,
    commitments: [],
    today,
  })
  const laws = bounds.law === undefined ? [] : [{ law: bounds.law, countedFrom: today }]
  const windows = windowsOf({ rows: envelopeRows(bounds, principal) })
  return searchPlans(windows, { principal, household, policy, laws }).candidates.length
}

function boundsOf({ domain, legal, request, today }: Scenario): EnvelopeBounds {
  const { currency } = request
  return {
    countedFrom: today,
    firstDueFrom: addDays(today, domain.minNoticeDays),
    firstDueTo: addDays(today, domain.maxFirstDueDays),
    lastDueTo: addDays(today, domain.maxDurationDays),
    maxInstalments: domain.maxInstallments,
    minInstalment: { value: '1.00', currency },
    intervals: domain.intervals,
    prices: domain.priceLevelsBps.map((priceBps) => ({ priceBps })),
    law: {
      freeOfChargeOnly: legal.freeOfChargeOnly,
      maxAprBps: legal.maxAprBps,
      maxFee: formatAmount({ minor: BigInt(legal.maxFeeCents), currency }),
    },
  }
}
