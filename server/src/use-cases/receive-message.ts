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
  type VerifiedMessage,
  verifyMessage,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { findEnrolment } from '../storage/enrolments.ts'
import { findMessage, findThread, type Thread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { receiveAnswer } from './receive-answer.ts'
import { receivePayment } from './receive-payment.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'

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
  const verified = await verifyMessage(jws, {
    typ: typOf(kind),
    keys: { keys: [{ ...enrolment.publicJwk, kid: enrolment.kid }] },
    now: deps.clock.now(),
    audience: deps.publicUrl,
    issuer: thread.peerIss,
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  if (!verified.ok) return err(withDetail(verified.error))
  const placed = await placeInThread(deps, thread, verified.value)
  if (!placed.ok) return placed
  if (placed.value !== undefined) return ok(placed.value)
  if (enrolment.endedAt !== null) return err(refusal('peer-not-party', 'this enrolment has ended'))
  return await receiveAnswer(deps, { thread, kind, message: verified.value })
}

/** What is not verified yet may be any text; the store is asked for ids only. */
function isThreadId(thr: unknown): thr is string {
  return typeof thr === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(thr)
}

/**
 * The reply of before for a message seen before; undefined for one whose turn it is. Refuses `jti`
 * for another message under a known jti, `sub`, `sequence` and `sequence-stale`.
 */
export async function placeInThread(
  deps: Pick<Deps, 'db'>,
  thread: Pick<Thread, 'thr' | 'sub' | 'lastSeq' | 'lastHash'>,
  message: VerifiedMessage,
): Promise<Result<StoredReply | undefined, Refusal>> {
  const { iss, jti, sub, seq, prev } = message.payload
  const seen = await findMessage(deps.db, { iss, jti })
  if (seen !== undefined) {
    if (seen.hash === message.hash && seen.reply !== null) return ok(seen.reply)
    return err(refusal('jti', 'another message had this jti'))
  }
  if (sub !== thread.sub) return err(refusal('sub', 'this is not the sub of the thread'))
  if (seq > thread.lastSeq + 1) {
    return err(refusal('sequence', `the next seq is ${thread.lastSeq + 1}`))
  }
  if (seq <= thread.lastSeq || prev !== thread.lastHash) {
    return err(refusal('sequence-stale', `the thread stands at seq ${thread.lastSeq}: pull first`))
  }
  return ok(undefined)
}

/** Gives a refusal of the signature layer a sentence where it has none. */
export function withDetail(error: { code: Refusal['code']; detail?: string }): Refusal {
  return refusal(error.code, error.detail ?? `the message was refused: ${error.code}`)
}
