// The Norwegian customer identification (KID): 2 to 25 digits, the last a check digit modulus 10 (Luhn)
// or modulus 11 with the weights 2 to 7 from the right. Which of them, and the length, is agreed with
// the bank; both are read. A modulus 11 that would need the check character "-" is not made and not
// read, since payment forms on the web take digits alone.
// Source: Nets/Mastercard Payment Services, "OCR giro: System specification", KID and its control.
import { generateDigits, parseDigits, weightedSum } from './digit-reference.ts'
import { luhnDigit } from './luhn.ts'
import type { SchemeRules } from './scheme-rules.ts'

/** KID with modulus 10, and nothing else. */
export const NORWEGIAN_KID_MOD10 = kidWith(luhnDigit)

/** KID with modulus 11, and nothing else; one base in eleven has no check digit and is refused. */
export const NORWEGIAN_KID_MOD11 = kidWith(mod11Digit)

/** Any KID; makes those with modulus 10. */
export const NORWEGIAN_KID: SchemeRules = {
  ...NORWEGIAN_KID_MOD10,
  parse: (text) => {
    const parsed = NORWEGIAN_KID_MOD10.parse(text)
    return parsed.ok ? parsed : NORWEGIAN_KID_MOD11.parse(text)
  },
}

function kidWith(checkDigit: (base: string) => string | undefined): SchemeRules {
  return {
    generate: (base) =>
      generateDigits(base, { min: 1, max: 24 }, (digits) => {
        const check = checkDigit(digits)
        return check === undefined ? undefined : digits + check
      }),
    parse: (text) =>
      parseDigits(
        text,
        (digits) =>
          digits.length >= 2 &&
          digits.length <= 25 &&
          checkDigit(digits.slice(0, -1)) === digits.slice(-1),
      ),
    print: (reference) => reference,
  }
}

function mod11Digit(base: string): string | undefined {
  const check = (11 - (weightedSum(base, [2, 3, 4, 5, 6, 7]) % 11)) % 11
  return check === 10 ? undefined : String(check)
}
