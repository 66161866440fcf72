// How often one conversation, and one inbox, may be heard. Its name is a secret of those who are of it, so a
// flood under it is one of their own: an agent or a bank whose messages are all signed well. Looked at before
// anything is verified or read from the store. Kept in this process and bounded, as the limits of the portal.
import { peekClaims } from '@parley/sdk/protocol'
import type { Rate } from '../domain/delivery/token-bucket.ts'
import type { Call } from './operation.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

export interface ConversationLimit {
  /** Takes one request. Returns 0, or the seconds until it is heard. */
  wait(operationId: string, call: Pick<Call, 'bytes' | 'params'>): number
}

/** A conversation has some ten messages in its life; who asks what is owed on many days sends more. */
const MESSAGES: Rate = { perSecond: 2, burst: 300 }
/** A page has 50 messages; who looks every second is well served. */
const PULLS: Rate = { perSecond: 5, burst: 300 }
/** Each is computed and signed anew. */
const PROFILES: Rate = { perSecond: 0.2, burst: 30 }
const CAPACITY = 50_000

type NameOf = (call: Pick<Call, 'bytes' | 'params'>) => string | undefined

/** `now` is in seconds of any clock that runs on: how long a limit lasts is no business time. */
export function createConversationLimit(
  now: () => number = () => performance.now() / 1000,
): ConversationLimit {
  const limited = (rate: Rate) => createRateLimit(rate, { capacity: CAPACITY, now })
  const messages = limited(MESSAGES)
  const limits: Readonly<Record<string, readonly [RateLimit, NameOf]>> = {
    enrolAgent: [messages, threadOf],
    receiveMessage: [messages, threadOf],
    pullInbox: [limited(PULLS), inboxOf],
    fetchProfile: [limited(PROFILES), inboxOf],
  }
  return {
    wait(operationId, call) {
      const [limit, nameOf] = limits[operationId] ?? []
      const name = nameOf?.(call)
      return name === undefined || limit === undefined ? 0 : limit.take(name)
    },
  }
}

/** The thread that a message claims to be of; whoever does not know one finds no conversation there. */
function threadOf({ bytes }: Pick<Call, 'bytes'>): string | undefined {
  const peeked = peekClaims(bytes.toString('latin1'))
  const thr = peeked.ok ? peeked.value.payload['thr'] : undefined
  return typeof thr === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(thr) ? thr : undefined
}

function inboxOf({ params }: Pick<Call, 'params'>): string | undefined {
  return params['pullToken']
}
