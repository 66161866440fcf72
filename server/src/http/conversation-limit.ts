// How often one conversation, and one inbox, may be heard, and that its requests are worked on one after the other.
// Its name is a secret of those who are of it, so a flood under it is one of their own: an agent or a bank whose
// messages are all signed well. Looked at before anything is verified or read from the store, where the requests of
// a conversation wait for each other with a connection each. Kept in this process and bounded, as the limits of the
// portal.
import { err, ok, peekClaims, type Result } from '@parley/sdk/protocol'
import type { Rate } from '../domain/delivery/token-bucket.ts'
import type { LoopLoad } from './loop-load.ts'
import type { Call } from './operation.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { createRequestPlaces } from './request-places.ts'

export interface ConversationLimit {
  /**
   * Waits for the requests of the same conversation that came before; resolves with what lets the next one in, or
   * with the seconds until one is heard again.
   */
  enter(operationId: string, call: Named): Promise<Result<() => void, number>>
}

/** What tells the conversation of a request. */
type Named = Pick<Call, 'bytes' | 'params'>

/** A conversation has some ten messages in its life; who asks what is owed on many days sends more. */
const MESSAGES: Rate = { perSecond: 2, burst: 300 }
/** A page has 50 messages; who looks every second is well served. */
const PULLS: Rate = { perSecond: 5, burst: 300 }
/** Each is computed and signed anew. */
const PROFILES: Rate = { perSecond: 0.2, burst: 30 }
const CAPACITY = 50_000
/** Running and waiting. */
const AT_ONCE = 32

interface Hearing {
  readonly limit: RateLimit
  nameOf(call: Named): string | undefined
}

/** `now` is in seconds of any clock that runs on: how long a limit lasts is no business time. */
export function createConversationLimit({
  load,
  now = () => performance.now() / 1000,
}: {
  readonly load: LoopLoad
  readonly now?: () => number
}): ConversationLimit {
  const places = createRequestPlaces({ alone: 1, besideOthers: 1, inAll: AT_ONCE, load })
  const limited = (rate: Rate) => createRateLimit(rate, { capacity: CAPACITY, now })
  const messages = { limit: limited(MESSAGES), nameOf: threadOf }
  const hearings: Readonly<Record<string, Hearing>> = {
    enrolAgent: messages,
    receiveMessage: messages,
    pullInbox: { limit: limited(PULLS), nameOf: inboxOf },
    fetchProfile: { limit: limited(PROFILES), nameOf: inboxOf },
  }
  return {
    async enter(operationId, call) {
      const hearing = hearings[operationId]
      const name = hearing?.nameOf(call)
      if (hearing === undefined || name === undefined) return ok(() => undefined)
      const wait = hearing.limit.take(name)
      if (wait > 0) return err(wait)
      const leave = await places.enter(name)
      return leave === undefined ? err(1) : ok(leave)
    },
  }
}

/** The thread that a message claims to be of; whoever does not know one finds no conversation there. */
function threadOf({ bytes }: Named): string | undefined {
  const peeked = peekClaims(bytes.toString('latin1'))
  const thr = peeked.ok ? peeked.value.payload['thr'] : undefined
  return typeof thr === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(thr) ? thr : undefined
}

function inboxOf({ params }: Named): string | undefined {
  return params['pullToken']
}
