// A TCP proxy in this process that spoils what passes, by the names of toxiproxy: latency, timeout (a
// black hole), reset_peer, limit_data, slicer, bandwidth; and `cut_after`, which swallows a reply by its text.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** `up` is from who connects to the server behind, `down` the way back. */
export type Way = 'up' | 'down'

export type Toxic = { readonly way: Way | 'both' } & (
  | { readonly type: 'latency'; readonly ms: number }
  /** Nothing passes and nobody is told, as when packets are dropped. */
  | { readonly type: 'timeout' }
  | { readonly type: 'reset_peer' }
  /** Ends the connection after so many bytes. */
  | { readonly type: 'limit_data'; readonly bytes: number }
  /** Passes on in small pieces with a pause after each. */
  | { readonly type: 'slicer'; readonly bytes: number; readonly ms: number }
  | { readonly type: 'bandwidth'; readonly bytesPerSecond: number }
  /** Swallows what begins with the text, and cuts the connection; `times` for that many connections. */
  | { readonly type: 'cut_after'; readonly text: string; times: number }
)

export interface FaultProxy {
  readonly port: number
  /** Whom the next connections reach, in turns; none: they are refused. */
  targets: readonly number[]
  /** Holds for connections that are open, too. */
  toxics: Toxic[]
  /** How many replies `cut_after` has swallowed. */
  readonly cuts: number
  /** Cuts every open connection. */
  dropAll(): void
  close(): Promise<void>
}

/** Listens on a free port of loopback. */
export async function startFaultProxy(targets: readonly number[]): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let turn = 0
  let cuts = 0
  const server = createServer((client) => {
    const port = proxy.targets[turn++ % Math.max(1, proxy.targets.length)]
    if (port === undefined) return void client.resetAndDestroy()
    const peer = connect({ host: '127.0.0.1', port, noDelay: true })
    for (const socket of [client, peer]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.once('close', () => sockets.delete(socket))
    }
    join(client, peer)
    void pass('up', client, peer)
    void pass('down', peer, client)
  })

  function join(client: Socket, peer: Socket): void {
    client.on('error', () => peer.destroy())
    peer.on('error', () => client.resetAndDestroy())
    client.once('close', () => peer.destroy())
    peer.once('close', () => client.destroy())
  }

  async function pass(way: Way, from: Socket, to: Socket): Promise<void> {
    let passed = 0
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        passed += chunk.length
        if (!(await spoil({ way, from, to, chunk, passed }))) return
      }
      to.end()
    } catch {
      to.destroy()
    }
  }

  /** Returns false when the connection is over. */
  async function spoil(one: {
    way: Way
    from: Socket
    to: Socket
    chunk: Buffer
    passed: number
  }): Promise<boolean> {
    const { way, from, to, chunk, passed } = one
    const mine = () => proxy.toxics.filter((toxic) => toxic.way === way || toxic.way === 'both')
    while (mine().some(({ type }) => type === 'timeout') && !from.destroyed) await sleep(20)
    let piece = { bytes: chunk.length, ms: 0 }
    for (const toxic of mine()) {
      if (toxic.type === 'latency') await sleep(toxic.ms)
      if (toxic.type === 'slicer') piece = toxic
      if (toxic.type === 'bandwidth') await sleep((chunk.length / toxic.bytesPerSecond) * 1000)
      if (toxic.type === 'reset_peer') return reset(from, to)
      if (toxic.type === 'limit_data' && passed > toxic.bytes) return reset(from, to)
      if (toxic.type === 'cut_after' && toxic.times > 0 && chunk.includes(toxic.text)) {
        toxic.times -= 1
        cuts += 1
        return reset(from, to)
      }
    }
    for (let at = 0; at < chunk.length; at += piece.bytes) {
      if (to.destroyed) return false
      if (!to.write(chunk.subarray(at, at + piece.bytes))) {
        await Promise.race([once(to, 'drain'), once(to, 'close')])
      }
      if (piece.ms > 0) await sleep(piece.ms)
    }
    return true
  }

  function reset(from: Socket, to: Socket): false {
    to.resetAndDestroy()
    from.resetAndDestroy()
    return false
  }

  const proxy: FaultProxy & { toxics: Toxic[] } = {
    port: await listen(server),
    targets,
    toxics: [],
    get cuts() {
      return cuts
    },
    dropAll() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      server.close()
      proxy.dropAll()
    },
  }
  return proxy
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
