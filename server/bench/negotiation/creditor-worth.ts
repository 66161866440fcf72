// What the creditor may agree to and what it is worth to it, plan by plan.
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { INTERVALS, type Outcome } from './outcome-space.ts'

const RECOVERY_NET = 0.92

/** Whether law and policy allow a plan. */
export function isWithinPolicy(scenario: Scenario, outcome: Outcome): boolean {
  const { policy } = scenario.creditor
  const { firstIn, instalments, interval, priceBps, other, dueIn } = outcome
  const last = dueIn.at(-1) ?? firstIn
  const name = INTERVALS[interval] ?? null
  if (firstIn > policy.maxDeferralDays || last > policy.maxDurationDays) return false
  if (instalments > policy.maxInstallments) return false
  if (instalments > 1 && other < policy.minInstallmentCents) return false
  if (name !== null && !policy.intervals.includes(name)) return false
  if (priceBps < 0) {
    return -priceBps <= policy.maxDiscountBps && last <= policy.discountOnlyWithinDays
  }
  if (priceBps === 0) return true
  return priceBps <= policy.maxFeeBps && last > policy.feeFreeDays && isLawful(scenario, outcome)
}

/** Whether the law lets a plan cost what it costs. */
export function isLawful({ legal, request }: Scenario, outcome: Outcome): boolean {
  const { total, first, other, dueIn } = outcome
  const fee = total - request.principalCents
  if (fee <= 0) return true
  if (legal.freeOfChargeOnly || fee > legal.maxFeeCents) return false
  const centDays = dueIn.reduce(
    (sum, day, index) => sum + (index === 0 ? first : other) * Math.max(1, day),
    0,
  )
  const years = centDays / total / 365
  return fee / request.principalCents / years <= legal.maxAprBps / 10_000
}

/** Σ amount × [S·D + 0.92 (1 − S)·recovery·D] − instalments × cost, in cents. */
export function creditorValue({ creditor }: Scenario): (outcome: Outcome) => number {
  const { value } = creditor
  const worth = (day: number) => {
    const paid = Math.exp((-value.annualHazard * day) / 365)
    const lost = (1 - paid) * value.recoveryOnDefault * RECOVERY_NET
    return (paid + lost) * Math.exp((-value.annualDiscountRate * day) / 365)
  }
  return ({ first, other, dueIn }) =>
    dueIn.reduce((sum, day, index) => sum + (index === 0 ? first : other) * worth(day), 0) -
    dueIn.length * value.adminCostPerInstallmentCents
}
