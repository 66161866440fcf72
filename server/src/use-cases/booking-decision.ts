// What the history of a booking keeps of a decision: shares and evidence.
import type { EvidenceCode } from '../domain/matching/evidence-weights.ts'
import type { MatchShare } from '../domain/matching/match-types.ts'
import type { BookingDecision } from '../storage/column-types.ts'

/** Money as text: JSON numbers are not exact. */
export function decisionData(
  shares: readonly MatchShare[],
  evidence: readonly EvidenceCode[] = [],
): BookingDecision {
  return {
    shares: shares.map(({ claimId, minor }) => ({ claimId, minor: minor.toString() })),
    evidence: [...evidence],
  }
}
