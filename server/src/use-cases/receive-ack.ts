// Acknowledgements of a conversation: the agent received a message, or the person has seen it. They
// have a thread of their own, so that they never take the place of an answer. Spec: DLV-04, THR.
import {
  type AckMessage,
  err,
  JOSE_MEDIA_TYPE,
  ok,
  type Result,
  sha256Base64Url,
} from '@parley/sdk/protocol'
import { type Acknowledged, acknowledged } from '../domain/claim/acknowledged.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, changeClaim, findClaim, findClaimById } from '../storage/claims.ts'
import type { StoredReply } from '../storage/column-types.ts'
import type { Tx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import {
  appendMessages,
  messagesOfThread,
  openThread,
  type PreparedMessage,
  type Thread,
  threadsOfClaim,
} from '../storage/threads.ts'
import { type ExchangeDeps, type FromAgent, storedForm } from './conversation-exchange.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'

/** The thread of the acknowledgements of a conversation. Spec: protocol.md, 3. */
export async function ackThread(thr: string): Promise<string> {
  return await sha256Base64Url(`parley-ack:${thr}`)
}

/**
 * The thread that a first acknowledgement opens, not yet stored: found by the payment request that
 * it names, which nobody has verified yet. Undefined when no conversation has this one.
 */
export async function unopenedAckThread(
  deps: Pick<Deps, 'db'>,
  named: { thr: string; requestId: unknown },
): Promise<Thread | undefined> {
  const { thr, requestId } = named
  if (typeof requestId !== 'string' || !/^[A-Za-z0-9_]{1,35}$/.test(requestId)) return undefined
  const claim = await findClaimById(deps.db, requestId)
  const threads = claim === undefined ? [] : await threadsOfClaim(deps.db, claim)
  for (const conversation of threads) {
    const { peerRole, acksOf } = conversation
    if (peerRole !== 'agent' || acksOf !== null) continue
    if ((await ackThread(conversation.thr)) !== thr) continue
    return { ...conversation, thr, acksOf: conversation.thr, lastSeq: -1, lastHash: null }
  }
  return undefined
}

/**
 * Moves the conversation forward and answers `noted`. Refuses `message-unknown` for a message that
 * the conversation does not have from us.
 */
export async function receiveAck(
  deps: ExchangeDeps,
  { thread, message, payload }: FromAgent<AckMessage>,
): Promise<Result<StoredReply, Refusal>> {
  const { creditorId, acksOf } = thread
  const claim = await findClaim(deps.db, thread)
  if (claim === undefined || acksOf === null) throw new Error(`thread ${thread.thr} is broken`)
  const messages = await messagesOfThread(deps.db, { creditorId, thr: acksOf })
  if (!messages.some(({ hash, iss }) => hash === payload.ref && iss === deps.publicUrl)) {
    return err(refusal('message-unknown', 'ref is the hash of a message of ours', '/ref'))
  }
  const now = deps.clock.now()
  const theirs = storedForm(message)
  const body = { ref: message.hash }
  const ours = await prepareMessage(deps, { thread, kind: 'noted', body, now, after: theirs })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  // A conversation that was replaced by another one says nothing about the claim any more.
  const moved = claim.thr === acksOf ? acknowledged(claim, payload.status, now) : undefined
  await deps.db.transaction().execute(async (tx) => {
    if (moved !== undefined) await writeMove(tx, claim, moved, now)
    await place(tx, thread, { theirs, ours, reply, now })
  })
  deps.outboxChanged()
  return ok(reply)
}

async function place(
  tx: Tx,
  thread: Thread,
  said: { theirs: PreparedMessage; ours: PreparedMessage; reply: StoredReply; now: number },
): Promise<void> {
  const { theirs, ours, reply, now } = said
  const placeIn = thread.lastSeq < 0 ? openThread : appendMessages
  if (!(await placeIn(tx, thread, [{ ...theirs, reply }, ours], now))) throw new Outrun()
}

async function writeMove(tx: Tx, claim: Claim, moved: Acknowledged, now: number): Promise<void> {
  if (!(await changeClaim(tx, claim, moved))) throw new Outrun()
  const { creditorId, claimId } = claim
  const type = `payment-request.${moved.conversation}`
  await appendEvent(tx, { creditorId, claimId, type, at: now, data: {} })
}
