// Money inside is a bigint of minor units; outside it is a decimal string and an ISO 4217 code.
// This file is the only door between the two. No float ever passes through it.

import { MINOR_UNITS } from './currencies.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'

/** An ISO 4217 alphabetic code in capitals, such as `EUR`. */
export type Currency = string

/** An exact amount: `minor` counts the currency's smallest units (cents for EUR, yen for JPY). */
export interface Money {
  readonly minor: bigint
  readonly currency: Currency
}

/** The wire form: exactly the currency's number of decimals, such as `120.50` and `EUR`. */
export interface Amount {
  readonly value: string
  readonly currency: Currency
}

/** Why a wire amount was refused. */
export interface MoneyRefusal {
  readonly code: 'amount-format' | 'amount-range' | 'currency-unknown' | 'currency-exponent'
}

type Signs = 'positive' | 'not-negative' | 'any'

const MAX_DIGITS = 18
const DECIMAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/

/**
 * Returns the number of decimals of an active ISO 4217 currency, or undefined if it is none.
 *
 * @example
 * import { minorUnits } from '@parley/sdk/protocol'
 * minorUnits('EUR') // => 2
 * minorUnits('JPY') // => 0
 */
export function minorUnits(currency: string): number | undefined {
  return MINOR_UNITS.get(currency)
}

/**
 * Reads a positive wire amount.
 *
 * Refuses `amount-format` (not exactly `{value, currency}` with a canonical ASCII decimal: no
 * sign, leading zero, exponent, blank or grouping), `currency-unknown`, `currency-exponent`
 * (another number of decimals than ISO 4217 states) and `amount-range` (zero, or more than
 * 18 digits of minor units).
 *
 * @example
 * import { parseAmount } from '@parley/sdk/protocol'
 * parseAmount({ value: '120.50', currency: 'EUR' }) // => { ok: true, value: { minor: 12_050n, currency: 'EUR' } }
 * parseAmount({ value: '120.5', currency: 'EUR' }) // => { ok: false, error: { code: 'currency-exponent' } }
 */
export function parseAmount(amount: unknown): Result<Money, MoneyRefusal> {
  return readAmount(amount, 'positive')
}

/**
 * Reads a wire amount that may be zero, such as an outstanding balance; otherwise `parseAmount`.
 *
 * @example
 * import { parseAmountOrZero } from '@parley/sdk/protocol'
 * parseAmountOrZero({ value: '0.00', currency: 'EUR' }).ok // => true
 */
export function parseAmountOrZero(amount: unknown): Result<Money, MoneyRefusal> {
  return readAmount(amount, 'not-negative')
}

/**
 * Reads a wire amount that may be zero or carry `-`, such as a correction; `-0.00` is refused.
 *
 * @example
 * import { parseSignedAmount } from '@parley/sdk/protocol'
 * parseSignedAmount({ value: '-0.05', currency: 'EUR' }) // => { ok: true, value: { minor: -5n, currency: 'EUR' } }
 */
export function parseSignedAmount(amount: unknown): Result<Money, MoneyRefusal> {
  return readAmount(amount, 'any')
}

/**
 * Writes the wire form. @throws {RangeError} for a currency that ISO 4217 does not list.
 *
 * @example
 * import { formatAmount } from '@parley/sdk/protocol'
 * formatAmount({ minor: 12_050n, currency: 'EUR' }) // => { value: '120.50', currency: 'EUR' }
 */
export function formatAmount(money: Money): Amount {
  return { value: formatDecimal(money), currency: money.currency }
}

/**
 * Writes the exact decimal text with the currency's number of decimals, such as `-0.05`.
 *
 * @throws {RangeError} for a currency that ISO 4217 does not list.
 *
 * @example
 * import { formatDecimal } from '@parley/sdk/protocol'
 * formatDecimal({ minor: -5n, currency: 'EUR' }) // => '-0.05'
 */
export function formatDecimal(money: Money): string {
  const decimals = minorUnits(money.currency)
  if (decimals === undefined) throw new RangeError(`unknown currency ${money.currency}`)
  const sign = money.minor < 0n ? '-' : ''
  const digits = (money.minor < 0n ? -money.minor : money.minor)
    .toString()
    .padStart(decimals + 1, '0')
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/**
 * Takes basis points (1/10,000) of an amount and rounds half to even, the rounding of IEEE 754
 * and of most interest law: 25 minor units at 1,000 bps are 2, 35 are 4. `bps` may be negative.
 *
 * @throws {RangeError} when `bps` is not an integer.
 *
 * @example
 * import { applyBps } from '@parley/sdk/protocol'
 * applyBps(25n, 1_000) // => 2n
 * applyBps(35n, 1_000) // => 4n
 */
export function applyBps(minor: bigint, bps: number): bigint {
  return divideHalfEven(minor * BigInt(bps), 10_000n)
}

/**
 * Divides and rounds half to even. @throws {RangeError} when the denominator is not positive.
 *
 * @example
 * import { divideHalfEven } from '@parley/sdk/protocol'
 * divideHalfEven(5n, 2n) // => 2n
 * divideHalfEven(7n, 2n) // => 4n
 */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator must be positive')
  const truncated = numerator / denominator
  const floor = numerator < truncated * denominator ? truncated - 1n : truncated
  const doubled = 2n * (numerator - floor * denominator)
  if (doubled === denominator) return floor % 2n === 0n ? floor : floor + 1n
  return doubled > denominator ? floor + 1n : floor
}

function readAmount(amount: unknown, signs: Signs): Result<Money, MoneyRefusal> {
  if (!isAmountShape(amount)) return err({ code: 'amount-format' })
  const { value, currency } = amount
  const [, sign = '', whole = '', fraction = ''] = DECIMAL.exec(value) ?? []
  if (whole === '' || (sign !== '' && signs !== 'any')) return err({ code: 'amount-format' })

  const decimals = minorUnits(currency)
  if (decimals === undefined) return err({ code: 'currency-unknown' })
  if (fraction.length !== decimals) return err({ code: 'currency-exponent' })
  // Counted before BigInt sees them: converting a long digit string is not linear.
  const digits = (whole + fraction).replace(/^0+(?=.)/, '')
  if (digits.length > MAX_DIGITS) return err({ code: 'amount-range' })

  const minor = BigInt(digits)
  if (minor === 0n && sign !== '') return err({ code: 'amount-format' })
  if (minor === 0n && signs === 'positive') return err({ code: 'amount-range' })
  return ok({ minor: sign === '' ? minor : -minor, currency })
}

function isAmountShape(amount: unknown): amount is Amount {
  if (typeof amount !== 'object' || amount === null || Object.keys(amount).length !== 2) {
    return false
  }
  const { value, currency } = amount as Partial<Record<keyof Amount, unknown>>
  return typeof value === 'string' && typeof currency === 'string'
}
