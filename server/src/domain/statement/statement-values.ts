// The values of a statement that must be exact: amounts, signs, days. Each is either read exactly
// or refused with its line; nothing is rounded, guessed or defaulted here.
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
import type { Direction, StatementRefusal, StatementRefusalCode } from './statement-types.ts'
import { childAt, textAt } from './xml-access.ts'
import type { XmlElement } from './xml-records.ts'

type Read<T> = Result<T, StatementRefusal>

// xs:decimal without a sign: ISO 20022 states direction apart from the amount.
const DECIMAL = /^(?=.*[0-9])([0-9]*)(?:\.([0-9]*))?$/
const MAX_AMOUNT_LENGTH = 40

/** Refuses at the line of an element. */
export function refuseAt(
  element: XmlElement,
  code: StatementRefusalCode,
  message: string,
): Result<never, StatementRefusal> {
  return err({ code, line: element.line, message })
}

/**
 * Reads an amount element with its `Ccy` attribute.
 *
 * The number of trailing zeros is free (`100`, `100.0` and `100.000` are one amount of EUR); other
 * digits beyond the currency's decimals are refused. Refuses `statement-amount` (missing,
 * malformed, negative, more than 18 digits) and `statement-currency` (missing, unknown, withdrawn).
 */
export function readAmount(element: XmlElement | undefined, owner: XmlElement): Read<Money> {
  if (element === undefined) {
    return refuseAt(owner, 'statement-amount', `${owner.name} has no amount.`)
  }
  const currency = element.attributes.Ccy?.value ?? ''
  const decimals = minorUnits(currency)
  if (decimals === undefined) {
    const named = currency === '' ? 'no currency' : `the unknown currency "${excerpt(currency)}"`
    return refuseAt(element, 'statement-currency', `An amount of ${owner.name} has ${named}.`)
  }
  const value = withDecimals(textAt(element) ?? '', decimals)
  const money = value === undefined ? undefined : parseAmountOrZero({ value, currency })
  if (money?.ok) return money
  const message = `"${excerpt(element.text)}" in ${owner.name} is not an amount of ${currency}.`
  return refuseAt(element, 'statement-amount', message)
}

/** Reads an amount that only informs: one that cannot be read exactly is left out. */
export function readOptionalAmount(
  element: XmlElement | undefined,
  owner: XmlElement,
): Money | undefined {
  const money = readAmount(element, owner)
  return money.ok ? money.value : undefined
}

/** Writes a decimal with exactly this many decimals, or undefined when that changes its value. */
export function withDecimals(text: string, decimals: number): string | undefined {
  if (text.length > MAX_AMOUNT_LENGTH) return undefined
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const whole = (match[1] ?? '').replace(/^0+(?=.)/, '') || '0'
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  if (fraction.length > decimals) return undefined
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`
}

/** Reads `CdtDbtInd`; undefined when the element is missing. Refuses `statement-sign`. */
export function readDirection(owner: XmlElement): Read<Direction | undefined> {
  const indicator = childAt(owner, 'CdtDbtInd')
  if (indicator === undefined) return ok(undefined)
  const code = textAt(indicator)
  if (code === 'CRDT') return ok('credit')
  if (code === 'DBIT') return ok('debit')
  const message = `"${excerpt(indicator.text)}" is neither CRDT nor DBIT.`
  return refuseAt(indicator, 'statement-sign', message)
}

/** Reads `RvslInd`, which is false when missing. Refuses `statement-sign`. */
export function readReversal(owner: XmlElement): Read<boolean> {
  const indicator = childAt(owner, 'RvslInd')
  const text = indicator === undefined ? 'false' : textAt(indicator)
  if (text === 'true' || text === '1') return ok(true)
  if (text === 'false' || text === '0') return ok(false)
  const line = indicator ?? owner
  return refuseAt(line, 'statement-sign', `"${excerpt(line.text)}" is neither true nor false.`)
}

/** Reads `true` or `1`; a missing flag counts as true. */
export function isTrueOrMissing(text: string | undefined): boolean {
  return text === undefined || text === 'true' || text === '1'
}

const DAY_OR_TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:]{5,8}(?:[.,][0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$/

/**
 * Reads a date choice (`Dt` or `DtTm` inside the element); undefined when it is missing or empty.
 * Of an instant the day is taken as the bank wrote it, in the bank's own offset. Refuses
 * `statement-date`.
 */
export function readDay(element: XmlElement | undefined): Read<Day | undefined> {
  if (element === undefined) return ok(undefined)
  const text = textAt(element, 'Dt') ?? textAt(element, 'DtTm') ?? textAt(element)
  if (text === undefined) return ok(undefined)
  const day = parseDay(DAY_OR_TIME.exec(text)?.[1])
  if (day.ok) return day
  return refuseAt(element, 'statement-date', `"${excerpt(text)}" is not a calendar day.`)
}

function excerpt(text: string): string {
  return text.trim().slice(0, 40)
}
