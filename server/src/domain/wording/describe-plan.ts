// A payment plan in one line, as a person reads it: "3 × €40.00, every month, from 27 March 2026".

import {
  type Amount,
  type Money,
  type PlanInterval,
  type PlanLine,
  parseAmount,
} from '@parley/sdk/protocol'
import { formatAmountForPeople, formatDayForPeople } from './format-for-people.ts'
import type { Language } from './language.ts'
import type { Wording } from './wording.ts'

/** One payment of a plan: its day and amount, as `schedule` of the protocol computes them. */
export type PlanPayment = Pick<PlanLine, 'dueDate' | 'amount'>

/** A plan to be put into words: its payments in order of their days. */
export interface PlanForPeople {
  readonly interval: PlanInterval | null
  readonly lines: readonly PlanPayment[]
  /** Day of the month of every payment after the first. */
  readonly payDay?: number
  /** Whether the first payment is another share than the rest. */
  readonly hasDownPayment?: boolean
}

/**
 * Describes a plan exactly: payments of different amounts are all named ("€33.34, then
 * 2 × €33.33"), so that the line multiplies out to the total.
 *
 * @throws {RangeError} for a plan without payments, or with several and no interval.
 */
export function describePlan(plan: PlanForPeople, language: Language, wording: Wording): string {
  const first = plan.lines[0]
  if (first === undefined) throw new RangeError('a plan has at least one payment')
  const day = formatDayForPeople(first.dueDate, language)
  if (plan.lines.length === 1) {
    const amount = formatAmountForPeople(first.amount, language)
    return wording.say(language, 'plan.single', { amount, day })
  }
  const { payDay } = plan
  if (payDay !== undefined) {
    const parts = describeFirstAndRest(plan, language, wording)
    return wording.say(language, 'plan.series-pay-day', { ...parts, day, payDay })
  }
  const amounts = describeAmounts(plan, language, wording)
  return wording.say(language, 'plan.series', { amounts, interval: rhythmOf(plan), day })
}

/** Describes how much and how often without saying from when: "3 × €40.00, every month". */
export function describeRhythm(plan: PlanForPeople, language: Language, wording: Wording): string {
  const { lines, payDay } = plan
  if (payDay !== undefined && lines.length > 1) {
    const parts = describeFirstAndRest(plan, language, wording)
    return wording.say(language, 'plan.rhythm-pay-day', { ...parts, payDay })
  }
  const amounts = describeAmounts(plan, language, wording)
  if (lines.length === 1) return amounts
  return wording.say(language, 'plan.amounts-and-rhythm', { amounts, interval: rhythmOf(plan) })
}

/**
 * Adds up the payments of a plan.
 *
 * @throws {RangeError} for an amount that is none or for two currencies; {TypeError} for no payments.
 */
export function sumOfPayments(lines: readonly PlanPayment[]): Money {
  return lines.map(({ amount }) => moneyOf(amount)).reduce(addMoney)
}

function moneyOf(amount: Amount): Money {
  const parsed = parseAmount(amount)
  if (!parsed.ok) throw new RangeError(`not an amount of a plan: ${parsed.error.code}`)
  return parsed.value
}

function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError('a plan has one currency')
  return { minor: a.minor + b.minor, currency: a.currency }
}

function rhythmOf(plan: PlanForPeople): string {
  if (plan.interval === null) throw new RangeError('a plan of several payments has an interval')
  return plan.interval
}

function describeAmounts(plan: PlanForPeople, language: Language, wording: Wording): string {
  const { lines, hasDownPayment = false } = plan
  if (!hasDownPayment || lines.length === 1) return describeRuns(lines, language, wording)
  const parts = describeFirstAndRest(plan, language, wording)
  return wording.say(language, 'plan.first-then', parts)
}

function describeFirstAndRest({ lines }: PlanForPeople, language: Language, wording: Wording) {
  return {
    first: describeRuns(lines.slice(0, 1), language, wording),
    rest: describeRuns(lines.slice(1), language, wording),
    count: lines.length - 1,
  }
}

function describeRuns(lines: readonly PlanPayment[], language: Language, wording: Wording): string {
  return runsOfEqualAmounts(lines)
    .map(({ count, amount }) => {
      const text = formatAmountForPeople(amount, language)
      return count === 1 ? text : wording.say(language, 'plan.times', { count, amount: text })
    })
    .reduce((first, rest) => wording.say(language, 'plan.then', { first, rest }))
}

function runsOfEqualAmounts(lines: readonly PlanPayment[]): { count: number; amount: Amount }[] {
  const runs: { count: number; amount: Amount }[] = []
  for (const { amount } of lines) {
    const last = runs.at(-1)
    if (last?.amount.value === amount.value) last.count += 1
    else runs.push({ count: 1, amount })
  }
  return runs
}
