// A customer's agent, played towards a creditor's server. It signs what a case tells it to.
import type { Reply, Send } from '../wire/client.ts'
import { type Claims, decodeJws, hashOf, sha256, signMessage } from '../wire/jws.ts'
import { type PartyKey, thumbprintUri } from '../wire/keys.ts'
import type { Seeded } from '../wire/seeded.ts'

/** Where a thread stands, as its last message says. */
export interface Place {
  readonly thr: string
  readonly seq: number
  readonly prev: string | null
}

/** Says where a message of the agent goes and who it is to. */
export interface Addressing {
  readonly iss: string
  readonly aud: string
  readonly sub: string
}

export interface PlayedAgent {
  readonly key: PartyKey
  readonly addressing: Addressing
  /** The verified-by-nobody payload of `enrolled`. */
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  readonly enrolled: Record<string, any>
  /** The message by which it enrolled, and the one that it got. */
  readonly enrolment: { readonly sent: string; readonly got: string }
  /** Signs a message of its own at a place. `claims` replace what the message would say. */
  sign(kind: string, place: Place, members: object, claims?: Partial<Claims>): string
  /** Every message that waits, oldest first. */
  pull(): Promise<string[]>
  /** Posts a message. */
  post(jws: string): Promise<Reply>
}

export interface AgentParts {
  readonly send: Send
  readonly seeded: Seeded
  /** Epoch seconds of the server's clock. */
  readonly now: () => number
  /** Where the server takes enrolments. */
  readonly enrolUrl: string
  /** The server's name. */
  readonly server: string
}

/** How an agent asks to be enrolled. */
export interface EnrolWish {
  readonly activationCode?: string
  readonly link?: string
  readonly inbox?: string
}

const LIFETIME_SECONDS = 600

/** The signed enrolment of a key. `claims` replace what it would say. */
export function signEnrolment(
  { seeded, now, server }: Pick<AgentParts, 'seeded' | 'now' | 'server'>,
  key: PartyKey,
  wish: EnrolWish,
  claims: Partial<Claims> = {},
): string {
  const iss = thumbprintUri(key)
  const common = {
    ...{ ver: '1.0', iss, aud: server, sub: iss, jti: seeded.id() },
    ...{ iat: now(), exp: now() + LIFETIME_SECONDS, thr: seeded.id(), seq: 0, prev: null },
  }
  return signMessage('enrol', { ...common, ...wish, jwk: key.publicJwk, ...claims }, key)
}

/** Posts a signed enrolment. */
export function postEnrolment({ send, enrolUrl }: AgentParts, jws: string): Promise<Reply> {
  const headers = { 'content-type': 'application/jose' }
  return send({ url: enrolUrl, headers, body: jws, as: 'agent' })
}

/** The agent that a good answer to an enrolment makes; undefined for a refusal. */
export function agentOf(
  parts: AgentParts,
  key: PartyKey,
  { sent, reply }: { sent: string; reply: Reply },
): PlayedAgent | undefined {
  const enrolled = decodeJws(reply.text)?.payload
  if (reply.status !== 201 || enrolled === undefined) return undefined
  const { send, seeded, now, server } = parts
  const addressing = { iss: thumbprintUri(key), aud: server, sub: String(enrolled['sub']) }
  return {
    key,
    addressing,
    enrolled,
    enrolment: { sent, got: reply.text },
    sign(kind, place, members, claims = {}) {
      const common = {
        ...{ ver: '1.0', ...addressing, jti: seeded.id() },
        ...{ iat: now(), exp: now() + LIFETIME_SECONDS, ...place },
      }
      return signMessage(kind, { ...common, ...members, ...claims }, key)
    },
    async pull() {
      const messages: string[] = []
      let after = ''
      for (;;) {
        const { json } = await send({ url: `${enrolled['pull']}${after}`, as: 'agent' })
        const page = (json?.messages ?? []) as { cursor: string; jws: string }[]
        messages.push(...page.map(({ jws }) => jws))
        const last = page.at(-1)
        if (json?.more !== true || last === undefined) return messages
        after = `?after=${last.cursor}`
      }
    },
    post(jws) {
      const headers = { 'content-type': 'application/jose' }
      return send({ url: String(enrolled['messages']), headers, body: jws, as: 'agent' })
    },
  }
}

/** The place after a message. */
export function after(jws: string): Place {
  const payload = decodeJws(jws)?.payload
  return { thr: String(payload?.['thr']), seq: Number(payload?.['seq']) + 1, prev: hashOf(jws) }
}

/** The first place of the thread of acknowledgements of a conversation. */
export function firstAcknowledgement(thr: string): Place {
  return { thr: sha256(`parley-ack:${thr}`), seq: 0, prev: null }
}
