// Asks an inbox whether it is the agent's, before any data of the debtor goes there: the challenge
// is answered with `noted`, signed by the agent, in the HTTP response. Then what waits is pushed.
// Spec: ENR-04.
import { typOf, type VerifiedMessage } from '@parley/sdk/protocol'
import { markArrived } from '../storage/agent-deliveries.ts'
import { type Enrolment, findEnrolment, markInboxProven } from '../storage/enrolments.ts'
import { messagesOfThread, type PreparedMessage } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { type PushDeps, pushWaiting } from './push-to-agent.ts'
import { Outrun } from './retry-when-outrun.ts'
import { signedPost } from './signed-post.ts'
import { appendNoted, verifyNoted } from './take-noted.ts'
import { again, DONE, never, type WorkOutcome } from './work-outcome.ts'

type ProveDeps = PushDeps & Pick<Deps, 'publicUrl'>

/**
 * Proves the inbox of an enrolment and pushes what waited for that. `again` while the inbox is
 * silent, redirects, or answers with anything but the agent's `noted` over the challenge.
 */
export async function proveInbox(
  deps: ProveDeps,
  key: { creditorId: string; enrolmentId: string },
): Promise<WorkOutcome> {
  const enrolment = await findEnrolment(deps.db, key)
  if (enrolment === undefined || enrolment.endedAt !== null) return DONE
  const { inbox } = enrolment
  if (inbox === null) return DONE
  if (enrolment.inboxProvenAt === null) {
    const outcome = await challenge(deps, enrolment, inbox)
    if (outcome.kind !== 'done') return outcome
  }
  return await pushWaiting(deps, { ...key, inbox })
}

async function challenge(
  deps: ProveDeps,
  enrolment: Enrolment,
  inbox: string,
): Promise<WorkOutcome> {
  const messages = await messagesOfThread(deps.db, enrolment)
  const ours = messages.find(({ typ }) => typ === typOf('challenge'))
  if (ours === undefined) throw new Error(`enrolment ${enrolment.enrolmentId} has no challenge`)
  if (ours.jws === null) return DONE
  const reply = await deps.http.request(await signedPost(deps, { url: inbox, body: ours.jws }))
  if (!reply.ok) {
    const { code } = reply.error
    return code === 'address-blocked' ? never(code) : again(`the inbox: ${code}`)
  }
  if (reply.value.status !== 200) return again(`the inbox answered ${reply.value.status}`)
  const noted = await verifyNoted(deps, enrolment, {
    ref: ours.hash,
    jws: reply.value.body.toString('latin1'),
  })
  if (!noted.ok) return again(`the inbox answered no proof: ${noted.error}`)
  return await store(deps, enrolment, { ours, noted: noted.value })
}

async function store(
  deps: ProveDeps,
  enrolment: Enrolment,
  { ours, noted }: { ours: Pick<PreparedMessage, 'thr' | 'seq'>; noted: VerifiedMessage },
): Promise<WorkOutcome> {
  const at = deps.clock.now()
  try {
    await deps.db.transaction().execute(async (tx) => {
      if (!(await appendNoted(tx, enrolment, noted, at))) throw new Outrun()
      await markInboxProven(tx, enrolment, at)
      await markArrived(tx, { creditorId: enrolment.creditorId, thr: ours.thr, seq: ours.seq }, at)
    })
    return DONE
  } catch (error) {
    if (error instanceof Outrun) return again('the thread moved on meanwhile')
    throw error
  }
}
