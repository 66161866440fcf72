// How a claim leaves the house without being paid, and comes back: written off, handed over to an
// agency, recalled from it. Only what is owed can be; the rest of a claim stays as it is.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'
import type { ClaimState } from './claim.ts'

/** Why a creditor gives a claim up. */
export const WRITE_OFF_REASONS = [
  'uneconomic',
  'uncollectable',
  'deceased',
  'insolvency',
  'statute-barred',
  'goodwill',
  'other',
] as const

export type WriteOffReason = (typeof WRITE_OFF_REASONS)[number]

/** Why a claim comes back from an agency. */
export const RECALL_REASONS = [
  'paid',
  'disputed',
  'hardship',
  'handed-over-in-error',
  'agency-returned',
  'other',
] as const

export type RecallReason = (typeof RECALL_REASONS)[number]

/** What ends or brings back a claim, and the state that it leads to. */
export type ClaimEnd = 'write-off' | 'hand-over' | 'recall'

const LEADS_TO = {
  'write-off': 'written-off',
  'hand-over': 'handed-over',
  recall: 'open',
} as const satisfies Readonly<Record<ClaimEnd, ClaimState>>

const FROM: Readonly<Record<ClaimEnd, readonly ClaimState[]>> = {
  'write-off': ['open', 'handed-over'],
  'hand-over': ['open'],
  recall: ['handed-over'],
}

/**
 * The state after an end; undefined when the claim is in it already. Refuses `claim-settled`,
 * `not-handed-over` (a recall of what is not with an agency) and `claim-not-open`.
 */
export function decideEnd(
  state: ClaimState,
  end: ClaimEnd,
): Result<ClaimState | undefined, Refusal> {
  const next = LEADS_TO[end]
  if (state === next) return ok(undefined)
  if (FROM[end].includes(state)) return ok(next)
  if (state === 'settled') return err(refusal('claim-settled', 'nothing is owed any more'))
  return end === 'recall'
    ? err(refusal('not-handed-over', `the claim is ${state}, not with an agency`))
    : err(refusal('claim-not-open', `the claim is ${state}`))
}
