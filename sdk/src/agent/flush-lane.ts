// Says what a lane owes: signed and kept first, then sent, the same bytes until they are answered.

import { postMessage } from '../peer/post-message.ts'
import { JOSE_MEDIA_TYPE, type MessageKind, parsePayload, typOf } from '../protocol/messages.ts'
import { verifyMessage } from '../protocol/verify.ts'
import type { AgentContext } from './context.ts'
import {
  answered,
  type Lane,
  type LaneAddress,
  type LaneChange,
  refused,
  withOwnMessage,
  withoutDoubtful,
} from './lane.ts'
import { BEHIND_CODES, CLOCK_CODE, ENDED_CODE } from './problem-codes.ts'
import type { ThreadMessage } from './store.ts'

/** The owner of a lane. */
export interface LaneOwner {
  load(): Promise<{ readonly lane: Lane; readonly address: LaneAddress } | undefined>
  /** Compare-and-set; the change gives null to leave the lane as it is. */
  change(change: (lane: Lane) => LaneChange | null | Promise<LaneChange | null>): Promise<void>
}

/** What a flush came to; after `behind` fetch what was missed first, after `disowned` see ENR-05. */
export type LaneDelivery =
  | { readonly state: 'done' | 'behind' | 'disowned' }
  | { readonly state: 'waiting'; readonly code: string; readonly retryAfterSeconds?: number }

const MAX_ROUNDS = 16

/** Says what is owed, one message after the other, until nothing is left or no answer comes. */
export async function flushLane(context: AgentContext, owner: LaneOwner): Promise<LaneDelivery> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await owner.load()
    if (found === undefined) return { state: 'done' }
    const { lane, address } = found
    if (lane.underWay === null) {
      if (lane.owed.length === 0) return { state: 'done' }
      await owner.change((kept) => withNextSigned(context, kept, address))
      continue
    }
    const delivery = await sendLast(context, owner, { lane, address })
    if (delivery !== null) return delivery
  }
  return { state: 'waiting', code: 'busy' }
}

async function withNextSigned(
  context: AgentContext,
  lane: Lane,
  address: LaneAddress,
): Promise<LaneChange | null> {
  const [said, ...owed] = lane.owed
  if (said === undefined || lane.underWay !== null) return null
  return { lane: await withOwnMessage(context, { ...lane, owed }, { said, address }) }
}

interface Sending {
  readonly lane: Lane
  readonly address: LaneAddress
}

/** Sends the message under way; null when the lane has moved on. */
async function sendLast(
  context: AgentContext,
  owner: LaneOwner,
  { lane, address }: Sending,
): Promise<LaneDelivery | null> {
  const message = lane.messages.at(-1)
  if (message === undefined) return { state: 'done' }
  const { url } = address
  const post = { url, body: message.jws, mediaType: JOSE_MEDIA_TYPE }
  const reply = await postMessage(context.fetch, post)
  const isStill = (kept: Lane) => kept.messages.at(-1)?.hash === message.hash
  switch (reply.kind) {
    case 'jose': {
      const noted = await readNoted(context, { address, message, seq: lane.messages.length }, reply)
      if (noted === null) return { state: 'waiting', code: 'reply-unexpected' }
      await owner.change((kept) => (isStill(kept) ? answered(kept, noted) : null))
      return null
    }
    case 'problem': {
      const { code } = reply
      if (code === 'sequence' && lane.isDoubtful) {
        await owner.change((kept) => (isStill(kept) ? { lane: withoutDoubtful(kept) } : null))
        return null
      }
      if (BEHIND_CODES.has(code)) return { state: 'behind' }
      if (code === CLOCK_CODE) return { state: 'waiting', code }
      await owner.change((kept) => (isStill(kept) ? refused(kept, code) : null))
      return code === ENDED_CODE ? { state: 'disowned' } : null
    }
    case 'later':
      return { ...reply, state: 'waiting' }
    default:
      // Nobody answers `noted`.
      if (message.kind !== 'noted') return { state: 'waiting', code: 'reply-unexpected' }
      await owner.change((kept) => (isStill(kept) ? answered(kept, null) : null))
      return null
  }
}

interface Expected {
  readonly address: LaneAddress
  readonly message: ThreadMessage
  readonly seq: number
}

/** The reply may be an old one, fetched again: it is bound to our message by `prev` and `ref`. */
async function readNoted(
  context: AgentContext,
  { address, message, seq }: Expected,
  { jws }: { readonly jws: string },
): Promise<ThreadMessage | null> {
  const kind: MessageKind = 'noted'
  const verified = await verifyMessage(jws, {
    typ: typOf(kind),
    keys: context.directory.resolveKey,
    now: context.clock(),
    audience: context.iss,
    issuer: address.server,
    allowLoopbackHttp: context.allowLoopbackHttp,
    evidence: true,
  })
  if (!verified.ok) return null
  const { payload, hash } = verified.value
  const parsed = parsePayload(kind, payload)
  const isReply =
    parsed.ok &&
    parsed.value.ref === message.hash &&
    payload.thr === address.thr &&
    payload.sub === address.sub &&
    payload.seq === seq &&
    payload.prev === message.hash
  if (!isReply) return null
  return { from: 'creditor', kind, jti: payload.jti, hash, jws, at: context.clock() }
}
