// What a bank statement says, in Parley's own words: no XML, no float, every amount exact.
// Everything after the parser (matching, booking, work queue) knows only these types.
import type { Day, Money } from '@parley/sdk/protocol'

/** Whether money came to the account (`credit`) or left it (`debit`). */
export type Direction = 'credit' | 'debit'

export interface StatementAccount {
  /** As the bank wrote it, in capitals and without spaces; not checked. */
  readonly iban?: string
  /** Any other account number, when the bank names no IBAN. */
  readonly other?: string
  readonly currency?: string
}

/** Position in a statement that the bank cut into several messages. */
export interface StatementPage {
  readonly number: string
  readonly isLast: boolean
}

export interface StatementBalance {
  readonly amount: Money
  /** `debit`: the account is overdrawn by the amount. */
  readonly direction: Direction
  readonly day?: Day
}

/** A fee or tax of the bank. `debit` reduces what the account holder gets. */
export interface StatementCharge {
  readonly amount: Money
  readonly direction: Direction
}

/** One `Stmt` of a camt.053 or one `Ntfctn` of a camt.054. */
export interface BankStatement {
  readonly statementId: string
  readonly messageId: string
  readonly kind: '053' | '054'
  /** Message version in two digits, such as `08`. */
  readonly version: string
  readonly account: StatementAccount
  readonly createdAt?: string
  readonly sequence?: string
  readonly page?: StatementPage
  readonly opening?: StatementBalance
  readonly closing?: StatementBalance
  readonly entries: readonly StatementEntry[]
  /**
   * Whether opening balance plus booked entries is the closing balance, to the cent. `unknown`
   * when a balance is missing, currencies differ, or other pages may hold the difference.
   */
  readonly balanced: boolean | 'unknown'
}

/** One line on the account: a single payment, or a batch of them. */
export interface StatementEntry {
  /** Unique in the statement: the bank's reference, else the entry reference, else its position. */
  readonly entryId: string
  readonly amount: Money
  readonly direction: Direction
  /** The entry takes back an earlier one; `debit` then undoes money that had come in. */
  readonly reversal: boolean
  /** `BOOK`, `PDNG`, `INFO` or another code. Only `BOOK` is money on the account. */
  readonly status: string
  readonly bookingDay?: Day
  readonly valueDay?: Day
  readonly charges: readonly StatementCharge[]
  /** How many payments the bank listed in the entry; 0 when it gave no details. */
  readonly detailCount: number
  /**
   * Never empty. With sign, and together with the charges, they sum exactly to `amount`. One
   * transaction carries the whole entry when the bank's details do not split it to the cent.
   */
  readonly transactions: readonly StatementTransaction[]
  readonly line: number
}

/** One payment in an entry. */
export interface StatementTransaction {
  /**
   * Stable and unique for the account, in every file that reports the payment again. Ids that the
   * bank did not give are made of the content; they can be long, so storage may hash them.
   */
  readonly transactionId: string
  /** `content`: the bank gave no reference, so two equal payments in two files share the id. */
  readonly identifiedBy: 'bank-reference' | 'content'
  readonly bankReference?: string
  readonly amount: Money
  readonly direction: Direction
  readonly endToEndId?: string
  /** Transaction id, instruction id, UETR and the like, without duplicates. */
  readonly otherIds: readonly string[]
  readonly structuredReferences: readonly string[]
  readonly unstructured: readonly string[]
  readonly debtorName?: string
  readonly ultimateDebtorName?: string
  readonly debtorIban?: string
  /** ISO 20022 return reason code such as `AC04`, or the bank's own. */
  readonly returnReason?: string
  readonly charges: readonly StatementCharge[]
}

/** Every code with which a statement file is refused. */
export const STATEMENT_REFUSAL_CODES = [
  'xml-doctype',
  'xml-encoding',
  'xml-depth',
  'xml-size',
  'statement-xml',
  'statement-namespace',
  'statement-version',
  'statement-information-only',
  'statement-structure',
  'statement-empty',
  'statement-account',
  'statement-amount',
  'statement-currency',
  'statement-sign',
  'statement-date',
  'statement-totals',
] as const

export type StatementRefusalCode = (typeof STATEMENT_REFUSAL_CODES)[number]

/** Why a file was not read: nothing of it may be booked. */
export interface StatementRefusal {
  readonly code: StatementRefusalCode
  /** Line in the file, counted from 1. */
  readonly line: number
  /** English sentence for the creditor's staff. */
  readonly message: string
}
