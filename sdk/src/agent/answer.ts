// From a decision to the signed message that says it. Only what the protocol asks for goes in: no
// reason, no balance, no preference.

import { deriveAgreement } from '../protocol/agreement.ts'
import { toBase64Url } from '../protocol/encoding.ts'
import type { RequestMessage } from '../protocol/generated/messages.ts'
import { signingInputHash } from '../protocol/hash.ts'
import type { SigningKey } from '../protocol/keys.ts'
import { AGREEMENT_TYP, typOf } from '../protocol/messages.ts'
import type { Amount, Money } from '../protocol/money.ts'
import { parseAmount } from '../protocol/money.ts'
import type { PlanTerms } from '../protocol/plan-schedule.ts'
import { agreementSignature, signMessage } from '../protocol/sign.ts'
import type { AcceptDecision, CounterDecision, DeclineDecision } from './decide.ts'
import type { ThreadMessage, ThreadRecord } from './store.ts'

/** A decision that is answered with a message. */
export type AnswerDecision = AcceptDecision | CounterDecision | DeclineDecision

/** What signing an answer needs. */
export interface AnswerContext {
  readonly key: SigningKey
  readonly now: number
  readonly randomBytes: (length: number) => Uint8Array
  readonly payBy?: { readonly bank: string }
}

/** How long an answer may be taken up, in seconds. */
export const ANSWER_LIFETIME_SECONDS = 900

/** Signs the answer and adds it to the conversation as its next message. */
export async function withAnswer(
  thread: ThreadRecord,
  decision: AnswerDecision,
  context: AnswerContext,
): Promise<ThreadRecord> {
  const claims = claimsAfter(thread, context)
  const body = await bodyOf(thread, decision, { ...context, claims })
  const jws = await signMessage(typOf(decision.kind), { ...claims, ...body }, context.key)
  const message: ThreadMessage = {
    from: 'agent',
    kind: decision.kind,
    jti: claims.jti,
    hash: await signingInputHash(jws),
    jws,
    at: context.now,
  }
  const plan = decision.kind === 'decline' ? null : decision.plan.terms
  return {
    ...thread,
    stage: 'answering',
    messages: [...thread.messages, message],
    answer: { kind: decision.kind, seq: claims.seq, plan, acknowledged: false },
    counterMade: thread.counterMade || decision.kind === 'counter',
  }
}

/** Reads an amount that was checked when it arrived. @throws {TypeError} when it was not. */
export function checkedMoney(amount: Amount): Money {
  const parsed = parseAmount(amount)
  if (!parsed.ok) throw new TypeError('an unchecked amount')
  return parsed.value
}

/** Draws a message id of 128 random bits. */
export function newMessageId(randomBytes: (length: number) => Uint8Array): string {
  return toBase64Url(randomBytes(16))
}

/** The common claims of the agent's next message in a conversation. */
export interface AnswerClaims {
  readonly ver: '1.0'
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly thr: string
  readonly seq: number
  readonly prev: string
}

/** Claims for the place after the last message; actionable for 15 minutes unless told otherwise. */
export function claimsAfter(
  thread: ThreadRecord,
  { now, randomBytes }: Pick<AnswerContext, 'now' | 'randomBytes'>,
  lifetimeSeconds: number = ANSWER_LIFETIME_SECONDS,
): AnswerClaims {
  const { request, messages } = thread
  const last = messages.at(-1)
  if (last === undefined) throw new TypeError('a conversation starts with a request')
  return {
    ver: '1.0',
    iss: request.aud,
    aud: request.iss,
    sub: request.sub,
    jti: newMessageId(randomBytes),
    iat: now,
    exp: now + lifetimeSeconds,
    thr: thread.thr,
    seq: messages.length,
    prev: last.hash,
  }
}

async function bodyOf(
  thread: ThreadRecord,
  decision: AnswerDecision,
  context: AnswerContext & { readonly claims: AnswerClaims },
): Promise<object> {
  const body = answerBody(thread.request, decision)
  if (decision.kind === 'decline') return body
  return { ...body, ...(await signedPlan(thread, decision.plan.terms, context)) }
}

/**
 * What an answer says, but for the plan hash and the signature over the agreement. Nothing of the
 * household is in it but the plan that was chosen.
 *
 * @example
 * import { answerBody, type DeclineDecision } from '@parley/sdk'
 * const decline: DeclineDecision = {
 *   ...{ kind: 'decline', menuId: 'v1-0', nothingAcceptable: false, reason: 'better-later' },
 * }
 * answerBody({ requestId: 'pr_1' }, decline) // => { requestId: 'pr_1', menuId: 'v1-0', nothingAcceptable: false }
 */
export function answerBody(
  { requestId }: Pick<RequestMessage, 'requestId'>,
  decision: AnswerDecision,
): object {
  const { menuId } = decision
  if (decision.kind === 'decline') {
    return { requestId, menuId, nothingAcceptable: decision.nothingAcceptable }
  }
  const { terms } = decision.plan
  if (decision.kind === 'counter') return { requestId, plan: terms }
  return { requestId, menuId, rowId: decision.rowId, firstDueDate: terms.firstDueDate }
}

async function signedPlan(
  { request }: ThreadRecord,
  plan: PlanTerms,
  { key, payBy, claims }: AnswerContext & { readonly claims: AnswerClaims },
): Promise<object> {
  const { agreement, bytes } = await deriveAgreement({
    request,
    principal: checkedMoney(request.amount),
    plan,
    answer: { jti: claims.jti, iat: claims.iat, prev: claims.prev, ...(payBy ? { payBy } : {}) },
  })
  return {
    planHash: agreement.planHash,
    ...(payBy ? { payBy } : {}),
    agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, key),
  }
}
