// Amounts as spreadsheets write them. Comma and point change their meaning from country to country,
// so a text that can be read in two ways is refused and never guessed.

import { type Amount, err, minorUnits, ok, parseAmount, type Result } from '@parley/sdk/protocol'
import { type CsvFault, type CsvFaultCode, quoted } from './csv-fault.ts'

/** What is known about the amounts of a file; `decimalMark` is what the operator said. */
export interface AmountStyle {
  readonly currency: string
  readonly decimalMark?: DecimalMark | undefined
}

export type DecimalMark = 'comma' | 'point'

/** A text of digits, taken apart; `decimals` is empty for whole amounts. */
interface Digits {
  readonly whole: string
  readonly decimals: string
}

const MARKS = { comma: ',', point: '.' } as const
/** Blanks and apostrophes group digits everywhere and are decimal marks nowhere. */
const GROUPING_ONLY = /[ \u00a0\u202f'’]/g
const GROUPED_BY_BLANKS = /^[0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+(?=$|[.,])/
const ONLY_DIGITS = /^[0-9]+$/
const ONE_MARK = /^([0-9]+)[.,]([0-9]+)$/
const MAX_LENGTH = 40
const NEGATIVE = /^-|-$|^\(.*\)$|^[\u2212\u2013]/

/**
 * Reads an amount such as `120.50`, `1.234,50`, `1 234,5`, `€ 12` or `12.00 EUR`.
 *
 * Missing decimals are filled with zeros (`120.5` is `120.50`). Refuses `amount-ambiguous` (`1,234`
 * may be two amounts, until the operator names the decimal mark), `amount-negative` (a credit
 * note), `amount-decimals` (finer than the currency), `amount-format`, `amount-range` (zero, or
 * more than 18 digits) and `currency-mismatch` (the amount names another currency).
 */
export function parseCsvAmount(text: string, style: AmountStyle): Result<Amount, CsvFault> {
  if (text.length > MAX_LENGTH) return malformed(text)
  const bare = withoutCurrency(text.trim(), style.currency)
  if (!bare.ok) return bare
  if (NEGATIVE.test(bare.value)) {
    return refuse('amount-negative', `the amount ${quoted(text)} is below zero: no payment request`)
  }
  const digits = takeApart(bare.value, style.decimalMark)
  if (!digits.ok) return digits
  const decimals = fitDecimals(digits.value.decimals, minorUnits(style.currency) ?? 0)
  if (decimals === undefined) {
    const reason = `the amount ${quoted(text)} has more decimals than ${style.currency}`
    return refuse('amount-decimals', reason)
  }
  const whole = digits.value.whole.replace(/^0+(?=[0-9])/, '')
  const value = decimals === '' ? whole : `${whole}.${decimals}`
  const amount = { value, currency: style.currency }
  return parseAmount(amount).ok
    ? ok(amount)
    : refuse('amount-range', `the amount ${quoted(text)} must be above zero and below 18 digits`)
}

function withoutCurrency(text: string, currency: string): Result<string, CsvFault> {
  const [, before = '', number = '', after = ''] =
    /^(€|[A-Z]{3})?[ \u00a0\u202f]*(.*?)[ \u00a0\u202f]*(€|[A-Z]{3})?$/.exec(text) ?? []
  const isOther = [before, after].some(
    (mark) => mark !== '' && mark !== currency && !(mark === '€' && currency === 'EUR'),
  )
  if (!isOther) return ok(number)
  return refuse('currency-mismatch', `the amount ${quoted(text)} is not in ${currency}`)
}

function takeApart(text: string, mark: DecimalMark | undefined): Result<Digits, CsvFault> {
  const hasBlanks = text.search(GROUPING_ONLY) >= 0
  if (hasBlanks && !GROUPED_BY_BLANKS.test(text)) return malformed(text)
  const plain = text.replace(GROUPING_ONLY, '')
  if (ONLY_DIGITS.test(plain)) return ok({ whole: plain, decimals: '' })
  if (mark !== undefined) return split(plain, MARKS[mark], text)
  const last = plain.search(/[.,][0-9]*$/)
  const lastMark = plain.charAt(last)
  const marks = plain.replace(/[0-9]/g, '')
  if (last < 0 || marks === '') return malformed(text)
  // Two kinds of marks: the last one is the decimal mark. One kind twice: it groups.
  if (new Set(marks).size === 2) return split(plain, lastMark, text)
  if (marks.length > 1) return split(plain, lastMark === ',' ? '.' : ',', text)
  const [, whole = '', tail = ''] = ONE_MARK.exec(plain) ?? []
  if (whole === '') return malformed(text)
  if (tail.length !== 3 || hasBlanks || !couldBeGroup(whole)) return ok({ whole, decimals: tail })
  const readings = `${whole}${tail} or ${whole}.${tail}`
  const advice = 'say --decimal comma or --decimal point'
  return refuse('amount-ambiguous', `the amount ${quoted(text)} may be ${readings}: ${advice}`)
}

/** `0,500` and `1234,500` cannot be thousands. */
function couldBeGroup(whole: string): boolean {
  return whole.length <= 3 && !whole.startsWith('0')
}

function split(plain: string, mark: string, text: string): Result<Digits, CsvFault> {
  const [whole = '', decimals, ...more] = plain.split(mark)
  const grouping = mark === ',' ? '\\.' : ','
  const isGrouped = new RegExp(`^[0-9]{1,3}(?:${grouping}[0-9]{3})+$`).test(whole)
  const areDigits = decimals === undefined || ONLY_DIGITS.test(decimals)
  if (more.length > 0 || !areDigits || !(isGrouped || ONLY_DIGITS.test(whole))) {
    return malformed(text)
  }
  return ok({ whole: whole.replace(/[.,]/g, ''), decimals: decimals ?? '' })
}

/** Exactly as many decimals as the currency has; zeros beyond them say nothing. */
function fitDecimals(decimals: string, count: number): string | undefined {
  return /[1-9]/.test(decimals.slice(count))
    ? undefined
    : decimals.slice(0, count).padEnd(count, '0')
}

function malformed(text: string): Result<never, CsvFault> {
  return refuse('amount-format', `the amount ${quoted(text)} is no plain number`)
}

function refuse(code: CsvFaultCode, reason: string): Result<never, CsvFault> {
  return err({ code, reason })
}
