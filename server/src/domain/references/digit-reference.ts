// What the references that are nothing but digits have in common.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { ReferenceRefusal } from './scheme-rules.ts'

/** Longest text that is read as one reference; the longest printed form has 33 characters. */
const MAX_WRITTEN_LENGTH = 100

/**
 * Reads digits that may stand in groups (blanks of any kind).
 *
 * Refuses `reference-invalid` for other characters, for zeros alone, and where `isValid` does.
 */
export function parseDigits(
  text: string,
  isValid: (digits: string) => boolean,
): Result<string, ReferenceRefusal> {
  const digits = text.length <= MAX_WRITTEN_LENGTH ? text.replace(/\s/g, '') : ''
  const isReference = /^[0-9]*[1-9][0-9]*$/.test(digits) && isValid(digits)
  return isReference ? ok(digits) : err({ code: 'reference-invalid' })
}

/** Takes a base of digits, not all zero, into a reference; refuses `reference-base` otherwise. */
export function generateDigits(
  base: string,
  lengths: { readonly min: number; readonly max: number },
  withCheck: (base: string) => string | undefined,
): Result<string, ReferenceRefusal> {
  const isBase =
    base.length >= lengths.min && base.length <= lengths.max && /^[0-9]*[1-9][0-9]*$/.test(base)
  const reference = isBase ? withCheck(base) : undefined
  return reference === undefined ? err({ code: 'reference-base' }) : ok(reference)
}

/** Groups digits from the right: the first group may be shorter. */
export function groupFromRight(digits: string, size: number): string {
  return digits.replace(new RegExp(`(?<=.)(?=(?:.{${size}})+$)`, 'g'), ' ')
}

/** The sum of digits times weights, from the right, the weights repeated. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place])
    sum += digit * (weights[place % weights.length] ?? 0)
  }
  return sum
}
