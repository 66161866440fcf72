// What every reference scheme can do. A scheme is one file with such an object, and one line in
// `reference-schemes.ts`.
import type { Result } from '@parley/sdk/protocol'

/**
 * `reference-base`: the scheme cannot carry this base, or has no check digit for it.
 * `reference-invalid`: no reference of the scheme, by form, length or check digits.
 */
export interface ReferenceRefusal {
  readonly code: 'reference-base' | 'reference-invalid'
}

export interface SchemeRules {
  /** Makes a reference with right check digits; refuses `reference-base`. */
  readonly generate: (base: string) => Result<string, ReferenceRefusal>
  /** Reads the electronic or the printed form into the electronic one; refuses `reference-invalid`. */
  readonly parse: (text: string) => Result<string, ReferenceRefusal>
  /** Writes an electronic form as people read it. */
  readonly print: (reference: string) => string
}
