// Money that goes back. A debit undoes a booked payment only when the bank says that it is a
// reversal or a return, and names which: the creditor's own refund must never reopen a claim.
import type {
  EarlierCredit,
  IncomingTransaction,
  MatchDecision,
  UnmatchedReason,
} from './match-types.ts'

export type ReversalOutcome =
  | Extract<MatchDecision, { kind: 'reversal' }>
  | { readonly kind: 'unmatched'; readonly reason: UnmatchedReason }

/**
 * Decides about a debit.
 *
 * The bank's own reference comes first, then the end-to-end id. The amount and the currency must be
 * those of the whole earlier booking; one booking is taken back once.
 */
export function matchReversal(
  transaction: IncomingTransaction,
  credits: readonly EarlierCredit[],
): ReversalOutcome {
  if (!transaction.reversal && transaction.returnReason === undefined) {
    return { kind: 'unmatched', reason: 'outgoing' }
  }
  const { bankReference, endToEndId } = transaction
  const byReference = credits.filter(
    (credit) => bankReference !== undefined && credit.bankReference === bankReference,
  )
  if (byReference.length > 0) return choose(transaction, byReference, 'bank-reference')
  const byEndToEndId = credits.filter(
    (credit) => endToEndId !== undefined && credit.endToEndId === endToEndId,
  )
  if (byEndToEndId.length > 0) return choose(transaction, byEndToEndId, 'end-to-end-id')
  return { kind: 'unmatched', reason: 'reversal-of-unknown' }
}

function choose(
  { amount }: IncomingTransaction,
  credits: readonly EarlierCredit[],
  by: 'bank-reference' | 'end-to-end-id',
): ReversalOutcome {
  const fitting = credits.filter(
    ({ isTakenBack, minor, currency }) =>
      !isTakenBack && minor === amount.minor && currency === amount.currency,
  )
  const [only] = fitting
  if (only === undefined) return { kind: 'unmatched', reason: 'reversal-differs' }
  if (fitting.length > 1) return { kind: 'unmatched', reason: 'ambiguous' }
  return { kind: 'reversal', of: { transactionId: only.transactionId }, by }
}
