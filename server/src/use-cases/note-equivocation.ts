// A sender that signs two different messages for one place of a thread proves that it equivocates:
// the second is kept as proof and reported, and has no other effect. Spec: THR-05.
import type { VerifiedMessage } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { insertEquivocation } from '../storage/equivocations.ts'
import { appendEvent } from '../storage/events.ts'
import { messageAt, type Thread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'

export type EquivocationDeps = Pick<Deps, 'db' | 'clock' | 'outboxChanged'>

/** A thread; that of an enrolment is about no claim, so that no timeline shows what happens in it. */
export type KnownThread = Pick<Thread, 'creditorId' | 'thr'> & { claimId: string | null }

/**
 * Keeps the message when its sender has taken the place with another one, and returns the refusal
 * `equivocation`; undefined when the place is free or somebody else's. The same message once more is
 * refused again and written once.
 */
export async function noteEquivocation(
  deps: EquivocationDeps,
  thread: KnownThread,
  message: VerifiedMessage,
): Promise<Refusal | undefined> {
  const { seq, iss } = message.payload
  const taken = await messageAt(deps.db, { ...thread, seq })
  if (taken === undefined || taken.iss !== iss || taken.hash === message.hash) return undefined
  const at = deps.clock.now()
  const { creditorId, claimId, thr } = thread
  const isNew = await deps.db.transaction().execute(async (tx) => {
    if (!(await insertEquivocation(tx, creditorId, message, at))) return false
    if (claimId === null) return false
    const data = { thr, seq, iss, hash: message.hash }
    await appendEvent(tx, { creditorId, claimId, type: 'peer.equivocated', at, data })
    return true
  })
  if (isNew) deps.outboxChanged()
  return refusal('equivocation', `another message of yours stands at seq ${seq}`)
}
