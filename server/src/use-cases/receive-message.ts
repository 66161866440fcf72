// A signed message from an agent or a bank. The steps in order: who may speak here, is it theirs,
// is it a repetition, is it their turn, what does it say, what follows. Each kind has a file.
import {
  err,
  type HopRequest,
  isIssuer,
  kindOf,
  type MessageKind,
  ok,
  parsePayload,
  peekClaims,
  type Result,
  typOf,
  type VerifiedMessage,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import { agentKeys, findEnrolment } from '../storage/enrolments.ts'
import { findThread, type Thread } from '../storage/threads.ts'
import type { FromAgent } from './conversation-exchange.ts'
import type { Deps } from './deps.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { receiveAck, unopenedAckThread } from './receive-ack.ts'
import { receiveAnswer } from './receive-answer.ts'
import { receiveAssistance } from './receive-assistance.ts'
import { receiveCancelled } from './receive-cancelled.ts'
import { receiveContest } from './receive-contest.ts'
import { receiveCreditChoice } from './receive-credit-choice.ts'
import { receiveDispute } from './receive-dispute.ts'
import {
  enrolmentEnded,
  isAboutEnrolment,
  receiveEnrolmentMessage,
} from './receive-enrolment-message.ts'
import { receivePayment } from './receive-payment.ts'
import { receiveQuery } from './receive-query.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import { placeInThread, unlessTaken, verifyIncoming, withDetail } from './verify-incoming.ts'

export type ReceiveDeps = Pick<
  Deps,
  'clock' | 'ids' | 'signer' | 'vault' | 'publicUrl' | 'peerKeys' | 'outboxChanged'
> &
  PlanDeps

type Receive = (
  deps: ReceiveDeps,
  said: FromAgent<never> & { kind: MessageKind },
) => Promise<Result<StoredReply, Refusal>>

/** What an agent says about a claim, and who takes it. */
const FROM_AGENTS: Partial<Record<MessageKind, Receive>> = {
  accept: receiveAnswer,
  counter: receiveAnswer,
  decline: receiveAnswer,
  query: receiveQuery,
  dispute: receiveDispute,
  'credit-choice': receiveCreditChoice,
  assistance: receiveAssistance,
  contest: receiveContest,
  cancelled: receiveCancelled,
  ack: receiveAck,
}

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
  const { iss, thr, requestId } = peeked.value.payload
  const receive = kind === undefined ? undefined : FROM_AGENTS[kind]
  if (kind === undefined || (receive === undefined && !isAboutEnrolment(kind))) {
    return err(refusal('typ', 'this endpoint does not take this kind of message'))
  }
  // Before any thread is looked up: the answer to no name at all must not depend on one.
  if (!isIssuer(iss)) return err(refusal('iss', 'iss names no party'))
  if (receive === undefined) {
    if (!isThreadId(thr)) return err(noSuchThread())
    return await retryWhenOutrun(() => receiveEnrolmentMessage(deps, { jws, kind, iss, thr }))
  }
  return await retryWhenOutrun(() => fromAgent(deps, { jws, kind, receive, iss, thr, requestId }))
}

type Incoming = Peeked & { jws: string; receive: Receive }

/**
 * From here on it is about one creditor: that of the thread. Whoever is not of the thread learns as much
 * as of one that does not exist. Spec: PRB-03.
 */
async function fromAgent(
  deps: ReceiveDeps,
  incoming: Incoming,
): Promise<Result<StoredReply, Refusal>> {
  const thread = await acrossCreditors(() => threadOf(deps, incoming))
  return thread === undefined || thread.peerIss !== incoming.iss
    ? err(noSuchThread())
    : await forCreditor(thread.creditorId, () => onThread(deps, thread, incoming))
}

/** Also said of a thread of others. */
export function noSuchThread(): Refusal {
  return refusal('not-found', 'the sender has no such thread')
}

async function onThread(
  deps: ReceiveDeps,
  thread: Thread,
  { jws, kind, receive }: Incoming,
): Promise<Result<StoredReply, Refusal>> {
  const enrolment =
    thread.peerRole === 'agent' && thread.enrolmentId !== null
      ? await findEnrolment(deps.db, { ...thread, enrolmentId: thread.enrolmentId })
      : undefined
  if (enrolment === undefined) return err(noSuchThread())
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
  const payload = readPayload(kind, thread, message)
  if (!payload.ok) return payload
  const said = { thread, kind, message, payload: payload.value }
  return await unlessTaken(deps, message, await receive(deps, said))
}

/** What a message says of itself before anything is verified. */
interface Peeked {
  kind: MessageKind
  iss: string
  thr: unknown
  requestId: unknown
}

/** The thread that a message names; an acknowledgement may be about to open it. */
async function threadOf(
  deps: ReceiveDeps,
  { kind, thr, requestId }: Peeked,
): Promise<Thread | undefined> {
  if (!isThreadId(thr)) return undefined
  const known = await findThread(deps.db, thr)
  if (known !== undefined || kind !== 'ack') return known
  return await unopenedAckThread(deps, { thr, requestId })
}

/** Refuses `schema`, and `thr` for a message that belongs into another thread. */
function readPayload(
  kind: MessageKind,
  thread: Thread,
  message: VerifiedMessage,
): Result<never, Refusal> {
  const parsed = parsePayload(kind, message.payload)
  if (!parsed.ok) return err(refusal('schema', parsed.error.detail, parsed.error.pointer))
  const isOfThread =
    (kind === 'ack') === (thread.acksOf !== null) &&
    (parsed.value as { requestId?: string }).requestId === thread.claimId
  return isOfThread
    ? ok(parsed.value as never)
    : err(refusal('thr', 'this message belongs into another thread'))
}

/** What is not verified yet may be any text; the store is asked for ids only. */
function isThreadId(thr: unknown): thr is string {
  return typeof thr === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(thr)
}
