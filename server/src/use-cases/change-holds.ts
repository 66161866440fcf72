// Sets and releases holds in the caller's transaction, and keeps claim and journey in step with them.
import type { ClaimHold } from '../domain/claim/holds.ts'
import { putHold, releaseHold } from '../storage/claim-holds.ts'
import { type Claim, type ClaimChange, changeClaim } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { rescheduleStep } from '../storage/dunning-cases.ts'
import type { ClaimSituation } from './conversation-exchange.ts'
import { type PlanDeps, planUnderHolds } from './hold-dunning.ts'
import { Outrun } from './retry-when-outrun.ts'

export interface HoldChange {
  put?: ClaimHold
  release?: { reason: ClaimHold['reason']; as: string }
  /** What else of the claim changes. */
  claim?: ClaimChange
}

/** The holds of a claim after a change. */
export function holdsAfter(holds: readonly ClaimHold[], change: HoldChange): ClaimHold[] {
  const gone = change.put?.reason ?? change.release?.reason
  const kept = holds.filter(({ reason }) => reason !== gone)
  return change.put === undefined ? kept : [...kept, change.put]
}

/**
 * Decides what a change of holds does to claim and journey; the function that it returns writes it.
 * That one throws {@link Outrun} when the claim changed since it was read.
 */
export async function prepareHoldChange(
  deps: PlanDeps,
  { claim, holds, now }: ClaimSituation,
  change: HoldChange,
): Promise<{ after: Claim; holds: ClaimHold[]; write: (tx: Tx) => Promise<void> }> {
  const changed = { ...claim, ...change.claim }
  const left = holdsAfter(holds, change)
  const plan = await planUnderHolds(deps, { claim: changed, holds: left, now })
  const { dunning } = plan
  const write = async (tx: Tx) => {
    if (!(await changeClaim(tx, claim, { ...change.claim, dunning }))) {
      throw new Outrun()
    }
    if (change.put !== undefined) await putHold(tx, claim, change.put)
    if (change.release !== undefined) await releaseHold(tx, claim, { ...change.release, at: now })
    if (plan.nextActionAt !== undefined) await rescheduleStep(tx, claim, plan.nextActionAt)
  }
  return { after: { ...changed, dunning }, holds: left, write }
}
