// Decides to which claim a transaction on the account belongs. Only references decide; amount, name
// and account are hints for a person. Between two claims it never guesses.
import { comparableReference } from '../references/reference-schemes.ts'
import { rankCandidates } from './candidate-evidence.ts'
import { type MatchKeys, matchKeys } from './match-keys.ts'
import { matchReversal } from './match-reversal.ts'
import type {
  CandidateClaim,
  IncomingTransaction,
  MatchDecision,
  MatchEvidence,
  UnmatchedReason,
} from './match-types.ts'

/** The ways to identify a claim, in the order in which they are tried. */
const WAYS: readonly {
  readonly by: MatchEvidence
  readonly keys: (keys: MatchKeys) => readonly string[]
  readonly fits: (claim: CandidateClaim, key: string) => boolean
}[] = [
  {
    by: 'structured-reference',
    keys: (keys) => keys.structuredReferences,
    fits: (claim, key) => comparableReference(claim.reference) === key,
  },
  {
    by: 'end-to-end-id',
    keys: (keys) => keys.endToEndIds,
    fits: (claim, key) => claim.lines.some((line) => line.endToEndId === key),
  },
  {
    by: 'reference-in-text',
    keys: (keys) => keys.referencesInText,
    fits: (claim, key) => comparableReference(claim.reference) === key,
  },
]

/**
 * Decides about one transaction: `matched`, `reversal` of a booked payment, or `unmatched` with a
 * reason and ranked candidates for a person.
 *
 * The first way that identifies a claim decides; if it identifies several, the payment is
 * `ambiguous`. State and outstanding amount do not matter: a payment of a settled or cancelled
 * claim is matched, and its allocation is an over-payment.
 */
export function matchTransaction(
  transaction: IncomingTransaction,
  candidates: readonly CandidateClaim[],
): MatchDecision {
  const keys = matchKeys(transaction)
  const unmatched = (reason: UnmatchedReason, claims = candidates): MatchDecision => ({
    kind: 'unmatched',
    reason,
    candidates: rankCandidates(transaction, keys, claims),
  })
  if (transaction.amount.minor === 0n) return unmatched('zero-amount')
  if (transaction.direction === 'debit') {
    const outcome = matchReversal(transaction, candidates)
    return outcome.kind === 'reversal' ? outcome : unmatched(outcome.reason)
  }
  // A reversed debit or a returned transfer is the creditor's own money coming back, even when
  // it still carries the reference of a claim, for instance that of a refund.
  if (transaction.reversal || transaction.returnReason !== undefined) {
    return unmatched('outgoing-returned')
  }
  for (const way of WAYS) {
    const wayKeys = way.keys(keys)
    const claims = candidates.filter((claim) => wayKeys.some((key) => way.fits(claim, key)))
    const [claim] = claims
    if (claim === undefined) continue
    if (claims.length > 1) return unmatched('ambiguous', claims)
    if (claim.currency !== transaction.amount.currency)
      return unmatched('currency-mismatch', claims)
    const evidence = wayKeys.find((key) => way.fits(claim, key)) ?? ''
    return { kind: 'matched', claimId: claim.claimId, by: way.by, evidence }
  }
  return unmatched('no-reference')
}
