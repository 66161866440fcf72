// When an agent's time to answer has passed: the conversation times out once, reminders to the person may
// begin unless the claim is held out, and the agent is told so by a signed status.
import { dunningIn } from '../domain/claim/claim.ts'
import { statusOf } from '../domain/claim/status-of.ts'
import { type Claim, changeClaim } from '../storage/claims.ts'
import { claimsOfSilentAgents, heldOutOfSilentAgents } from '../storage/dunning-sweep.ts'
import { appendEvent } from '../storage/events.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
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
  return await timeOutEach(deps, await claimsOfSilentAgents(deps.db, { now, limit }), now)
}

/**
 * The same for claims in the hold-out, which have no case: the agent is told that its time is over, and
 * nobody else is addressed.
 */
export async function timeOutHeldOut(
  deps: TimeOutDeps & Pick<Deps, 'outboxChanged'>,
  { limit }: { limit: number },
): Promise<number> {
  const now = deps.clock.now()
  const claims = await heldOutOfSilentAgents(deps.db, { now, limit })
  const timedOut = await timeOutEach(deps, claims, now)
  if (timedOut > 0) deps.outboxChanged()
  return timedOut
}

async function timeOutEach(
  deps: TimeOutDeps,
  claims: readonly Claim[],
  now: number,
): Promise<number> {
  let timedOut = 0
  for (const claim of claims) {
    if (await timeOut(deps, claim, now)) timedOut += 1
  }
  return timedOut
}

async function timeOut(deps: TimeOutDeps, claim: Claim, now: number): Promise<boolean> {
  const thread = await conversationOf(deps, claim)
  const message = await prepareMessage(deps, {
    thread,
    kind: 'status',
    body: statusOf({ claim: { ...claim, conversation: 'timed-out' }, holds: [], now }),
    now,
  })
  try {
    await deps.db.transaction().execute(async (tx) => {
      const dunning = dunningIn(claim, 'active')
      const change = { conversation: 'timed-out', dunning } as const
      if (!(await changeClaim(tx, claim, change))) throw new Outrun()
      await appendToConversation(tx, thread, message, now)
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
