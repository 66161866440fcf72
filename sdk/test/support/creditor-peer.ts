// A creditor's server in small, made of the protocol's own functions: it enrols, opens threads,
// answers agents, grants leases. A peer for the tests; deviations are made by its switches.

import { deriveAgreement } from '../../src/protocol/agreement.ts'
import { peekClaims } from '../../src/protocol/decode.ts'
import type {
  AcceptMessage,
  CounterMessage,
  EnrolMessage,
  Menu,
  PaymentMessage,
  PlanTerms,
  RekeyMessage,
  RequestMessage,
} from '../../src/protocol/generated/messages.ts'
import {
  ANYONE,
  agreementSignature,
  assembleGeneralJws,
  checkPublicJwk,
  type JwkSet,
  type PublishedJwk,
  parseAmount,
  type SigningKey,
  signingInputHash,
  signMessage,
  thumbprint,
  toBase64Url,
  verifyMessage,
  verifyRekeyProof,
} from '../../src/protocol/index.ts'
import { choosePlan } from '../../src/protocol/menu.ts'
import { kindOf, type MessageKind, parsePayload, typOf } from '../../src/protocol/messages.ts'
import { CREDITOR_ORIGIN, IBAN, MENU } from './fixtures.ts'

type Claims = { thr: string; seq: number; prev: string | null }

/** One conversation as the creditor sees it. */
interface PeerThread {
  readonly sub: string
  readonly aud: string
  readonly hashes: string[]
  readonly request: RequestMessage | null
  menu: Menu | null
}

/** How the peer behaves; tests change it. */
export interface PeerBehaviour {
  takeCounters: boolean
  /** Menus after the first, in order. */
  laterMenus: Menu[]
  tamperAgreement: (bytes: Uint8Array) => Uint8Array
  /** Answers a message with this problem instead of taking it. */
  problem: { readonly status: number; readonly code: string } | null
  grantLeases: boolean
  leaseReason: string
  leaseSeconds: number
  /** Grants every lease under this number instead of the next. */
  fencing: number | null
  outstanding: string | null
  claim: 'open' | 'settled' | 'cancelled'
  /** Members of every status that answers a payment or a question. */
  statusMembers: object
  quoteMembers: object
  /** Members of the request behind the link. */
  linkMembers: object
}

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
  ...(['cancelled', 'ack', 'preference', 'rekey', 'revoke', 'noted'] as const),
]

let counter = 0
const freshId = () =>
  toBase64Url(new TextEncoder().encode(`id-${String(++counter).padStart(13, '0')}`))

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
  const behaviour: PeerBehaviour = {
    takeCounters: true,
    laterMenus: [],
    tamperAgreement: (bytes) => bytes,
    problem: null,
    grantLeases: true,
    leaseReason: 'LOCK',
    leaseSeconds: 600,
    fencing: null,
    outstanding: null,
    claim: 'open',
    statusMembers: {},
    quoteMembers: {},
    linkMembers: {},
  }
  const threads = new Map<string, PeerThread>()
  const replies = new Map<string, { status: number; type: string; body: string }>()
  const peerKeys: PublishedJwk[] = []
  const agreements: string[] = []
  const payments: PaymentMessage[] = []
  const inbox: string[] = []
  const leases = new Map<string, number>()
  const taken: Array<{ kind: MessageKind; payload: object }> = []
  let enrolmentThread = ''
  let agent: { iss: string; sub: string } | null = null

  const sign = (kind: MessageKind, payload: object) => signMessage(typOf(kind), payload, key)
  const jwks: JwkSet = { keys: [{ ...key.publicJwk, kid: key.kid, use: 'sig' }] }

  async function append(
    thr: string,
    kind: MessageKind,
    { body, claims = {} }: { body: object; claims?: Partial<Claims> },
  ): Promise<string> {
    const thread = threads.get(thr)
    if (thread === undefined) throw new Error(`no thread ${thr}`)
    const jws = await sign(kind, {
      ver: '1.0',
      iss: origin,
      aud: thread.aud,
      sub: thread.sub,
      jti: freshId(),
      iat: clock(),
      exp: clock() + 86_400,
      thr,
      seq: thread.hashes.length,
      prev: thread.hashes.at(-1) ?? null,
      ...(thread.request === null ? {} : { requestId: thread.request.requestId }),
      ...body,
      ...claims,
    })
    if (Object.keys(claims).length === 0) thread.hashes.push(await signingInputHash(jws))
    return jws
  }

  function requestFor({ iss, aud, sub }: { iss: string; aud?: string; sub: string }, thr: string) {
    return {
      ...{ ver: '1.0', iss: origin, aud: aud ?? iss, sub, jti: freshId() },
      ...{ iat: clock(), exp: clock() + 86_400, thr, seq: 0, prev: null },
      requestId: `req_INV${String(counter)}`,
      revision: 1,
      creditor,
      amount: { value: '240.00', currency: 'EUR' },
      dueDate: '2026-03-16',
      timeZone: 'Europe/Berlin',
      remittance: { scheme: 'SCOR', reference: `RF18${String(counter).padStart(10, '0')}` },
      dunning: { level: 0, respondBy: clock() + 86_400, nextStep: 'human-channel' },
      menu: MENU,
    }
  }

  function unaddressed(changes: object): Promise<string> {
    const anyone = { iss: ANYONE, sub: ANYONE }
    return sign('request', { ...requestFor(anyone, freshId()), ...changes })
  }

  const reply = (type: string, body: string, status = 200) => ({ status, type, body })
  const problem = (status: number, code: string) =>
    reply(
      'application/problem+json',
      JSON.stringify({ type: 'about:blank', title: code, status, code }),
      status,
    )

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
      return problem(401, 'activation-code-unknown')
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
        return reply(
          'application/jose',
          await append(payload.thr, 'noted', { body: { ref: hash } }),
        )
      case 'query':
      case 'dispute':
      case 'assistance':
      case 'cancelled':
        return answerInquiry(thread, parsed.value)
      case 'accept':
      case 'counter':
        return answerPlan(thread, parsed.value as AcceptMessage | CounterMessage)
      case 'decline':
        return nextMenu(thread)
      default:
        return answerPayment(parsed.value as PaymentMessage)
    }
  }

  async function takeRekey({ jwk, proof, iss, aud, thr }: RekeyMessage): Promise<boolean> {
    const checked = checkPublicJwk(jwk)
    if (!checked.ok) return false
    const proven = await verifyRekeyProof({ iss, aud, thr }, checked.value, proof)
    if (proven.ok) peerKeys.push({ ...checked.value, kid: proven.value })
    return proven.ok
  }

  async function answerInquiry(thread: PeerThread, inquiry: object) {
    const outstanding = thread.request?.amount
    const { asOf, disputed } = inquiry as { asOf?: string; disputed?: object }
    const status = { claim: behaviour.claim, conversation: 'negotiating', outstanding }
    const body =
      asOf === undefined
        ? { ...status, ...(disputed === undefined ? {} : { disputed }), ...behaviour.statusMembers }
        : {
            ...{ revision: 1, asOf, total: outstanding, rounding: 'half-even-per-part' },
            ...{ parts: [{ kind: 'principal', amount: outstanding }], ...behaviour.quoteMembers },
          }
    const kind = asOf === undefined ? 'status' : 'quote'
    return reply('application/jose', await append(thread.request?.thr ?? '', kind, { body }))
  }

  async function answerPlan(thread: PeerThread, answer: AcceptMessage | CounterMessage) {
    if (thread.request === null || thread.menu === null) throw new Error('no request')
    if ('plan' in answer && !behaviour.takeCounters) return nextMenu(thread)
    const chosen =
      'plan' in answer
        ? { ok: true as const, value: answer.plan as PlanTerms }
        : choosePlan(thread.menu, answer.rowId, answer.firstDueDate)
    if (!chosen.ok) return problem(422, chosen.error.code)
    const principal = parseAmount(thread.request.amount)
    if (!principal.ok || answer.prev === null) throw new Error('bad request')
    const { jti, iat, prev, payBy } = answer
    const { bytes } = await deriveAgreement({
      request: thread.request,
      principal: principal.value,
      plan: chosen.value,
      answer: { jti, iat, prev, ...(payBy ? { payBy } : {}) },
    })
    const signed = behaviour.tamperAgreement(bytes)
    const own = await agreementSignature(signed, 'parley-agreement+jwt', key)
    const general = assembleGeneralJws(signed, [own, answer.agreementSignature])
    const text = JSON.stringify(general)
    agreements.push(text)
    return reply('application/jose+json', text)
  }

  async function nextMenu(thread: PeerThread) {
    const thr = [...threads].find(([, one]) => one === thread)?.[0] ?? ''
    const menu = behaviour.laterMenus.shift()
    if (menu === undefined) {
      const status = { claim: 'open', conversation: 'impasse', outstanding: thread.request?.amount }
      return reply('application/jose', await append(thr, 'status', { body: status }))
    }
    thread.menu = menu
    return reply('application/jose', await append(thr, 'menu', { body: { menu } }))
  }

  async function answerPayment(payment: PaymentMessage) {
    payments.push(payment)
    const { thr, line, requestId, agreementId, amount } = payment
    const outstanding = { ...amount, value: behaviour.outstanding ?? amount.value }
    const { claim } = behaviour
    const fencing = behaviour.fencing ?? (leases.get(thr) ?? 0) + 1
    const until = clock() + behaviour.leaseSeconds
    const lease = behaviour.grantLeases
      ? { line, granted: true, fencing, until }
      : { line, granted: false, reason: { code: behaviour.leaseReason } }
    if (payment.status === 'ACCP') leases.set(thr, fencing)
    const state = { requestId, agreementId, claim, conversation: 'agreed', outstanding }
    const body = { ...state, ...behaviour.statusMembers }
    const withLease = payment.status === 'ACCP' ? { ...body, lease } : body
    return reply('application/jose', await append(thr, 'status', { body: withLease }))
  }

  async function once(jws: string, handle: (jws: string) => Promise<ReturnType<typeof reply>>) {
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
      return reply('application/jose', await unaddressed(behaviour.linkMembers))
    }
    if (!pathname.startsWith('/parley/inbox/')) return problem(404, 'not-found')
    const after = Number(searchParams.get('after') ?? 0)
    const page = inbox.slice(after, after + 2)
    const messages = page.map((jws, i) => ({ cursor: String(after + i + 1), jws }))
    const more = after + page.length < inbox.length
    return reply('application/json', JSON.stringify({ messages, more }))
  }

  return {
    origin,
    behaviour,
    agreements,
    payments,
    inbox,
    async serve(request) {
      const { status, type, body } = await route(request)
      const content = status === 204 ? null : body
      return new Response(content, { status, headers: { 'content-type': type } })
    },
    async request(changes = {}) {
      if (agent === null) throw new Error('nobody has enrolled')
      const thr = freshId()
      const request = { ...requestFor(agent, thr), ...changes } as RequestMessage
      const jws = await sign('request', request)
      threads.set(thr, {
        ...{ sub: agent.sub, aud: agent.iss, request, menu: request.menu },
        hashes: [await signingInputHash(jws)],
      })
      return jws
    },
    async revise(thr, changes, claims) {
      const thread = threads.get(thr)
      if (thread?.request == null) throw new Error('no such conversation')
      const { requestId, revision } = thread.request
      const body = {
        ...requestFor(thread.request, thr),
        requestId,
        revision: revision + 1,
        ...changes,
      }
      const { iss, aud, sub, jti, iat, exp, thr: _, seq, prev, ...members } = body as RequestMessage
      const jws = await append(thr, 'request', { body: members, ...(claims ? { claims } : {}) })
      const peeked = peekClaims(jws)
      if (peeked.ok && claims === undefined) {
        const request = peeked.value.payload as unknown as RequestMessage
        threads.set(thr, { ...thread, request, menu: request.menu })
      }
      return jws
    },
    next: (thr, kind, body, claims) =>
      append(thr, kind, claims === undefined ? { body } : { body, claims }),
    addKey: (jwk) => void peerKeys.push(jwk),
    taken,
    enrolmentThread: () => enrolmentThread,
    async note(thr, jws) {
      threads.get(thr)?.hashes.push(await signingInputHash(jws))
    },
  }
}
