// The sums that a bank states beside the entries: opening and closing balance, and the control
// totals. A balance that does not add up is reported; a control total that does not is refused.
import {
  err,
  type Money,
  minorUnits,
  ok,
  parseSignedAmount,
  type Result,
} from '@parley/sdk/protocol'
import { presentMembers } from './present-members.ts'
import type {
  BankStatement,
  Direction,
  StatementBalance,
  StatementEntry,
  StatementRefusal,
} from './statement-types.ts'
import { readAmount, readDay, readDirection, withDecimals } from './statement-values.ts'
import { childAt, childrenNamed, textAt } from './xml-access.ts'
import type { XmlElement } from './xml-records.ts'

/** Booked balances, best first: `PRCD` is the closing balance of the day before. */
const OPENING_TYPES = ['OPBD', 'PRCD']
const CLOSING_TYPES = ['CLBD']

/** Returns the amount as a number of minor units, negative for a debit. */
export function signedMinor(part: { amount: Money; direction: Direction }): bigint {
  return part.direction === 'credit' ? part.amount.minor : -part.amount.minor
}

/** Reads the opening and the closing booked balance; other balance types are ignored. */
export function readBalances(
  statement: XmlElement,
): Result<Pick<BankStatement, 'opening' | 'closing'>, StatementRefusal> {
  const opening = readBalance(statement, OPENING_TYPES)
  if (!opening.ok) return opening
  const closing = readBalance(statement, CLOSING_TYPES)
  if (!closing.ok) return closing
  return ok(presentMembers({ opening: opening.value, closing: closing.value }))
}

function readBalance(
  statement: XmlElement,
  types: readonly string[],
): Result<StatementBalance | undefined, StatementRefusal> {
  const balances = childrenNamed(statement, 'Bal')
  const typeOf = (balance: XmlElement) => textAt(balance, 'Tp', 'CdOrPrtry', 'Cd') ?? ''
  const type = types.find((wanted) => balances.some((balance) => typeOf(balance) === wanted))
  const balance = balances.find((candidate) => typeOf(candidate) === type)
  if (balance === undefined) return ok(undefined)

  const amount = readAmount(childAt(balance, 'Amt'), balance)
  if (!amount.ok) return amount
  const direction = readDirection(balance)
  if (!direction.ok) return direction
  const day = readDay(childAt(balance, 'Dt'))
  if (!day.ok) return day
  // Some banks leave the sign out where the account cannot be overdrawn.
  const sign = direction.value ?? 'credit'
  return ok(presentMembers({ amount: amount.value, direction: sign, day: day.value }))
}

/**
 * Tells whether opening balance and booked entries give the closing balance exactly. A page that
 * does not add up alone is `unknown`, because the rest of the statement is in other messages.
 */
export function isBalanced(
  statement: Pick<BankStatement, 'opening' | 'closing' | 'entries'>,
  isWhole: boolean,
): boolean | 'unknown' {
  const { opening, closing, entries } = statement
  if (opening === undefined || closing === undefined) return 'unknown'
  const booked = entries.filter((entry) => entry.status === 'BOOK')
  const { currency } = closing.amount
  if ([opening, ...booked].some((part) => part.amount.currency !== currency)) return 'unknown'
  const sum = booked.reduce((total, entry) => total + signedMinor(entry), signedMinor(opening))
  if (sum === signedMinor(closing)) return true
  return isWhole ? false : 'unknown'
}

/**
 * Compares the sums of `TxsSummry`, where the bank gives them, with the entries. Refuses
 * `statement-totals`: entries were lost or changed on the way. Counts are not compared, because
 * banks count batches in different ways; nor are statements in several currencies.
 */
export function checkControlTotals(
  statement: XmlElement,
  entries: readonly StatementEntry[],
): Result<void, StatementRefusal> {
  const currency = entries[0]?.amount.currency
  if (currency === undefined || entries.some((entry) => entry.amount.currency !== currency)) {
    return ok(undefined)
  }
  const summary = childAt(statement, 'TxsSummry')
  for (const [name, direction] of [
    ['TtlCdtNtries', 'credit'],
    ['TtlDbtNtries', 'debit'],
  ] as const) {
    const stated = childAt(summary, name, 'Sum')
    const minor = stated === undefined ? undefined : readSum(stated, currency)
    const sum = entries
      .filter((entry) => entry.direction === direction)
      .reduce((total, entry) => total + entry.amount.minor, 0n)
    if (stated !== undefined && minor !== sum) {
      const message = `${name} states ${stated.text.trim().slice(0, 40)}; the entries differ.`
      return err({ code: 'statement-totals', line: stated.line, message })
    }
  }
  return ok(undefined)
}

function readSum(element: XmlElement, currency: string): bigint | undefined {
  const value = withDecimals(textAt(element) ?? '', minorUnits(currency) ?? 0)
  const money = value === undefined ? undefined : parseSignedAmount({ value, currency })
  return money?.ok ? money.value.minor : undefined
}
