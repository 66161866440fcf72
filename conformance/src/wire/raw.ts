// Requests that no HTTP client writes, byte by byte over a socket.
import { connect } from 'node:net'

const QUIET_MS = 3_000

/** Sends bytes and returns what comes back until the other side closes, or is quiet for three seconds. */
export function sendRaw(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'))
  let got = ''
  socket.setTimeout(QUIET_MS, () => socket.destroy())
  socket.on('data', (chunk) => {
    got += chunk.toString('latin1')
  })
  socket.on('close', () => resolve(got))
  socket.on('error', (error) => (got === '' ? reject(error) : resolve(got)))
  return promise
}

/** The statuses of the answers in what came back. */
export function statusesIn(got: string): number[] {
  return [...got.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
}
