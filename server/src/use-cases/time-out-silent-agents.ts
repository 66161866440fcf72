// When an agent's time to answer has passed: the conversation times out once, reminders to the
// person may begin, and the agent is told so by a signed status.
import { statusOf } from '../domain/claim/status-of.ts'
import { type Claim, changeClaim } from '../storage/claims.ts'
import { claimsOfSilentAgents } from '../storage/dunning-sweep.ts'
import { appendEvent } from '../storage/events.ts'
import { appendMessages, findThread, queueDelivery } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'

type TimeOutDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl'>

/**
 * Times out the conversations of due cases whose agent did not answer by `respondBy`; each in a
 * short transaction of its own. One that somebody else is changing is left to the next sweep.
 */
export async function timeOutSilentAgents(
  deps: TimeOutDeps,
  { limit }: { limit: number },
): Promise<number> {
  const now = deps.clock.now()
  const claims = await claimsOfSilentAgents(deps.db, { now, limit })
  let timedOut = 0
  for (const claim of claims) {
    if (await timeOut(deps, claim, now)) timedOut += 1
  }
  return timedOut
}

async function timeOut(deps: TimeOutDeps, claim: Claim, now: number): Promise<boolean> {
  const thread = await findThread(deps.db, claim.thr)
  if (thread === undefined) throw new Error(`claim ${claim.claimId} has no thread`)
  const message = await prepareMessage(deps, {
    thread,
    kind: 'status',
    body: statusOf({ claim: { ...claim, conversation: 'timed-out' }, holds: [], now }),
    now,
  })
  try {
    await deps.db.transaction().execute(async (tx) => {
      const change = { conversation: 'timed-out', dunning: 'active' } as const
      if (!(await changeClaim(tx, claim, change))) throw new Outrun()
      if (!(await appendMessages(tx, thread, [message], now))) throw new Outrun()
      const { enrolmentId } = thread
      if (enrolmentId !== null)
        await queueDelivery(tx, { ...thread, enrolmentId, seq: message.seq })
      await appendEvent(tx, {
        creditorId: claim.creditorId,
        claimId: claim.claimId,
        type: 'negotiation.timed-out',
        at: now,
        data: { respondBy: claim.respondBy },
      })
    })
    return true
  } catch (error) {
    if (error instanceof Outrun) return false
    throw error
  }
}
