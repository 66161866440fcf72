// Amounts, days and balances as SWIFT messages write them.
import {
  type Day,
  err,
  type Money,
  minorUnits,
  ok,
  parseAmountOrZero,
  parseDay,
  type Result,
} from '@parley/sdk/protocol'
import { presentMembers } from './present-members.ts'
import type { StatementBalance, StatementRefusal } from './statement-types.ts'
import { withDecimals } from './statement-values.ts'

/** Two digits name a year from 1980 to 2079, as SWIFT reads them. */
const FIRST_YEAR = 80

/** Reads `YYMMDD`; undefined when there is no such day. */
export function readMtDay(text: string): Day | undefined {
  const year = Number(text.slice(0, 2))
  const century = year >= FIRST_YEAR ? '19' : '20'
  const day = parseDay(`${century}${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`)
  return day.ok ? day.value : undefined
}

/**
 * Reads an amount with its decimal comma, such as `120,5` or `120,`. Refuses `statement-currency`
 * for an unknown currency, and `statement-amount` for digits that the currency does not have.
 */
export function readMtAmount(
  text: string,
  currency: string,
  line: number,
): Result<Money, StatementRefusal> {
  const decimals = minorUnits(currency)
  if (decimals === undefined) {
    const message = `The currency "${currency.slice(0, 3)}" is unknown.`
    return err({ code: 'statement-currency', line, message })
  }
  const value = /^[0-9]+,[0-9]*$/.test(text)
    ? withDecimals(text.replace(',', '.'), decimals)
    : undefined
  const money = value === undefined ? undefined : parseAmountOrZero({ value, currency })
  if (money?.ok) return money
  const message = `"${text.slice(0, 40)}" is not an amount of ${currency}.`
  return err({ code: 'statement-amount', line, message })
}

const BALANCE = /^([CD])([0-9]{6})([A-Z]{3})([0-9]{1,15},[0-9]{0,14})\s*$/

/** Reads fields 60 and 62. Refuses as `readMtAmount`, and `statement-structure` for another form. */
export function readMtBalance(
  content: string,
  line: number,
): Result<StatementBalance, StatementRefusal> {
  const [, mark, day = '', currency = '', text = ''] = BALANCE.exec(content) ?? []
  if (mark === undefined) {
    const message = `The balance cannot be read: "${content.slice(0, 40)}".`
    return err({ code: 'statement-structure', line, message })
  }
  const amount = readMtAmount(text, currency, line)
  if (!amount.ok) return amount
  const direction = mark === 'C' ? ('credit' as const) : ('debit' as const)
  return ok(presentMembers({ amount: amount.value, direction, day: readMtDay(day) }))
}
