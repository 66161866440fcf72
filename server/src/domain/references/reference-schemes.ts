// The schemes in which a creditor may number its payments. Each has its generator here; adding a
// scheme means adding a line.
import type { Result } from '@parley/sdk/protocol'
import { generateCreditorReference, type ReferenceRefusal } from './creditor-reference.ts'

/** `RF`: ISO 11649. National schemes join this union. */
export type ReferenceScheme = 'RF'

const GENERATORS: Readonly<
  Record<ReferenceScheme, (base: string) => Result<string, ReferenceRefusal>>
> = {
  RF: generateCreditorReference,
}

/**
 * Makes a reference with valid check digits from digits or a base of the creditor.
 *
 * Refuses `reference-base` when the scheme cannot carry the base.
 */
export function generateReference(
  scheme: ReferenceScheme,
  digitsOrBase: string,
): Result<string, ReferenceRefusal> {
  return GENERATORS[scheme](digitsOrBase)
}

/**
 * Returns a form in which two spellings of one reference of any scheme are equal: ASCII letters and
 * digits only, in capitals. Says nothing about check digits.
 */
export function comparableReference(reference: string): string {
  return reference.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
}
