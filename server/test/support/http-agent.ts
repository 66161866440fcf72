// A personal finance agent made of the protocol functions alone, over any transport: a socket or
// `inject`. It signs what a test tells it to and checks nothing that the test does not ask about.
import { randomBytes } from 'node:crypto'
import {
  AGREEMENT_TYP,
  agreementSignature,
  choosePlan,
  deriveAgreement,
  type EnrolledMessage,
  generateSigningKey,
  jwkThumbprintUri,
  type MenuMessage,
  type MessageKind,
  parseAmount,
  peekClaims,
  type RequestMessage,
  type SigningKey,
  signingInputHash,
  signMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'

export interface WireReply {
  status: number
  contentType: string
  text: string
}

/** Carries a request: a POST when there is a body, which is application/jose. */
export type Wire = (path: string, body?: string) => Promise<WireReply>

export interface AgentOptions {
  wire: Wire
  /** Issuer of the server. */
  server: string
  /** Epoch seconds of the server's clock. */
  now: () => number
}

/** What the pull URL answers. Spec: DLV-02. */
export interface InboxPage {
  messages: { cursor: string; jws: string }[]
  more: boolean
}

export interface HttpAgent {
  key: SigningKey
  iss: string
  /** The signed enrolment that was sent. */
  enrolJws: string
  /** What the server answered. */
  enrolled: WireReply
  pull(after?: string): Promise<InboxPage>
  /** Signs an answer to a request; the same call makes a message of its own each time. */
  accept(requestJws: string): Promise<string>
  decline(requestJws: string): Promise<string>
  send(jws: string): Promise<WireReply>
}

const newJti = () => toBase64Url(randomBytes(16))

/** Signs an enrolment with an activation code. */
export async function signEnrolment(
  { server, now }: Pick<AgentOptions, 'server' | 'now'>,
  key: SigningKey,
  more: { activationCode: string; inbox?: string },
): Promise<string> {
  const iss = jwkThumbprintUri(key.kid)
  const opening = { thr: newJti(), seq: 0, prev: null }
  const times = { iat: now(), exp: now() + 600 }
  const claims = { ver: '1.0', iss, aud: server, sub: iss, jti: newJti(), ...times, ...opening }
  return await signMessage(typOf('enrol'), { ...claims, ...more, jwk: key.publicJwk }, key)
}

/** Makes an agent and enrols it, with a key of its own where none is given. */
export async function enrolHttpAgent(
  options: AgentOptions,
  more: { activationCode: string; inbox?: string },
  ownKey?: SigningKey,
): Promise<HttpAgent> {
  const key = ownKey ?? (await generateSigningKey('ES256'))
  const enrolJws = await signEnrolment(options, key, more)
  const enrolled = await options.wire('/parley/enrolments', enrolJws)
  const pullPath =
    enrolled.status === 201 ? new URL(payloadOf<EnrolledMessage>(enrolled.text).pull).pathname : ''
  return {
    key,
    iss: jwkThumbprintUri(key.kid),
    enrolJws,
    enrolled,
    async pull(after) {
      const { text } = await options.wire(
        after === undefined ? pullPath : `${pullPath}?after=${after}`,
      )
      return JSON.parse(text) as InboxPage
    },
    accept: (requestJws) => signAnswer(options, key, { kind: 'accept', requestJws }),
    decline: (requestJws) => signAnswer(options, key, { kind: 'decline', requestJws }),
    send: (jws) => options.wire('/parley/messages', jws),
  }
}

/** The agent's proof that the inbox at which the challenge arrived is its own. Spec: ENR-04. */
export async function answerChallenge(
  { now }: Pick<AgentOptions, 'now'>,
  key: SigningKey,
  challengeJws: string,
): Promise<string> {
  const { aud, iss, sub, thr, seq } = payloadOf<Record<string, string> & { seq: number }>(
    challengeJws,
  )
  const ref = await signingInputHash(challengeJws)
  const times = { iat: now(), exp: now() + 600 }
  const place = { ver: '1.0', iss: aud, aud: iss, sub, thr, seq: seq + 1, prev: ref }
  return await signMessage(typOf('noted'), { ...place, ...times, jti: newJti(), ref }, key)
}

/** The payload of a compact JWS, as it stands. */
export function payloadOf<T = Record<string, unknown>>(jws: string): T {
  const peeked = peekClaims(jws)
  if (!peeked.ok) throw new Error(`not decodable: ${peeked.error.code}`)
  return peeked.value.payload as T
}

/** Accepts the first row on its first day, or declines all of it. */
async function signAnswer(
  { now }: AgentOptions,
  key: SigningKey,
  { kind, requestJws }: { kind: MessageKind & ('accept' | 'decline'); requestJws: string },
): Promise<string> {
  const request = payloadOf<RequestMessage>(requestJws)
  const { menuId } = request.menu
  const claims = {
    ver: '1.0',
    iss: request.aud,
    aud: request.iss,
    sub: request.sub,
    jti: newJti(),
    iat: now(),
    exp: now() + 900,
    thr: request.thr,
    seq: 1,
    prev: await signingInputHash(requestJws),
  } as const
  const body =
    kind === 'decline'
      ? { requestId: request.requestId, menuId, nothingAcceptable: true }
      : await acceptance(request, key, claims)
  return await signMessage(typOf(kind), { ...claims, ...body }, key)
}

async function acceptance(
  request: RequestMessage,
  key: SigningKey,
  { jti, iat, prev }: { jti: string; iat: number; prev: string },
): Promise<object> {
  const menu: MenuMessage['menu'] = request.menu
  const [row] = menu.rows
  const plan = row && choosePlan(menu, row.rowId, row.firstDueFrom)
  const principal = parseAmount(request.amount)
  if (row === undefined || !plan?.ok || !principal.ok) throw new Error('the request has no menu')
  const facts = { request, principal: principal.value, plan: plan.value }
  const { agreement, bytes } = await deriveAgreement({ ...facts, answer: { jti, iat, prev } })
  return {
    requestId: request.requestId,
    menuId: menu.menuId,
    rowId: row.rowId,
    firstDueDate: row.firstDueFrom,
    planHash: agreement.planHash,
    agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, key),
  }
}
