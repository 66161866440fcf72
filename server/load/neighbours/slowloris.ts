// Sockets that begin a request and never end it: a byte a second of the headers, or of the body. One that
// the server closes is opened again.
import { connect, type Socket } from 'node:net'
import { createCounter, type Neighbour, type Victims } from './neighbour.ts'

const SOCKETS = 200
const BYTE_EVERY_MS = 1_000

const BODY_OF = (path: string, apiKey: string) =>
  `POST ${path} HTTP/1.1\r\nhost: parley\r\nauthorization: Bearer ${apiKey}\r\n` +
  'content-type: application/json\r\nidempotency-key: slow\r\ncontent-length: 100000\r\n\r\n'

/** Headers that do not end. */
export function startSlowHeaders({ origins }: Victims): Neighbour {
  const line = 'GET /health/live HTTP/1.1\r\nhost: parley\r\nx-slow: '
  return startSlow('slowloris on headers', origins, () => line)
}

/** Bodies that do not end: of messages, which anybody may send, and of requests with a key. */
export function startSlowBodies({ origins, flooding }: Victims): Neighbour {
  const paths = ['/parley/messages', '/v1/payment-requests', '/v1/statements']
  return startSlow('slowloris on bodies', origins, (n) =>
    BODY_OF(paths[n % paths.length] ?? '', flooding.apiKey),
  )
}

/** Sockets that say nothing at all between two requests that never come. */
export function startIdle({ origins }: Victims): Neighbour {
  return startSlow('idle connections', origins, () => '', { count: 2 * SOCKETS, isSilent: true })
}

function startSlow(
  name: string,
  origins: readonly string[],
  opening: (n: number) => string,
  { count = SOCKETS, isSilent = false } = {},
): Neighbour {
  const { add, counts } = createCounter()
  const sockets = new Set<Socket>()
  let isStopped = false

  function open(n: number): void {
    if (isStopped) return
    const { hostname, port } = new URL(origins[n % origins.length] ?? '')
    const socket = connect(Number(port), hostname)
    sockets.add(socket)
    add('opened')
    let answer = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (isStopped) return
      add(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed')
      setTimeout(() => open(n), BYTE_EVERY_MS)
    })
    socket.write(opening(n))
  }

  for (let n = 0; n < count; n++) open(n)
  const drip = setInterval(() => {
    if (!isSilent) for (const socket of sockets) socket.write('x')
  }, BYTE_EVERY_MS)
  return {
    async stop() {
      isStopped = true
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
      return { name, counts }
    },
  }
}
