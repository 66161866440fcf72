// Webhook receivers of one creditor: one never answers, one answers with a gzip bomb, one sends
// a byte a second, one refuses.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GZIP_BOMB } from './hostile-bodies.ts'

const BEHAVIOURS: Record<string, (reply: ServerResponse) => void> = {
  '/hang': () => {},
  '/bomb': (reply) => {
    reply.writeHead(200, { 'content-encoding': 'gzip' }).end(GZIP_BOMB)
  },
  '/drip': (reply) => {
    reply.writeHead(200)
    const drip = setInterval(() => reply.write('x'), 1_000)
    reply.on('close', () => clearInterval(drip))
  },
  '/refuse': (reply) => {
    reply.writeHead(500).end()
  },
}

/** Starts them; each address misbehaves in its own way. */
export async function startBadReceivers(): Promise<{ server: Server; urls: string[] }> {
  const server = createServer((request: IncomingMessage, reply: ServerResponse) => {
    request.resume()
    BEHAVIOURS[request.url ?? '']?.(reply)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, urls: Object.keys(BEHAVIOURS).map((path) => `http://127.0.0.1:${port}${path}`) }
}
