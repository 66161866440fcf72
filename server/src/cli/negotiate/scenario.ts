// The format of negotiation scenarios, version 1, and what each side may see of one: the creditor its
// policy and values, the agent its household. What is named `truth` is for scoring and not read.
import type { CashFlow, DecisionPolicy } from '@parley/sdk'
import { addDays, type Day, formatDecimal, type PlanInterval } from '@parley/sdk/protocol'
import {
  DEFAULT_POLICY,
  type PolicyTerms,
  type PriceTerms,
} from '../../domain/negotiation/policy.ts'

export interface Scenario {
  id: string
  today: Day
  request: { currency: string; principalCents: number }
  /** Public: which outcomes there are at all. */
  domain: {
    minNoticeDays: number
    maxFirstDueDays: number
    maxInstallments: number
    maxDurationDays: number
    intervals: PlanInterval[]
    priceLevelsBps: number[]
  }
  legal: { freeOfChargeOnly: boolean; maxAprBps: number; maxFeeCents: number }
  creditor: {
    policy: {
      maxDeferralDays: number
      maxInstallments: number
      maxDurationDays: number
      minInstallmentCents: number
      intervals: PlanInterval[]
      maxDiscountBps: number
      discountOnlyWithinDays: number
      maxFeeBps: number
      feeFreeDays: number
    }
    value: {
      annualDiscountRate: number
      annualHazard: number
      recoveryOnDefault: number
      adminCostPerInstallmentCents: number
      noDealValueCents: number
    }
  }
  debtor: {
    cashflow: {
      openingBalanceCents: number
      daysSinceIncome: number
      incomes: MonthlyFlow[]
      charges: MonthlyFlow[]
      dailySpendCents: number
      oneOffs?: { dayOffset: number; amountCents: number }[]
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
}

interface MonthlyFlow {
  dayOfMonth: number
  amountCents: number
}

/** No instalment of the format is below one unit of the currency. */
const LEAST_INSTALMENT_CENTS = 100

/** The creditor's policy; its bounds are those of the public domain where they are narrower. */
export function policyTermsOf(
  { creditor, domain, legal, request }: Scenario,
  tiers: { tiers: number[]; publishEnvelope: boolean },
): PolicyTerms {
  const { policy, value } = creditor
  const maxDeferralDays = Math.min(policy.maxDeferralDays, domain.maxFirstDueDays)
  const { publishEnvelope } = tiers
  const text = (cents: number) =>
    formatDecimal({ minor: BigInt(cents), currency: request.currency })
  return {
    minNoticeDays: domain.minNoticeDays,
    maxDeferralDays,
    maxInstalments: Math.min(policy.maxInstallments, domain.maxInstallments),
    maxDurationDays: Math.min(policy.maxDurationDays, domain.maxDurationDays),
    minInstalment: text(Math.max(policy.minInstallmentCents, LEAST_INSTALMENT_CENTS)),
    intervals: policy.intervals.filter((interval) => domain.intervals.includes(interval)),
    prices: domain.priceLevelsBps.flatMap((bps) => priceOf(policy, bps)),
    downPaymentsBps: [],
    payDayPlans: false,
    late: DEFAULT_POLICY.late,
    law: {
      freeOfChargeOnly: legal.freeOfChargeOnly,
      maxAprBps: legal.maxAprBps,
      maxFee: text(legal.maxFeeCents),
    },
    value: {
      annualDiscountBps: inBps(value.annualDiscountRate),
      annualHazardBps: inBps(value.annualHazard),
      recoveryBps: inBps(value.recoveryOnDefault),
      costPerInstalment: text(value.adminCostPerInstallmentCents),
    },
    tiers: tiers.tiers,
    // Bounds between which no day lies are none to publish.
    publishEnvelope: publishEnvelope && domain.minNoticeDays <= maxDeferralDays,
  }
}

function priceOf(policy: Scenario['creditor']['policy'], priceBps: number): PriceTerms[] {
  const { maxDiscountBps, discountOnlyWithinDays, maxFeeBps, feeFreeDays } = policy
  if (priceBps === 0) return [{ priceBps }]
  if (priceBps > 0) return priceBps > maxFeeBps ? [] : [{ priceBps, lastDueAfterDays: feeFreeDays }]
  return -priceBps > maxDiscountBps ? [] : [{ priceBps, lastDueWithinDays: discountOnlyWithinDays }]
}

function inBps(rate: number): number {
  return Math.round(rate * 10_000)
}

/** What the agent knows of the household's money. */
export function cashFlowOf({ debtor, today, request }: Scenario): CashFlow {
  const { cashflow } = debtor
  const flow = ({ dayOfMonth, amountCents }: MonthlyFlow) => ({
    dayOfMonth,
    amount: BigInt(amountCents),
  })
  return {
    currency: request.currency,
    asOf: today,
    balance: BigInt(cashflow.openingBalanceCents),
    incomes: cashflow.incomes.map(flow),
    charges: cashflow.charges.map(flow),
    dailySpend: BigInt(cashflow.dailySpendCents),
    oneOffs: (cashflow.oneOffs ?? []).map(({ dayOffset, amountCents }) => ({
      day: addDays(today, dayOffset),
      amount: BigInt(amountCents),
    })),
    lastIncome: addDays(today, -cashflow.daysSinceIncome),
  }
}

/** What the person lets the agent do. */
export function decisionPolicyOf({ debtor }: Scenario): DecisionPolicy {
  const { limits, preferences, reservation } = debtor
  const { autopayMaxPerPaymentCents: payment, autopayMaxPerMonthCents: month } = limits
  return {
    buffer: BigInt(limits.minBufferCents),
    comfortTarget: BigInt(preferences.comfortTargetCents),
    weights: preferences.weights,
    maxEndDays: limits.maxEndDays,
    minUtility: reservation.minUtility,
    maxAnswers: 100,
    ...(payment === null ? {} : { perPayment: BigInt(payment) }),
    ...(month === null ? {} : { perMonth: BigInt(month) }),
  }
}
