// The creditor takes a claim back from the agency. No journey goes on by itself: the claim rests under a
// hold, and a task asks a person what becomes of it.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { RecallReason } from '../domain/claim/end-claim.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { latestEvents } from '../storage/events.ts'
import { endTasksOfKind, insertTasks, type NewTask } from '../storage/tasks.ts'
import { type EndDeps, endClaim } from './end-claim.ts'
import { newTask } from './new-task.ts'

export interface RecallClaim {
  creditorId: string
  claimId: string
  reason: RecallReason
  /** The member of staff who recalls it. */
  by: string
}

/**
 * Brings a claim back to `open`; the same recall again has no effect. Refuses `text-invalid`,
 * `not-found`, `not-handed-over` and `claim-settled`.
 */
export async function recallClaim(
  deps: EndDeps,
  command: RecallClaim,
): Promise<Result<void, Refusal>> {
  const { creditorId, claimId, reason, by } = command
  const refused = textRefusal(by, 70, '/by')
  if (refused !== undefined) return err(refused)
  const claim = await findClaim(deps.db, command)
  if (claim?.state === 'open') {
    const [last] = await latestEvents(deps.db, {
      creditorId,
      claimId,
      limit: 1,
      type: 'payment-request.recalled',
    })
    return last?.data['by'] === by && last.data['reason'] === reason
      ? ok(undefined)
      : err(refusal('not-handed-over', 'the claim is open, not with an agency'))
  }
  return await endClaim(deps, {
    creditorId,
    claimId,
    end: 'recall',
    facts: { by, reason },
    along: async (tx) => {
      if (claim === undefined) return
      await endTasksOfKind(tx, claim, { kind: 'tell-agency', at: deps.clock.now(), by: 'recall' })
      await insertTasks(tx, [taskOf(deps, claim)])
    },
  })
}

const DECIDE_SECONDS = 5 * 86_400

/** Each recall asks anew. */
function taskOf(deps: EndDeps, claim: Claim): NewTask {
  const now = deps.clock.now()
  const origin = `recall:${deps.ids.newId('tk')}`
  const dueAt = now + DECIDE_SECONDS
  return newTask(deps, claim, { kind: 'decide-on-recalled', origin, dueAt, now })
}
