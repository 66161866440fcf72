// Pushes what waits for an agent to its inbox, oldest first: the agent takes the messages of a
// thread only in the order of seq. What cannot be pushed waits for the agent to pull it.
import { judgePush } from '../domain/delivery/judge-reply.ts'
import {
  countPush,
  type DeliveryKey,
  type EnrolmentKey,
  findPushTarget,
  markPushed,
  type WaitingMessage,
  waitingMessages,
} from '../storage/agent-deliveries.ts'
import { findEnrolment } from '../storage/enrolments.ts'
import type { Deps } from './deps.ts'
import type { HttpCaller } from './outbound-ports.ts'
import { recordDelivery } from './record-delivery.ts'
import type { SharedRuns } from './shared-runs.ts'
import { signedPost } from './signed-post.ts'
import { appendNoted, verifyNoted } from './take-noted.ts'
import { again, DONE, type WorkOutcome } from './work-outcome.ts'

export type PushDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'outboxChanged'
> & {
  http: HttpCaller
  /** Keeps two jobs of one enrolment from sending the same messages beside each other. */
  pushes: SharedRuns<WorkOutcome>
}

const PAGE = 20

/**
 * Sends everything that waits for the enrolment of this delivery. `again` when the inbox could not
 * take the oldest message now; a message that the inbox turns away for good is marked `failed`, and
 * the next one is tried. Does nothing when the delivery arrived, or its agent has no proven inbox.
 */
export async function pushToAgent(deps: PushDeps, command: DeliveryKey): Promise<WorkOutcome> {
  const target = await findPushTarget(deps.db, command)
  return target === undefined ? DONE : await pushWaiting(deps, target)
}

/** Sends everything that waits for an enrolment to its proven inbox; one run at a time. */
export async function pushWaiting(
  deps: PushDeps,
  target: EnrolmentKey & { inbox: string },
): Promise<WorkOutcome> {
  const lane = `${target.creditorId} ${target.enrolmentId}`
  return await deps.pushes.run(lane, () => pushAll(deps, target))
}

async function pushAll(
  deps: PushDeps,
  target: EnrolmentKey & { inbox: string },
): Promise<WorkOutcome> {
  for (;;) {
    const messages = await waitingMessages(deps.db, target, PAGE)
    for (const message of messages) {
      const outcome = await pushOne(deps, target.inbox, message)
      if (outcome.kind !== 'done') return outcome
    }
    if (messages.length < PAGE) return DONE
  }
}

async function pushOne(
  deps: PushDeps,
  inbox: string,
  message: WaitingMessage,
): Promise<WorkOutcome> {
  const reply = await deps.http.request(await signedPost(deps, { url: inbox, body: message.jws }))
  // A reply that was too large to read has a status all the same: the inbox has answered.
  const status = reply.ok ? reply.value.status : reply.error.status
  const verdict = status === undefined ? 'try-again' : judgePush(status)
  if (verdict === 'delivered') {
    await deliver(deps, message)
    if (reply.ok) await takeResponse(deps, message, reply.value.body)
  }
  if (verdict !== 'delivered') {
    await countPush(deps.db, message, { refused: verdict === 'refused' })
  }
  if (verdict !== 'try-again') return DONE
  return again(reply.ok ? `the inbox answered ${status}` : `the inbox: ${reply.error.code}`)
}

async function deliver(deps: PushDeps, message: WaitingMessage): Promise<void> {
  const at = deps.clock.now()
  await deps.db.transaction().execute(async (tx) => {
    const isNew = await markPushed(tx, message, at)
    if (isNew) await recordDelivery(tx, message, { by: 'push', at })
  })
  deps.outboxChanged()
}

/** What is said about an enrolment is noted in the response; without that it counts all the same. */
async function takeResponse(
  deps: PushDeps,
  { claimId, creditorId, enrolmentId, hash }: WaitingMessage,
  body: Buffer,
): Promise<void> {
  if (claimId !== null || body.length === 0) return
  const enrolment = await findEnrolment(deps.db, { creditorId, enrolmentId })
  if (enrolment === undefined) return
  const noted = await verifyNoted(deps, enrolment, { ref: hash, jws: body.toString('latin1') })
  if (!noted.ok) return
  const at = deps.clock.now()
  await deps.db.transaction().execute((tx) => appendNoted(tx, enrolment, noted.value, at))
}
