// A signed message from an agent or a bank. The steps in order: who may speak here, is it theirs,
// is it a repetition, is it their turn, what does it say, what follows.
import {
  err,
  type HopRequest,
  kindOf,
  type MessageKind,
  ok,
  peekClaims,
  type Result,
  typOf,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { agentKeys, findEnrolment } from '../storage/enrolments.ts'
import { findThread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { receiveAnswer } from './receive-answer.ts'
import {
  enrolmentEnded,
  isAboutEnrolment,
  receiveEnrolmentMessage,
} from './receive-enrolment-message.ts'
import { receivePayment } from './receive-payment.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import { placeInThread, unlessTaken, verifyIncoming, withDetail } from './verify-incoming.ts'

export type ReceiveDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'peerKeys' | 'outboxChanged'
>

const FROM_AGENTS: readonly MessageKind[] = ['accept', 'counter', 'decline']

/** An answer older than this is not a live one. */
export const MAX_AGE_SECONDS = 86_400

/**
 * Takes one message and returns the reply, the same one for the same message. `hop` is the request
 * that brought it: its signature is asked of banks (HOP-07).
 */
export async function receiveMessage(
  deps: ReceiveDeps,
  jws: string,
  hop?: HopRequest,
): Promise<Result<StoredReply, Refusal>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return err(withDetail(peeked.error))
  const kind = kindOf(peeked.value.header.typ)
  if (kind === 'payment') return await receivePayment(deps, jws, hop)
  const { thr } = peeked.value.payload
  if (kind !== undefined && isAboutEnrolment(kind)) {
    if (!isThreadId(thr)) return err(refusal('not-found', 'there is no such thread'))
    return await retryWhenOutrun(() => receiveEnrolmentMessage(deps, { jws, kind, thr }))
  }
  if (kind === undefined || !FROM_AGENTS.includes(kind)) {
    return err(refusal('typ', 'this endpoint does not take this kind of message'))
  }
  return await retryWhenOutrun(() => fromAgent(deps, { jws, kind, thr }))
}

async function fromAgent(
  deps: ReceiveDeps,
  incoming: { jws: string; kind: MessageKind; thr: unknown },
): Promise<Result<StoredReply, Refusal>> {
  const { jws, kind, thr } = incoming
  const thread = isThreadId(thr) ? await findThread(deps.db, thr) : undefined
  const enrolment =
    thread?.peerRole === 'agent' && thread.enrolmentId !== null
      ? await findEnrolment(deps.db, { ...thread, enrolmentId: thread.enrolmentId })
      : undefined
  if (thread === undefined || enrolment === undefined) {
    return err(refusal('not-found', 'there is no such thread'))
  }
  const verified = await verifyIncoming(jws, {
    typ: typOf(kind),
    keys: agentKeys(enrolment),
    now: deps.clock.now(),
    audience: deps.publicUrl,
    issuer: thread.peerIss,
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  if (!verified.ok) return verified
  const placed = await placeInThread(deps, thread, verified.value)
  if (placed.ok && placed.value !== undefined) return ok(placed.value)
  if (enrolment.endedAt !== null) return err(enrolmentEnded())
  if (!placed.ok) return placed
  const { message } = verified.value
  return await unlessTaken(deps, message, await receiveAnswer(deps, { thread, kind, message }))
}

/** What is not verified yet may be any text; the store is asked for ids only. */
function isThreadId(thr: unknown): thr is string {
  return typeof thr === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(thr)
}
