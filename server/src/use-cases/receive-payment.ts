// A bank's payment message: it asks for the lease, says that the outcome is unknown, or reports.
// Each plan line has a thread of its own between creditor and bank; the agreement names the bank.
import {
  err,
  type HopRequest,
  isSha256Text,
  JOSE_MEDIA_TYPE,
  type KeyRecord,
  ok,
  type PaymentMessage,
  parsePayload,
  peekClaims,
  type Result,
  sha256Base64Url,
  typOf,
  type VerifiedMessage,
} from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { decidePayment, type Lease, type LeaseDecision } from '../domain/claim/decide-lease.ts'
import { isUndisputed } from '../domain/claim/dispute.ts'
import type { ClaimHold } from '../domain/claim/holds.ts'
import { statusOf } from '../domain/claim/status-of.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type FoundAgreement, findAgreement } from '../storage/agreements.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import { type Claim, findClaim, lockClaim, planLinesOf } from '../storage/claims.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import { appendEvent } from '../storage/events.ts'
import { findLease, saveLease } from '../storage/payment-leases.ts'
import { rememberPeerKey } from '../storage/peer-keys.ts'
import { appendMessages, findThread, openThread, type Thread } from '../storage/threads.ts'
import { admitHop, isHopSigned, unsignedHop } from './admit-hop.ts'
import { type MessageBody, prepareMessage } from './prepare-message.ts'
import { MAX_AGE_SECONDS, noSuchThread, type ReceiveDeps } from './receive-message.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { placeInThread, unlessTaken, verifyIncoming, withDetail } from './verify-incoming.ts'

/** The thread of a plan line between creditor and bank. Spec: PAY. */
export async function paymentThread(agreementId: string, line: number): Promise<string> {
  return await sha256Base64Url(`parley-payment:${agreementId}:${line}`)
}

interface Incoming {
  agreement: FoundAgreement
  message: VerifiedMessage
  late: Refusal | undefined
  payment: PaymentMessage
  /** The key that the message was verified with. */
  bankKey: KeyRecord
}

/**
 * Decides on a payment message and writes what follows. Refuses the codes of a hop (HOP-07) before
 * all others; see decide-lease.ts for those of the lease.
 */
export async function receivePayment(
  deps: ReceiveDeps,
  jws: string,
  hop: HopRequest | undefined,
): Promise<Result<StoredReply, Refusal>> {
  const incoming = await identify(deps, jws, hop)
  if (!incoming.ok) return incoming
  const take = () => takePayment(deps, incoming.value)
  return await forCreditor(incoming.value.agreement.creditorId, () => retryWhenOutrun(take))
}

async function takePayment(
  deps: ReceiveDeps,
  incoming: Incoming,
): Promise<Result<StoredReply, Refusal>> {
  const { agreement, message, payment } = incoming
  const known = await findThread(deps.db, message.payload.thr)
  const thread = known ?? newThread(agreement, message)
  if (thread.peerRole !== 'bank' || thread.peerIss !== message.payload.iss) {
    return err(noSuchThread())
  }
  const placed = await placeInThread(deps, thread, incoming)
  if (!placed.ok) return placed
  if (placed.value !== undefined) return ok(placed.value)
  const isNew = known === undefined
  const answer = await decideAndWrite(deps, { ...incoming, thread, isNew, payment })
  return await unlessTaken(deps, message, answer)
}

async function identify(
  deps: ReceiveDeps,
  jws: string,
  hop: HopRequest | undefined,
): Promise<Result<Incoming, Refusal>> {
  if (hop === undefined || !isHopSigned(hop)) return err(unsignedHop())
  const peeked = peekClaims(jws)
  if (!peeked.ok) return err(withDetail(peeked.error))
  const { agreementId, iss } = peeked.value.payload
  const agreement = isSha256Text(agreementId)
    ? await acrossCreditors(() => findAgreement(deps.db, agreementId))
    : undefined
  // Whom an agreement does not name learns as much as of one that does not exist. Spec: PRB-03.
  if (agreement === undefined || agreement.bankIss === null || agreement.bankIss !== iss) {
    return err(refusal('not-found', 'no such agreement names the sender as its bank'))
  }
  const resolve = deps.peerKeys.resolverFor(agreement.bankIss)
  const admitted = await admitHop(deps, hop, { issuer: agreement.bankIss, keys: resolve })
  if (!admitted.ok) return admitted
  const verified = await verifyIncoming(jws, {
    typ: typOf('payment'),
    keys: resolve,
    now: deps.clock.now(),
    audience: deps.publicUrl,
    issuer: agreement.bankIss,
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  if (!verified.ok) return verified
  const { message } = verified.value
  const payment = parsePayload('payment', message.payload)
  if (!payment.ok) return err(refusal('schema', payment.error.detail, payment.error.pointer))
  if (message.payload.thr !== (await paymentThread(agreement.agreementId, payment.value.line))) {
    return err(refusal('thr', 'the thread follows from the agreement and the line'))
  }
  const bankKey = await resolve(message.header, agreement.bankIss)
  if (!bankKey.ok) return err(withDetail(bankKey.error))
  return ok({ agreement, ...verified.value, payment: payment.value, bankKey: bankKey.value })
}

function newThread(agreement: FoundAgreement, message: VerifiedMessage): Thread {
  return {
    creditorId: agreement.creditorId,
    thr: message.payload.thr,
    claimId: agreement.claimId,
    peerRole: 'bank',
    peerIss: message.payload.iss,
    sub: message.payload.sub,
    enrolmentId: null,
    acksOf: null,
    lastSeq: -1,
    lastHash: null,
    counters: 0,
    isErased: false,
  }
}

async function decideAndWrite(
  deps: ReceiveDeps,
  incoming: Incoming & { thread: Thread; isNew: boolean },
): Promise<Result<StoredReply, Refusal>> {
  const { agreement, payment } = incoming
  const now = deps.clock.now()
  const claim = await findClaim(deps.db, agreement)
  if (claim === undefined) throw new Error(`agreement ${agreement.agreementId} has no claim`)
  const lines = await planLinesOf(deps.db, claim)
  const key = { creditorId: claim.creditorId, claimId: claim.claimId, line: payment.line }
  const seen = await findLease(deps.db, key)
  const decided = decidePayment(
    {
      now,
      bankIss: incoming.message.payload.iss,
      claim: { ...claim, outstanding: outstandingOf(claim) },
      isUndisputed: isUndisputed(claim, lines, payment.line),
      line: lines.find(({ line }) => line === payment.line),
      lease: seen,
      isReplaced: agreement.isReplaced,
    },
    payment,
  )
  if (!decided.ok) return decided
  const holds = await holdsOf(deps.db, claim)
  return ok(await write(deps, { ...incoming, claim, now, holds, seen, decision: decided.value }))
}

interface Outcome extends Incoming {
  thread: Thread
  isNew: boolean
  claim: Claim
  now: number
  holds: ClaimHold[]
  seen: Lease | undefined
  decision: LeaseDecision
}

async function write(deps: ReceiveDeps, outcome: Outcome): Promise<StoredReply> {
  const { thread, message, payment, claim, now, seen, decision } = outcome
  const { iss, jti, seq, thr } = message.payload
  const theirs = {
    thr,
    seq,
    iss,
    jti,
    typ: message.header.typ,
    hash: message.hash,
    jws: message.jws,
  }
  const ours = await prepareMessage(deps, {
    thread,
    kind: 'status',
    body: statusBody(outcome),
    now,
    after: theirs,
  })
  const reply: StoredReply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  await deps.db.transaction().execute(async (tx) => {
    const place = outcome.isNew ? openThread : appendMessages
    if (!(await place(tx, thread, [{ ...theirs, reply }, ours], now))) throw new Outrun()
    // A lease rests on the claim as it was read: a dispute or a withdrawal since undoes the decision.
    const isNow = async () => (await lockClaim(tx, claim))?.version === claim.version
    if (payment.status === 'ACCP' && decision.granted && !(await isNow())) throw new Outrun()
    const key = { creditorId: claim.creditorId, claimId: claim.claimId, line: payment.line }
    if (decision.lease && !(await saveLease(tx, key, { seen, lease: decision.lease }))) {
      throw new Outrun()
    }
    await rememberPeerKey(tx, { creditorId: claim.creditorId, iss, key: outcome.bankKey, at: now })
    await appendEvent(tx, {
      creditorId: claim.creditorId,
      claimId: claim.claimId,
      type: 'payment.announced',
      at: now,
      data: { status: payment.status, line: payment.line, granted: decision.granted },
    })
  })
  deps.outboxChanged()
  return reply
}

function statusBody(outcome: Outcome): MessageBody<'status'> {
  const { claim, agreement, payment, decision, seen, holds, now } = outcome
  const lease = decision.lease ?? seen
  return {
    ...statusOf({ claim, holds, now, agreementId: agreement.agreementId }),
    lease: {
      line: payment.line,
      granted: decision.granted,
      ...(decision.granted && lease ? { fencing: lease.fencing, until: lease.lockedUntil } : {}),
      ...(decision.reason === undefined ? {} : { reason: { code: decision.reason } }),
    },
  }
}
