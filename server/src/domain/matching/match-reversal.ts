// Money that goes back. A debit undoes a booked payment only when the bank says that it is a
// reversal or a return, and names which: the creditor's own refund must never reopen a claim.
import { EVIDENCE_WEIGHTS } from './evidence-weights.ts'
import type { EarlierCredit, IncomingTransaction, MatchDecision } from './match-types.ts'

type ReversalOutcome = Extract<MatchDecision, { kind: 'reversal' | 'unmatched' }>

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
    return { kind: 'unmatched', reason: 'outgoing', candidates: [] }
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
  return { kind: 'unmatched', reason: 'reversal-of-unknown', candidates: [] }
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
  const candidates = candidatesOf(credits, by)
  if (only === undefined) return { kind: 'unmatched', reason: 'reversal-differs', candidates }
  if (fitting.length > 1) return { kind: 'unmatched', reason: 'ambiguous', candidates }
  return { kind: 'reversal', of: { transactionId: only.transactionId }, by }
}

/** The claims that the named money has paid: where a person looks first. */
function candidatesOf(credits: readonly EarlierCredit[], by: 'bank-reference' | 'end-to-end-id') {
  const reason = `same-${by}` as const
  const claimIds = [...new Set(credits.flatMap((credit) => credit.claimIds))]
  return claimIds.map((claimId) => {
    return { claimId, score: EVIDENCE_WEIGHTS[reason], reasons: [reason] }
  })
}
