// Money that goes back. A debit undoes a booked payment only when the bank says that it is a
// reversal or a return, and names which: the creditor's own refund must never reopen a claim.
import type {
  BookedPayment,
  CandidateClaim,
  IncomingTransaction,
  MatchDecision,
  UnmatchedReason,
} from './match-types.ts'

export type ReversalOutcome =
  | Extract<MatchDecision, { kind: 'reversal' }>
  | { readonly kind: 'unmatched'; readonly reason: UnmatchedReason }

interface Booked {
  readonly claim: CandidateClaim
  readonly payment: BookedPayment
}

/**
 * Decides about a debit.
 *
 * The bank's own reference comes first, then the end-to-end id. The amount and the currency must be
 * those of the booked payment; one payment is reversed once.
 */
export function matchReversal(
  transaction: IncomingTransaction,
  claims: readonly CandidateClaim[],
): ReversalOutcome {
  if (!transaction.reversal && transaction.returnReason === undefined) {
    return { kind: 'unmatched', reason: 'outgoing' }
  }
  const booked = claims.flatMap((claim) =>
    (claim.payments ?? []).map((payment): Booked => ({ claim, payment })),
  )
  const { bankReference, endToEndId } = transaction
  const byReference = booked.filter(
    ({ payment }) => bankReference !== undefined && payment.bankReference === bankReference,
  )
  if (byReference.length > 0) return choose(transaction, byReference, 'bank-reference')
  const byEndToEndId = booked.filter(
    ({ payment }) => endToEndId !== undefined && payment.endToEndId === endToEndId,
  )
  if (byEndToEndId.length > 0) return choose(transaction, byEndToEndId, 'end-to-end-id')
  return { kind: 'unmatched', reason: 'reversal-of-unknown' }
}

function choose(
  transaction: IncomingTransaction,
  booked: readonly Booked[],
  by: 'bank-reference' | 'end-to-end-id',
): ReversalOutcome {
  const { minor, currency } = transaction.amount
  const fitting = booked.filter(
    ({ claim, payment }) =>
      !payment.isReversed && payment.minor === minor && claim.currency === currency,
  )
  const [only] = fitting
  if (only === undefined) return { kind: 'unmatched', reason: 'reversal-differs' }
  if (fitting.length > 1) return { kind: 'unmatched', reason: 'ambiguous' }
  const of = { claimId: only.claim.claimId, transactionId: only.payment.transactionId }
  return { kind: 'reversal', of, by }
}
