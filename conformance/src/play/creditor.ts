// A creditor's server, played towards an agent from spec/ alone: discovery, enrolment, pull inbox, messages.
// What an agent sends is checked as its receiver has to; a case may change any answer and any key.
import type { JWK } from 'jose'
import type { Transcript } from '../run/transcript.ts'
import { agreementText, signAgreement } from '../wire/agreement.ts'
import { type Claims, sha256, signMessage } from '../wire/jws.ts'
import { drawKey, type PartyKey, thumbprintUri } from '../wire/keys.ts'
import { type PlanTerms, planHash } from '../wire/plan.ts'
import type { Seeded } from '../wire/seeded.ts'
import type { Place } from './agent.ts'
import { type Bill, billOf, CREDITOR } from './bill.ts'
import { type Answer, type Host, joseAnswer, jsonAnswer, openHost, type Received } from './host.ts'
import { metadataDocument, type PublishedKey, publishedKey } from './metadata.ts'
import { acceptedPlan, isAgreementSigned, keyIn, placeAfter, problem, statusOf } from './replies.ts'
import { readSaid, type Said } from './said.ts'

/** A thread as the creditor knows it: every message of both sides, in order. */
export interface Thread {
  readonly thr: string
  readonly messages: string[]
  /** The newest request, where it is a conversation about a claim. */
  bill: Bill | null
  /** The text of the agreement that both sides get to. */
  agreement: string | null
}

/** The agent that enrolled. */
export interface Customer {
  readonly iss: string
  readonly sub: string
  readonly jwk: JWK
  readonly thread: Thread
}

/** Answers a message in the place of the creditor; undefined leaves it to the creditor. */
export type Script = (said: Said, thread: Thread) => Answer | 'cut' | undefined

export interface PlayedCreditor {
  readonly host: Host
  readonly key: PartyKey
  readonly activationCode: string
  /** Epoch seconds, as the agent is told. */
  now: number
  /** Everything that the agent said, in order; what it said again stands here again. */
  readonly said: Said[]
  /** What is wrong with what it said. */
  readonly faults: string[]
  /** Who enrolled, if somebody has. */
  customer: Customer | null
  /** Called once, when the agent enrols. */
  onEnrolled: (() => void) | null
  script: Script | null
  /** Answers for the metadata in its place. */
  metadata: (() => Answer) | null
  /** The keys that are published from now on. */
  publish(keys: readonly PublishedKey[], signedWith?: PartyKey): void
  /** Signs a message at a place. */
  sign(
    kind: string,
    place: Place,
    members: object,
    claims?: Partial<Claims>,
    key?: PartyKey,
  ): string
  /** Opens a conversation; the request is signed and not yet delivered. */
  open(wish?: object, claims?: Partial<Claims>): Thread
  /** Signs the next message of a thread and keeps it there; it is not yet delivered. */
  next(thread: Thread, kind: string, members: object, claims?: Partial<Claims>): string
  /** Puts messages into the inbox. */
  deliver(...messages: readonly string[]): void
  /** The agreement that follows from an answer; null for one that names no plan of the bill. */
  agreementOf(said: Said, thread: Thread): string | null
  /** The agreement as General JWS; a case may hand another text in. */
  agreementAnswer(said: Said, text: string, signer?: PartyKey): Answer
  close(): Promise<void>
}

const ANSWER_SECONDS = 86_400 * 7

/** Opens a creditor on loopback. */
export async function openCreditor(
  { seeded, transcript }: { readonly seeded: Seeded; readonly transcript: Transcript },
  startsAt: number,
): Promise<PlayedCreditor> {
  const key = await drawKey(seeded, 'ES256')
  const host = await openHost('creditor', transcript)
  const threads = new Map<string, Thread>()
  const replies = new Map<string, Answer>()
  const inbox: string[] = []
  const pullToken = seeded.bytes(32).toString('base64url')
  const endpoints = {
    enrol: `${host.origin}/parley/enrolments`,
    messages: `${host.origin}/parley/messages`,
  }
  let published = { keys: [publishedKey(key)], signedWith: key }
  let bills = 0

  const creditor: PlayedCreditor = {
    ...{ host, key, now: startsAt, said: [], faults: [] },
    ...{ customer: null, onEnrolled: null, script: null, metadata: null },
    activationCode: `CONF-${seeded.bytes(8).toString('hex').toUpperCase()}`,
    publish(keys, signedWith = key) {
      published = { keys: [...keys], signedWith }
    },
    sign(kind, place, members, claims = {}, by = key) {
      const { iss: aud, sub } = creditor.customer ?? { iss: '', sub: '' }
      const common = {
        ...{ ver: '1.0', iss: host.origin, aud, sub, jti: seeded.id() },
        ...{ iat: creditor.now, exp: creditor.now + ANSWER_SECONDS, ...place },
      }
      return signMessage(kind, { ...common, ...members, ...claims }, by)
    },
    open(wish = {}, claims = {}) {
      const bill: Bill = { ...billOf(bills++, { seeded, now: creditor.now }), ...wish }
      const thread: Thread = { thr: seeded.id(), messages: [], bill: null, agreement: null }
      threads.set(thread.thr, thread)
      creditor.next(thread, 'request', bill, claims)
      return thread
    },
    next(thread, kind, members, claims = {}) {
      const jws = creditor.sign(kind, placeAfter(thread), members, claims)
      thread.messages.push(jws)
      if (kind === 'request') thread.bill = members as Bill
      return jws
    },
    deliver(...messages) {
      inbox.push(...messages)
    },
    agreementAnswer({ claims }, text, signer = key) {
      const payload = Buffer.from(text).toString('base64url')
      const signatures = [signAgreement(text, signer), claims['agreementSignature']]
      return {
        status: 200,
        headers: { 'content-type': 'application/jose+json' },
        body: JSON.stringify({ payload, signatures }),
      }
    },
    agreementOf,
    close: () => host.close(),
  }

  host.answerWith(async ({ method, target, body, headers }: Received, { response }) => {
    const { pathname, searchParams } = new URL(target, host.origin)
    if (pathname === '/.well-known/parley') {
      if (creditor.metadata !== null) return creditor.metadata()
      return jsonAnswer(
        metadataDocument(
          { role: 'creditor', origin: host.origin, endpoints, ...published },
          { seeded, now: creditor.now },
        ),
      )
    }
    if (method === 'GET' && pathname === `/parley/inbox/${pullToken}`) {
      const after = Number(searchParams.get('after') ?? 0)
      const page = inbox.slice(after, after + 50)
      const messages = page.map((jws, index) => ({ cursor: String(after + index + 1), jws }))
      return jsonAnswer({ messages, more: inbox.length > after + page.length })
    }
    if (method !== 'POST') return problem(404, 'not-found')
    if (headers['content-type'] !== 'application/jose') return problem(415, 'content-type')
    const jws = body.toString('latin1')
    if (pathname === '/parley/enrolments') return takeEnrolment(jws)
    if (pathname !== '/parley/messages') return problem(404, 'not-found')
    const answered = await takeMessage(jws)
    if (answered !== 'cut') return answered
    response.destroy()
    return 'taken-over'
  })

  async function takeEnrolment(jws: string): Promise<Answer> {
    const again = replies.get(jws)
    if (again !== undefined) return again
    const read = await readSaid(jws, keyIn(jws))
    if (read === null || read.said.kind !== 'enrol') return problem(400, 'serialization')
    const { said, fault } = read
    creditor.said.push(said)
    if (fault !== null) return refuse(fault, 401, 'signature')
    const { iss, thr, activationCode, jwk } = said.claims
    const kid = iss.slice(iss.lastIndexOf(':') + 1)
    if (iss !== thumbprintUri({ kid }) || activationCode !== creditor.activationCode) {
      return refuse('enrol: iss or code', 401, 'iss')
    }
    const thread: Thread = { thr, messages: [jws], bill: null, agreement: null }
    threads.set(thr, thread)
    creditor.customer = { iss, sub: `sub_${seeded.id()}`, jwk, thread }
    const reply = joseAnswer(
      creditor.next(thread, 'enrolled', {
        creditor: CREDITOR,
        pull: `${host.origin}/parley/inbox/${pullToken}`,
        messages: endpoints.messages,
      }),
      201,
    )
    replies.set(jws, reply)
    creditor.onEnrolled?.()
    creditor.onEnrolled = null
    return reply
  }

  async function takeMessage(jws: string): Promise<Answer | 'cut'> {
    const { customer } = creditor
    const read = customer === null ? null : await readSaid(jws, customer.jwk)
    if (read === null || customer === null) return refuse('no message', 400, 'serialization')
    const { said, fault } = read
    creditor.said.push(said)
    if (fault !== null) return refuse(fault, 401, 'signature')
    const again = replies.get(said.claims.jti)
    const thread = threadOf(said)
    const scripted = creditor.script?.(said, thread)
    if (scripted !== undefined) return scripted
    if (again !== undefined) return again
    const reply = answer(said, thread, customer)
    if (reply.status < 300) replies.set(said.claims.jti, reply)
    return reply
  }

  /** The thread of acknowledgements begins with the agent's first one. */
  function threadOf({ claims }: Said): Thread {
    const { thr } = claims
    const known = threads.get(thr) ?? { thr, messages: [], bill: null, agreement: null }
    const isOfAcks = [...threads.keys()].some((one) => sha256(`parley-ack:${one}`) === thr)
    if (isOfAcks) threads.set(thr, known)
    return known
  }

  function answer(said: Said, thread: Thread, customer: Customer): Answer {
    const { kind, claims, jws } = said
    const { iss, aud, sub, iat, exp, seq, prev } = claims
    if (iss !== customer.iss || aud !== host.origin || sub !== customer.sub) {
      return refuse(`${kind}: iss, aud or sub`, 401, 'aud')
    }
    if (iat > creditor.now + 60 || exp <= creditor.now || exp <= iat) {
      return refuse(`${kind}: iat or exp`, 401, 'iat')
    }
    if (!threads.has(claims.thr)) return refuse(`${kind}: a thread that is none`, 404, 'not-found')
    const place = placeAfter(thread)
    if (seq < place.seq) return problem(409, 'sequence-stale')
    if (seq > place.seq) return refuse(`${kind}: a gap`, 409, 'sequence')
    if (prev !== place.prev) return refuse(`${kind}: prev`, 409, 'prev')
    if (kind === 'accept' || kind === 'counter') return agree(said, thread)
    thread.messages.push(jws)
    if (kind === 'noted') return { status: 204 }
    if (kind === 'ack' || kind === 'preference' || kind === 'rekey' || kind === 'revoke') {
      return joseAnswer(creditor.next(thread, 'noted', { ref: said.hash }))
    }
    const conversation = kind === 'decline' ? 'refused' : 'negotiating'
    return joseAnswer(creditor.next(thread, 'status', statusOf(thread.bill, conversation)))
  }

  function agree(said: Said, thread: Thread): Answer {
    const text = agreementOf(said, thread)
    if (text === null) return refuse(`${said.kind}: no row, day or plan`, 422, 'row-unknown')
    const jwk = creditor.customer?.jwk ?? {}
    if (!isAgreementSigned(text, said.claims['agreementSignature'], jwk)) {
      return refuse(`${said.kind}: the signature over the agreement`, 422, 'agreement-mismatch')
    }
    thread.messages.push(said.jws)
    thread.agreement = text
    return creditor.agreementAnswer(said, text)
  }

  function agreementOf({ kind, claims }: Said, thread: Thread): string | null {
    const { bill } = thread
    const plan =
      bill === null
        ? null
        : kind === 'counter'
          ? (claims['plan'] as PlanTerms)
          : acceptedPlan(bill, claims)
    if (bill === null || plan === null) return null
    if (claims['planHash'] !== planHash(bill.amount, plan)) return null
    const { iss: aud, sub } = creditor.customer ?? { iss: '', sub: '' }
    return agreementText({
      request: { ...bill, iss: host.origin, aud, sub, thr: thread.thr },
      principal: bill.amount,
      plan,
      answer: {
        ...{ jti: claims.jti, iat: claims.iat, prev: claims.prev ?? '' },
        ...(claims['payBy'] === undefined ? {} : { payBy: claims['payBy'] }),
      },
    })
  }

  function refuse(fault: string, status: number, code: string): Answer {
    creditor.faults.push(fault)
    return problem(status, code)
  }

  return creditor
}
