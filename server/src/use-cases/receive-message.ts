// A signed message from an agent or a bank. The steps in order: who may speak here, is it theirs,
// is it a repetition, is it their turn, what does it say, what follows.
import {
  err,
  kindOf,
  type MessageKind,
  ok,
  peekClaims,
  type Result,
  typOf,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { findEnrolment } from '../storage/enrolments.ts'
import { findThread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { receiveAnswer } from './receive-answer.ts'
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

/** Takes one message and returns the reply, the same one for the same message. */
export async function receiveMessage(
  deps: ReceiveDeps,
  jws: string,
): Promise<Result<StoredReply, Refusal>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return err(withDetail(peeked.error))
  const kind = kindOf(peeked.value.header.typ)
  if (kind === 'payment') return await retryWhenOutrun(() => receivePayment(deps, jws))
  if (kind === undefined || !FROM_AGENTS.includes(kind)) {
    return err(refusal('typ', 'this endpoint takes accept, counter, decline and payment'))
  }
  const { thr } = peeked.value.payload
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
    keys: { keys: [{ ...enrolment.publicJwk, kid: enrolment.kid }] },
    now: deps.clock.now(),
    audience: deps.publicUrl,
    issuer: thread.peerIss,
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  if (!verified.ok) return verified
  const placed = await placeInThread(deps, thread, verified.value)
  if (!placed.ok) return placed
  if (placed.value !== undefined) return ok(placed.value)
  if (enrolment.endedAt !== null) return err(refusal('peer-not-party', 'this enrolment has ended'))
  const { message } = verified.value
  return await unlessTaken(deps, message, await receiveAnswer(deps, { thread, kind, message }))
}

/** What is not verified yet may be any text; the store is asked for ids only. */
function isThreadId(thr: unknown): thr is string {
  return typeof thr === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(thr)
}
