// What waits for the money of a claim ends once nothing is owed on it any more, whether it was paid or
// taken back.
import { lookAtPlan } from '../storage/agreements.ts'
import { releaseHold } from '../storage/claim-holds.ts'
import type { Tx } from '../storage/database.ts'
import { endDunning } from '../storage/dunning-cases.ts'
import { endTasksOfKind } from '../storage/tasks.ts'

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** What a person told has come true, or does not matter any more. */
const ENDED_HOLDS = ['already-paid', 'promise', 'collection-failed'] as const

/** Ends the reminders of a claim, and the holds that waited for its money. */
export async function endReminders(
  tx: Tx,
  claim: ClaimKey,
  { at, as }: { at: number; as: string },
): Promise<void> {
  await endDunning(tx, claim)
  for (const reason of ENDED_HOLDS) await releaseHold(tx, claim, { reason, at, as })
}

/** The same with the task to look for the money, and a look at the plan of the claim. */
export async function endWhatWaited(
  tx: Tx,
  claim: ClaimKey,
  { at, by }: { at: number; by: string },
): Promise<void> {
  await endReminders(tx, claim, { at, as: by })
  await endTasksOfKind(tx, claim, { kind: 'look-for-payment', at, by })
  await lookAtPlan(tx, claim, at)
}
