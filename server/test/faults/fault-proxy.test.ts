// Each toxic of the proxy spoils what it says, in the way it says, and nothing when it is taken away.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FaultProxy, startFaultProxy, type Toxic } from '../../faults/fault-proxy.ts'

let proxy: FaultProxy
let close: () => Promise<void>
beforeEach(async () => {
  const sockets = new Set<Socket>()
  const echo = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => socket.write(`re:${chunk}`))
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await startFaultProxy([(echo.address() as AddressInfo).port])
  close = async () => {
    await proxy.close()
    for (const socket of sockets) socket.destroy()
    echo.close()
  }
})
afterEach(() => close())

/** Sends a word; what came back until so many bytes were there, the connection broke, or the time was over. */
async function say(word: string, { bytes = word.length + 3, withinMs = 400 } = {}) {
  const socket = connect(proxy.port, '127.0.0.1')
  const chunks: string[] = []
  let end = 'quiet'
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, withinMs)
    const stop = (how: string) => {
      end = how
      clearTimeout(timer)
      resolve()
    }
    socket.on('error', (error: NodeJS.ErrnoException) => stop(error.code ?? 'error'))
    socket.on('data', (chunk) => {
      chunks.push(String(chunk))
      if (chunks.join('').length >= bytes) stop('answered')
    })
    socket.write(word)
  })
  socket.destroy()
  return { text: chunks.join(''), end, pieces: chunks.length }
}

describe('a fault proxy', () => {
  it('passes everything on without a toxic', async () => {
    expect(await say('word')).toEqual({ text: 're:word', end: 'answered', pieces: 1 })
  })

  it.each(['up', 'down', 'both'] as const)(
    'lets nothing through in a black hole, %s',
    async (way) => {
      proxy.toxics = [{ type: 'timeout', way }]
      expect(await say('word')).toEqual({ text: '', end: 'quiet', pieces: 0 })
      proxy.toxics = []
      expect((await say('word')).end).toBe('answered')
    },
  )

  it('resets', async () => {
    proxy.toxics = [{ type: 'reset_peer', way: 'up' }]
    expect((await say('word')).end).toBe('ECONNRESET')
  })

  it('ends a connection after so many bytes', async () => {
    proxy.toxics = [{ type: 'limit_data', way: 'down', bytes: 7 }]
    expect((await say('word')).end).toBe('answered')
    expect((await say('words')).end).toBe('ECONNRESET')
  })

  it('slices', async () => {
    proxy.toxics = [{ type: 'slicer', way: 'down', bytes: 1, ms: 15 }]
    const sliced = await say('word', { withinMs: 5_000 })
    expect(sliced.text).toBe('re:word')
    expect(sliced.pieces).toBeGreaterThan(1)
  })

  it('swallows a reply by its text as often as it is told to', async () => {
    proxy.toxics = [{ type: 'cut_after', way: 'down', text: 're:w', times: 1 } satisfies Toxic]
    expect(await say('word')).toEqual({ text: '', end: 'ECONNRESET', pieces: 0 })
    expect((await say('word')).end).toBe('answered')
    expect(proxy.cuts).toBe(1)
  })

  it('refuses when there is nobody behind it', async () => {
    proxy.targets = []
    expect((await say('word')).end).toBe('ECONNRESET')
  })
})
