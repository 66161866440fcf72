// What is seen of the server processes from outside while they run, and of their ends.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { ServerSlot } from './server-slot.ts'

export interface ProcessesSeen {
  /** How processes ended that nobody killed. */
  readonly oddEnds: readonly string[]
  readonly mostRssMb: number
  /** Peers outside of loopback, as the kernel writes them. */
  readonly foreignSockets: readonly string[]
}

const LOOKS_EVERY_MS = 500

/** Looks at the processes of the places until it is stopped. */
export function watchProcesses(slots: readonly ServerSlot[]) {
  let mostRssMb = 0
  const foreign = new Set<string>()
  function look(): void {
    for (const slot of slots) {
      mostRssMb = Math.max(mostRssMb, slot.rssMb())
      for (const address of foreignSocketsOf(slot.pid)) foreign.add(address)
    }
  }
  const timer = setInterval(look, LOOKS_EVERY_MS)
  return {
    seen(): ProcessesSeen {
      const oddEnds = slots
        .flatMap(({ ends }) => ends)
        .filter((end) => end !== 'SIGKILL' && end !== 0)
        .map(String)
      return { oddEnds, mostRssMb, foreignSockets: [...foreign] }
    },
    stop: () => clearInterval(timer),
  }
}

/** Connections of a process to anywhere but loopback, as the kernel knows them. */
function foreignSocketsOf(pid: number | undefined): string[] {
  const inodes = new Set<string>()
  for (const fd of list(`/proc/${pid}/fd`)) {
    try {
      const inode = /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      if (inode !== undefined) inodes.add(inode)
    } catch {
      // It was closed while the folder was read.
    }
  }
  const sockets = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8').trim().split('\n').slice(1),
  )
  return sockets
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => inodes.has(columns[9] ?? '') && !isNear(columns[2] ?? ''))
    .map((columns) => columns[2] ?? '')
}

/** Loopback, also in an IPv6 coat, or no peer at all. */
function isNear(address: string): boolean {
  const [host = ''] = address.split(':')
  return /^0+$/.test(host) || host.endsWith('7F') || /^0{24}01000000$/.test(host)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
