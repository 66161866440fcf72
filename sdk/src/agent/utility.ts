// How much a household likes a plan that it can pay. Taste only: floats rank plans here and never
// become money.

import type { PreferenceWeights } from './policy.ts'

/** What a preference is computed from; amounts in minor units, days from today. */
export interface PlanFeatures {
  readonly headroom: bigint
  readonly comfortTarget: bigint
  readonly amounts: readonly bigint[]
  readonly priceBps: number
  readonly lastDueIn: number
  /** For each payment, the days since the latest income. */
  readonly daysSinceIncome: readonly number[]
}

const DAYS_FOR_SOON = 365
const MOST_INSTALMENTS = 12
const PRICE_RANGE_BPS = 300
const PAYDAY_GRACE_DAYS = 2
const PAYDAY_DECAY_DAYS = 6

/**
 * Scores a plan from 0 to the sum of the weights:
 * comfort √(headroom ÷ target), small ln(total ÷ largest instalment) ÷ ln 12, soon 1 − last ÷ 365,
 * cost (300 − bps) ÷ 600, payday the mean of 1 up to two days after an income and exp(−(days−2)÷6)
 * later; each held between 0 and 1.
 */
export function planUtility(features: PlanFeatures, weights: PreferenceWeights): number {
  const { headroom, comfortTarget, amounts, priceBps, lastDueIn, daysSinceIncome } = features
  const total = amounts.reduce((sum, amount) => sum + amount, 0n)
  // Left-over minor units go to the first lines, so the first payment is the largest.
  const largest = amounts[0] ?? 1n
  const small = Math.log(Number(total) / Number(largest)) / Math.log(MOST_INSTALMENTS)
  const closeness = daysSinceIncome.reduce((sum, days) => sum + paydayCloseness(days), 0)
  return (
    weights.comfort * Math.sqrt(share(headroom, comfortTarget)) +
    weights.small * clamp(small) +
    weights.soon * clamp(1 - lastDueIn / DAYS_FOR_SOON) +
    weights.cost * clamp((PRICE_RANGE_BPS - priceBps) / (2 * PRICE_RANGE_BPS)) +
    weights.payday * (closeness / Math.max(1, daysSinceIncome.length))
  )
}

function paydayCloseness(days: number): number {
  if (days <= PAYDAY_GRACE_DAYS) return 1
  return Math.exp(-(days - PAYDAY_GRACE_DAYS) / PAYDAY_DECAY_DAYS)
}

function share(part: bigint, whole: bigint): number {
  return whole <= 0n ? 1 : clamp(Number(part) / Number(whole))
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
