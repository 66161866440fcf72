// What the law lets a plan cost. Both sides check a priced plan with this before they sign; without a
// statement of the law nothing may cost anything.

import { type DayNumber, dayNumberOf, dayOf } from './day-number.ts'
import type { Day } from './days.ts'
import type { InstalmentLaw } from './generated/messages.ts'
import { planOf } from './menu.ts'
import { type Money, parseAmount } from './money.ts'
import { firstDayThat, planDays } from './plan-days.ts'
import { type PlanShape, type PlanTerms, planParts } from './plan-schedule.ts'

/** What holds where nobody has stated the law: a plan costs nothing. */
export const FREE_OF_CHARGE: InstalmentLaw = { freeOfChargeOnly: true }

/** A statement of the law, and the day from which it counts how long payment is put off. */
export interface LawFacts {
  readonly law: InstalmentLaw
  readonly countedFrom: Day
}

/**
 * Tells whether the price of a plan is lawful: a rebate or no price always; a fee only where
 * `freeOfChargeOnly` is false, at most `maxFee`, and with
 * fee ÷ principal ÷ (mean days put off ÷ 365) at most `maxAprBps`. The mean weighs each instalment by
 * its amount and counts at least one day. A cap that is not stated allows no fee. Spec: NEG-18.
 *
 * @example
 * import { FREE_OF_CHARGE, isLawfulPlan } from '@parley/sdk/protocol'
 * const principal = { minor: 10_000n, currency: 'EUR' }
 * const plan = { instalments: 1, interval: null, priceBps: 100, firstDueDate: '2026-03-31' }
 * isLawfulPlan({ law: FREE_OF_CHARGE, countedFrom: '2026-03-01' }, principal, plan) // => false
 */
export function isLawfulPlan(
  { law, countedFrom }: LawFacts,
  principal: Money,
  terms: PlanTerms,
): boolean {
  const { total, first, other } = planParts(principal, terms)
  const fee = total - principal.minor
  if (fee <= 0n) return true
  const maxFee = parseAmount(law.maxFee)
  const isCapped = maxFee.ok && maxFee.value.currency === principal.currency
  if (law.freeOfChargeOnly || !isCapped || law.maxAprBps === undefined) return false
  if (fee > maxFee.value.minor) return false
  const from = dayNumberOf(countedFrom)
  const centDays = planDays(terms, dayNumberOf(terms.firstDueDate)).reduce(
    (sum, day, index) => sum + (index === 0 ? first : other) * BigInt(Math.max(1, day - from)),
    0n,
  )
  return fee * total * 365n * 10_000n <= BigInt(law.maxAprBps) * principal.minor * centDays
}

/**
 * Returns the earliest first day from which a shape is lawful, or the day after `to` if none is. What
 * is charged a year falls as a plan gets later, so all later days are lawful too.
 */
export function firstLawfulDay(
  law: LawFacts,
  principal: Money,
  { shape, from, to }: { shape: PlanShape; from: DayNumber; to: DayNumber },
): DayNumber {
  const isLawful = (day: DayNumber) => isLawfulPlan(law, principal, planOf(shape, dayOf(day)))
  if (shape.priceBps <= 0 || isLawful(from)) return from
  return firstDayThat({ from, to }, isLawful)
}
