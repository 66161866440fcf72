// What a bank kit tells its host, after it was kept.

import type { LineKey } from './customer.ts'

/** Something that happened to a line or an agreement. */
export type BankEvent =
  | {
      readonly type: 'agreement-accepted'
      readonly customerId: string
      readonly agreementId: string
    }
  | { readonly type: 'settled'; readonly key: LineKey; readonly railId: string }
  | { readonly type: 'rejected'; readonly key: LineKey; readonly code: string }
  | { readonly type: 'unknown'; readonly key: LineKey }
  /** Not paid now, for a reason that may pass (a limit, the kill switch, an unreachable creditor). */
  | { readonly type: 'held'; readonly key: LineKey; readonly code: string }
  /** Will not be paid: the customer paid otherwise, the creditor withdrew, … */
  | { readonly type: 'stopped'; readonly key: LineKey; readonly code: string }
  /** The creditor did not take a report. */
  | { readonly type: 'report-refused'; readonly key: LineKey; readonly code: string }
