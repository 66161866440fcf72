// An agent's accept, counter or decline on a thread whose turn it is: decide, sign, write.
import {
  type AcceptMessage,
  AGREEMENT_TYP,
  assembleGeneralJws,
  type CounterMessage,
  deriveAgreement,
  err,
  formatAmount,
  JOSE_JSON_MEDIA_TYPE,
  JOSE_MEDIA_TYPE,
  type JwsSignature,
  type MenuMessage,
  type MessageKind,
  ok,
  type PlanTerms,
  parseAmount,
  parsePayload,
  peekClaims,
  type RequestMessage,
  type Result,
  typOf,
  type VerifiedMessage,
  verifyGeneralJws,
} from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { policyAllows } from '../domain/negotiation/build-menu.ts'
import {
  type AnswerDecision,
  type AnswerFacts,
  decideAccept,
  decideCounter,
  decideDecline,
} from '../domain/negotiation/decide-answer.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, changeClaim, findClaim } from '../storage/claims.ts'
import type { StoredReply } from '../storage/column-types.ts'
import type { Tx } from '../storage/database.ts'
import { rescheduleStep } from '../storage/dunning-cases.ts'
import { agentKeys, findEnrolment } from '../storage/enrolments.ts'
import { appendEvent } from '../storage/events.ts'
import { latestPolicy } from '../storage/policies.ts'
import { appendMessages, bumpCounters, messagesOfThread, type Thread } from '../storage/threads.ts'
import { dayOf } from './day-of.ts'
import { type MessageBody, prepareMessage } from './prepare-message.ts'
import type { ReceiveDeps } from './receive-message.ts'
import { Outrun } from './retry-when-outrun.ts'
import { writeAgreement } from './write-agreement.ts'

interface Answer {
  thread: Thread
  kind: MessageKind
  message: VerifiedMessage
}

interface Situation {
  claim: Claim
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
      return ok(await end(deps, answer, situation, decided.value.conversation))
  }
}

async function readSituation(deps: ReceiveDeps, thread: Thread): Promise<Situation> {
  const claim = await findClaim(deps.db, thread)
  const messages = await messagesOfThread(deps.db, thread)
  const own = messages.filter(({ typ }) => [typOf('request'), typOf('menu')].includes(typ))
  const offers = own.map(({ jws }) => ownPayload<RequestMessage | MenuMessage>(jws))
  const request = offers[0] as RequestMessage | undefined
  if (claim === undefined || request === undefined)
    throw new Error(`thread ${thread.thr} is broken`)
  const principal = parseAmount(request.amount)
  if (!principal.ok) throw new Error(`request ${claim.claimId} has no valid amount`)
  const policy = await latestPolicy(deps.db, claim.creditorId, claim.segment)
  const now = deps.clock.now()
  const today = dayOf(now, request.timeZone)
  return {
    claim,
    request,
    facts: {
      now,
      today,
      claim,
      principal: principal.value,
      offered: offers.map(({ menu, exp }) => ({ menu, exp })),
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
  { kind, message }: Answer,
): Promise<Result<AnswerDecision, Refusal>> {
  const parsed = parsePayload(kind, message.payload)
  if (!parsed.ok) return err(refusal('schema', parsed.error.detail, parsed.error.pointer))
  if (kind === 'accept') return await decideAccept(facts, parsed.value as AcceptMessage)
  if (kind === 'counter') return await decideCounter(facts, parsed.value as CounterMessage)
  return decideDecline(facts, parsed.value as never)
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
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }], facts.now)
    await writeAgreement(tx, { claim, agreement, jws, acceptedBy: 'agent', at: facts.now })
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
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }, ours], facts.now)
    if (!(await changeClaim(tx, claim, { conversation: 'negotiating' }))) throw new Outrun()
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
  { claim, facts }: Situation,
  conversation: 'refused' | 'impasse',
): Promise<StoredReply> {
  const body: MessageBody<'status'> = {
    requestId: claim.claimId,
    claim: 'open',
    conversation,
    outstanding: formatAmount({ minor: outstandingOf(claim), currency: claim.currency }),
    nextStep: 'human-channel',
  }
  const ours = await prepareMessage(deps, {
    thread,
    kind: 'status',
    body,
    now: facts.now,
    after: stored(message),
  })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  await deps.db.transaction().execute(async (tx) => {
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }, ours], facts.now)
    const change = { conversation, dunning: 'active', respondBy: facts.now } as const
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
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
