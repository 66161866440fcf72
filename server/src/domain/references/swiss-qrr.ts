// The Swiss QR reference (QRR): 26 digits and a check digit, modulo 10 recursive. It goes with a
// QR-IBAN only. In ISO 20022 it is a proprietary type, `QRR`.
// Source: SIX, Swiss Implementation Guidelines QR-bill, version 2.3, annex B (check digit) and §4.2.2
// (QRR, not all zeros; printed as two digits and five groups of five).
import { generateDigits, groupFromRight, parseDigits } from './digit-reference.ts'
import type { SchemeRules } from './scheme-rules.ts'

const CARRY = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5]

export const SWISS_QRR: SchemeRules = {
  generate: (base) =>
    generateDigits(base, { min: 1, max: 26 }, (digits) => {
      const body = digits.padStart(26, '0')
      return body + checkDigit(body)
    }),
  parse: (text) =>
    parseDigits(
      text,
      (digits) => digits.length === 27 && checkDigit(digits.slice(0, -1)) === digits.slice(-1),
    ),
  print: (reference) => groupFromRight(reference, 5),
}

function checkDigit(digits: string): string {
  let carry = 0
  for (const digit of digits) carry = CARRY[(carry + Number(digit)) % 10] ?? 0
  return String((10 - carry) % 10)
}
