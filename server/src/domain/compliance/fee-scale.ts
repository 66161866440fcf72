// What a fee rule comes to for an amount, by its bands, with its floor and its ceiling.

import {
  type Currency,
  divideHalfEven,
  formatDecimal,
  parseAmountOrZero,
} from '@parley/sdk/protocol'
import { formatPercent, PERCENT_DENOMINATOR, parsePercent } from './percent.ts'
import type { FeeRule } from './profile.ts'

/** A fee in minor units, with the sum that gives it. */
export interface FeeSum {
  readonly minor: bigint
  readonly formula: string
}

/**
 * Computes a fee on `base` minor units: the flat sum of the highest band that it reaches, and that
 * band's percentage of what exceeds its threshold, rounded half to even; then the minimum and the
 * maximum. Nothing on nothing.
 */
export function feeOf(
  rule: Pick<FeeRule, 'bands' | 'min' | 'max'>,
  base: bigint,
  currency: Currency,
): FeeSum {
  const band = rule.bands.findLast(({ from }) => minorOf(from, currency) <= base)
  if (base <= 0n || band === undefined) return { minor: 0n, formula: '' }
  const percent = parsePercent(band.percent)
  const share = divideHalfEven((base - minorOf(band.over, currency)) * percent, PERCENT_DENOMINATOR)
  const sum = minorOf(band.flat, currency) + share
  const min = rule.min === null ? null : minorOf(rule.min, currency)
  const max = rule.max === null ? null : minorOf(rule.max, currency)
  if (min !== null && sum < min) return bounded(min, currency, 'minimum')
  if (max !== null && sum > max) return bounded(max, currency, 'maximum')
  const flat = percent === 0n || minorOf(band.flat, currency) > 0n ? band.flat : ''
  const over = minorOf(band.over, currency) > 0n ? ` − ${band.over}` : ''
  const rest = `${formatDecimal({ minor: base, currency })}${over}`
  const part = percent === 0n ? '' : `${formatPercent(percent)} % × ${over ? `(${rest})` : rest}`
  return { minor: sum, formula: [flat, part].filter((text) => text !== '').join(' + ') }
}

function bounded(minor: bigint, currency: Currency, bound: string): FeeSum {
  return { minor, formula: `${formatDecimal({ minor, currency })} (${bound})` }
}

/** Reads an amount of a profile. @throws {RangeError} for one that the check would have refused. */
export function minorOf(value: string, currency: Currency): bigint {
  const amount = parseAmountOrZero({ value, currency })
  if (!amount.ok) throw new RangeError(`not an amount of ${currency}: ${value}`)
  return amount.value.minor
}
