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
  CurrencySums,
  Direction,
  StatementBalance,
  StatementRefusal,
  StatementSummary,
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
): Result<Pick<StatementSummary, 'opening' | 'closing'>, StatementRefusal> {
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
  statement: Pick<StatementSummary, 'opening' | 'closing'>,
  booked: readonly CurrencySums[],
  isWhole: boolean,
): boolean | 'unknown' {
  const { opening, closing } = statement
  if (opening === undefined || closing === undefined) return 'unknown'
  const { currency } = closing.amount
  if (opening.amount.currency !== currency) return 'unknown'
  if (booked.some((sums) => sums.currency !== currency)) return 'unknown'
  const moved = booked.reduce((total, { credit, debit }) => total + credit - debit, 0n)
  if (signedMinor(opening) + moved === signedMinor(closing)) return true
  return isWhole ? false : 'unknown'
}

/**
 * Compares the sums of `TxsSummry`, where the bank gives them, with those of the entries. Refuses
 * `statement-totals`: entries were lost or changed on the way. Counts are not compared, because
 * banks count batches in different ways; nor are statements in several currencies.
 */
export function checkControlTotals(
  statement: XmlElement,
  entries: readonly CurrencySums[],
): Result<void, StatementRefusal> {
  const [sums, ...others] = entries
  if (sums === undefined || others.length > 0) return ok(undefined)
  const summary = childAt(statement, 'TxsSummry')
  for (const [name, sum] of [
    ['TtlCdtNtries', sums.credit],
    ['TtlDbtNtries', sums.debit],
  ] as const) {
    const stated = childAt(summary, name, 'Sum')
    const minor = stated === undefined ? undefined : readSum(stated, sums.currency)
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
