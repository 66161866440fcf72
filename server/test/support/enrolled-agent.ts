// An agent with a thread of enrolment, for tests of what is said on it: it signs what a test tells
// it to, follows the thread, and answers challenges at its inbox when it is asked to.
import type { ServerResponse } from 'node:http'
import {
  type EnrolledMessage,
  generateSigningKey,
  type HopRequest,
  jwkThumbprintUri,
  type MessageKind,
  peekClaims,
  type Result,
  type SigningKey,
  signingInputHash,
  signMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import type { Refusal } from '../../src/domain/refusal.ts'
import type { StoredReply } from '../../src/storage/column-types.ts'
import { addressOpenClaims } from '../../src/use-cases/address-open-claims.ts'
import { enrolAgent } from '../../src/use-cases/enrol-agent.ts'
import { createActivationCode } from '../../src/use-cases/manage-debtors.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import type { Received } from './http-receiver.ts'
import type { TestWorld } from './test-world.ts'

type World = Pick<TestWorld, 'deps' | 'creditorId'>
type Payload = Record<string, unknown>

export interface Head {
  seq: number
  hash: string
}

export interface EnrolledAgent {
  key: SigningKey
  iss: string
  sub: string
  thr: string
  enrolmentId: string
  enrolJws: string
  enrolled: EnrolledMessage & Payload
  pullToken: string
  /** The last message of the thread that the agent knows. */
  head: Head
}

const HOUR = 3_600

/** A code for a debtor. */
export async function codeFor({ deps, creditorId }: World, debtorId: string): Promise<string> {
  const made = await deps.db
    .transaction()
    .execute((tx) => createActivationCode(deps, tx, { creditorId, debtorId }))
  if (!made.ok) throw new Error(made.error.detail)
  return made.value.code
}

/** Signs an enrolment with a code or the token of a link. */
export async function signEnrol(
  { deps }: World,
  key: SigningKey,
  body: { activationCode?: string; link?: string; inbox?: string },
): Promise<string> {
  const iss = jwkThumbprintUri(key.kid)
  const thr = toBase64Url(deps.ids.randomBytes(16))
  const claims = opening(deps, { iss, sub: iss, thr, seq: 0, prev: null })
  return await signMessage(typOf('enrol'), { ...claims, jwk: key.publicJwk, ...body }, key)
}

/** Enrols; a refusal fails the test. Claims are addressed as the job would. */
export async function enrolWith(
  world: World,
  body: { activationCode?: string; link?: string; inbox?: string },
): Promise<EnrolledAgent> {
  const { deps, creditorId } = world
  const key = await generateSigningKey('ES256')
  const enrolJws = await signEnrol(world, key, body)
  const reply = await enrolAgent(deps, enrolJws)
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.detail}`)
  const enrolled = payloadOf(reply.value) as EnrolledMessage & Payload
  const { sub, thr } = enrolled as unknown as { sub: string; thr: string }
  const row = await deps.db
    .selectFrom('enrolments')
    .selectAll()
    .where('sub', '=', sub)
    .executeTakeFirstOrThrow()
  await addressOpenClaims(deps, { creditorId, enrolmentId: row.enrolment_id })
  return {
    key,
    iss: jwkThumbprintUri(key.kid),
    sub,
    thr,
    enrolmentId: row.enrolment_id,
    enrolJws,
    enrolled,
    pullToken: enrolled.pull.split('/').at(-1) ?? '',
    head: { seq: row.last_seq, hash: row.last_hash },
  }
}

/** Enrols with a code for a debtor. */
export async function enrolFor(
  world: World,
  debtorId: string,
  inbox?: string,
): Promise<EnrolledAgent> {
  const activationCode = await codeFor(world, debtorId)
  return await enrolWith(
    world,
    inbox === undefined ? { activationCode } : { activationCode, inbox },
  )
}

/** Signs the agent's next message of its enrolment, or one with other claims or another key. */
export async function signNext(
  { deps }: World,
  agent: EnrolledAgent,
  said: { kind: MessageKind; body: object; key?: SigningKey; claims?: object },
): Promise<string> {
  const { iss, sub, thr, head } = agent
  const claims = opening(deps, { iss, sub, thr, seq: head.seq + 1, prev: head.hash })
  const payload = { ...claims, ...said.body, ...said.claims }
  return await signMessage(typOf(said.kind), payload, said.key ?? agent.key)
}

/** Hands in a message and follows the thread to the reply. */
export async function handIn(
  { deps }: World,
  agent: EnrolledAgent,
  jws: string,
): Promise<Result<StoredReply, Refusal>> {
  const reply = await receiveMessage(deps, jws)
  if (reply.ok) {
    const { seq } = payloadOf(reply.value.body) as { seq: number }
    agent.head = { seq, hash: await signingInputHash(reply.value.body) }
  }
  return reply
}

/** Signs and hands in; the code of the refusal, or the kind of the reply. */
export async function say(
  world: World,
  agent: EnrolledAgent,
  said: { kind: MessageKind; body: object; key?: SigningKey; claims?: object },
): Promise<string> {
  const reply = await handIn(world, agent, await signNext(world, agent, said))
  return reply.ok ? kindOfJws(reply.value.body) : reply.error.code
}

/** An inbox that answers a challenge with what a test makes of `noted`, and takes the rest. */
export function provingInbox(
  world: World,
  agent: () => EnrolledAgent,
  change: { key?: SigningKey; body?: object; claims?: object } = {},
) {
  return (request: Received, response: ServerResponse) => {
    if (kindOfJws(request.body) !== 'challenge') return void response.writeHead(202).end()
    void answerChallenge(world, agent(), request.body, change).then((noted) =>
      response.writeHead(200, { 'content-type': 'application/jose' }).end(noted),
    )
  }
}

async function answerChallenge(
  world: World,
  agent: EnrolledAgent,
  challengeJws: string,
  change: { key?: SigningKey; body?: object; claims?: object },
): Promise<string> {
  const hash = await signingInputHash(challengeJws)
  const { seq } = payloadOf(challengeJws) as { seq: number }
  const noted = await signNext(
    world,
    { ...agent, head: { seq, hash } },
    { kind: 'noted', body: { ref: hash, ...change.body }, ...change },
  )
  agent.head = { seq: seq + 1, hash: await signingInputHash(noted) }
  return noted
}

/** `revoke` of `parley-revoke+jwt`. */
export function kindOfJws(jws: string): string {
  const peeked = peekClaims(jws)
  if (!peeked.ok) throw new Error(`not decodable: ${peeked.error.code}`)
  return peeked.value.header.typ.replace(/^parley-|\+jwt$/g, '')
}

/** The payload of a compact JWS, as it stands. */
export function payloadOf(jws: string): Payload {
  const peeked = peekClaims(jws)
  if (!peeked.ok) throw new Error(`not decodable: ${peeked.error.code}`)
  return peeked.value.payload
}

/** A received request as its verifier sees it. */
export function hopOf(origin: string, { method, path, headers, body }: Received): HopRequest {
  return {
    method,
    url: `${origin}${path}`,
    headers: new Map(Object.entries(headers)),
    body: new TextEncoder().encode(body),
  }
}

function opening(deps: World['deps'], place: Payload): Payload {
  const now = deps.clock.now()
  const jti = toBase64Url(deps.ids.randomBytes(16))
  return { ver: '1.0', aud: deps.publicUrl, jti, iat: now, exp: now + HOUR, ...place }
}
