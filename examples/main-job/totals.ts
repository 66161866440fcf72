// The numbers of a run, counted from the outcomes.
import type { ClaimOutcome } from './outcomes.ts'

/** What `--json` writes. */
export interface Totals {
  readonly claims: number
  readonly settled: number
  readonly open: number
  readonly agreements: number
  readonly instalmentPlans: number
  readonly autoPaid: number
  readonly humanMessages: { readonly email: number }
  readonly receipts: number
  readonly refusedLines: number
  /** Automatic decisions that the server explains, and those that it cannot. */
  readonly decisions: { readonly explained: number; readonly unexplained: number }
  readonly evidence: { readonly verified: number; readonly failed: number }
}

/** Counts a run. */
export function totalsOf(
  outcomes: readonly ClaimOutcome[],
  { emails, refusedLines }: { readonly emails: number; readonly refusedLines: number },
): Totals {
  const count = (isCounted: (outcome: ClaimOutcome) => boolean) => outcomes.filter(isCounted).length
  const sum = (numberOf: (outcome: ClaimOutcome) => number) =>
    outcomes.reduce((total, outcome) => total + numberOf(outcome), 0)
  return {
    claims: outcomes.length,
    settled: count(({ request }) => request.claim === 'settled'),
    open: count(({ request }) => request.claim === 'open'),
    agreements: count(({ request }) => request.agreement !== null),
    instalmentPlans: count(({ request }) => (request.agreement?.instalments ?? 1) > 1),
    autoPaid: count(({ payer, request }) => payer === 'bank' && request.claim === 'settled'),
    humanMessages: { email: emails },
    receipts: sum(({ receipts }) => receipts),
    refusedLines,
    decisions: {
      explained: sum(({ explained }) => explained.decisions),
      unexplained: sum(({ explained }) => explained.unexplained.length),
    },
    evidence: {
      verified: count(({ faults }) => faults.length === 0),
      failed: count(({ faults }) => faults.length > 0),
    },
  }
}
