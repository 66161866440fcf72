// All plans that a policy allows and what they are worth, and all that suit both sides of a scenario:
// counted out one by one, with nothing of the engines under test.
import {
  type BrutePlan,
  bruteDays,
  bruteDistance,
  bruteLawful,
  bruteLines,
  bruteShapes,
} from '../../../sdk/test/support/brute-force.ts'
import {
  type BruteHousehold,
  bruteForecast,
  bruteHeadroom,
  bruteUtility,
} from '../../../sdk/test/support/brute-household.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import type { PolicyTerms } from '../../src/domain/negotiation/policy.ts'

export interface BruteClaim {
  readonly principal: bigint
  readonly dueDate: string
  readonly offeredOn: string
  readonly payDay?: number
}

/** The base day and all plans of a policy within its law; euro cents. */
export function* brutePolicyPlans(terms: PolicyTerms, claim: BruteClaim): Generator<BrutePlan> {
  const { offeredOn, principal } = claim
  const base = claim.dueDate > offeredOn ? claim.dueDate : offeredOn
  const prices = terms.prices.map(({ priceBps }) => priceBps)
  const withPayDay = terms.payDayPlans && claim.payDay !== undefined
  const space = { ...terms, prices, ...(withPayDay ? { payDay: claim.payDay ?? 0 } : {}) }
  const last = after(base, Math.min(terms.maxDeferralDays, terms.maxDurationDays))
  const days = [...bruteDays(after(offeredOn, terms.minNoticeDays), last)]
  for (const shape of bruteShapes(space)) {
    for (const firstDueDate of days) {
      const plan = { ...shape, firstDueDate }
      if (bruteAllows(terms, { base, principal }, plan)) yield plan
    }
  }
}

/** Whether a plan whose first day is inside the window keeps every other bound of the policy. */
function bruteAllows(
  terms: PolicyTerms,
  { base, principal }: { base: string; principal: bigint },
  plan: BrutePlan,
): boolean {
  const lines = bruteLines(principal, plan)
  const end = bruteDistance(base, lines.at(-1)?.day ?? base)
  const least = lines.length === 1 ? 1n : cents(terms.minInstalment)
  const price = terms.prices.find(({ priceBps }) => priceBps === plan.priceBps)
  const { freeOfChargeOnly, maxAprBps, maxFee } = terms.law
  const law = {
    ...{ freeOfChargeOnly, countedFrom: base },
    ...(maxAprBps === undefined ? {} : { maxAprBps }),
    ...(maxFee === undefined ? {} : { maxFee: cents(maxFee) }),
  }
  return (
    end <= terms.maxDurationDays &&
    end <= (price?.lastDueWithinDays ?? Infinity) &&
    end > (price?.lastDueAfterDays ?? -Infinity) &&
    lines.every(({ amount }) => amount >= least && amount > 0n) &&
    bruteLawful(principal, plan, law)
  )
}

/** What a plan is worth to the creditor: each instalment if paid, or what is got of it; in cents. */
export function bruteWorth(terms: PolicyTerms, claim: BruteClaim, plan: BrutePlan): number {
  const { annualDiscountBps, annualHazardBps, recoveryBps, costPerInstalment } = terms.value
  const lines = bruteLines(claim.principal, plan)
  const total = lines.reduce((sum, { amount }) => sum + Number(amount), 0)
  // Left-over cents count as spread evenly.
  const down = plan.downPaymentBps === undefined ? 1 / lines.length : plan.downPaymentBps / 10_000
  const shares = lines.map((_, index) => (index === 0 ? down : (1 - down) / (lines.length - 1)))
  const worth = lines.map(({ day }, index) => {
    const years = bruteDistance(claim.offeredOn, day) / 365
    const paid = Math.exp((-annualHazardBps / 10_000) * years)
    const got = paid + (1 - paid) * (recoveryBps / 10_000) * 0.92
    return total * (shares[index] ?? 0) * got * Math.exp((-annualDiscountBps / 10_000) * years)
  })
  const cost = lines.length * Number(cents(costPerInstalment))
  return worth.reduce((sum, one) => sum + one, 0) - cost
}

/** A plan that suits both sides, and what it is worth to each. */
export interface BruteDeal {
  readonly plan: BrutePlan
  readonly creditor: number
  readonly debtor: number
}

/** Every plan inside the policy, the law and the household's limits. */
export function bruteZopa(scenario: Scenario, terms: PolicyTerms): BruteDeal[] {
  const { today, request, debtor } = scenario
  const claim = { principal: BigInt(request.principalCents), dueDate: today, offeredOn: today }
  const home = householdOf(scenario)
  const { balances, sinceIncome } = bruteForecast(home, debtor.limits.maxEndDays + 31)
  const deals: BruteDeal[] = []
  for (const plan of brutePolicyPlans(terms, claim)) {
    const lines = bruteLines(claim.principal, plan)
    const headroom = bruteHeadroom(home, balances, lines)
    if (headroom === null) continue
    const { priceBps } = plan
    const liking = bruteUtility(home, sinceIncome, { lines, headroom, priceBps })
    if (liking < debtor.reservation.minUtility) continue
    deals.push({ plan, creditor: bruteWorth(terms, claim, plan), debtor: liking })
  }
  return deals
}

function householdOf({ debtor, today }: Scenario): BruteHousehold {
  const { cashflow, limits, preferences } = debtor
  const flow = ({ dayOfMonth, amountCents }: { dayOfMonth: number; amountCents: number }) => ({
    ...{ dayOfMonth, amount: BigInt(amountCents) },
  })
  const { autopayMaxPerPaymentCents: payment, autopayMaxPerMonthCents: month } = limits
  return {
    today,
    balance: BigInt(cashflow.openingBalanceCents),
    incomes: cashflow.incomes.map(flow),
    charges: cashflow.charges.map(flow),
    dailySpend: BigInt(cashflow.dailySpendCents),
    oneOffs: (cashflow.oneOffs ?? []).map(({ dayOffset, amountCents }) => ({
      ...{ day: after(today, dayOffset), amount: BigInt(amountCents) },
    })),
    lastIncome: after(today, -cashflow.daysSinceIncome),
    limits: {
      buffer: BigInt(limits.minBufferCents),
      maxEndDays: limits.maxEndDays,
      ...(payment === null ? {} : { perPayment: BigInt(payment) }),
      ...(month === null ? {} : { perMonth: BigInt(month) }),
    },
    taste: { ...preferences.weights, comfortTarget: BigInt(preferences.comfortTargetCents) },
  }
}

function after(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

function cents(text: string): bigint {
  return BigInt(text.replace('.', ''))
}
