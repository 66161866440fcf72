// What the matcher gets and what it answers. A decision names its evidence, so that the creditor's
// staff and the log can say why a payment was booked where it was.
import type { Day } from '@parley/sdk/protocol'
import type { ClaimState } from '../claim/claim.ts'
import type { StatementEntry, StatementTransaction } from '../statement/statement-types.ts'
import type { EvidenceCode } from './evidence-weights.ts'

/** A transaction of a statement, with what its entry says about it. */
export interface IncomingTransaction
  extends Pick<
    StatementTransaction,
    | 'transactionId'
    | 'bankReference'
    | 'amount'
    | 'direction'
    | 'endToEndId'
    | 'structuredReferences'
    | 'unstructured'
    | 'debtorName'
    | 'ultimateDebtorName'
    | 'debtorIban'
    | 'returnReason'
  > {
  readonly reversal: boolean
  /** The day from which the money counts, when the bank says so. */
  readonly day?: Day
}

/** The transactions of an entry as the matcher takes them. */
export function incomingTransactions(entry: StatementEntry): IncomingTransaction[] {
  const day = entry.valueDay ?? entry.bookingDay
  return entry.transactions.map((transaction) => ({
    ...transaction,
    reversal: entry.reversal,
    ...(day === undefined ? {} : { day }),
  }))
}

export interface CandidateLine {
  readonly line: number
  readonly dueDate: Day
  readonly amount: bigint
  readonly paid: bigint
  readonly credited?: bigint
  readonly endToEndId: string | null
}

/** A claim that the transaction may belong to, with what is known about it. */
export interface CandidateClaim {
  readonly claimId: string
  readonly debtorId: string
  readonly invoiceNumber: string
  readonly reference: string
  readonly currency: string
  readonly outstanding: bigint
  readonly issueDate: Day
  readonly dueDate: Day
  readonly lines: readonly CandidateLine[]
  readonly state: ClaimState
  readonly debtorName: string
  /** The customer number; null without one. */
  readonly externalId: string | null
  /** Whether this debtor has paid from the payer's account before: alone, or with other debtors. */
  readonly payerAccount?: 'own' | 'shared'
}

/** Money that came in earlier and may go back. */
export interface EarlierCredit {
  readonly transactionId: string
  readonly bankReference?: string
  readonly endToEndId?: string
  readonly minor: bigint
  readonly currency: string
  readonly isTakenBack: boolean
  /** The claims that it has paid. */
  readonly claimIds: readonly string[]
}

/** What the store knows that the transaction may be about. */
export interface MatchSources {
  readonly claims: readonly CandidateClaim[]
  /** Not every claim that looks alike was read: then likeness decides nothing. */
  readonly isCut?: boolean
  /** For a debit alone. */
  readonly credits?: readonly EarlierCredit[]
}

/** By what a payment was matched, the surest first. */
export type MatchRule =
  | 'structured-reference'
  | 'end-to-end-id'
  | 'reference-in-text'
  /** Digits that are a reference of ours, and a second sign. */
  | 'digits-in-text'
  /** Several claims are named, or are all that is owed, and their sum is the payment. */
  | 'collective'
  /** Points of evidence, above the threshold and clear of the next. */
  | 'evidence'
  /** Equal claims of one debtor who named none: the law takes the oldest. */
  | 'oldest-due-first'

export type UnmatchedReason =
  /** Nothing in the payment identifies a claim. */
  | 'no-reference'
  /** More than one claim, or booked payment, fits equally well. */
  | 'ambiguous'
  /** The claim is identified, but the money is in another currency. */
  | 'currency-mismatch'
  /** Nothing was moved. */
  | 'zero-amount'
  /** A refund that leaves or comes back with another amount, or a second time. */
  | 'refund-differs'
  /** The account holder's own payment: no business of a claim. */
  | 'outgoing'
  /** The account holder's own payment came back: not a payment of a debtor. */
  | 'outgoing-returned'
  /** A booked payment comes back, but which one is not known. */
  | 'reversal-of-unknown'
  /** A booked payment comes back with another amount, or a second time. */
  | 'reversal-differs'

/** A claim worth a person's look. */
export interface MatchCandidate {
  readonly claimId: string
  readonly score: number
  readonly reasons: readonly EvidenceCode[]
}

/** A claim and what of the payment is for it; the shares of a payment sum to its amount. */
export interface MatchShare {
  readonly claimId: string
  readonly minor: bigint
}

export type MatchDecision =
  | {
      readonly kind: 'matched'
      readonly shares: readonly MatchShare[]
      readonly by: MatchRule
      /** What spoke for the claims, with its points. */
      readonly reasons: readonly EvidenceCode[]
    }
  | {
      readonly kind: 'reversal'
      readonly of: { readonly transactionId: string }
      readonly by: 'bank-reference' | 'end-to-end-id'
    }
  | {
      readonly kind: 'unmatched'
      readonly reason: UnmatchedReason
      /** Best first. */
      readonly candidates: readonly MatchCandidate[]
    }
