// 200 households and bills with the number of plans that each household accepts, computed by another
// program. Forecast, limits and utility must agree on nearly every one of about a million plans.

import { expect, it } from 'vitest'
import { prepareHousehold } from '../../src/agent/household.ts'
import { searchPlans, windowsOf } from '../../src/agent/plan-search.ts'
import type { CashFlow, DecisionPolicy } from '../../src/index.ts'
import {
  addDays,
  type EnvelopeBounds,
  envelopeRows,
  formatAmount,
  type PlanInterval,
} from '../../src/protocol/index.ts'
import { describeCorpus, readCorpusJson } from './corpus-files.ts'

const FILE = 'negotiation/scenarios-dev.json'

interface Scenario {
  id: string
  today: string
  request: { principalCents: number }
  domain: {
    minNoticeDays: number
    maxFirstDueDays: number
    maxInstallments: number
    maxDurationDays: number
    intervals: PlanInterval[]
    priceLevelsBps: number[]
  }
  legal: { freeOfChargeOnly: boolean; maxAprBps: number; maxFeeCents: number }
  debtor: {
    cashflow: {
      openingBalanceCents: number
      daysSinceIncome: number
      incomes: Array<{ dayOfMonth: number; amountCents: number }>
      charges: Array<{ dayOfMonth: number; amountCents: number }>
      dailySpendCents: number
      oneOffs: Array<{ dayOffset: number; amountCents: number }>
    }
    limits: {
      minBufferCents: number
      autopayMaxPerPaymentCents: number | null
      autopayMaxPerMonthCents: number | null
      maxEndDays: number
    }
    preferences: { weights: DecisionPolicy['weights']; comfortTargetCents: number }
    reservation: { minUtility: number }
  }
  truth: { debtorAcceptable: number }
}

describeCorpus(FILE, () => {
  it('counts the plans that each household accepts as the reference does', () => {
    const { scenarios } = readCorpusJson<{ scenarios: Scenario[] }>(FILE)
    let exact = 0
    let counted = 0
    let missed = 0
    for (const scenario of scenarios) {
      const count = countAcceptable(scenario)
      counted += scenario.truth.debtorAcceptable
      missed += Math.abs(count - scenario.truth.debtorAcceptable)
      if (count === scenario.truth.debtorAcceptable) exact++
    }
    console.info(`${exact} of ${scenarios.length} exact; ${missed} of ${counted} plans differ`)
    expect(exact).toBeGreaterThan(0.95 * scenarios.length)
    expect(missed / counted).toBeLessThan(0.0001)
  })
})

function countAcceptable(scenario: Scenario): number {
  const { domain, legal, request, today } = scenario
  const cashFlow = cashFlowOf(scenario)
  const policy = policyOf(scenario)
  const principal = { minor: BigInt(request.principalCents), currency: 'EUR' }
  const household = prepareHousehold({ cashFlow, policy, commitments: [], today })
  const law = {
    freeOfChargeOnly: legal.freeOfChargeOnly,
    maxAprBps: legal.maxAprBps,
    maxFee: formatAmount({ minor: BigInt(legal.maxFeeCents), currency: 'EUR' }),
  }
  const bounds: EnvelopeBounds = {
    countedFrom: today,
    firstDueFrom: addDays(today, domain.minNoticeDays),
    firstDueTo: addDays(today, domain.maxFirstDueDays),
    lastDueTo: addDays(today, domain.maxDurationDays),
    maxInstalments: domain.maxInstallments,
    minInstalment: { value: '1.00', currency: 'EUR' },
    intervals: domain.intervals,
    prices: domain.priceLevelsBps.map((priceBps) => ({ priceBps })),
    law,
  }
  const laws = [{ law, countedFrom: today }]
  const windows = windowsOf({ rows: envelopeRows(bounds, principal) })
  return searchPlans(windows, { principal, household, policy, laws }).candidates.length
}

function policyOf({ debtor }: Scenario): DecisionPolicy {
  const { limits, preferences } = debtor
  const { autopayMaxPerPaymentCents: payment, autopayMaxPerMonthCents: month } = limits
  return {
    buffer: BigInt(limits.minBufferCents),
    comfortTarget: BigInt(preferences.comfortTargetCents),
    minUtility: debtor.reservation.minUtility,
    weights: preferences.weights,
    maxEndDays: limits.maxEndDays,
    ...(payment === null ? {} : { perPayment: BigInt(payment) }),
    ...(month === null ? {} : { perMonth: BigInt(month) }),
  }
}

function cashFlowOf({ debtor, today }: Scenario): CashFlow {
  const { cashflow } = debtor
  const flow = ({ dayOfMonth, amountCents }: { dayOfMonth: number; amountCents: number }) => ({
    dayOfMonth,
    amount: BigInt(amountCents),
  })
  return {
    currency: 'EUR',
    asOf: today,
    balance: BigInt(cashflow.openingBalanceCents),
    incomes: cashflow.incomes.map(flow),
    charges: cashflow.charges.map(flow),
    dailySpend: BigInt(cashflow.dailySpendCents),
    oneOffs: cashflow.oneOffs.map(({ dayOffset, amountCents }) => ({
      day: addDays(today, dayOffset),
      amount: BigInt(amountCents),
    })),
    lastIncome: addDays(today, -cashflow.daysSinceIncome),
  }
}
