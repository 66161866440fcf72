// A side thread in which the agent says small things and waits for a word: the thread of an enrolment,
// and the acknowledgements of a conversation. One message is under way at a time, kept before it is
// sent; what it says is the owner's matter.

import { signingInputHash } from '../protocol/hash.ts'
import type { SigningKey } from '../protocol/keys.ts'
import { typOf } from '../protocol/messages.ts'
import { signMessage } from '../protocol/sign.ts'
import { newMessageId } from './answer.ts'
import type { AgentContext } from './context.ts'
import { EXPIRED_CODES } from './problem-codes.ts'
import type { ThreadMessage } from './store.ts'

/** What is still to be said; `body` is plain JSON. */
export interface OwedMessage {
  readonly kind: 'ack' | 'noted' | 'preference' | 'rekey' | 'revoke'
  readonly body: Readonly<Record<string, unknown>>
}

/** A side thread as it is kept. */
export interface Lane {
  /** Both sides; a message's `seq` is its index. */
  readonly messages: readonly ThreadMessage[]
  readonly owed: readonly OwedMessage[]
  /** The message under way is the last one; it goes out until it is answered. */
  readonly underWay: OwedMessage | null
  /**
   * The agent's last `noted` went back in an HTTP response: the creditor may not have given it a
   * place, until its next message says so.
   */
  readonly isDoubtful: boolean
}

/** Who speaks to whom, where, and with which key. */
export interface LaneAddress {
  readonly server: string
  readonly sub: string
  readonly thr: string
  readonly url: string
  readonly key: SigningKey
}

/** What became of a message: the other side noted it, or will not. */
export interface LaneOutcome {
  readonly message: OwedMessage
  /** Null when it was noted; else the code of the refusal. */
  readonly refusedAs: string | null
}

/** A changed lane, and what its owner has to take from it. */
export interface LaneChange {
  readonly lane: Lane
  readonly outcome?: LaneOutcome
}

export const EMPTY_LANE: Lane = { messages: [], owed: [], underWay: null, isDoubtful: false }

/** Long enough for a retry after an outage to send the same bytes. */
const MESSAGE_LIFETIME_SECONDS = 86_400
const KEY_OVERLAP_SECONDS = 7 * 86_400
/** Adds what is to be said. */
export function withOwed(lane: Lane, message: OwedMessage): Lane {
  return { ...lane, owed: [...lane.owed, message] }
}

/** Takes the message under way back, to be signed again for another place. */
export function withdrawn(lane: Lane): Lane {
  const { underWay } = lane
  if (underWay === null) return lane
  const messages = lane.messages.slice(0, -1)
  return { ...lane, messages, owed: [underWay, ...lane.owed], underWay: null }
}

/** The lane without a `noted` that the creditor gave no place. */
export function withoutDoubtful(lane: Lane): Lane {
  if (!lane.isDoubtful) return lane
  const back = withdrawn(lane)
  return { ...back, messages: back.messages.slice(0, -1), isDoubtful: false }
}

/** Appends a message of the agent's own to a lane in which nothing is under way. */
export async function withOwnMessage(
  context: AgentContext,
  lane: Lane,
  { said, address }: { readonly said: OwedMessage; readonly address: LaneAddress },
): Promise<Lane> {
  const now = context.clock()
  const claims = {
    ver: '1.0',
    iss: context.iss,
    aud: address.server,
    sub: address.sub,
    jti: newMessageId(context.randomBytes),
    iat: now,
    exp: now + MESSAGE_LIFETIME_SECONDS,
    thr: address.thr,
    seq: lane.messages.length,
    prev: lane.messages.at(-1)?.hash ?? null,
  }
  const times = said.kind === 'rekey' ? { overlapUntil: now + KEY_OVERLAP_SECONDS } : {}
  const payload = { ...claims, ...said.body, ...times }
  const jws = await signMessage(typOf(said.kind), payload, address.key)
  const hash = await signingInputHash(jws)
  const { kind } = said
  const message: ThreadMessage = { from: 'agent', kind, jti: claims.jti, hash, jws, at: now }
  return { ...lane, messages: [...lane.messages, message], underWay: said }
}

/** What a reply makes of a lane; null stands for a reply that needs none. */
export function answered(lane: Lane, noted: ThreadMessage | null): LaneChange {
  const messages = noted === null ? lane.messages : [...lane.messages, noted]
  const { underWay } = lane
  const rest = { ...lane, messages, underWay: null, isDoubtful: false }
  return underWay === null
    ? { lane: rest }
    : { lane: rest, outcome: { message: underWay, refusedAs: null } }
}

/** A message that was refused never took its place; one that only came too late is said again. */
export function refused(lane: Lane, code: string): LaneChange {
  const { underWay } = lane
  const back = withdrawn(lane)
  if (underWay === null || EXPIRED_CODES.has(code)) return { lane: back }
  const outcome = { message: underWay, refusedAs: code }
  return { lane: { ...back, owed: back.owed.slice(1) }, outcome }
}
