// A household as a story tells it, in decimal texts, and as an agent and a bank reckon with it.
import type { CashFlow, DecisionPolicy, PreferenceWeights } from '@parley/sdk'
import { type Day, minorUnits, parseAmountOrZero } from '@parley/sdk/protocol'

/** Something that comes or goes every month. */
export interface MonthlyFlow {
  readonly dayOfMonth: number
  readonly amount: string
}

/** A household; plain JSON, so that it can be handed to a process. */
export interface Household {
  readonly currency: string
  readonly balance: string
  readonly incomes: readonly MonthlyFlow[]
  readonly charges: readonly MonthlyFlow[]
  readonly dailySpend: string
}

/** What a person allows the own bot, and what the person likes. */
export interface BotRules {
  /** The balance never falls below this. */
  readonly buffer: string
  readonly weights: PreferenceWeights
  readonly perPayment?: string
  readonly perMonth?: string
  /** Says no to every bill. */
  readonly refuse?: boolean
}

/** Reads a household for the agent and the bank; its balance is that of the evening of `asOf`. */
export function cashFlowOf(household: Household, asOf: Day): CashFlow {
  const { currency } = household
  const minor = (value: string) => minorOf(value, currency)
  const monthly = ({ dayOfMonth, amount }: MonthlyFlow) => ({ dayOfMonth, amount: minor(amount) })
  return {
    currency,
    asOf,
    balance: minor(household.balance),
    incomes: household.incomes.map(monthly),
    charges: household.charges.map(monthly),
    dailySpend: minor(household.dailySpend),
  }
}

/** Reads a person's rules; 500 above the buffer is comfortable. */
export function policyOf(rules: BotRules, currency: string): DecisionPolicy {
  const { buffer, weights, perPayment, perMonth, refuse } = rules
  return {
    buffer: minorOf(buffer, currency),
    comfortTarget: minorOf('500.00', currency),
    weights,
    ...(perPayment === undefined ? {} : { perPayment: minorOf(perPayment, currency) }),
    ...(perMonth === undefined ? {} : { perMonth: minorOf(perMonth, currency) }),
    ...(refuse === undefined ? {} : { refuse }),
  }
}

/**
 * Minor units of a decimal text; zeros that a currency does not have are left out.
 *
 * @throws {RangeError} for what is no amount.
 */
export function minorOf(text: string, currency: string): bigint {
  const decimals = minorUnits(currency) ?? 0
  const [whole = '', fraction = ''] = text.split('.')
  const kept = fraction.padEnd(decimals, '0').replace(/0+$/, '').padEnd(decimals, '0')
  const money = parseAmountOrZero({ value: decimals === 0 ? whole : `${whole}.${kept}`, currency })
  if (!money.ok || kept.length > decimals) throw new RangeError(`${text} is no ${currency}`)
  return money.value.minor
}
