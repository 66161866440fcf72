// The RF creditor reference of ISO 11649: "RF", two check digits (mod 97-10), and 1 to 21 letters
// or digits of the creditor's choice. It survives every SEPA bank, which free text does not.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { generate, validate } from 'node-iso11649'
import type { ReferenceRefusal } from './scheme-rules.ts'

/** Longest creditor reference, check digits included (ISO 11649 §4). */
export const MAX_RF_LENGTH = 25

// Checked here and not in the library, which folds letters such as dotless i into ASCII.
const BASE = /^[0-9A-Za-z]{1,21}$/
const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const COMPACT_RF = /^RF[0-9]{2}[0-9A-Z]{1,21}$/

/**
 * Makes an RF reference of a base such as an invoice number, in capitals and without spaces.
 *
 * Refuses `reference-base` when the base is not 1 to 21 ASCII letters and digits.
 */
export function generateCreditorReference(base: string): Result<string, ReferenceRefusal> {
  return BASE.test(base) ? ok(generate(base)) : err({ code: 'reference-base' })
}

/**
 * Makes an RF reference of random bytes, for a claim whose creditor gave no reference. The base has
 * a fixed length and no letters that people take for digits (Crockford base 32: no I, L, O, U).
 *
 * @throws {RangeError} unless there are 5 to 13 bytes; 8 bytes give 13 characters.
 */
export function newCreditorReference(randomBytes: Uint8Array): string {
  if (randomBytes.length < 5 || randomBytes.length > 13)
    throw new RangeError('5 to 13 bytes needed')
  const length = Math.ceil((randomBytes.length * 8) / 5)
  let rest = randomBytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
  let base = ''
  for (let index = 0; index < length; index++) {
    base = (BASE32[Number(rest & 31n)] ?? '') + base
    rest >>= 5n
  }
  return generate(base)
}

/** Tells whether a text is an RF reference with the right check digits; spaces and case are free. */
export function isCreditorReference(text: string): boolean {
  return normaliseCreditorReference(text).ok
}

/**
 * Returns the electronic form: capitals, no white space.
 *
 * Refuses `reference-invalid` for anything that is not an RF reference with right check digits.
 */
export function normaliseCreditorReference(text: string): Result<string, ReferenceRefusal> {
  if (text.length > 4 * MAX_RF_LENGTH) return err({ code: 'reference-invalid' })
  const compact = text.replace(/\s/g, '').replace(/[a-z]/g, (letter) => letter.toUpperCase())
  const isValid = COMPACT_RF.test(compact) && validate(compact)
  return isValid ? ok(compact) : err({ code: 'reference-invalid' })
}

/** Returns the printed form in groups of four: `RF18 5390 0754 7034`. */
export function formatCreditorReference(reference: string): string {
  return reference.replace(/(.{4})(?!$)/g, '$1 ')
}
