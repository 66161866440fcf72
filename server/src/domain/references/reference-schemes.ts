// The schemes in which a creditor may number its payments. Adding a scheme means adding its file, a line
// here, and its form in the protocol's `Remittance`.
import type { Result } from '@parley/sdk/protocol'
import { BELGIAN_OGM } from './belgian-ogm.ts'
import {
  formatCreditorReference,
  generateCreditorReference,
  normaliseCreditorReference,
} from './creditor-reference.ts'
import { DUTCH_PAYMENT_REFERENCE } from './dutch-payment-reference.ts'
import { FINNISH_REFERENCE } from './finnish-reference.ts'
import { NORWEGIAN_KID } from './norwegian-kid.ts'
import type { ReferenceRefusal, SchemeRules } from './scheme-rules.ts'
import { SWEDISH_OCR } from './swedish-ocr.ts'
import { SWISS_QRR } from './swiss-qrr.ts'

const RULES = {
  /** ISO 11649, `RF…`. */
  SCOR: {
    generate: generateCreditorReference,
    parse: normaliseCreditorReference,
    print: formatCreditorReference,
  },
  OGM: BELGIAN_OGM,
  QRR: SWISS_QRR,
  KID: NORWEGIAN_KID,
  FI: FINNISH_REFERENCE,
  OCR: SWEDISH_OCR,
  NL: DUTCH_PAYMENT_REFERENCE,
} as const satisfies Readonly<Record<string, SchemeRules>>

/** `SCOR` is ISO 11649 (`RF…`), as in ISO 20022; the others are national. */
export type ReferenceScheme = keyof typeof RULES

export const REFERENCE_SCHEMES = Object.keys(RULES) as readonly ReferenceScheme[]

/**
 * Makes a reference with right check digits from digits or a base of the creditor.
 *
 * Refuses `reference-base` when the scheme cannot carry the base.
 */
export function generateReference(
  scheme: ReferenceScheme,
  digitsOrBase: string,
): Result<string, ReferenceRefusal> {
  return RULES[scheme].generate(digitsOrBase)
}

/**
 * Reads a reference of a scheme, electronic or printed, into its electronic form: capitals and digits.
 *
 * Refuses `reference-invalid` by form, length or check digits.
 */
export function parseReference(
  scheme: ReferenceScheme,
  text: string,
): Result<string, ReferenceRefusal> {
  return RULES[scheme].parse(text)
}

/** Writes an electronic form as it is printed: `RF18 5390 0754 7034`, `+++090/9337/55493+++`. */
export function printReference(scheme: ReferenceScheme, reference: string): string {
  return RULES[scheme].print(reference)
}

/** The schemes whose form and check digits a reference has; digits alone often have several. */
export function schemesOf(reference: string): ReferenceScheme[] {
  return REFERENCE_SCHEMES.filter((scheme) => RULES[scheme].parse(reference).ok)
}

/**
 * Returns a form in which two spellings of one reference of any scheme are equal: ASCII letters and
 * digits only, in capitals. Says nothing about check digits.
 */
export function comparableReference(reference: string): string {
  return reference.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
}
