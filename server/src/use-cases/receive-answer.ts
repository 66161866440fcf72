// An agent's accept, counter or decline on a thread whose turn it is: decide, sign, write.
import {
  type AcceptMessage,
  AGREEMENT_TYP,
  assembleGeneralJws,
  type CounterMessage,
  type DeclineMessage,
  deriveAgreement,
  err,
  JOSE_JSON_MEDIA_TYPE,
  JOSE_MEDIA_TYPE,
  type JwsSignature,
  type MenuMessage,
  type MessageKind,
  ok,
  type PlanTerms,
  parseAmount,
  peekClaims,
  type RequestMessage,
  type Result,
  typOf,
  type VerifiedMessage,
  verifyGeneralJws,
} from '@parley/sdk/protocol'
import { standingAt } from '../domain/claim/holds.ts'
import { policyAllows } from '../domain/negotiation/build-menu.ts'
import {
  type AnswerDecision,
  type AnswerFacts,
  decideAccept,
  decideCounter,
  decideDecline,
} from '../domain/negotiation/decide-answer.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, changeClaim } from '../storage/claims.ts'
import type { StoredReply } from '../storage/column-types.ts'
import type { Tx } from '../storage/database.ts'
import { rescheduleStep } from '../storage/dunning-cases.ts'
import { agentKeys, findEnrolment } from '../storage/enrolments.ts'
import { appendEvent } from '../storage/events.ts'
import { latestPolicy } from '../storage/policies.ts'
import { appendMessages, bumpCounters, messagesOfThread, type Thread } from '../storage/threads.ts'
import {
  type ClaimSituation,
  type FromAgent,
  readSituation as readClaimSituation,
  statusAfter,
} from './conversation-exchange.ts'
import { dayOf } from './day-of.ts'
import { prepareMessage } from './prepare-message.ts'
import type { ReceiveDeps } from './receive-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { writeAgreement } from './write-agreement.ts'

type Answer = FromAgent<AcceptMessage & CounterMessage & DeclineMessage> & { kind: MessageKind }

interface Situation extends ClaimSituation {
  request: RequestMessage
  facts: AnswerFacts
}

/** Decides on an answer and writes what follows; see decide-answer.ts for the refusals. */
export async function receiveAnswer(
  deps: ReceiveDeps,
  answer: Answer,
): Promise<Result<StoredReply, Refusal>> {
  const situation = await readSituation(deps, answer.thread)
  const decided = await decide(situation.facts, answer)
  if (!decided.ok) return decided
  switch (decided.value.kind) {
    case 'agree':
      return await agree(deps, answer, situation, decided.value.plan)
    case 'offer-again':
      return ok(await offerAgain(deps, answer, situation, decided.value.menu))
    case 'end':
      return ok(await end(deps, answer, { ...situation, ends: decided.value.conversation }))
  }
}

async function readSituation(deps: ReceiveDeps, thread: Thread): Promise<Situation> {
  const situation = await readClaimSituation(deps, thread)
  const { claim, now } = situation
  const messages = await messagesOfThread(deps.db, thread)
  const own = messages.filter(({ typ }) => [typOf('request'), typOf('menu')].includes(typ))
  const newest = own.findLastIndex(({ typ }) => typ === typOf('request'))
  const offers = own.map(({ jws }) => ownPayload<RequestMessage | MenuMessage>(jws))
  const request = offers[newest] as RequestMessage | undefined
  if (request === undefined) throw new Error(`thread ${thread.thr} is broken`)
  const principal = parseAmount(request.amount)
  if (!principal.ok) throw new Error(`request ${claim.claimId} has no valid amount`)
  const policy = await latestPolicy(deps.db, claim.creditorId, claim.segment)
  const today = dayOf(now, request.timeZone)
  return {
    ...situation,
    request,
    facts: {
      now,
      today,
      claim,
      principal: principal.value,
      offered: offers.slice(newest).map(({ menu, exp }) => ({ menu, exp })),
      superseded: offers.slice(0, newest).map(({ menu }) => menu.menuId),
      counters: thread.counters,
      policyAllows: (plan) =>
        policyAllows(
          {
            policy,
            outstanding: principal.value.minor,
            currency: claim.currency,
            dueDate: claim.dueDate,
            today,
          },
          plan,
        ),
    },
  }
}

/** The payload of a message that we signed ourselves and kept. */
function ownPayload<T>(jws: string): T {
  const peeked = peekClaims(jws)
  if (!peeked.ok) throw new Error('a stored message of our own does not decode')
  return peeked.value.payload as unknown as T
}

async function decide(
  facts: AnswerFacts,
  { kind, payload }: Answer,
): Promise<Result<AnswerDecision, Refusal>> {
  if (kind === 'accept') return await decideAccept(facts, payload)
  if (kind === 'counter') return await decideCounter(facts, payload)
  return decideDecline(facts, payload)
}

async function agree(
  deps: ReceiveDeps,
  answer: Answer,
  { claim, request, facts }: Situation,
  plan: PlanTerms,
): Promise<Result<StoredReply, Refusal>> {
  const { thread, message } = answer
  const accept = message.payload as unknown as AcceptMessage & { prev: string }
  const { agreement, bytes } = await deriveAgreement({
    request,
    principal: facts.principal,
    plan,
    answer: accept,
  })
  const theirs = accept.agreementSignature
  if (!(await isSignedByAgent(deps, thread, bytes, theirs))) {
    return err(refusal('agreement-mismatch', 'sign the bytes of the derived agreement'))
  }
  const jws = assembleGeneralJws(bytes, [await deps.signer.signAgreement(bytes), theirs])
  const reply = { status: 200, contentType: JOSE_JSON_MEDIA_TYPE, body: JSON.stringify(jws) }
  await deps.db.transaction().execute(async (tx) => {
    await writeAgreement(tx, { claim, agreement, jws, acceptedBy: 'agent', at: facts.now })
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }], facts.now)
  })
  deps.outboxChanged()
  return ok(reply)
}

async function isSignedByAgent(
  deps: ReceiveDeps,
  thread: Thread,
  bytes: Uint8Array,
  signature: JwsSignature,
): Promise<boolean> {
  const enrolment = await findEnrolment(deps.db, {
    ...thread,
    enrolmentId: thread.enrolmentId ?? '',
  })
  if (enrolment === undefined) return false
  const keys = agentKeys(enrolment)
  const verified = await verifyGeneralJws(assembleGeneralJws(bytes, [signature]), {
    typ: AGREEMENT_TYP,
    parties: [{ name: thread.peerIss, keys }],
    now: deps.clock.now(),
  })
  return verified.ok
}

async function offerAgain(
  deps: ReceiveDeps,
  { thread, message }: Answer,
  { claim, facts }: Situation,
  menu: MenuMessage['menu'],
): Promise<StoredReply> {
  const body = { requestId: claim.claimId, menu }
  const ours = await prepareMessage(deps, {
    thread,
    kind: 'menu',
    body,
    now: facts.now,
    after: stored(message),
  })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  await deps.db.transaction().execute(async (tx) => {
    if (!(await changeClaim(tx, claim, { conversation: 'negotiating' }))) throw new Outrun()
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }, ours], facts.now)
    await bumpCounters(tx, thread)
    await record(tx, {
      claim,
      type: 'negotiation.countered',
      at: facts.now,
      data: { agreed: false },
    })
  })
  deps.outboxChanged()
  return reply
}

async function end(
  deps: ReceiveDeps,
  { thread, message, kind }: Answer,
  situation: Situation & { ends: 'refused' | 'impasse' },
): Promise<StoredReply> {
  const { claim, facts, holds, ends: conversation } = situation
  const body = statusAfter(situation, { claim: { conversation } })
  const ours = await prepareMessage(deps, {
    thread,
    kind: 'status',
    body,
    now: facts.now,
    after: stored(message),
  })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  await deps.db.transaction().execute(async (tx) => {
    const isHeld = standingAt(holds, facts.now).length > 0
    const dunning = isHeld ? ('holding' as const) : ('active' as const)
    const change = { conversation, dunning, respondBy: facts.now }
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }, ours], facts.now)
    await rescheduleStep(tx, claim, facts.now)
    const type = conversation === 'impasse' ? 'negotiation.impasse' : 'negotiation.declined'
    await record(tx, { claim, type, at: facts.now, data: { after: kind } })
  })
  deps.outboxChanged()
  return reply
}

function record(
  tx: Tx,
  event: { claim: Claim; type: string; at: number; data: Record<string, string | boolean> },
): Promise<number> {
  const { claim, type, at, data } = event
  return appendEvent(tx, { creditorId: claim.creditorId, claimId: claim.claimId, type, at, data })
}

async function appendOrRollBack(
  tx: Tx,
  ...rest: Parameters<typeof appendMessages> extends [unknown, ...infer R] ? R : never
): Promise<void> {
  if (!(await appendMessages(tx, ...rest))) throw new Outrun()
}

function stored({ payload, header, hash, jws }: VerifiedMessage) {
  const { thr, seq, iss, jti } = payload
  return { thr, seq, iss, jti, typ: header.typ, hash, jws }
}
