// What may be wrong with a bill that is signed as it should be: warnings for the person, who alone can
// then say yes. Texts of a message are compared, never obeyed (TXT-04).

import type { Amount } from '../protocol/money.ts'

/** A bill that the person seems to have already, and what is the same about it. */
export interface DuplicateWarning {
  readonly code: 'possible-duplicate'
  /** The `requestId` of the other bill. */
  readonly of: string
  /**
   * The same request id, reference or invoice (number or bytes); or the same document, amount and due
   * date together.
   */
  readonly because: 'request-id' | 'reference' | 'invoice' | 'document'
}

/** An amount far from what this creditor billed before. */
export interface UnusualAmountWarning {
  readonly code: 'unusual-amount'
  /** More than three times the largest, or far beyond how the others spread. */
  readonly because: 'largest' | 'spread'
  /** The most that would not have been unusual. */
  readonly limit: Amount
  /** The middle of the others. */
  readonly usual: Amount
  /** How many others there are. */
  readonly bills: number
}

/** Something that the person has to look at before this bill is agreed to; plain JSON. */
export type FraudWarning =
  /** The name of another known creditor that this one's looks like (TXT-03). */
  | { readonly code: 'look-alike'; readonly looksLike: string }
  /** The account that is asked for is new, or about to change, and nobody has confirmed it (ENR-07). */
  | { readonly code: 'account-change'; readonly iban: string }
  | DuplicateWarning
  | UnusualAmountWarning

/** Every code of a warning, the most serious first. */
export const FRAUD_WARNING_CODES = [
  'look-alike',
  'account-change',
  'possible-duplicate',
  'unusual-amount',
] as const satisfies readonly FraudWarning['code'][]
