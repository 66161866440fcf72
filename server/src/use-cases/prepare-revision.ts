// The next request of a conversation, over what is owed now: signed outside of the transaction,
// written inside. Former menus bind nobody from then on. Spec: REV-01.
import type { Claim, ClaimChange } from '../storage/claims.ts'
import { planLinesOf, replacePlanLines } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { findEnrolment } from '../storage/enrolments.ts'
import { clearCounters, type PreparedMessage, type Thread } from '../storage/threads.ts'
import { appendToConversation } from './append-to-conversation.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { requestOfClaim } from './request-of-claim.ts'

export type RevisionDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl'>

export interface Revision {
  /** What of the claim changes with it; the caller writes it with the version that it saw. */
  change: ClaimChange
  message: PreparedMessage
  /** Puts request and plan line into the caller's transaction. */
  write(tx: Tx): Promise<void>
}

/**
 * Prepares the revision of a claim whose amounts and days are already those that are to hold. An
 * agent has its whole time to answer again.
 */
export async function prepareRevision(
  deps: RevisionDeps,
  revised: { claim: Claim; thread: Thread; now: number; after?: PreparedMessage },
): Promise<Revision> {
  const { claim, thread, now, after } = revised
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const isAddressed = thread.enrolmentId !== null
  const respondBy = isAddressed ? now + creditor.responseTimeHours * 3_600 : claim.respondBy
  const revision = claim.revision + 1
  const body = await requestOfClaim(deps, {
    claim: { ...claim, revision },
    creditor,
    now,
    respondBy,
    enrolment: await findEnrolment(deps.db, { ...thread, enrolmentId: thread.enrolmentId ?? '' }),
  })
  const message = await prepareMessage(deps, {
    thread,
    kind: 'request',
    body,
    now,
    ...(after === undefined ? {} : { after }),
  })
  const [line] = await planLinesOf(deps.db, claim)
  return {
    change: { revision, respondBy, ...(isAddressed ? { conversation: 'sent' } : {}) },
    message,
    write: async (tx) => {
      if (line !== undefined) {
        const { principal, price, dueDate, paid, credit: credited } = claim
        // What a plan that is over has cost is still owed.
        const amount = principal + price
        await replacePlanLines(tx, claim, [{ ...line, amount, dueDate, paid, credited }])
      }
      await clearCounters(tx, thread)
      await appendToConversation(tx, thread, message, now)
    },
  }
}
