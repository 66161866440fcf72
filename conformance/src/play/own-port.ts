// Ports of loopback for whom the suite plays or starts. They lie outside of the range from which the system takes
// ports for outgoing connections, so that nobody's connection gets one that is closed for a moment; and none is
// given twice in a run, so that what is sent late to a host that is gone does not reach another.
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'

/** From and up to, both included. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

const HOST = '127.0.0.1'
/** Above 10080, the last port that `fetch` refuses. */
const LOWEST = 10_240
const HIGHEST = 65_535
/** Fewer than these are too few to choose from by chance. */
const ENOUGH = 4_000
const ATTEMPTS = 100
/** Linux as it comes; macOS and Windows begin later. */
const USUAL: PortRange = { from: 32_768, to: 60_999 }

/** The ports that are never taken for an outgoing connection; all of them where the system leaves hardly any. */
export function portsBeside({ from, to }: PortRange): PortRange {
  if (from - LOWEST >= ENOUGH) return { from: LOWEST, to: from - 1 }
  if (HIGHEST - to >= ENOUGH) return { from: Math.max(to + 1, LOWEST), to: HIGHEST }
  return { from: LOWEST, to: HIGHEST }
}

const range = portsBeside(outgoingRange())
const given = new Set<number>()

/** Opens the listener on a port of its own, which it returns. */
export async function listenOnOwnPort(server: Server): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(range.from, range.to + 1)
    if (given.has(port)) continue
    given.add(port)
    const listening = once(server, 'listening')
    server.listen(port, HOST)
    try {
      await listening
      return port
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    }
  }
  throw new Error(`no port was free in ${ATTEMPTS} attempts from ${range.from} to ${range.to}`)
}

/** A port for a program that listens by itself. */
export async function ownPort(): Promise<number> {
  const server = createServer()
  const port = await listenOnOwnPort(server)
  server.close()
  await once(server, 'close')
  return port
}

function outgoingRange(): PortRange {
  try {
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    const [from = Number.NaN, to = Number.NaN] = text.trim().split(/\s+/).map(Number)
    return Number.isInteger(from) && Number.isInteger(to) ? { from, to } : USUAL
  } catch {
    return USUAL
  }
}
