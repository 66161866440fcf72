// What a bank keeps of a customer: account, keys, limits, pins, agreements and their lines. One
// record a customer, replaced as a whole, so that every limit and every line changes together.

import type { Day } from '../protocol/days.ts'
import type { Creditor, Remittance } from '../protocol/generated/messages.ts'
import type { PublishedJwk } from '../protocol/key-set.ts'
import type { Amount, Currency } from '../protocol/money.ts'
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

/** A creditor's account as the customer knows it. */
export interface PinnedCreditor {
  readonly issuer: string
  readonly creditorId: string
  readonly iban: string
  /** The name under which the customer knows the creditor; others must not look like it. */
  readonly name?: string
  /** The customer named this creditor; otherwise its first agreement pinned it. */
  readonly isGiven?: boolean
}

/** A creditor of a server, as in a signed agreement. */
export interface CreditorRef {
  readonly issuer: string
  readonly creditorId: string
}

/** The key of an agent; `agent` is its name where it is not that of this key (PTY-02). */
export type AgentKey = PublishedJwk & { readonly agent?: string }

/**
 * Where a line stands. `scheduled`: waits for its day, or for the next try. `leasing`: the lease is
 * being asked for. `paying`: the rail may have been called. `unknown`: the rail does not know.
 * `settled`, `rejected` (by the rail) and `stopped` (see `code`) are final.
 */
export type LineState =
  | 'scheduled'
  | 'leasing'
  | 'paying'
  | 'unknown'
  | 'settled'
  | 'rejected'
  | 'stopped'

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
  /** Epoch seconds. */
  readonly acceptedAt: number
  readonly lines: readonly LineRecord[]
}

/** Everything kept of a customer. */
export interface CustomerRecord {
  readonly customerId: string
  /** Counts saves from 1. */
  readonly version: number
  /** Keys of the agents that speak for the customer. */
  readonly agentKeys: readonly AgentKey[]
  readonly debtorAccount: DebtorAccount
  readonly timeZone: string
  readonly limits: CustomerLimits
  readonly pinned: readonly PinnedCreditor[]
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
  const agreements = customer.agreements.map((agreement) =>
    agreement.agreementId === agreementId
      ? {
          ...agreement,
          lines: agreement.lines.map((kept) => (kept.line === line.line ? line : kept)),
        }
      : agreement,
  )
  return { ...customer, agreements }
}
