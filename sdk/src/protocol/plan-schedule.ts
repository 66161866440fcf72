// Turns agreed plan terms into dated lines, to the cent and the day, and names them with a hash.
// Every party computes this alone and must get the same bytes.

import { dayNumberOf, dayOf } from './day-number.ts'
import type { Day } from './days.ts'
import { parseDay } from './days.ts'
import { sha256Base64Url } from './hash.ts'
import type { Amount, Money } from './money.ts'
import { applyBps, formatAmount } from './money.ts'
import { type PlanRhythm, planDays } from './plan-days.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** A plan but for its first day: how many payments of which size, at which distance. */
export interface PlanShape extends PlanRhythm {
  /** Price in basis points of the principal: a fee above zero, a rebate below. */
  readonly priceBps: number
  /** Share of the total that the first instalment takes, in basis points; equal when absent. */
  readonly downPaymentBps?: number
}

/** What the parties agree on. */
export interface PlanTerms extends PlanShape {
  readonly firstDueDate: Day
}

/** The amounts of a plan in minor units: all instalments after the first are equal. */
export interface PlanParts {
  readonly total: bigint
  readonly first: bigint
  /** Each of the others; zero when there is one instalment. */
  readonly other: bigint
}

/** One payment of a plan; lines count from 1. */
export interface PlanLine {
  readonly line: number
  readonly dueDate: Day
  readonly amount: Amount
}

/** Why terms give no schedule. */
export interface PlanRefusal {
  readonly code:
    | 'plan-instalments'
    | 'plan-interval'
    | 'plan-price'
    | 'plan-down-payment'
    | 'plan-pay-day'
    | 'plan-date'
    | 'plan-amount'
}

const MAX_INSTALMENTS = 60
const MAX_PRICE_BPS = 10_000
const WHOLE_BPS = 10_000

/**
 * Checks that terms give a schedule in which every line is due on a real day and above zero.
 *
 * Refuses `plan-instalments` (not 1 to 60), `plan-interval` (null with several instalments, or
 * the reverse), `plan-price` (not an integer from -10,000 to 10,000), `plan-down-payment` (not an
 * integer from 1 to 9,999, or with one instalment), `plan-pay-day` (not 1 to 31, or without months),
 * `plan-date` (not a day) and `plan-amount` (less than one minor unit a line).
 *
 * @example
 * import { checkPlanTerms } from '@parley/sdk/protocol'
 * const principal = { minor: 10_000n, currency: 'EUR' }
 * const terms = { instalments: 1, interval: 'P1M', priceBps: 0, firstDueDate: '2026-01-31' } as const
 * checkPlanTerms(principal, terms) // => { ok: false, error: { code: 'plan-interval' } }
 */
export function checkPlanTerms(principal: Money, terms: PlanTerms): Result<PlanTerms, PlanRefusal> {
  const { instalments, interval, priceBps, downPaymentBps, payDay } = terms
  if (!isIntegerWithin(instalments, 1, MAX_INSTALMENTS)) return err({ code: 'plan-instalments' })
  if ((interval === null) !== (instalments === 1)) return err({ code: 'plan-interval' })
  if (!isIntegerWithin(priceBps, -MAX_PRICE_BPS, MAX_PRICE_BPS)) return err({ code: 'plan-price' })
  const isShare = instalments > 1 && isIntegerWithin(downPaymentBps ?? 1, 1, WHOLE_BPS - 1)
  if (downPaymentBps !== undefined && !isShare) return err({ code: 'plan-down-payment' })
  const isPayDay = interval === 'P1M' && isIntegerWithin(payDay ?? 1, 1, 31)
  if (payDay !== undefined && !isPayDay) return err({ code: 'plan-pay-day' })
  if (!parseDay(terms.firstDueDate).ok) return err({ code: 'plan-date' })
  const { first, other } = planParts(principal, terms)
  const isPayable = first > 0n && (instalments === 1 || other > 0n)
  return isPayable ? ok(terms) : err({ code: 'plan-amount' })
}

/**
 * Returns what a plan costs in all: the principal plus its price, rounded half to even.
 *
 * @example
 * import { planTotal } from '@parley/sdk/protocol'
 * const principal = { minor: 10_000n, currency: 'EUR' }
 * planTotal(principal, { priceBps: -200 }) // => { minor: 9_800n, currency: 'EUR' }
 */
export function planTotal(principal: Money, terms: Pick<PlanTerms, 'priceBps'>): Money {
  const { minor, currency } = principal
  return { minor: minor + applyBps(minor, terms.priceBps), currency }
}

/**
 * Splits the total of a plan: equal instalments, or the down payment and equal instalments of the
 * rest, rounded down to the minor unit; what is left over is added to the first. Spec: MON-06, NEG-13.
 *
 * @example
 * import { planParts } from '@parley/sdk/protocol'
 * const principal = { minor: 10_000n, currency: 'EUR' }
 * planParts(principal, { instalments: 3, priceBps: 0 }) // => { total: 10_000n, first: 3_334n, other: 3_333n }
 */
export function planParts(principal: Money, shape: Omit<PlanShape, 'interval'>): PlanParts {
  const total = planTotal(principal, shape).minor
  if (shape.instalments === 1) return { total, first: total, other: 0n }
  const others = BigInt(shape.instalments - 1)
  const { downPaymentBps } = shape
  const other =
    downPaymentBps === undefined
      ? total / (others + 1n)
      : (total - applyBps(total, downPaymentBps)) / others
  return { total, first: total - other * others, other }
}

/**
 * Computes the lines of a plan: the amounts of `planParts`, due every one or two weeks, every month
 * on the anchor day (31 January, 28 February, 31 March), or on the pay day. They sum to `planTotal`.
 *
 * @throws {RangeError} for terms that `checkPlanTerms` refuses.
 *
 * @example
 * import { schedule } from '@parley/sdk/protocol'
 * const principal = { minor: 10_000n, currency: 'EUR' }
 * const terms = { instalments: 3, interval: 'P1M', priceBps: 0, firstDueDate: '2026-01-31' } as const
 * schedule(principal, terms).map(({ dueDate, amount }) => `${dueDate} ${amount.value}`) // => ['2026-01-31 33.34', '2026-02-28 33.33', '2026-03-31 33.33']
 */
export function schedule(principal: Money, terms: PlanTerms): PlanLine[] {
  const checked = checkPlanTerms(principal, terms)
  if (!checked.ok) throw new RangeError(`no schedule: ${checked.error.code}`)
  const { currency } = principal
  const { first, other } = planParts(principal, terms)
  return planDays(terms, dayNumberOf(terms.firstDueDate)).map((day, index) => ({
    line: index + 1,
    dueDate: dayOf(day),
    amount: formatAmount({ minor: index === 0 ? first : other, currency }),
  }))
}

/**
 * Names a plan: base64url SHA-256 over this UTF-8 text, in which every line, also the last, ends
 * with one LF:
 *
 *     parley-plan-1
 *     <currency>
 *     <line>|<dueDate>|<value>        once for every line of `schedule`, in order
 *
 * @throws {RangeError} for terms that `checkPlanTerms` refuses.
 *
 * @example
 * import { planHash } from '@parley/sdk/protocol'
 * const principal = { minor: 10_000n, currency: 'EUR' }
 * const terms = { instalments: 3, interval: 'P1M', priceBps: 0, firstDueDate: '2026-01-31' } as const
 * const hash = await planHash(principal, terms)
 * hash.length // => 43
 */
export async function planHash(principal: Money, terms: PlanTerms): Promise<string> {
  const lines = schedule(principal, terms).map(
    ({ line, dueDate, amount }) => `${line}|${dueDate}|${amount.value}\n`,
  )
  return sha256Base64Url(`parley-plan-1\n${principal.currency}\n${lines.join('')}`)
}

function isIntegerWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}
