// The Finnish reference number (viitenumero): 3 to 19 digits and a check digit with the weights 7, 3, 1
// from the right. Printed in groups of five from the right, leading zeros left out; banks pad it to 20.
// Its international form is an RF reference around it.
// Source: Finance Finland, "Kotimaisen viitteen rakenneohje" and "Kansainvälisen viitteen rakenneohje".
import { ok } from '@parley/sdk/protocol'
import { generateCreditorReference } from './creditor-reference.ts'
import { generateDigits, groupFromRight, parseDigits, weightedSum } from './digit-reference.ts'
import type { SchemeRules } from './scheme-rules.ts'

const ZEROS = /^0+/

export const FINNISH_REFERENCE: SchemeRules = {
  generate: (base) =>
    generateDigits(base, { min: 3, max: 19 }, (digits) =>
      digits.startsWith('0') ? undefined : digits + checkDigit(digits),
    ),
  parse: (text) => {
    const parsed = parseDigits(text, isValid)
    return parsed.ok ? ok(parsed.value.replace(ZEROS, '')) : parsed
  },
  print: (reference) => groupFromRight(reference, 5),
}

/** Makes the RF form of a Finnish reference number of a base; refuses as the number does. */
export const generateFinnishRf: SchemeRules['generate'] = (base) => {
  const national = FINNISH_REFERENCE.generate(base)
  return national.ok ? generateCreditorReference(national.value) : national
}

// The zeros in front are no part of the number, so the shortest length holds without them.
function isValid(digits: string): boolean {
  const { length } = digits.replace(ZEROS, '')
  return digits.length <= 20 && length >= 4 && checkDigit(digits.slice(0, -1)) === digits.slice(-1)
}

function checkDigit(base: string): string {
  return String((10 - (weightedSum(base, [7, 3, 1]) % 10)) % 10)
}
