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
  type Money,
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
import { dunningIn } from '../domain/claim/claim.ts'
import { standingAt } from '../domain/claim/holds.ts'
import { type MenuFacts, tiersOfOffer } from '../domain/negotiation/build-menu.ts'
import {
  type AnswerDecision,
  type AnswerFacts,
  decideAccept,
  decideCounter,
  decideDecline,
} from '../domain/negotiation/decide-answer.ts'
import { explainEnd, explainNextMenu, placeOf } from '../domain/negotiation/explain-negotiation.ts'
import { DEFAULT_POLICY } from '../domain/negotiation/policy.ts'
import { leftToAgree, type ReplanOffer } from '../domain/plan/plan-moves.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { agreementOf, type KeptAgreement, markPlan } from '../storage/agreements.ts'
import { type Claim, changeClaim } from '../storage/claims.ts'
import type { StoredReply } from '../storage/column-types.ts'
import type { Tx } from '../storage/database.ts'
import { rescheduleStep } from '../storage/dunning-cases.ts'
import { agentKeys, findEnrolment } from '../storage/enrolments.ts'
import { appendEvent } from '../storage/events.ts'
import { policyOfOffer } from '../storage/policies.ts'
import {
  appendMessages,
  bumpCounters,
  findThread,
  messagesOfThread,
  type Thread,
} from '../storage/threads.ts'
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
  /** The agreement for which another plan was offered. */
  former: KeptAgreement | undefined
}

/** Decides on an answer and writes what follows; see decide-answer.ts for the refusals. */
export async function receiveAnswer(
  deps: ReceiveDeps,
  answer: Answer,
): Promise<Result<StoredReply, Refusal>> {
  const situation = await readSituation(deps, answer.thread)
  const decided = await decide(situation.facts, answer)
  if (!decided.ok) {
    await refuseOnlyIfInPlace(deps, answer.thread)
    return decided
  }
  switch (decided.value.kind) {
    case 'agree':
      return await agree(deps, answer, situation, decided.value.plan)
    case 'offer':
      return ok(await offer(deps, answer, situation, decided.value.menu))
    case 'end':
      return ok(await end(deps, answer, { ...situation, ends: decided.value.conversation }))
  }
}

/** A message that was overtaken while it was judged is no longer in its place: it is judged anew. */
async function refuseOnlyIfInPlace({ db }: ReceiveDeps, { thr, lastSeq }: Thread): Promise<void> {
  if ((await findThread(db, thr))?.lastSeq !== lastSeq) throw new Outrun()
}

async function readSituation(deps: ReceiveDeps, thread: Thread): Promise<Situation> {
  const situation = await readClaimSituation(deps, thread)
  const { claim, now } = situation
  const messages = await messagesOfThread(deps.db, thread)
  const own = messages.filter(({ typ }) => [typOf('request'), typOf('menu')].includes(typ))
  const newest = own.findLastIndex(({ typ }) => typ === typOf('request'))
  const offers = own.map(({ jws }) => ownPayload<RequestMessage | MenuMessage>(jws ?? ''))
  const request = offers[newest] as RequestMessage | undefined
  if (request === undefined) throw new Error(`thread ${thread.thr} is broken`)
  const principal = parseAmount(request.amount)
  if (!principal.ok) throw new Error(`request ${claim.claimId} has no valid amount`)
  const today = dayOf(now, request.timeZone)
  const former = await agreementOf(deps.db, claim)
  return {
    ...situation,
    request,
    former,
    facts: {
      now,
      today,
      claim,
      ...(former === undefined ? {} : { agreement: leftToAgree(former, today) }),
      principal: principal.value,
      offered: offers.slice(newest).map(({ menu, exp }) => ({ menu, exp })),
      superseded: offers.slice(0, newest).map(({ menu }) => menu.menuId),
      counters: thread.counters,
      offering: await offeringOf(deps, claim, { request, principal: principal.value }),
    },
  }
}

/** What the menus of a request are made from: nothing that changed since it was signed. */
async function offeringOf(
  deps: ReceiveDeps,
  { creditorId }: Claim,
  { request, principal }: { request: RequestMessage; principal: Money },
): Promise<MenuFacts> {
  const { menu, dueDate, revision } = request
  const payDay = menu.envelope?.payDay
  return {
    policy: await policyOfOffer(deps.db, creditorId, menu),
    outstanding: principal.minor,
    currency: principal.currency,
    dueDate,
    offeredOn: dayOf(request.iat, request.timeZone),
    revision,
    withoutPrice: request.replan !== undefined,
    ...(payDay === undefined ? {} : { payDay }),
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
  { claim, request, facts, former }: Situation,
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
    const { lateTerms = DEFAULT_POLICY.late } = request
    const made = { claim, agreement, jws, lateTerms, former, at: facts.now }
    await writeAgreement(tx, { ...made, acceptedBy: 'agent' })
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

async function offer(
  deps: ReceiveDeps,
  { thread, message, kind }: Answer,
  { claim, facts, former }: Situation,
  menu: MenuMessage['menu'],
): Promise<StoredReply> {
  const body = { requestId: claim.claimId, menu }
  const expiresAt = facts.offered.at(-1)?.exp
  const ours = await prepareMessage(deps, {
    thread,
    kind: 'menu',
    body,
    now: facts.now,
    after: stored(message),
    // Another plan is on offer until its day, whatever menu shows it.
    ...(former === undefined || expiresAt === undefined ? {} : { expiresAt }),
  })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  await deps.db.transaction().execute(async (tx) => {
    const conversation = former === undefined ? ('negotiating' as const) : claim.conversation
    if (!(await changeClaim(tx, claim, { conversation }))) throw new Outrun()
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }, ours], facts.now)
    if (kind === 'counter') await bumpCounters(tx, thread)
    const type = kind === 'counter' ? 'negotiation.countered' : 'negotiation.declined'
    await record(tx, { claim, type, at: facts.now, data: nextMenuData(kind, facts, menu) })
  })
  deps.outboxChanged()
  return reply
}

async function end(
  deps: ReceiveDeps,
  { thread, message, kind }: Answer,
  situation: Situation & { ends: 'refused' | 'impasse' },
): Promise<StoredReply> {
  const { claim, facts, holds, former, ends: conversation } = situation
  if (former !== undefined)
    return await endReplan(deps, { thread, message, kind }, situation, former)
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
    const dunning = dunningIn(claim, isHeld ? 'holding' : 'active')
    const change = { conversation, dunning, respondBy: facts.now }
    if (!(await changeClaim(tx, claim, change))) throw new Outrun()
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }, ours], facts.now)
    await rescheduleStep(tx, claim, facts.now)
    const type = conversation === 'impasse' ? 'negotiation.impasse' : 'negotiation.declined'
    await record(tx, { claim, type, at: facts.now, data: endData(kind, facts, conversation) })
  })
  deps.outboxChanged()
  return reply
}

/** No other plan came about: the agreement stands, and what it says of late instalments follows. */
async function endReplan(
  deps: ReceiveDeps,
  { thread, message, kind }: Pick<Answer, 'thread' | 'message' | 'kind'>,
  situation: Situation & { ends: 'refused' | 'impasse' },
  former: KeptAgreement,
): Promise<StoredReply> {
  const { claim, facts, plan } = situation
  const { now } = facts
  const refused = plan && { ...plan, replan: answered(plan.replan) }
  const body = statusAfter({ ...situation, plan: refused })
  const after = stored(message)
  const ours = await prepareMessage(deps, { thread, kind: 'status', body, now, after })
  const reply = { status: 200, contentType: JOSE_MEDIA_TYPE, body: ours.jws }
  await deps.db.transaction().execute(async (tx) => {
    if (!(await changeClaim(tx, claim, {}))) throw new Outrun()
    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }, ours], now)
    await markPlan(tx, former, { ...former, replan: answered(former.replan), lookAt: now })
    const data = endData(kind, facts, situation.ends)
    await record(tx, { claim, type: 'negotiation.declined', at: now, data })
  })
  deps.outboxChanged()
  return reply
}

function answered(replan: ReplanOffer | null): ReplanOffer | null {
  return replan && { ...replan, state: 'refused' }
}

/** What the timeline says of an answer that got another menu. */
function nextMenuData(kind: MessageKind, { offering }: AnswerFacts, menu: MenuMessage['menu']) {
  const next = placeOf(menu, tiersOfOffer(offering))
  return { menu: next.tier + 1, of: next.of, why: explainNextMenu(answerKind(kind), next) }
}

/** What the timeline says, and the human path is handed: how far it came, and nothing of the debtor. */
function endData(kind: MessageKind, facts: AnswerFacts, ends: 'refused' | 'impasse') {
  const { offering, offered } = facts
  const last = placeOf(offered.at(-1)?.menu ?? { tier: 0 }, tiersOfOffer(offering))
  const why = explainEnd(ends, answerKind(kind), last)
  return { after: kind, menu: last.tier + 1, of: last.of, why }
}

function answerKind(kind: MessageKind): 'counter' | 'decline' {
  return kind === 'counter' ? 'counter' : 'decline'
}

function record(
  tx: Tx,
  event: { claim: Claim; type: string; at: number; data: Record<string, string | number> },
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
