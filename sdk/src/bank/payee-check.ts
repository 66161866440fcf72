// The port to a verification of payee: does the account belong to whom the bill names? In the euro
// area the EPC's Verification of Payee scheme answers; the bank kit decides what an answer means.

/** What is checked. */
export interface Payee {
  readonly name: string
  readonly iban: string
  readonly bic?: string
}

/** The answer. `close-match` tells the name on file; `unavailable` is no answer. */
export type PayeeVerdict =
  | { readonly result: 'match' }
  | { readonly result: 'close-match'; readonly name: string }
  | { readonly result: 'no-match' }
  | { readonly result: 'unavailable' }

/**
 * Checks a payee. May throw, which counts as `unavailable`. Nothing is ever paid automatically on
 * `close-match` or `no-match`: the customer is asked.
 */
export type PayeeCheck = (payee: Payee) => Promise<PayeeVerdict>

/** What `unavailable` means: try again at the next run, or ask the customer. */
export type WhenPayeeUnavailable = 'hold' | 'ask'
