// How much a household likes a plan that it can pay. Taste only: floats rank plans here and never
// become money.

import type { PreferenceWeights } from './policy.ts'

/** What a preference is computed from; amounts in minor units, days from today. */
export interface PlanFeatures {
  readonly headroom: number
  readonly comfortTarget: number
  readonly total: number
  /** The largest payment. */
  readonly largest: number
  readonly priceBps: number
  readonly lastDueIn: number
  /** Mean over the payments of `paydayCloseness`. */
  readonly closeness: number
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
  const { headroom, comfortTarget, total, largest, priceBps, lastDueIn, closeness } = features
  const small = Math.log(total / largest) / Math.log(MOST_INSTALMENTS)
  return (
    weights.comfort * Math.sqrt(comfortTarget <= 0 ? 1 : clamp(headroom / comfortTarget)) +
    weights.small * clamp(small) +
    weights.soon * clamp(1 - lastDueIn / DAYS_FOR_SOON) +
    weights.cost * clamp((PRICE_RANGE_BPS - priceBps) / (2 * PRICE_RANGE_BPS)) +
    weights.payday * closeness
  )
}

/** How close a payment is to the latest income before it: 1 up to two days after, falling later. */
export function paydayCloseness(daysSinceIncome: number): number {
  if (daysSinceIncome <= PAYDAY_GRACE_DAYS) return 1
  return Math.exp(-(daysSinceIncome - PAYDAY_GRACE_DAYS) / PAYDAY_DECAY_DAYS)
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
