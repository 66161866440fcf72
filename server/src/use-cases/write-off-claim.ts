// The creditor gives a claim up: nobody is asked for it any more. Money that comes all the same is
// still booked on it.
import { err, type Result } from '@parley/sdk/protocol'
import type { WriteOffReason } from '../domain/claim/end-claim.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Along } from './deps.ts'
import { type EndDeps, endClaim } from './end-claim.ts'

export interface WriteOffClaim extends Along {
  creditorId: string
  claimId: string
  reason: WriteOffReason
  /** The member of staff who decided it. */
  by: string
}

/**
 * Writes a claim off; one that is written off stays so. The agent is told by a signed status. Refuses
 * `text-invalid`, `not-found`, `claim-settled` and `claim-not-open`.
 */
export async function writeOffClaim(
  deps: EndDeps,
  command: WriteOffClaim,
): Promise<Result<void, Refusal>> {
  const { creditorId, claimId, reason, by, along } = command
  const refused = textRefusal(by, 70, '/by')
  if (refused !== undefined) return err(refused)
  const facts = { by, reason }
  return await endClaim(deps, { creditorId, claimId, end: 'write-off', facts, along })
}
