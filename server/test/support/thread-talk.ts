// An agent that talks to a test world, message by message: honest by default, with any claim changed
// where a test asks for it.
import {
  AGREEMENT_TYP,
  agreementSignature,
  choosePlan,
  deriveAgreement,
  type MessageKind,
  type PlanTerms,
  parseAmount,
  peekClaims,
  planHash,
  type RequestMessage,
  type SigningKey,
  sha256Base64Url,
  signMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import { expect } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { findThread } from '../../src/storage/threads.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import { signedHop } from './bank-hop.ts'
import {
  claimNow,
  enrolTestAgent,
  issueClaim,
  type TestAgent,
  type TestWorld,
  transcriptOf,
} from './test-world.ts'

type World = Pick<TestWorld, 'deps' | 'creditorId'>

export interface Speaker {
  iss: string
  sub: string
  key: SigningKey
}

export interface Said {
  kind: MessageKind
  thr: string
  body: object
  /** Claims in place of the honest ones. */
  claims?: Record<string, unknown>
}

/** A claim of 120.00 EUR that is with an agent, and the agent. */
export async function addressedClaim(world: World): Promise<{ agent: TestAgent; claim: Claim }> {
  const issued = await issueClaim(world)
  const agent = await enrolTestAgent(world, issued.debtorId)
  return { agent, claim: await claimNow(world, issued.claimId) }
}

/** Signs the next message of a thread. */
export async function sign({ deps }: World, from: Speaker, said: Said): Promise<string> {
  const thread = await findThread(deps.db, said.thr)
  const now = deps.clock.now()
  const claims = {
    ver: '1.0',
    iss: from.iss,
    aud: deps.publicUrl,
    sub: from.sub,
    jti: toBase64Url(deps.ids.randomBytes(16)),
    iat: now,
    exp: now + 900,
    thr: said.thr,
    seq: (thread?.lastSeq ?? -1) + 1,
    prev: thread?.lastHash ?? null,
    ...said.claims,
  }
  return await signMessage(typOf(said.kind), { ...claims, ...said.body }, from.key)
}

/** Hands a message in as a peer would: a bank signs its hop with `key`. */
export async function hand({ deps }: World, jws: string, key?: SigningKey) {
  if (key === undefined) return await receiveMessage(deps, jws)
  const hop = await signedHop(jws, { key, now: deps.clock.now(), server: deps.publicUrl })
  return await receiveMessage(deps, jws, hop)
}

/** Signs and hands in; the payload of the reply. A refusal fails the test. */
export async function say(
  world: World,
  from: Speaker,
  said: Said,
): Promise<{ typ: string; payload: Record<string, unknown>; jws: string }> {
  const jws = await sign(world, from, said)
  const reply = await hand(world, jws, said.kind === 'payment' ? from.key : undefined)
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.detail}`)
  const { body } = reply.value
  const peeked = body.startsWith('{') ? undefined : peekClaims(body)
  const payload = (peeked?.ok ? peeked.value.payload : {}) as Record<string, unknown>
  const typ = peeked?.ok ? peeked.value.header.typ : AGREEMENT_TYP
  return { typ, payload, jws }
}

/** Expects a refusal of this code that leaves every table as it was, except for kept proofs. */
export async function expectRefusal(world: World, jws: string, code: string): Promise<void> {
  const before = await fingerprint(world)
  const reply = await hand(world, jws)
  expect(reply.ok ? 'taken' : reply.error.code).toBe(code)
  expect(await fingerprint(world)).toEqual(before)
}

/** Everything that a message may change about claims and threads. */
async function fingerprint({ deps: { db } }: World): Promise<unknown> {
  return [
    await db.selectFrom('claims').selectAll().orderBy('claim_id').execute(),
    await db.selectFrom('threads').selectAll().orderBy('thr').execute(),
    await db.selectFrom('messages').select(['thr', 'seq', 'hash']).orderBy('hash').execute(),
    await db.selectFrom('claim_holds').selectAll().orderBy('claim_id').execute(),
    await db.selectFrom('agreements').select('agreement_id').orderBy('agreement_id').execute(),
  ]
}

/** The thread of the acknowledgements of a conversation. */
export const acksOf = (thr: string) => sha256Base64Url(`parley-ack:${thr}`)

/** The hash of the last message of a conversation. */
export async function lastHash({ deps }: World, thr: string): Promise<string> {
  return (await findThread(deps.db, thr))?.lastHash ?? ''
}

/** The newest request of a conversation. */
export async function newestRequest(world: World, thr: string): Promise<RequestMessage> {
  const said = await transcriptOf(world, thr)
  const request = said.findLast(({ typ }) => typ === typOf('request'))
  return request?.payload as unknown as RequestMessage
}

export interface Acceptance {
  rowId?: string
  /** The due day of the request when it is left out. */
  firstDueDate?: string
  request?: RequestMessage
  payBy?: { bank: string }
  claims?: Record<string, unknown>
  /** Members of the body in place of the honest ones. */
  body?: object
}

/** Signs an accept of one row of the newest request, from its due day on. */
export async function signAccept(
  world: World,
  from: Speaker,
  claim: Pick<Claim, 'thr'>,
  accept: Acceptance = {},
): Promise<string> {
  const { deps } = world
  const { rowId = '3-P1M', payBy } = accept
  const request = accept.request ?? (await newestRequest(world, claim.thr))
  const principal = parseAmount(request.amount)
  const { firstDueDate = request.dueDate } = accept
  const plan = choosePlan(request.menu, rowId, firstDueDate)
  if (!principal.ok || !plan.ok) throw new Error('the menu has no such row')
  const jti = toBase64Url(deps.ids.randomBytes(16))
  const iat = deps.clock.now()
  const prev = String(accept.claims?.['prev'] ?? (await lastHash(world, claim.thr)))
  const answer = { jti, iat, prev, ...(payBy && { payBy }) }
  const facts = { request, principal: principal.value, plan: plan.value, answer }
  const { bytes } = await deriveAgreement(facts)
  const body = {
    requestId: request.requestId,
    menuId: request.menu.menuId,
    rowId,
    firstDueDate,
    planHash: await planHash(principal.value, plan.value),
    ...(payBy && { payBy }),
    agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, from.key),
    ...accept.body,
  }
  const claims = { jti, iat, ...accept.claims }
  return await sign(world, from, { kind: 'accept', thr: claim.thr, body, claims })
}

/** Signs a counter for a plan, with the agreement that it would make. */
export async function signCounter(
  world: World,
  from: Speaker,
  claim: Pick<Claim, 'thr'>,
  plan: PlanTerms,
): Promise<string> {
  const { deps } = world
  const request = await newestRequest(world, claim.thr)
  const principal = parseAmount(request.amount)
  if (!principal.ok) throw new Error('the request has no valid amount')
  const jti = toBase64Url(deps.ids.randomBytes(16))
  const iat = deps.clock.now()
  const answer = { jti, iat, prev: await lastHash(world, claim.thr) }
  const { bytes } = await deriveAgreement({ request, principal: principal.value, plan, answer })
  const body = {
    requestId: request.requestId,
    plan,
    planHash: await planHash(principal.value, plan),
    agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, from.key),
  }
  return await sign(world, from, { kind: 'counter', thr: claim.thr, body, claims: { jti, iat } })
}

export const eur = (value: string) => ({ value, currency: 'EUR' })
