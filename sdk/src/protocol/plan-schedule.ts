// Turns agreed plan terms into dated lines, to the cent and the day, and names them with a hash.
// Every party computes this alone and must get the same bytes.

import type { Day } from './days.ts'
import { addMonthsAnchored, addWeeks, parseDay } from './days.ts'
import { sha256Base64Url } from './hash.ts'
import type { Amount, Money } from './money.ts'
import { allocate, applyBps, formatAmount } from './money.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** ISO 8601 time between two instalments: a week, two weeks, a month. */
export type PlanInterval = 'P1W' | 'P2W' | 'P1M'

/** What the parties agree on; `interval` is null if and only if there is one instalment. */
export interface PlanTerms {
  readonly instalments: number
  readonly interval: PlanInterval | null
  /** Price in basis points of the principal: a fee above zero, a rebate below. */
  readonly priceBps: number
  readonly firstDueDate: Day
}

/** One payment of a plan; lines count from 1. */
export interface PlanLine {
  readonly line: number
  readonly dueDate: Day
  readonly amount: Amount
}

/** Why terms give no schedule. */
export interface PlanRefusal {
  readonly code: 'plan-instalments' | 'plan-interval' | 'plan-price' | 'plan-date' | 'plan-amount'
}

const MAX_INSTALMENTS = 60
const MAX_PRICE_BPS = 10_000

/**
 * Checks that terms give a schedule in which every line is due on a real day and above zero.
 *
 * Refuses `plan-instalments` (not 1 to 60), `plan-interval` (null with several instalments, or
 * the reverse), `plan-price` (not an integer from -10,000 to 10,000), `plan-date` (not a day) and
 * `plan-amount` (less than one minor unit a line).
 *
 * @example
 * import { checkPlanTerms } from '@parley/sdk/protocol'
 * const principal = { minor: 10_000n, currency: 'EUR' }
 * const terms = { instalments: 1, interval: 'P1M', priceBps: 0, firstDueDate: '2026-01-31' } as const
 * checkPlanTerms(principal, terms) // => { ok: false, error: { code: 'plan-interval' } }
 */
export function checkPlanTerms(principal: Money, terms: PlanTerms): Result<PlanTerms, PlanRefusal> {
  const { instalments, interval, priceBps, firstDueDate } = terms
  if (!isIntegerWithin(instalments, 1, MAX_INSTALMENTS)) return err({ code: 'plan-instalments' })
  if ((interval === null) !== (instalments === 1)) return err({ code: 'plan-interval' })
  if (!isIntegerWithin(priceBps, -MAX_PRICE_BPS, MAX_PRICE_BPS)) return err({ code: 'plan-price' })
  if (!parseDay(firstDueDate).ok) return err({ code: 'plan-date' })
  if (planTotal(principal, terms).minor < BigInt(instalments)) return err({ code: 'plan-amount' })
  return ok(terms)
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
 * Computes the lines of a plan: equal instalments whose left-over minor units go to the first
 * lines, due every one or two weeks, or every month on the anchor day (31 January, 28 February,
 * 31 March). The amounts sum to `planTotal`.
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
  const { minor, currency } = planTotal(principal, terms)
  return allocate(minor, terms.instalments).map((part, index) => ({
    line: index + 1,
    dueDate: dueDate(terms, index),
    amount: formatAmount({ minor: part, currency }),
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

function dueDate({ firstDueDate, interval }: PlanTerms, index: number): Day {
  switch (interval) {
    case 'P1W':
      return addWeeks(firstDueDate, index)
    case 'P2W':
      return addWeeks(firstDueDate, 2 * index)
    case 'P1M':
      return addMonthsAnchored(firstDueDate, index)
    case null:
      return firstDueDate
  }
}

function isIntegerWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}
