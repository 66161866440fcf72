// Decides to which claims a transaction on the account belongs: references first, then evidence in
// points. Between two claims it never guesses.
import type { EvidenceCode } from './evidence-weights.ts'
import { matchByEvidence } from './match-by-evidence.ts'
import { matchByReference } from './match-by-reference.ts'
import { matchKeys } from './match-keys.ts'
import { matchReversal } from './match-reversal.ts'
import type {
  CandidateClaim,
  IncomingTransaction,
  MatchDecision,
  MatchSources,
  UnmatchedReason,
} from './match-types.ts'
import { scoreCandidates, shownCandidates } from './score-candidates.ts'

/**
 * Decides about one transaction: `matched` with the share of each claim, `reversal` of an earlier
 * booking, or `unmatched` with a reason and ranked candidates for a person.
 *
 * State and outstanding amount do not matter for a claim that a reference names: a payment of a
 * settled or cancelled claim is matched, and its allocation is an over-payment.
 */
export function matchTransaction(
  transaction: IncomingTransaction,
  { claims, isCut = false, credits = [] }: MatchSources,
): MatchDecision {
  const unmatched = (reason: UnmatchedReason, among = claims): MatchDecision => {
    const candidates = shownCandidates(scoreCandidates(transaction, among))
    return { kind: 'unmatched', reason, candidates }
  }
  if (transaction.amount.minor === 0n) return unmatched('zero-amount')
  if (transaction.direction === 'debit') return matchReversal(transaction, credits)
  // A reversed debit or a returned transfer is the creditor's own money coming back, even when
  // it still carries the reference of a claim, for instance that of a refund.
  if (transaction.reversal || transaction.returnReason !== undefined) {
    return unmatched('outgoing-returned')
  }
  const named = matchByReference(transaction, matchKeys(transaction), claims)
  if (named.kind === 'undecided') return unmatched(named.reason, named.named)
  if (named.kind === 'matched') {
    const { shares, by } = named
    return { kind: 'matched', shares, by, reasons: reasonsOf(transaction, claims, shares) }
  }
  const scored = scoreCandidates(transaction, claims)
  const decided = isCut ? undefined : matchByEvidence(transaction, scored)
  if (decided !== undefined) return { kind: 'matched', ...decided }
  return { kind: 'unmatched', reason: 'no-reference', candidates: shownCandidates(scored) }
}

/** What speaks for the first of the claims that were chosen. */
function reasonsOf(
  transaction: IncomingTransaction,
  claims: readonly CandidateClaim[],
  shares: readonly { readonly claimId: string }[],
): readonly EvidenceCode[] {
  const chosen = claims.filter(({ claimId }) => claimId === shares[0]?.claimId)
  return scoreCandidates(transaction, chosen)[0]?.reasons ?? []
}
