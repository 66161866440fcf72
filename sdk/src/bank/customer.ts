// What a bank keeps of a customer: account, keys, limits, mandates, agreements and their lines. One
// record a customer, replaced as a whole, so that a limit, a mandate and a line change together: a
// mandate that is revoked and a payment that it allowed cannot pass each other.

import type { Day } from '../protocol/days.ts'
import type { Creditor, Remittance } from '../protocol/generated/messages.ts'
import type { PublishedJwk } from '../protocol/key-set.ts'
import type { Amount, Currency } from '../protocol/money.ts'
import type { PayeeVerdict } from './payee-check.ts'
import type { DebtorAccount } from './rail.ts'

/** Limits of one currency, in its minor units; a payment must fit in all four. */
export interface CurrencyLimits {
  readonly perPayment: bigint
  readonly perDay: bigint
  readonly perMonth: bigint
  /** For one creditor in a calendar month. */
  readonly perCreditorMonth: bigint
}

/** What the customer allows to be paid without being asked. */
export interface CustomerLimits {
  /** Whether a creditor's first agreement pins its account, or is refused. */
  readonly newCreditor: 'refuse' | 'allow'
  /** A currency that is not listed is never paid. */
  readonly byCurrency: Readonly<Record<Currency, CurrencyLimits>>
}

/** Tighter limits for one creditor, in minor units; what is left out is not limited further. */
export type MandateLimits = Partial<Pick<CurrencyLimits, 'perPayment' | 'perDay' | 'perMonth'>>

/**
 * What the customer allows one creditor: this account, within these limits and days. Without one, a
 * creditor is not paid.
 */
export interface Mandate {
  readonly issuer: string
  readonly creditorId: string
  /** The account that the customer knows; no other one is paid. */
  readonly iban: string
  /** The name under which the customer knows the creditor; others must not look like it. */
  readonly name?: string
  /** The customer named this creditor; otherwise its first agreement made the mandate. */
  readonly isGiven?: boolean
  /** When given, a currency that is not listed is not paid. */
  readonly limits?: Readonly<Record<Currency, MandateLimits>>
  readonly validFrom?: Day
  /** The last day on which it holds. */
  readonly validUntil?: Day
  /** Epoch seconds since when nothing is paid under it. */
  readonly revokedAt?: number
}

/** A creditor of a server, as in a signed agreement. */
export interface CreditorRef {
  readonly issuer: string
  readonly creditorId: string
}

/** The key of an agent; `agent` is its name where it is not that of this key (PTY-02). */
export type AgentKey = PublishedJwk & { readonly agent?: string }

/**
 * Where a line stands. `scheduled`: waits for its day, for the next try, or for the customer's yes.
 * `leasing`: the lease is being asked for. `paying`: the rail may have been called. `unknown`: the
 * rail does not know. `accepted`: the rail has taken it and has not settled it yet. `settled`,
 * `rejected` (by the rail) and `stopped` (see `code`) are final, but that settled money may come
 * back: `returned`.
 */
export type LineState =
  | 'scheduled'
  | 'leasing'
  | 'paying'
  | 'unknown'
  | 'accepted'
  | 'settled'
  | 'returned'
  | 'rejected'
  | 'stopped'

/** What only the customer can decide; a line that meets one waits for the answer. */
export const ASK_CODES = [
  'duplicate-invoice',
  'look-alike',
  'payee-close-match',
  'payee-no-match',
  'payee-unavailable',
] as const

/** A question to the customer. */
export type AskCode = (typeof ASK_CODES)[number]

/** The customer's yes to one question about an agreement. */
export interface Approval {
  readonly code: AskCode
  /** What the customer was told: the other agreement, the name that looks alike or is on file. */
  readonly detail: string | null
  /** Epoch seconds. */
  readonly at: number
}

/** What the payee's bank said about name and account, and on which day. */
export interface CheckedPayee {
  readonly result: PayeeVerdict['result']
  /** The name on file, of a close match. */
  readonly name: string | null
  readonly day: Day
}

/** Status of a payment message (ISO 20022). */
export type PaymentStatus = 'ACCP' | 'PDNG' | 'ACSC' | 'RJCT'

/** A payment message that has been signed and waits for the creditor's reply. */
export interface OutgoingMessage {
  readonly jws: string
  /** Signing-input hash. */
  readonly hash: string
  readonly seq: number
  readonly status: PaymentStatus
  /** Reason code of a rejection. */
  readonly code: string | null
}

/** A report that still has to be signed and sent. */
export interface OwedReport {
  readonly status: Exclude<PaymentStatus, 'ACCP'>
  readonly code: string | null
}

/** One line of an agreement: what is due, and what has been done about it. */
export interface LineRecord {
  readonly line: number
  readonly dueDate: Day
  readonly amount: Amount
  readonly endToEndId: string
  readonly state: LineState
  /** Why it waits or ended. */
  readonly code: string | null
  /** Not tried before this day. */
  readonly notBefore: Day | null
  /** Of the latest lease granted. */
  readonly fencing: number | null
  /** Epoch seconds. */
  readonly leaseUntil: number | null
  /** Day that its limits count for, in the customer's zone. */
  readonly paidOn: Day | null
  /** The day on which the rail executes it, as far as is known: `dueDate`, or a later business day. */
  readonly executionDay: Day
  /** Of an outcome that is not final: when an operator is called, epoch seconds. */
  readonly reconcileBy: number | null
  /** When one was called. */
  readonly escalatedAt: number | null
  readonly railId: string | null
  /** The creditor's last message in the conversation about this line. */
  readonly head: { readonly seq: number; readonly hash: string } | null
  readonly outgoing: OutgoingMessage | null
  readonly owed: OwedReport | null
}

/** An agreement that the bank pays. */
export interface AgreementRecord {
  readonly agreementId: string
  /** Creditor's issuer. */
  readonly issuer: string
  readonly sub: string
  readonly requestId: string
  readonly creditor: Creditor
  readonly remittance: Remittance
  /** When both sides had agreed, epoch seconds: a later agreement about the same request replaces it. */
  readonly agreedAt: number
  /** Epoch seconds. */
  readonly acceptedAt: number
  readonly payee: CheckedPayee | null
  readonly approved: readonly Approval[]
  readonly lines: readonly LineRecord[]
}

/** An agreement that was not taken. */
export interface RefusedAgreement {
  readonly agreementId: string
  readonly code: string
}

/** Everything kept of a customer. */
export interface CustomerRecord {
  readonly customerId: string
  /** Counts saves from 1. */
  readonly version: number
  /** The last entry of the customer's journal; 0 for none. */
  readonly journalSeq: number
  /** Keys of the agents that speak for the customer. */
  readonly agentKeys: readonly AgentKey[]
  readonly debtorAccount: DebtorAccount
  readonly timeZone: string
  readonly limits: CustomerLimits
  readonly mandates: readonly Mandate[]
  /** The latest of them, so that one that comes again is not written down again. */
  readonly refused: readonly RefusedAgreement[]
  /** The kill switch: nothing is paid. */
  readonly stopped: boolean
  readonly agreements: readonly AgreementRecord[]
}

/** Names a line. */
export interface LineKey {
  readonly customerId: string
  readonly agreementId: string
  readonly line: number
}

/** Finds a line and its agreement. */
export function findLine(
  customer: CustomerRecord,
  key: Pick<LineKey, 'agreementId' | 'line'>,
): { readonly agreement: AgreementRecord; readonly line: LineRecord } | undefined {
  const agreement = customer.agreements.find(({ agreementId }) => agreementId === key.agreementId)
  const line = agreement?.lines.find((candidate) => candidate.line === key.line)
  return agreement === undefined || line === undefined ? undefined : { agreement, line }
}

/** Replaces one line. */
export function withLine(
  customer: CustomerRecord,
  agreementId: string,
  line: LineRecord,
): CustomerRecord {
  const agreement = customer.agreements.find((one) => one.agreementId === agreementId)
  if (agreement === undefined) return customer
  const lines = agreement.lines.map((kept) => (kept.line === line.line ? line : kept))
  return withAgreement(customer, { ...agreement, lines })
}

/** The mandate for an agreement's creditor. */
export function mandateFor(
  { mandates }: Pick<CustomerRecord, 'mandates'>,
  { issuer, creditor }: Pick<AgreementRecord, 'issuer' | 'creditor'>,
): Mandate | undefined {
  return mandates.find((one) => one.issuer === issuer && one.creditorId === creditor.id)
}

/** Replaces one agreement. */
export function withAgreement(customer: CustomerRecord, changed: AgreementRecord): CustomerRecord {
  const agreements = customer.agreements.map((kept) =>
    kept.agreementId === changed.agreementId ? changed : kept,
  )
  return { ...customer, agreements }
}
