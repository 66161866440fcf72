// How often one address may send agents' and banks' messages that turn out to be by nobody we know. Good
// messages count for nothing: one address may hold the agents of a whole country. Kept in this process
// and bounded, as the limits of the portal.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Rate } from '../domain/delivery/token-bucket.ts'
import { createRateLimit } from './rate-limit.ts'
import { blockOf, isNearby } from './sender-address.ts'

export interface StrangerLimit {
  /** Seconds until an address is heard again; 0: now. */
  wait(address: string): number
  /** Counts one refusal of an address. */
  refused(address: string): void
}

const REFUSALS: Rate = { perSecond: 1, burst: 120 }
const CAPACITY = 50_000

/** `now` is in seconds of any clock that runs on: how long a limit lasts is no business time. */
export function createStrangerLimit(
  now: () => number = () => performance.now() / 1000,
): StrangerLimit {
  const refusals = createRateLimit(REFUSALS, { capacity: CAPACITY, now })
  return {
    // A proxy that names nobody would have everybody behind it share one limit.
    wait: (address) => (isNearby(address) ? 0 : refusals.look(blockOf(address))),
    refused(address) {
      if (!isNearby(address)) refusals.take(blockOf(address))
    },
  }
}

/** Operations that anybody may call, and that know their callers by signatures and tokens alone. */
const OF_STRANGERS: ReadonlySet<string> = new Set([
  'enrolAgent',
  'receiveMessage',
  'pullInbox',
  'fetchProfile',
  'receiveTextMessage',
])

/** Answers that need no valid signature, token or code; the others come after one. */
const TO_STRANGERS: ReadonlySet<number> = new Set([400, 401, 404, 413, 415])

interface LimitHooks {
  onRequest?(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
  onResponse?(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

/** The hooks of an operation's route: `refuse` answers before anything of the body is read. */
export function limitStrangers(
  limit: StrangerLimit,
  operationId: string,
  refuse: (reply: FastifyReply, waitSeconds: number) => FastifyReply,
): LimitHooks {
  if (!OF_STRANGERS.has(operationId)) return {}
  return {
    async onRequest(request, reply) {
      const wait = limit.wait(request.ip)
      if (wait > 0) return refuse(reply, wait)
    },
    async onResponse(request, reply) {
      if (TO_STRANGERS.has(reply.statusCode)) limit.refused(request.ip)
    },
  }
}
