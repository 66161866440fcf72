// Bodies that are more than they may be: gzip that would inflate to a hundred megabytes, bodies over the
// limit that say so, and such that do not.
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { Agent, request } from 'undici'
import { createCounter, type Neighbour, type Victims } from './neighbour.ts'

const EVERY_MS = 100
const MEGABYTE = 1 << 20

/** 100 KB that hold 100 MB: below every limit while it stays packed. */
export const GZIP_BOMB = gzipSync(Buffer.alloc(100 * MEGABYTE), { level: 9 })

interface HostileBody {
  path: string
  headers?: Record<string, string>
  body(): Buffer | Readable
}

/** Gzip bombs on what anybody may send, on JSON and on files. */
export function startGzipBombs(victims: Victims): Neighbour {
  const headers = { 'content-encoding': 'gzip' }
  const body = () => GZIP_BOMB
  return startBodies('gzip bombs', victims, [
    { path: '/parley/messages', headers, body },
    { path: '/v1/payment-requests', headers, body },
    { path: '/v1/statements', headers, body },
  ])
}

/** Three megabytes where one is the most. */
export function startLargeBodies(victims: Victims): Neighbour {
  const whole = Buffer.alloc(3 * MEGABYTE, ' ')
  const pieces = () => Readable.from(Array.from({ length: 48 }, () => Buffer.alloc(MEGABYTE / 16)))
  return startBodies('bodies over the limits', victims, [
    { path: '/parley/messages', body: () => whole },
    { path: '/v1/payment-requests', body: pieces },
  ])
}

function startBodies(name: string, victims: Victims, bodies: readonly HostileBody[]): Neighbour {
  const { origins, flooding } = victims
  const { add, counts } = createCounter()
  const agent = new Agent({ connections: 8 })
  let sent = 0

  async function sendOne(): Promise<void> {
    const { path, headers, body } = bodies[sent % bodies.length] as HostileBody
    const origin = origins[sent++ % origins.length]
    try {
      const reply = await request(`${origin}${path}`, {
        method: 'POST',
        dispatcher: agent,
        headers: {
          authorization: `Bearer ${flooding.apiKey}`,
          'content-type': path === '/parley/messages' ? 'application/jose' : 'application/json',
          'idempotency-key': randomUUID(),
          ...headers,
        },
        body: body(),
      })
      await reply.body.dump()
      add(String(reply.statusCode))
    } catch {
      // The server may close while the rest is still being sent.
      add('closed')
    }
  }

  const timer = setInterval(() => void sendOne(), EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await agent.destroy()
      return { name, counts }
    },
  }
}
