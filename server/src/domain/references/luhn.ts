// The check digit "modulus 10" of the Nordic payment references (ISO/IEC 7812-1 annex B, Luhn).

/** Returns the check digit that goes behind the digits. */
export function luhnDigit(digits: string): string {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place])
    const doubled = place % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return String((10 - (sum % 10)) % 10)
}
