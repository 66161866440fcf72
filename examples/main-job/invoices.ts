// What the creditor's books hold: one invoice a line, as read from a CSV file.
import type { Amount, Day } from '@parley/sdk/protocol'

export type Language = 'fr' | 'nl' | 'en' | 'de'

/** One invoice as the creditor's own system knows it. */
export interface Invoice {
  /** Line in the file, the header being line 1. */
  readonly line: number
  readonly invoiceNumber: string
  readonly customerId: string
  readonly customerName: string
  readonly email: string | undefined
  readonly language: Language | undefined
  readonly amount: Amount
  readonly issueDate: Day
  readonly dueDate: Day
}
