// Agents also live in browsers, on origins of their own. The protocol's endpoints take no cookies, so
// any origin may call them and read the reply; the creditors' API stays closed (WHATWG Fetch, CORS).
import type { FastifyInstance } from 'fastify'

const PROTOCOL = /^\/(?:\.well-known|parley)\//
/** A link answers bots with the signed request, and only reading is open to other origins. */
const LINK = /^\/p\/[^/]+$/

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'accept, content-type',
  'access-control-max-age': '86400',
}

/** Opens the protocol's endpoints to every origin, and answers what browsers ask beforehand. */
export function openToOtherOrigins(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const isOpen = PROTOCOL.test(path) || (LINK.test(path) && request.method !== 'POST')
    if (!isOpen) return
    reply.header('access-control-allow-origin', '*')
    if (request.method === 'OPTIONS') return reply.headers(PREFLIGHT).code(204).send()
  })
}
