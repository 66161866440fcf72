// The port to the bank's payment rail. The bank kit decides whether and when; the rail moves the
// money, once for each idempotency key.

import type { Day } from '../protocol/days.ts'
import type { Remittance } from '../protocol/generated/messages.ts'
import type { Money } from '../protocol/money.ts'

/** The customer's account that is debited. */
export interface DebtorAccount {
  readonly iban: string
  readonly name?: string
}

/** One credit transfer to execute now. */
export interface PaymentInstruction {
  /** ISO 20022 EndToEndId; unique for a creditor, not in the world. */
  readonly endToEndId: string
  /** Unique in the world; the same key again must never pay again. */
  readonly idempotencyKey: string
  readonly debtorAccount: DebtorAccount
  readonly creditor: { readonly name: string; readonly iban: string; readonly bic?: string }
  readonly amount: Money
  readonly remittance: Remittance
  readonly executionDay: Day
}

/** What the rail knows of a payment; `unknown` is an outcome of its own and not a failure. */
export type RailOutcome =
  | { readonly outcome: 'settled'; readonly railId: string }
  /** Not paid and never will be; `code` as in ISO 20022 ExternalStatusReason1Code. */
  | { readonly outcome: 'rejected'; readonly code: string }
  | { readonly outcome: 'unknown' }

/** What identifies a payment when asking for it. */
export type PaymentQuery = Pick<
  PaymentInstruction,
  'endToEndId' | 'idempotencyKey' | 'debtorAccount'
>

/**
 * A payment rail. Both calls may throw; after a `pay` that threw the outcome counts as unknown.
 */
export interface Rail {
  /** Executes a payment; a repeated idempotency key returns the first payment's outcome. */
  pay(instruction: PaymentInstruction): Promise<RailOutcome>
  /**
   * Looks a payment up. `not-found` promises that the rail has not taken this idempotency key and
   * that no earlier call with it is still on its way; when in doubt the answer is `unknown`.
   */
  find(query: PaymentQuery): Promise<RailOutcome | { readonly outcome: 'not-found' }>
}
