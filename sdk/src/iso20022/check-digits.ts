// ISO 7064 MOD 97-10 as IBANs (ISO 13616) and creditor references (ISO 11649) use it.

const COUNTRY_AND_CHECK = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/
const REFERENCE = /^RF[0-9]{2}[A-Z0-9]{1,21}$/

/** Tells whether a text is an IBAN in electronic form with right check digits, of whatever country. */
export function isIban(text: string): boolean {
  return COUNTRY_AND_CHECK.test(text) && remainder(text) === 1
}

/** Tells whether a text is an ISO 11649 reference in electronic form with right check digits. */
export function isCreditorReference(text: string): boolean {
  return REFERENCE.test(text) && remainder(text) === 1
}

/** The first four characters go to the end, letters count from 10, the number is taken modulo 97. */
function remainder(text: string): number {
  let rest = 0
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}
