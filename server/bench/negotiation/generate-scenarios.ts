// A set of scenarios for machines without one: households and policies that differ as real ones do.
// The same seed gives the same set. All figures are assumptions; what they are used for are ratios.
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { type Random, seededRandom } from '../../src/domain/learning/seeded-random.ts'
import { epochDay, isoDay, monthOf } from './outcome-space.ts'

const KINDS = [
  { kind: 'energy', fromCents: 6_000, toCents: 60_000 },
  { kind: 'telecom', fromCents: 2_500, toCents: 15_000 },
  { kind: 'online-order', fromCents: 2_000, toCents: 40_000 },
  { kind: 'medical', fromCents: 4_000, toCents: 150_000 },
  { kind: 'rent-arrears', fromCents: 40_000, toCents: 400_000 },
] as const

const SEGMENTS = [
  {
    segment: 'A',
    deferral: [30, 75],
    most: [6, 12],
    duration: [180, 330],
    hazard: [0.01, 0.04],
    worth: 0.95,
  },
  {
    segment: 'B',
    deferral: [21, 60],
    most: [4, 10],
    duration: [120, 270],
    hazard: [0.03, 0.1],
    worth: 0.9,
  },
  {
    segment: 'C',
    deferral: [14, 45],
    most: [3, 6],
    duration: [75, 180],
    hazard: [0.08, 0.25],
    worth: 0.78,
  },
  {
    segment: 'D',
    deferral: [7, 30],
    most: [2, 4],
    duration: [45, 120],
    hazard: [0.2, 0.45],
    worth: 0.6,
  },
] as const

const WEIGHTS = {
  balanced: { comfort: 0.26, small: 0.18, soon: 0.18, cost: 0.16, payday: 0.22 },
  'sooner-done': { comfort: 0.18, small: 0.08, soon: 0.42, cost: 0.14, payday: 0.18 },
  'smaller-installments': { comfort: 0.18, small: 0.42, soon: 0.08, cost: 0.1, payday: 0.22 },
  cheapest: { comfort: 0.18, small: 0.1, soon: 0.14, cost: 0.4, payday: 0.18 },
} as const

const DISCOUNTS = [-300, -250, -200, -150, -100, -50, 0]
const FEES = [0, 50, 100, 150, 200, 250, 300]
const FIRST_DAY = epochDay('2027-01-01')

/** Makes a set. */
export function generateScenarios(count: number, seed: number): Scenario[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => generate(`made-${seed}-${index}`, random))
}

function generate(id: string, random: Random): Scenario {
  const { kind, fromCents, toCents } = pick(KINDS, random)
  const principalCents = Math.round(fromCents * (toCents / fromCents) ** random())
  const pricing = pick(['none', 'none', 'discount', 'fee'] as const, random)
  const today = FIRST_DAY + whole(random, 0, 364)
  return {
    id,
    today: isoDay(today),
    request: { currency: 'EUR', principalCents, ...{ kind } },
    domain: {
      minNoticeDays: whole(random, 0, 5),
      maxFirstDueDays: 90,
      maxInstallments: 12,
      maxDurationDays: 365,
      intervals: ['P1W', 'P2W', 'P1M'],
      priceLevelsBps: { none: [0], discount: DISCOUNTS, fee: FEES }[pricing],
    },
    legal: { freeOfChargeOnly: pricing !== 'fee', maxAprBps: 1_500, maxFeeCents: 2_500 },
    creditor: creditorOf(principalCents, pricing, random),
    debtor: debtorOf(today, random),
  }
}

function creditorOf(
  principalCents: number,
  pricing: 'none' | 'discount' | 'fee',
  random: Random,
): Scenario['creditor'] {
  const { deferral, most, duration, hazard, worth } = pick(SEGMENTS, random)
  const annualDiscountRate = between(random, 0.05, 0.12)
  const years = between(random, 45, 150) / 365
  const handling = between(random, 500, 2_500)
  return {
    policy: {
      maxDeferralDays: whole(random, deferral[0], deferral[1]),
      maxInstallments: whole(random, most[0], most[1]),
      maxDurationDays: whole(random, duration[0], duration[1]),
      minInstallmentCents: 500 * whole(random, 2, 8),
      intervals: random() < 0.6 ? ['P1M'] : ['P2W', 'P1M'],
      maxDiscountBps: pricing === 'discount' ? 50 * whole(random, 2, 6) : 0,
      discountOnlyWithinDays: whole(random, 5, 20),
      maxFeeBps: pricing === 'fee' ? 50 * whole(random, 2, 6) : 0,
      feeFreeDays: whole(random, 14, 60),
    },
    value: {
      annualDiscountRate,
      annualHazard: between(random, hazard[0], hazard[1]),
      recoveryOnDefault: between(random, 0.3, 0.7),
      adminCostPerInstallmentCents: whole(random, 20, 150),
      noDealValueCents: Math.round(
        principalCents * worth * Math.exp(-annualDiscountRate * years) - handling,
      ),
    },
  }
}

function debtorOf(today: number, random: Random): Scenario['debtor'] {
  const income = 1_000 * whole(random, 110, 420)
  const archetype = pick(Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[], random)
  const hasLimit = random() < 0.4
  const perPayment = Math.round(income * between(random, 0.08, 0.3))
  const minBufferCents = 5_000 * whole(random, 0, 6)
  return {
    cashflow: cashFlowOf({ today, income, minBufferCents }, random),
    limits: {
      minBufferCents,
      autopayMaxPerPaymentCents: hasLimit ? perPayment : null,
      autopayMaxPerMonthCents: hasLimit ? Math.round(perPayment * 1.5) : null,
      maxEndDays: 30 * whole(random, 2, 12),
    },
    preferences: {
      ...{ archetype, weights: WEIGHTS[archetype] },
      comfortTargetCents: Math.round(income * between(random, 0.06, 0.2)),
    },
    reservation: { minUtility: between(random, 0.2, 0.45) },
  }
}

const DAYS_OF_MONTH = 30.4

/** A household that mostly gets to its next pay day, with a little or a lot to spare. */
function cashFlowOf(
  { today, income, minBufferCents }: { today: number; income: number; minBufferCents: number },
  random: Random,
): Scenario['debtor']['cashflow'] {
  const rent = Math.round(income * between(random, 0.22, 0.42))
  const charges = [rent, ...[3_500, 6_000, 9_500].map((most) => whole(random, 1_500, most))]
  const surplus = income * between(random, -0.03, 0.4)
  const spend = Math.max(500, (income - sum(charges) - surplus) / DAYS_OF_MONTH)
  const payDay = pick([25, 26, 27, 28, 29, 30, 31, 31, 1, 1, 10, 15, 20], random)
  const daysSinceIncome = (monthOf(today).dayOfMonth - payDay + 31) % 31
  const out = (sum(charges) + spend * DAYS_OF_MONTH) * (1 - daysSinceIncome / 31)
  const second = random() < 0.3 ? Math.round(income * between(random, 0.1, 0.4)) : 0
  const expense = { dayOffset: whole(random, 5, 120), amountCents: -whole(random, 5_000, 40_000) }
  return {
    openingBalanceCents: Math.round(minBufferCents + out + income * between(random, -0.1, 0.3)),
    daysSinceIncome,
    incomes: [
      { dayOfMonth: payDay, amountCents: income - second },
      ...(second === 0 ? [] : [{ dayOfMonth: whole(random, 1, 31), amountCents: second }]),
    ],
    charges: charges.map((amountCents) => ({ dayOfMonth: whole(random, 1, 28), amountCents })),
    dailySpendCents: Math.round(spend),
    oneOffs: random() < 0.3 ? [expense] : [],
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function pick<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new RangeError('nothing to pick from')
  return value
}

function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least)
}

function whole(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}
