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

/** What a statement is: a message of ISO 20022 (camt), of SWIFT (MT), or a bank's own CSV. */
export type StatementKind = '052' | '053' | '054' | 'mt940' | 'mt942' | 'csv'

/** Kinds that tell what happens during the day: nothing in them is final, so they are never booked. */
export function isInformation(kind: StatementKind): boolean {
  return kind === '052' || kind === 'mt942'
}

/** One `Stmt`, `Ntfctn` or `Rpt` of a camt file, one MT940, or one account of a CSV file. */
export interface BankStatement extends StatementSummary {
  readonly entries: readonly StatementEntry[]
}

/** A statement without its entries, which may be too many to hold. */
export interface StatementSummary {
  readonly statementId: string
  readonly messageId: string
  readonly kind: StatementKind
  /** Message version in two digits, such as `08`; the profile of a CSV file. */
  readonly version: string
  readonly account: StatementAccount
  readonly createdAt?: string
  /** The electronic sequence number, else the legal one. */
  readonly sequence?: string
  readonly electronicSequence?: string
  readonly legalSequence?: string
  readonly page?: StatementPage
  readonly opening?: StatementBalance
  readonly closing?: StatementBalance
  readonly totals: StatementTotals
  /** Line in the file on which it ends, counted from 1. */
  readonly line: number
  /**
   * Whether opening balance plus booked entries is the closing balance, to the cent. `unknown`
   * when a balance is missing, currencies differ, or other pages may hold the difference.
   */
  readonly balanced: boolean | 'unknown'
}

/** What the entries of a statement come to. */
export interface StatementTotals {
  readonly entries: number
  /** Payments as the bank lists them; an entry without details counts as one. */
  readonly transactions: number
  /** Payments as they can be booked: one for a batch whose details do not split it. */
  readonly bookings: number
  /** Transactions that take an earlier one back: reversals, and returns with their reason. */
  readonly reversals: number
  /** The earliest and the latest booking day. */
  readonly from?: Day
  readonly to?: Day
  /** Sums of the booked entries, one for each currency. */
  readonly booked: readonly CurrencySums[]
}

/** Minor units that came in and that went out, both as positive numbers. */
export interface CurrencySums {
  readonly currency: string
  readonly credit: bigint
  readonly debit: bigint
}

/** One line on the account: a single payment, or a batch of them. */
export interface StatementEntry {
  /** The bank's reference, else the entry reference, else its position in the statement. */
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
  /** What the bank says about a collective booking, also where it lists none of its payments. */
  readonly batch?: StatementBatch
  /** How many payments the bank listed in the entry; 0 when it gave no details. */
  readonly detailCount: number
  /**
   * Never empty. With sign, and together with the charges, they sum exactly to `amount`. One
   * transaction carries the whole entry when the bank's details do not split it to the cent.
   */
  readonly transactions: readonly StatementTransaction[]
  readonly line: number
}

/** The order that the bank booked as one sum. */
export interface StatementBatch {
  readonly messageId?: string
  readonly paymentInformationId?: string
  /** How many payments the bank counts in it. */
  readonly transactions?: number
}

/** How an amount in one currency became one in another. */
export interface CurrencyExchange {
  readonly sourceCurrency?: string
  readonly targetCurrency?: string
  readonly unitCurrency?: string
  /** A decimal, as the bank wrote it. */
  readonly rate: string
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
  /** What the bank adds to the reason, in words. */
  readonly returnInformation?: string
  readonly charges: readonly StatementCharge[]
  /** Numbers of the documents that the payer says it pays: invoices, credit notes. */
  readonly documentNumbers?: readonly string[]
  readonly mandateId?: string
  /** ISO 20022 external purpose code such as `SALA`, or the bank's own. */
  readonly purpose?: string
  readonly creditorName?: string
  readonly creditorIban?: string
  /** For whom the money is meant, where that is not the account holder. */
  readonly ultimateCreditorName?: string
  /** What the payer ordered, where that is another amount or currency than was booked. */
  readonly instructedAmount?: Money
  readonly exchange?: CurrencyExchange
}

/** Every code with which a statement file is refused. */
export const STATEMENT_REFUSAL_CODES = [
  'statement-format',
  'text-encoding',
  'text-size',
  'xml-doctype',
  'xml-encoding',
  'xml-depth',
  'xml-size',
  'statement-xml',
  'statement-namespace',
  'statement-version',
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

/** Every code of what is wrong or worth knowing in a file that was read. */
export type StatementProblemCode =
  | StatementRefusalCode
  | 'statement-unbalanced'
  | 'currency-mixed'
  | 'sequence-gap'
  | 'page-missing'
  | 'information-only'
  | 'batch-count'
  | 'possible-duplicate'
  | 'format-overlap'

/** `error`: the file was refused; `warning`: somebody should look; `note`: good to know. */
export interface StatementProblem {
  readonly code: StatementProblemCode
  readonly severity: 'error' | 'warning' | 'note'
  readonly line: number | null
  readonly statementId: string | null
  /** English sentence for the creditor's staff. */
  readonly message: string
}

/** Gets the entries of a file as they are read; `statement` counts the statements from 0. */
export type TakeEntry = (entry: StatementEntry, statement: number) => void

/** 64 bits of a text, equal for equal texts and else as good as never: long files need little memory. */
export type Fingerprint = (text: string) => bigint
