// Ports that the suite chooses: none that a connection may be given, none twice.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { listenOnOwnPort, ownPort, portsBeside } from '../src/play/own-port.ts'

describe('the ports to choose from', () => {
  it('lie below those of outgoing connections', () => {
    expect(portsBeside({ from: 32_768, to: 60_999 })).toEqual({ from: 10_240, to: 32_767 })
  })

  it('lie above them where there is no room below', () => {
    expect(portsBeside({ from: 1_024, to: 50_000 })).toEqual({ from: 50_001, to: 65_535 })
    expect(portsBeside({ from: 1_024, to: 5_000 })).toEqual({ from: 10_240, to: 65_535 })
  })

  it('are all that there are where connections may have any', () => {
    expect(portsBeside({ from: 1_024, to: 65_535 })).toEqual({ from: 10_240, to: 65_535 })
  })
})

describe('a port of its own', () => {
  it('is not given again once it was closed', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => ownPort()))
    expect(new Set(ports).size).toBe(50)
  })

  it('is what the listener is reached at', async () => {
    const server = createServer()
    const port = await listenOnOwnPort(server)
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port })
    server.close()
    await once(server, 'close')
  })
})
