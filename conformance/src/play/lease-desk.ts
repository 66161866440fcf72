// A creditor's server, played towards a bank from spec/ alone: it grants leases and takes reports. What the bank
// sends is checked as its receiver has to, the signature of the hop too.
import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import type { Transcript } from '../run/transcript.ts'
import { faultOfHop } from '../wire/hop.ts'
import { type Claims, sha256, signMessage } from '../wire/jws.ts'
import { drawKey, type PartyKey } from '../wire/keys.ts'
import type { Amount } from '../wire/money.ts'
import type { Seeded } from '../wire/seeded.ts'
import type { Place } from './agent.ts'
import {
  type Answer,
  type Handler,
  type Host,
  joseAnswer,
  jsonAnswer,
  openHost,
  type Received,
} from './host.ts'
import { metadataDocument, type PublishedKey, publishedKey } from './metadata.ts'
import { placeAfter, problem } from './replies.ts'
import { readSaid, type Said } from './said.ts'

/** An agreement that both sides signed, as its payload says. */
export interface AgreedFacts {
  readonly agreementId: string
  readonly requestId: string
  readonly sub: string
  readonly thr: string
  readonly remittance: { readonly scheme: string; readonly reference: string }
  readonly principal: Amount
  readonly lines: readonly {
    readonly line: number
    readonly dueDate: string
    readonly amount: Amount
    readonly endToEndId: string
  }[]
}

/** What the desk is asked by a payment message. */
export interface Asked {
  readonly said: Said
  readonly agreement: AgreedFacts
  readonly line: number
  /** The place of the answer. */
  readonly place: Place
  /** The members of the status that it would give. */
  readonly status: Readonly<Record<string, unknown>>
}

export interface LeaseDesk {
  readonly host: Host
  /** The key that signs from now on; it has to be published. */
  key: PartyKey
  /** Epoch seconds, as the bank is told. */
  now: number
  readonly said: Said[]
  readonly faults: string[]
  /** Answers in the place of the desk, or changes its status; undefined leaves it to the desk. */
  script: ((asked: Asked) => Answer | 'cut' | { readonly members: object } | undefined) | null
  /** Answers for the metadata in its place. */
  metadata: Handler | null
  /** The keys that are published from now on. */
  publish(keys: readonly PublishedKey[]): void
  /** From now on payments for it are answered. */
  add(agreement: AgreedFacts): void
  /** Signs a status at a place. */
  sign(asked: Asked, members?: object, claims?: Partial<Claims>, by?: PartyKey): string
}

const LEASE_SECONDS = 600

/** Opens the desk; the bank's keys are read from its own metadata. */
export async function openLeaseDesk(
  { seeded, transcript }: { readonly seeded: Seeded; readonly transcript: Transcript },
  { startsAt, bank }: { readonly startsAt: number; readonly bank: string },
): Promise<LeaseDesk> {
  const key = await drawKey(seeded)
  const host = await openHost('creditor', transcript)
  const agreements = new Map<string, AgreedFacts>()
  const threads = new Map<string, string[]>()
  const fencings = new Map<string, number>()
  const replies = new Map<string, Answer>()
  const nonces = new Set<string>()
  const endpoints = { messages: `${host.origin}/parley/messages` }
  let published: readonly PublishedKey[] = [publishedKey(key)]

  const desk: LeaseDesk = {
    ...{ host, key, now: startsAt, said: [], faults: [], script: null, metadata: null },
    publish(keys) {
      published = keys
    },
    add: (agreement) => void agreements.set(agreement.agreementId, agreement),
    sign({ agreement, place, status }, members = {}, claims = {}, by = desk.key) {
      const common = {
        ...{ ver: '1.0', iss: host.origin, aud: bank, sub: agreement.sub, jti: seeded.id() },
        ...{ iat: desk.now, exp: desk.now + 86_400, ...place },
      }
      return signMessage('status', { ...common, ...status, ...members, ...claims }, by)
    },
  }

  host.answerWith(async (received: Received, raw) => {
    const { method, target } = received
    if (target.startsWith('/.well-known/parley')) {
      if (desk.metadata !== null) return desk.metadata(received, raw)
      const facts = { role: 'creditor', origin: host.origin, endpoints } as const
      const keys = { keys: published, signedWith: desk.key }
      return jsonAnswer(metadataDocument({ ...facts, ...keys }, { seeded, now: desk.now }))
    }
    if (method !== 'POST' || target !== '/parley/messages') return problem(404, 'not-found')
    const answer = await take(received)
    if (answer !== 'cut') return answer
    raw.response.destroy()
    return 'taken-over'
  })

  async function take({ target, headers, body }: Received): Promise<Answer | 'cut'> {
    const jws = body.toString('latin1')
    const keys = await keysOf(bank)
    if (keys.length === 0) return refuse('the bank publishes no keys', 503, 'key-unavailable')
    const url = `${host.origin}${target}`
    const fault = faultOfHop({ method: 'POST', url, headers, body: jws }, { keys, now: desk.now })
    if (fault !== undefined) return refuse(`hop: ${fault}`, 401, 'hop-signature')
    const nonce = /nonce="([^"]+)"/.exec(headers['signature-input'] ?? '')?.[1] ?? ''
    if (nonces.has(nonce)) return refuse('hop: a nonce twice', 401, 'hop-replay')
    nonces.add(nonce)
    for (const { jwk } of keys) {
      const read = await readSaid(jws, jwk)
      if (read === null || read.fault?.endsWith(': kid') === true) continue
      desk.said.push(read.said)
      return read.fault === null ? answer(read.said) : refuse(read.fault, 401, 'signature')
    }
    return refuse('payment: no key of the bank', 401, 'kid')
  }

  function answer(said: Said): Answer | 'cut' {
    const { claims, jws, kind } = said
    const agreement = agreements.get(String(claims['agreementId']))
    const line = Number(claims['line'])
    const planned = agreement?.lines.find((one) => one.line === line)
    if (kind !== 'payment' || agreement === undefined || planned === undefined) {
      return refuse(`${kind}: about nothing known`, 404, 'not-found')
    }
    const wrong = wrongIn(claims, { agreement, planned })
    if (wrong !== undefined) return refuse(`payment: ${wrong}`, 422, wrong)
    const known = replies.get(claims.jti)
    if (known !== undefined) return known
    const thread = threads.get(claims.thr) ?? []
    const place = placeAfter({ thr: claims.thr, messages: thread })
    if (claims.seq !== place.seq)
      return problem(409, claims.seq < place.seq ? 'sequence-stale' : 'sequence')
    if (claims.prev !== place.prev) return refuse('payment: prev', 409, 'prev')
    const next = placeAfter({ thr: claims.thr, messages: [...thread, jws] })
    const status = statusFor(claims, agreement)
    const asked: Asked = { said, agreement, line, place: next, status }
    const scripted = desk.script?.(asked)
    const isChanged = typeof scripted === 'object' && 'members' in scripted
    if (scripted !== undefined && !isChanged) return scripted
    const reply = desk.sign(asked, isChanged ? scripted.members : {})
    threads.set(claims.thr, [...thread, jws, reply])
    replies.set(claims.jti, joseAnswer(reply))
    return joseAnswer(reply)
  }

  /** Names what a payment message does not repeat of the agreement (PAY-04, PAY-06). */
  function wrongIn(
    claims: Said['claims'],
    { agreement, planned }: { agreement: AgreedFacts; planned: AgreedFacts['lines'][number] },
  ): string | undefined {
    const { line, endToEndId, amount } = planned
    const checks = {
      thr: claims.thr === sha256(`parley-payment:${agreement.agreementId}:${line}`),
      aud: claims.aud === host.origin && claims.iss === bank && claims.sub === agreement.sub,
      requestId: claims['requestId'] === agreement.requestId,
      endToEndId: claims['endToEndId'] === endToEndId,
      'amount-invalid': JSON.stringify(claims['amount']) === JSON.stringify(amount),
      iat: claims.iat <= desk.now + 60 && claims.exp > desk.now,
      'lease-fencing':
        claims['status'] === 'ACCP' || claims['fencing'] === fencings.get(claims.thr),
    }
    return Object.entries(checks).find(([, holds]) => !holds)?.[0]
  }

  function statusFor(claims: Said['claims'], agreement: AgreedFacts) {
    const { requestId, agreementId, principal } = agreement
    const open = { requestId, claim: 'open', conversation: 'agreed', outstanding: principal }
    const status = { ...open, agreementId, nextStep: 'none' }
    if (claims['status'] !== 'ACCP') return status
    const fencing = (fencings.get(claims.thr) ?? 0) + 1
    fencings.set(claims.thr, fencing)
    const until = desk.now + LEASE_SECONDS
    return { ...status, lease: { line: claims['line'], granted: true, fencing, until } }
  }

  function refuse(fault: string, status: number, code: string): Answer {
    desk.faults.push(fault)
    return problem(status, code)
  }

  return desk
}

interface BankKey {
  readonly jwk: JWK
  readonly kid: string
  readonly alg: PartyKey['alg']
  readonly publicKey: PartyKey['publicKey']
}

/** The keys that the bank publishes now. */
async function keysOf(bank: string): Promise<readonly BankKey[]> {
  const reply = await fetch(`${bank}/.well-known/parley`, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
  }).catch(() => null)
  const document = (await reply?.json().catch(() => null)) as { jwks?: { keys?: JWK[] } } | null
  return (document?.jwks?.keys ?? []).map(({ kty, crv, x, y, kid = '' }) => {
    const jwk = { kty, crv, x, ...(y === undefined ? {} : { y }) } as JWK
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    return { jwk, kid, alg: kty === 'EC' ? 'ES256' : 'Ed25519', publicKey }
  })
}
