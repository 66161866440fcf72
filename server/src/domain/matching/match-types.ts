// What the matcher gets and what it answers. A decision names its evidence, so that the creditor's
// staff and the log can say why a payment was booked where it was.
import type { Day } from '@parley/sdk/protocol'
import type { ClaimState } from '../claim/claim.ts'
import type { StatementEntry, StatementTransaction } from '../statement/statement-types.ts'

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
}

/** The transactions of an entry as the matcher takes them. */
export function incomingTransactions(entry: StatementEntry): IncomingTransaction[] {
  return entry.transactions.map((transaction) => ({ ...transaction, reversal: entry.reversal }))
}

export interface CandidateLine {
  readonly line: number
  readonly dueDate: Day
  readonly amount: bigint
  readonly paid: bigint
  readonly credited?: bigint
  readonly endToEndId: string | null
}

/** A payment that was booked on a claim earlier and may come back. */
export interface BookedPayment {
  readonly transactionId: string
  readonly bankReference?: string
  readonly endToEndId?: string
  readonly minor: bigint
  readonly isReversed: boolean
}

/** A claim that the transaction may belong to, with what is known about it. */
export interface CandidateClaim {
  readonly claimId: string
  readonly reference: string
  readonly currency: string
  readonly outstanding: bigint
  readonly lines: readonly CandidateLine[]
  readonly state: ClaimState
  readonly debtorName?: string
  /** IBANs from which this debtor has paid before. */
  readonly knownIbans?: readonly string[]
  readonly payments?: readonly BookedPayment[]
}

export type MatchEvidence = 'structured-reference' | 'end-to-end-id' | 'reference-in-text'

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

/** Why a person may want to look at a claim. None of these ever books a payment alone. */
export type CandidateReason =
  | 'same-reference'
  | 'same-end-to-end-id'
  | 'same-bank-reference'
  | 'same-outstanding-amount'
  | 'same-line-amount'
  | 'same-iban'
  | 'same-name'

export interface MatchCandidate {
  readonly claimId: string
  readonly reasons: readonly CandidateReason[]
}

export type MatchDecision =
  | {
      readonly kind: 'matched'
      readonly claimId: string
      readonly by: MatchEvidence
      /** The text in the payment that decided. */
      readonly evidence: string
    }
  | {
      readonly kind: 'reversal'
      readonly of: { readonly claimId: string; readonly transactionId: string }
      readonly by: 'bank-reference' | 'end-to-end-id'
    }
  | {
      readonly kind: 'unmatched'
      readonly reason: UnmatchedReason
      /** Best first. */
      readonly candidates: readonly MatchCandidate[]
    }
