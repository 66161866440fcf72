// The Swedish OCR number: 2 to 25 digits, the last a check digit modulus 10 (Luhn). With a length digit,
// the last but one is the last digit of the number's whole length.
// Source: Bankgirot, "Bankgiro Inbetalningar, teknisk manual", reference control (soft, hard with
// variable length and length digit, hard with one or two fixed lengths).
import { generateDigits, parseDigits } from './digit-reference.ts'
import { luhnDigit } from './luhn.ts'
import type { SchemeRules } from './scheme-rules.ts'

/** OCR number without a length digit; reads all. */
export const SWEDISH_OCR: SchemeRules = {
  generate: (base) =>
    generateDigits(base, { min: 1, max: 24 }, (digits) => digits + luhnDigit(digits)),
  parse: (text) => parseDigits(text, isValid),
  print: (reference) => reference,
}

/** OCR number with a length digit before the check digit, and nothing else. */
export const SWEDISH_OCR_WITH_LENGTH: SchemeRules = {
  ...SWEDISH_OCR,
  generate: (base) =>
    generateDigits(base, { min: 1, max: 23 }, (digits) => {
      const counted = `${digits}${(digits.length + 2) % 10}`
      return counted + luhnDigit(counted)
    }),
  parse: (text) => parseDigits(text, (digits) => isValid(digits) && hasLengthDigit(digits)),
}

function hasLengthDigit(digits: string): boolean {
  return digits.length >= 3 && Number(digits.at(-2)) === digits.length % 10
}

function isValid(digits: string): boolean {
  const isLength = digits.length >= 2 && digits.length <= 25
  return isLength && luhnDigit(digits.slice(0, -1)) === digits.slice(-1)
}
