// Judges the agreements of an evidence bundle: each must be, byte for byte, what the offer and the
// answer in its thread make of it, and carry the signatures of everyone bound by it.

import { deriveAgreement } from './agreement.ts'
import { decodePayload } from './decode.ts'
import { fromBase64Url, toBase64Url } from './encoding.ts'
import { sumOf } from './evidence-amounts.ts'
import type { EvidenceFaultCode } from './evidence-bundle.ts'
import type {
  CheckedAnswer,
  CheckedMessage,
  CheckedThread,
  UnplacedFault,
} from './evidence-checked.ts'
import type { Agreement, Menu, PlanTerms } from './generated/messages.ts'
import { choosePlan, menuOffers } from './menu.ts'
import { AGREEMENT_TYP, parseAgreement } from './messages.ts'
import { parseAmount } from './money.ts'
import { checkPlanTerms, planHash } from './plan-schedule.ts'
import type { Result } from './result.ts'
import { err, ok } from './result.ts'
import type { GeneralJws } from './sign.ts'
import type { SigningParty } from './verify-general.ts'
import { verifyGeneralJws } from './verify-general.ts'

/** What the agreements are judged against. */
export interface AgreementContext {
  readonly exportedAt: number
  readonly threadById: ReadonlyMap<string, CheckedThread>
}

/** An agreement without fault. */
export interface CheckedAgreement {
  readonly agreement: Agreement
  readonly signatures: number
}

type Checked<T> = Result<T, UnplacedFault>

/** Answers made by a person on the creditor's page; such an agreement has no agent to sign it. */
const PORTAL_ANSWER = 'portal-'

/** What the parties settled: the plan, and the facts of the answer that the bytes are made from. */
interface Settlement {
  readonly plan: PlanTerms
  /** The plan hash that the agent stated; a person states none. */
  readonly planHash?: string
  readonly answer: Parameters<typeof deriveAgreement>[0]['answer']
}

/** The thread of an agreement without faults in its way, and the request that it answers. */
interface Ground {
  readonly thread: CheckedThread
  readonly request: Extract<CheckedMessage, { kind: 'request' }>
}

/**
 * Judges one agreement. Refuses with the codes of `verifyGeneralJws`, `schema`,
 * `agreement-thread` (its thread or request is not here, or has a fault), `agreement-lines` (not
 * the total), `agreement-answer`, `agreement-offer` (no such message in the thread),
 * `agreement-plan` (not what the menu or the counter named) and `agreement-bytes` (not what both
 * sides derive).
 */
export async function checkAgreement(
  jws: GeneralJws,
  context: AgreementContext,
): Promise<Checked<CheckedAgreement>> {
  const read = readAgreement(jws)
  if (!read.ok) return read
  const agreement = read.value
  const ground = groundOf(agreement, context)
  if (!ground.ok) return ground
  const parties = partiesBound(agreement, ground.value)
  if (!parties.ok) return parties
  const verified = await verifyGeneralJws(jws, {
    typ: AGREEMENT_TYP,
    parties: parties.value,
    now: context.exportedAt,
    evidence: true,
  })
  if (!verified.ok) return refuse(verified.error.code, verified.error.detail ?? '')
  const linesTotal = sumOf(agreement.lines.map((line) => line.amount))
  if (linesTotal === undefined || linesTotal !== sumOf([agreement.total])) {
    return refuse('agreement-lines', 'the lines do not sum to the total')
  }
  const settlement = isMadeOnPortal(agreement, ground.value.thread)
    ? settledOnPortal(agreement, ground.value)
    : settledByAgent(agreement, ground.value)
  if (!settlement.ok) return settlement
  const fault = await derivationFault(jws, ground.value, settlement.value)
  return fault === undefined ? ok({ agreement, signatures: parties.value.length }) : err(fault)
}

function readAgreement({ payload }: GeneralJws): Checked<Agreement> {
  // The bundle's reader has seen that this is an object, and no more.
  const bytes = typeof payload === 'string' ? fromBase64Url(payload) : null
  if (bytes === null) return refuse('serialization', 'not a general JWS')
  const decoded = decodePayload(bytes)
  if (!decoded.ok) return refuse(decoded.error.code, decoded.error.detail ?? '')
  const parsed = parseAgreement(decoded.value)
  if (parsed.ok) return parsed
  return refuse('schema', `${parsed.error.pointer} ${parsed.error.detail}`.trim())
}

function groundOf(agreement: Agreement, { threadById }: AgreementContext): Checked<Ground> {
  const thread = threadById.get(agreement.thr)
  if (thread === undefined) return refuse('agreement-thread', 'its thread is not here')
  if (thread.messages[0]?.kind !== 'request') {
    return refuse('agreement-thread', 'its request has a fault')
  }
  // Each request replaces the one before: what was answered is the newest then.
  const offer = thread.messages.findIndex((message) => message?.hash === agreement.offer)
  const until = offer < 0 ? thread.messages.length : offer + 1
  const request = thread.messages.slice(0, until).findLast((message) => message?.kind === 'request')
  if (request?.kind !== 'request') return refuse('agreement-thread', 'its request has a fault')
  return ok({ thread, request })
}

function partiesBound(agreement: Agreement, { thread }: Ground): Checked<SigningParty[]> {
  const { creditor, peer } = thread
  const first = { name: 'creditor', issuer: creditor.iss, keys: creditor.jwks }
  if (isMadeOnPortal(agreement, thread)) return ok([first])
  if (peer?.role !== 'agent') return refuse('agreement-thread', 'its thread has no agent')
  return ok([first, { name: 'agent', issuer: peer.iss, keys: peer.jwks }])
}

function settledOnPortal(agreement: Agreement, { thread, request }: Ground): Checked<Settlement> {
  const { offer, answer, iat, plan } = agreement
  const offered = thread.messages.slice(request.position).find((message) => message?.hash === offer)
  const menu = offered === undefined ? undefined : menuIn(offered)
  if (menu === undefined) return refuse('agreement-offer', 'names no offer of its thread')
  // No request follows an agreement but the one for another plan, so any other was there before.
  const isRevised = thread.messages.slice(request.position + 1).some((m) => {
    return m?.kind === 'request' && m.payload.replan?.agreementId !== agreement.agreementId
  })
  if (isRevised) return refuse('agreement-offer', 'names an offer of a former revision')
  if (!menuOffers(menu, plan)) return refuse('agreement-plan', 'is not in the menu it chose from')
  return ok({ plan, answer: { jti: answer, iat, prev: offer } })
}

function settledByAgent(agreement: Agreement, ground: Ground): Checked<Settlement> {
  const answer = answerNamed(agreement, ground.thread)
  if (answer === undefined) {
    return refuse('agreement-answer', 'names no answer of its thread, or one with a fault')
  }
  const { jti, iat, prev, payBy, planHash: stated } = answer.payload
  if (prev === null) return refuse('agreement-offer', 'its answer follows no offer')
  const plan = planNamedBy(answer, ground)
  if (plan === undefined) return refuse('agreement-plan', 'is not in the menu that was accepted')
  const facts = { jti, iat, prev, ...(payBy === undefined ? {} : { payBy }) }
  return ok({ plan, planHash: stated, answer: facts })
}

function planNamedBy(
  answer: CheckedAnswer,
  { thread: { messages }, request }: Ground,
): PlanTerms | undefined {
  if (answer.kind === 'counter') return answer.payload.plan
  const { menuId, rowId, firstDueDate } = answer.payload
  const menu = messages
    .slice(request.position, answer.position)
    .map((message) => (message === undefined ? undefined : menuIn(message)))
    .findLast((candidate) => candidate?.menuId === menuId)
  if (menu === undefined) return undefined
  const plan = choosePlan(menu, rowId, firstDueDate)
  return plan.ok ? plan.value : undefined
}

async function derivationFault(
  { payload }: GeneralJws,
  { request }: Ground,
  { plan, planHash: stated, answer }: Settlement,
): Promise<UnplacedFault | undefined> {
  const principal = parseAmount(request.payload.amount)
  if (!principal.ok || !checkPlanTerms(principal.value, plan).ok) {
    return { code: 'agreement-plan', detail: 'has no schedule for the amount of the request' }
  }
  if (stated !== undefined && stated !== (await planHash(principal.value, plan))) {
    return { code: 'agreement-plan', detail: 'is not the plan whose hash the answer states' }
  }
  const facts = { request: request.payload, principal: principal.value, plan, answer }
  const derived = await deriveAgreement(facts)
  return payload === toBase64Url(derived.bytes)
    ? undefined
    : { code: 'agreement-bytes', detail: 'is not what both sides derive' }
}

function menuIn(message: CheckedMessage): Menu | undefined {
  return message.kind === 'request' || message.kind === 'menu' ? message.payload.menu : undefined
}

/** An agent may name its answer as it likes, so the answer counts before the prefix. */
function isMadeOnPortal(agreement: Agreement, thread: CheckedThread): boolean {
  return agreement.answer.startsWith(PORTAL_ANSWER) && answerNamed(agreement, thread) === undefined
}

function answerNamed({ answer }: Agreement, thread: CheckedThread): CheckedAnswer | undefined {
  const named = thread.messages.find((message) => message?.payload.jti === answer)
  return named?.kind === 'accept' || named?.kind === 'counter' ? named : undefined
}

function refuse(code: EvidenceFaultCode, detail: string): Result<never, UnplacedFault> {
  return err({ code, detail })
}
