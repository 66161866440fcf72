// The Dutch betalingskenmerk: 16 digits, the first a check digit over the other 15; or 9 to 14 digits, a
// check digit and a length digit before 7 to 12; or 7 digits without any check. In ISO 20022 it is a
// `SCOR` reference of the issuer `CUR`.
// Source: Betaalvereniging Nederland, "Specificaties betalingskenmerk" (weights 2, 4, 8, 5, 10, 9, 7, 3,
// 6, 1 from the right, 11 less the rest modulo 11, where 10 becomes 1 and 11 becomes 0).
import { generateDigits, groupFromRight, parseDigits, weightedSum } from './digit-reference.ts'
import type { SchemeRules } from './scheme-rules.ts'

const WEIGHTS = [2, 4, 8, 5, 10, 9, 7, 3, 6, 1]

export const DUTCH_PAYMENT_REFERENCE: SchemeRules = {
  generate: (base) =>
    generateDigits(base, { min: 7, max: 15 }, (digits) => {
      const isCounted = digits.length <= 12
      const body = isCounted ? `${digits.length % 10}${digits}` : digits.padStart(15, '0')
      return checkDigit(body) + body
    }),
  parse: (text) => parseDigits(text, isValid),
  print: (reference) => groupFromRight(reference, 4),
}

function isValid(digits: string): boolean {
  const { length } = digits
  if (length === 7) return true
  const isCounted = length >= 9 && length <= 14
  if (length !== 16 && !isCounted) return false
  if (isCounted && Number(digits[1]) !== (length - 2) % 10) return false
  return checkDigit(digits.slice(1)) === digits[0]
}

function checkDigit(body: string): string {
  const check = 11 - (weightedSum(body, WEIGHTS) % 11)
  return String(check === 10 ? 1 : check === 11 ? 0 : check)
}
