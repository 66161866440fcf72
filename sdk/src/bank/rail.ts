// The port to the bank's payment rail. The bank kit decides whether and when; the rail moves the
// money, once for each idempotency key.

import type { Day } from '../protocol/days.ts'
import type { Remittance } from '../protocol/generated/messages.ts'
import type { Money } from '../protocol/money.ts'
import type { LineKey } from './customer.ts'

/** The customer's account that is debited. */
export interface DebtorAccount {
  readonly iban: string
  readonly name?: string
}

/** One credit transfer to execute now. */
export interface PaymentInstruction {
  /** The line that it pays: by it the host tells the kit what became of it later. */
  readonly key: LineKey
  /** ISO 20022 EndToEndId; unique for a creditor, not in the world. */
  readonly endToEndId: string
  /** Unique in the world; the same key again must never pay again. */
  readonly idempotencyKey: string
  readonly debtorAccount: DebtorAccount
  readonly creditor: { readonly name: string; readonly iban: string; readonly bic?: string }
  readonly amount: Money
  readonly remittance: Remittance
  readonly executionDay: Day
  /**
   * Epoch seconds. What reaches the rail then or later must be refused: the bank believes `not-found`
   * from then on and may pay again, or let another one pay.
   */
  readonly submitBy: number
}

/** What the rail knows of a payment; `unknown` is an outcome of its own and not a failure. */
export type RailOutcome =
  | { readonly outcome: 'settled'; readonly railId: string }
  /** Taken, and settled later: by `valueDay` when the rail says so. */
  | { readonly outcome: 'accepted'; readonly railId: string; readonly valueDay?: Day }
  /** Not paid and never will be; `code` as in ISO 20022 ExternalStatusReason1Code. */
  | { readonly outcome: 'rejected'; readonly code: string }
  | { readonly outcome: 'unknown' }

/** What identifies a payment when asking for it. */
export type PaymentQuery = Pick<
  PaymentInstruction,
  'endToEndId' | 'idempotencyKey' | 'debtorAccount'
>

/** What the bank kit has to know about a rail. */
export interface RailTerms {
  /** An instant rail is open every day; a batch rail of the euro area on the days of TARGET. */
  readonly opens: 'every-day' | 'target-days'
  /** What comes later on a day is executed on the next one. `time` is `HH:MM`. */
  readonly cutOff?: { readonly time: string; readonly timeZone: string }
  /**
   * Whether a repeated `idempotencyKey` can never pay twice. When it can, nothing is ever submitted
   * again: a payment that the rail does not find is decided by an operator.
   */
  readonly isIdempotent: boolean
}

/** A rail that never closes and knows repeated keys. */
export const INSTANT_TERMS: RailTerms = { opens: 'every-day', isIdempotent: true }

/**
 * A payment rail. All calls may throw; after a `pay` that threw the outcome counts as unknown.
 */
export interface Rail {
  /** `INSTANT_TERMS` unless given. */
  readonly terms?: RailTerms
  /**
   * Executes a payment; a repeated idempotency key returns the first payment's outcome. Throws for an
   * instruction that came too late: it was not taken, and is made again under another lease.
   */
  pay(instruction: PaymentInstruction): Promise<RailOutcome>
  /**
   * Looks a payment up. `not-found` promises that the rail has not taken this idempotency key and,
   * after its `submitBy`, never will; when in doubt the answer is `unknown`.
   */
  find(query: PaymentQuery): Promise<RailOutcome | { readonly outcome: 'not-found' }>
  /** Calls a payment back that is accepted and not settled. */
  cancel?(query: PaymentQuery): Promise<'cancelled' | 'too-late' | 'unknown'>
}
