// A creditor's server in small, made of the protocol's own functions: it enrols, opens threads,
// answers agents, grants leases. A peer for the tests; deviations are made by its switches.

import { peekClaims } from '../../src/protocol/decode.ts'
import type {
  AcceptMessage,
  CounterMessage,
  EnrolMessage,
  PaymentMessage,
  RekeyMessage,
  RequestMessage,
} from '../../src/protocol/generated/messages.ts'
import {
  ANYONE,
  checkPublicJwk,
  type JwkSet,
  type PublishedJwk,
  type SigningKey,
  signingInputHash,
  thumbprint,
  verifyMessage,
  verifyRekeyProof,
} from '../../src/protocol/index.ts'
import { kindOf, type MessageKind, parsePayload, typOf } from '../../src/protocol/messages.ts'
import { CREDITOR_ORIGIN, IBAN } from './fixtures.ts'
import { createPeerAnswers, honestBehaviour, type PeerBehaviour } from './peer-answers.ts'
import { type PeerReply, problem, reply, said } from './peer-replies.ts'
import { type Claims, createPeerThreads, freshId } from './peer-threads.ts'

export interface CreditorPeer {
  readonly origin: string
  readonly behaviour: PeerBehaviour
  readonly agreements: string[]
  readonly payments: PaymentMessage[]
  readonly inbox: string[]
  serve(request: Request): Promise<Response>
  /** Signs the first message of a new thread for the enrolled agent. */
  request(changes?: Partial<RequestMessage>): Promise<string>
  /** Signs the next message of a thread. */
  next(thr: string, kind: MessageKind, body: object, claims?: Partial<Claims>): Promise<string>
  /** Signs the next revision of a request. */
  revise(thr: string, changes?: object, claims?: Partial<Claims>): Promise<string>
  addKey(jwk: PublishedJwk): void
  /** Lists a further key of its own, with its times. */
  publish(jwk: PublishedJwk): void
  /** Everything taken from agents and banks, in order. */
  readonly taken: ReadonlyArray<{ readonly kind: MessageKind; readonly payload: object }>
  /** The thread of the latest enrolment. */
  enrolmentThread(): string
  /** A message that was answered in the HTTP response takes its place. */
  note(thr: string, jws: string): Promise<void>
}

/** Token of the one link that the peer knows. */
export const LINK_TOKEN = 'L'.repeat(32)

const TAKEN_KINDS = [
  ...(['accept', 'counter', 'decline', 'payment', 'query', 'dispute', 'assistance'] as const),
  ...(['cancelled', 'ack', 'preference', 'rekey', 'revoke', 'noted', 'contest'] as const),
]

export function createCreditorPeer(options: {
  readonly key: SigningKey
  readonly clock: () => number
  readonly creditor?: RequestMessage['creditor']
}): CreditorPeer {
  const { key, clock } = options
  const creditor = options.creditor ?? {
    id: 'cr1',
    name: 'Stadtwerke Beispiel',
    account: { iban: IBAN },
  }
  const origin = CREDITOR_ORIGIN
  const behaviour = honestBehaviour()
  const conversations = createPeerThreads({ key, clock, origin, creditor })
  const { threads, sign, append, requestFor } = conversations
  const answers = createPeerAnswers({ key, clock, behaviour, conversations })
  const replies = new Map<string, PeerReply>()
  const peerKeys: PublishedJwk[] = []
  const inbox: string[] = []
  const taken: Array<{ kind: MessageKind; payload: object }> = []
  let enrolmentThread = ''
  let agent: { iss: string; sub: string } | null = null

  const ownKeys: PublishedJwk[] = [{ ...key.publicJwk, kid: key.kid, use: 'sig' }]
  const jwks: JwkSet = { keys: ownKeys }

  function unaddressed(changes: object): Promise<string> {
    const anyone = { iss: ANYONE, sub: ANYONE }
    return sign('request', { ...requestFor(anyone, freshId()), ...changes })
  }

  async function metadata() {
    const statements = {
      roles: ['creditor'],
      versions: ['1.0'],
      algorithms: ['ES256', 'Ed25519'],
      jwks,
      endpoints: { messages: `${origin}/parley/messages`, enrol: `${origin}/parley/enrolments` },
      capabilities: [],
      limits: {},
    }
    const signedMetadata = await sign('meta', {
      ...{ ver: '1.0', iss: origin, aud: 'urn:parley:anyone', sub: origin, jti: freshId() },
      ...{ iat: clock(), exp: clock() + 3600, thr: freshId(), seq: 0, prev: null },
      ...statements,
    })
    return reply(
      'application/json',
      JSON.stringify({ issuer: origin, ...statements, signedMetadata }),
    )
  }

  async function enrol(jws: string) {
    const peeked = peekClaims(jws)
    if (!peeked.ok) return problem(400, peeked.error.code)
    const { jwk } = peeked.value.payload as unknown as EnrolMessage
    const agentKey = { ...jwk, kid: await thumbprint(jwk) }
    const verified = await verifyMessage(jws, {
      typ: typOf('enrol'),
      keys: { keys: [agentKey] },
      now: clock(),
      audience: origin,
    })
    if (!verified.ok) return problem(401, verified.error.code)
    const enrolled = parsePayload('enrol', verified.value.payload)
    const ticket = enrolled.ok ? (enrolled.value.activationCode ?? enrolled.value.link) : ''
    if (ticket !== 'CODE-1234' && ticket !== LINK_TOKEN) {
      return problem(404, 'activation-code-unknown')
    }
    peerKeys.push(agentKey)
    agent = { iss: verified.value.payload.iss, sub: 'debtor-pairwise-1' }
    const body = await sign('enrolled', {
      ...{ ver: '1.0', iss: origin, aud: agent.iss, sub: agent.sub, jti: freshId() },
      ...{ iat: clock(), exp: clock() + 600, thr: verified.value.payload.thr, seq: 1 },
      prev: verified.value.hash,
      creditor,
      pull: `${origin}/parley/inbox/${'t'.repeat(43)}`,
      messages: `${origin}/parley/messages`,
    })
    const { thr, sub, hash, iss } = { ...verified.value, ...verified.value.payload, ...agent }
    const hashes = [hash, await signingInputHash(body)]
    threads.set(thr, { sub, aud: iss, hashes, request: null, menu: null })
    enrolmentThread = thr
    return reply('application/jose', body, 201)
  }

  async function profile() {
    if (agent === null) throw new Error('nobody has enrolled')
    return await sign('profile', {
      ...{ ver: '1.0', iss: origin, aud: agent.iss, sub: agent.sub, jti: freshId() },
      ...{ iat: clock(), exp: clock() + 600, thr: freshId(), seq: 0, prev: null },
      ...{ language: 'en', facts: [], unknown: ['Pay day'], file: [], wrote: [] },
      ...behaviour.profileMembers,
    })
  }

  async function receive(jws: string) {
    const typ = TAKEN_KINDS.map((kind) => typOf(kind))
    const verified = await verifyMessage(jws, {
      typ,
      keys: { keys: peerKeys },
      now: clock(),
      audience: origin,
    })
    if (!verified.ok) {
      return problem(verified.error.code === 'expired' ? 410 : 401, verified.error.code)
    }
    const { payload, hash, header } = verified.value
    const kind = kindOf(header.typ)
    const parsed = kind === undefined ? null : parsePayload(kind, payload)
    if (parsed?.ok !== true) return problem(400, 'schema')
    const opensThread = kind === 'payment' || (kind === 'ack' && payload.seq === 0)
    if (opensThread && !threads.has(payload.thr)) {
      const { sub, iss: aud, thr } = payload
      threads.set(thr, { sub, aud, hashes: [], request: null, menu: null })
    }
    const thread = threads.get(payload.thr)
    if (thread === undefined) return problem(404, 'not-found')
    if (payload.seq !== thread.hashes.length) return problem(409, 'sequence')
    if (payload.prev !== (thread.hashes.at(-1) ?? null)) return problem(409, 'prev')
    if (kind === 'rekey' && !(await takeRekey(parsed.value as RekeyMessage))) {
      return problem(401, 'signature')
    }
    thread.hashes.push(hash)
    taken.push({ kind: kind ?? 'noted', payload: parsed.value })
    switch (kind) {
      case 'noted':
        return reply('application/jose', '', 204)
      case 'ack':
      case 'preference':
      case 'rekey':
      case 'revoke':
        return said(await append(payload.thr, 'noted', { body: { ref: hash } }))
      case 'query':
      case 'dispute':
      case 'assistance':
      case 'cancelled':
      case 'contest':
        return answers.answerInquiry(thread, parsed.value)
      case 'accept':
      case 'counter':
        return answers.answerPlan(thread, parsed.value as AcceptMessage | CounterMessage)
      case 'decline':
        return answers.nextMenu(thread)
      default:
        return answers.answerPayment(parsed.value as PaymentMessage)
    }
  }

  async function takeRekey({ jwk, proof, iss, aud, thr }: RekeyMessage): Promise<boolean> {
    const checked = checkPublicJwk(jwk)
    if (!checked.ok) return false
    const proven = await verifyRekeyProof({ iss, aud, thr }, checked.value, proof)
    if (proven.ok) peerKeys.push({ ...checked.value, kid: proven.value })
    return proven.ok
  }

  async function once(jws: string, handle: (jws: string) => Promise<PeerReply>) {
    const known = replies.get(jws)
    if (known !== undefined) return known
    const answer = await handle(jws)
    if (answer.status < 300) replies.set(jws, answer)
    return answer
  }

  // Messages are taken one after the other, as in a transaction.
  let turn: Promise<unknown> = Promise.resolve()
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = turn.then(task)
    turn = run.catch(() => undefined)
    return run
  }

  async function route(request: Request) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/.well-known/parley') return metadata()
    if (pathname === '/parley/enrolments') return once(await request.text(), enrol)
    if (pathname === '/parley/messages') {
      const jws = await request.text()
      const { problem: refusal } = behaviour
      if (refusal !== null) return problem(refusal.status, refusal.code)
      return inTurn(() => once(jws, receive))
    }
    if (pathname === `/p/${LINK_TOKEN}`) {
      return said(await unaddressed(behaviour.linkMembers))
    }
    if (!pathname.startsWith('/parley/inbox/')) return problem(404, 'not-found')
    if (pathname.endsWith('/profile')) return said(await profile())
    const after = Number(searchParams.get('after') ?? 0)
    const page = inbox.slice(after, after + 2)
    const messages = page.map((jws, i) => ({ cursor: String(after + i + 1), jws }))
    const more = after + page.length < inbox.length
    return reply('application/json', JSON.stringify({ messages, more }))
  }

  return {
    origin,
    behaviour,
    agreements: answers.agreements,
    payments: answers.payments,
    inbox,
    async serve(request) {
      const { status, type, body } = await route(request)
      const content = status === 204 ? null : body
      return new Response(content, { status, headers: { 'content-type': type } })
    },
    async request(changes = {}) {
      if (agent === null) throw new Error('nobody has enrolled')
      return await conversations.open(agent, changes)
    },
    revise: conversations.revise,
    next: (thr, kind, body, claims) =>
      append(thr, kind, claims === undefined ? { body } : { body, claims }),
    addKey: (jwk) => void peerKeys.push(jwk),
    publish: (jwk) => void ownKeys.push(jwk),
    taken,
    enrolmentThread: () => enrolmentThread,
    async note(thr, jws) {
      threads.get(thr)?.hashes.push(await signingInputHash(jws))
    },
  }
}
