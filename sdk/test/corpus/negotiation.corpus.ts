// 200 households and bills with the number of plans that each household accepts, computed by another
// program. Forecast, limits and utility must agree on nearly every one of about a million plans.

import { expect, it } from 'vitest'
import { addMonths, dayNumberOf, toCivil } from '../../src/agent/day-number.ts'
import { type Household, type Payments, prepareHousehold } from '../../src/agent/household.ts'
import { planUtility } from '../../src/agent/utility.ts'
import type { CashFlow, DecisionPolicy } from '../../src/index.ts'
import { addDays, allocate, applyBps } from '../../src/protocol/index.ts'
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
    intervals: string[]
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
    // The reference puts all left-over cents in the first payment; we put one in each.
    expect(exact).toBeGreaterThan(0.6 * scenarios.length)
    expect(missed / counted).toBeLessThan(0.001)
  })
})

function countAcceptable(scenario: Scenario): number {
  const { domain, debtor, today } = scenario
  const policy = policyOf(scenario)
  const cashFlow = cashFlowOf(scenario)
  const household = prepareHousehold({ cashFlow, policy, commitments: [], today })
  let count = 0
  for (let first = domain.minNoticeDays; first <= domain.maxFirstDueDays; first++) {
    for (let instalments = 1; instalments <= domain.maxInstallments; instalments++) {
      for (const interval of instalments === 1 ? ['P1M'] : domain.intervals) {
        const dueIn = Array.from({ length: instalments }, (_, index) =>
          dueOn(dayNumberOf(today), { first, interval, index }),
        )
        if ((dueIn.at(-1) ?? 0) > domain.maxDurationDays) continue
        for (const bps of domain.priceLevelsBps) {
          const utility = utilityOf(scenario, household, { instalments, bps, dueIn })
          if (utility !== null && utility >= debtor.reservation.minUtility) count++
        }
      }
    }
  }
  return count
}

function utilityOf(
  scenario: Scenario,
  household: Household,
  plan: { instalments: number; bps: number; dueIn: number[] },
): number | null {
  const principal = BigInt(scenario.request.principalCents)
  const total = principal + applyBps(principal, plan.bps)
  if (total / BigInt(plan.instalments) < 100n) return null
  const { dueIn } = plan
  const amounts = allocate(total, plan.instalments)
  if (!isLegal(scenario, { amounts, dueIn }, total)) return null
  const assessed = household.assess({ amounts, dueIn })
  if (!assessed.fits) return null
  const { weights, comfortTarget } = policyOf(scenario)
  return planUtility(
    {
      headroom: assessed.headroom,
      comfortTarget,
      amounts,
      priceBps: plan.bps,
      lastDueIn: dueIn.at(-1) ?? 0,
      daysSinceIncome: dueIn.map((due) => household.daysSinceIncome[due] ?? Infinity),
    },
    weights,
  )
}

function isLegal(
  { legal, request }: Scenario,
  { amounts, dueIn }: Payments,
  total: bigint,
): boolean {
  const fee = Number(total) - request.principalCents
  if (fee <= 0) return true
  if (legal.freeOfChargeOnly || fee > legal.maxFeeCents) return false
  const weighted = amounts.map((amount, index) => Number(amount) * Math.max(1, dueIn[index] ?? 0))
  const averageDays = weighted.reduce((sum, one) => sum + one, 0) / Number(total)
  return (fee / request.principalCents / (averageDays / 365)) * 10_000 <= legal.maxAprBps
}

function dueOn(
  today: number,
  { first, interval, index }: { first: number; interval: string; index: number },
): number {
  if (interval === 'P1M') return addMonths(toCivil(today + first), index) - today
  return first + index * (interval === 'P1W' ? 7 : 14)
}

function policyOf({ debtor }: Scenario): DecisionPolicy {
  const { limits, preferences } = debtor
  const { autopayMaxPerPaymentCents: payment, autopayMaxPerMonthCents: month } = limits
  return {
    buffer: BigInt(limits.minBufferCents),
    comfortTarget: BigInt(preferences.comfortTargetCents),
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
