// What a bank kit tells its host, after it was kept. An event may be lost in a crash; the journal has
// everything.

import type { Day } from '../protocol/days.ts'
import type { AskCode, LineKey } from './customer.ts'
import type { MoveReason } from './execution-day.ts'

/** Something that happened to a line or an agreement. */
export type BankEvent =
  | {
      readonly type: 'agreement-accepted'
      readonly customerId: string
      readonly agreementId: string
    }
  /** Only the customer can decide: see `Bank.questions`. */
  | {
      readonly type: 'asked'
      readonly customerId: string
      readonly agreementId: string
      readonly code: AskCode
    }
  /** Executed on another day than was said before. */
  | {
      readonly type: 'moved'
      readonly key: LineKey
      readonly from: Day
      readonly to: Day
      readonly reason: MoveReason
    }
  /** The rail has taken it and settles it later. */
  | { readonly type: 'accepted'; readonly key: LineKey; readonly railId: string }
  | { readonly type: 'settled'; readonly key: LineKey; readonly railId: string }
  | { readonly type: 'rejected'; readonly key: LineKey; readonly code: string }
  /** Settled money that came back. */
  | { readonly type: 'returned'; readonly key: LineKey; readonly code: string }
  | { readonly type: 'unknown'; readonly key: LineKey }
  /** The outcome is still open at `reconcileBy`: an operator has to find out. */
  | { readonly type: 'unresolved'; readonly key: LineKey }
  /** Not paid now, for a reason that may pass (a limit, a switch, an unreachable creditor). */
  | { readonly type: 'held'; readonly key: LineKey; readonly code: string }
  /** Will not be paid: the customer paid otherwise, the creditor withdrew, … */
  | { readonly type: 'stopped'; readonly key: LineKey; readonly code: string }
  /** The creditor did not take a report. */
  | { readonly type: 'report-refused'; readonly key: LineKey; readonly code: string }
