// Who sends too much mostly sends again as soon as it is answered. Its 429 comes after a second, so that its
// connections are worth one request a second each, and the processor is left to others. What waits is bounded by
// the memory that it holds; beyond that the answer comes at once.
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const LATE_MS = 1_000
const MOST_BYTES = 32 << 20
/** What a request holds beside its body, socket and headers among it. */
const OWN_BYTES = 16 << 10
/** A body that does not say how large it is. */
const UNTOLD_BYTES = 1 << 20

/** Has every answer of status 429 come late. */
export function refuseLate(app: FastifyInstance): void {
  let held = 0
  app.addHook('onSend', async (request, reply) => {
    const bytes = bytesOf(request)
    if (reply.statusCode !== 429 || held + bytes > MOST_BYTES) return
    held += bytes
    await sleep(LATE_MS)
    held -= bytes
  })
}

function bytesOf({ headers }: FastifyRequest): number {
  const untold = headers['transfer-encoding'] === undefined ? 0 : UNTOLD_BYTES
  return OWN_BYTES + Number(headers['content-length'] ?? untold)
}
