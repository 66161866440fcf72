import { beforeEach, describe, expect, it } from 'vitest'
import { createDirectory, type Directory } from '../../src/peer/directory.ts'
import { generateSigningKey, type SigningKey } from '../../src/protocol/index.ts'
import { type CreditorPeer, createCreditorPeer } from '../support/creditor-peer.ts'
import { CREDITOR_ORIGIN, createClock, type TestClock } from '../support/fixtures.ts'
import { createNetwork, type Network } from '../support/network.ts'

const DAY = 86_400
const HEADER = { alg: 'Ed25519' } as const

let clock: TestClock
let network: Network
let key: SigningKey
let peer: CreditorPeer
let directory: Directory
beforeEach(async () => {
  clock = createClock()
  network = createNetwork()
  key = await generateSigningKey('Ed25519')
  peer = createCreditorPeer({ key, clock })
  network.serve(CREDITOR_ORIGIN, (request) => peer.serve(request))
  directory = createDirectory({ fetch: network.fetch, clock, allowLoopbackHttp: false })
})

async function codeFor(kid: string): Promise<string> {
  const found = await directory.resolveKey({ ...HEADER, kid }, CREDITOR_ORIGIN)
  return found.ok ? 'found' : found.error.code
}

describe('the directory of keys', () => {
  it('[KEY-05] fetches a set once for many askers and anew after five minutes', async () => {
    await Promise.all(Array.from({ length: 10 }, () => codeFor(key.kid)))
    clock.advance(299)
    expect(await codeFor(key.kid)).toBe('found')
    expect(network.log).toHaveLength(1)
    clock.advance(1)
    expect(await codeFor(key.kid)).toBe('found')
    expect(network.log).toHaveLength(2)
  })

  it('[KEY-05] trusts a key that its owner took away for less than five minutes', async () => {
    expect(await codeFor(key.kid)).toBe('found')
    const next = await generateSigningKey('Ed25519')
    peer = createCreditorPeer({ key: next, clock })
    clock.advance(299)
    expect(await codeFor(key.kid)).toBe('found')
    clock.advance(1)
    expect(await codeFor(key.kid)).toBe('key-unknown')
    expect(await codeFor(next.kid)).toBe('found')
  })

  it('[KEY-05] trusts it no longer when the clock was set back meanwhile', async () => {
    expect(await codeFor(key.kid)).toBe('found')
    const next = await generateSigningKey('Ed25519')
    peer = createCreditorPeer({ key: next, clock })
    clock.advance(-3_600)
    expect(await codeFor(key.kid)).toBe('key-unknown')
    expect(await codeFor(next.kid)).toBe('found')
  })

  it('[KEY-05] refreshes for unknown keys once a minute', async () => {
    expect(await codeFor(key.kid)).toBe('found')
    clock.advance(59)
    for (let attempt = 0; attempt < 5; attempt++) expect(await codeFor('other')).toBe('key-unknown')
    expect(network.log).toHaveLength(1)
    clock.advance(1)
    for (let attempt = 0; attempt < 5; attempt++) expect(await codeFor('other')).toBe('key-unknown')
    expect(network.log).toHaveLength(2)
    clock.advance(60)
    expect(await codeFor('other')).toBe('key-unknown')
    expect(network.log).toHaveLength(3)
  })

  it('[KEY-05] counts a refresh that failed as the one of its minute', async () => {
    expect(await codeFor(key.kid)).toBe('found')
    let asked = 0
    network.faultOf = () => {
      asked++
      return 'unreachable'
    }
    clock.advance(60)
    expect(await codeFor('other')).toBe('key-unavailable')
    for (let attempt = 0; attempt < 5; attempt++) await codeFor('other')
    expect(asked).toBe(1)
  })

  it('[KEY-05] lets the last good set stand in for 24 hours, and no second longer', async () => {
    expect(await codeFor(key.kid)).toBe('found')
    network.faultOf = () => 'unreachable'
    clock.advance(DAY)
    expect(await codeFor(key.kid)).toBe('found')
    clock.advance(1)
    expect(await codeFor(key.kid)).toBe('key-unavailable')
    network.faultOf = () => 'none'
    clock.advance(60)
    expect(await codeFor(key.kid)).toBe('found')
  })

  it('[KEY-05] lets nothing stand in for a set that its own keys have not signed', async () => {
    expect(await codeFor(key.kid)).toBe('found')
    network.serve(CREDITOR_ORIGIN, async () => Response.json({ signedMetadata: 'a.b.c' }))
    clock.advance(300)
    expect(await codeFor(key.kid)).toBe('key-unavailable')
  })

  it('[KEY-04] reads 64 KiB and not a byte more', async () => {
    const serve = (size: number) => async (request: Request) => {
      const text = await (await peer.serve(request)).text()
      const headers = { 'content-type': 'application/json' }
      return new Response(text.padEnd(size), { headers })
    }
    network.serve(CREDITOR_ORIGIN, serve(65_537))
    expect(await codeFor(key.kid)).toBe('key-unavailable')
    clock.advance(5)
    network.serve(CREDITOR_ORIGIN, serve(65_536))
    expect(await codeFor(key.kid)).toBe('found')
  })

  it('[KEY-04] follows no redirect and waits five seconds', async () => {
    const asked: RequestInit[] = []
    const fetchOnce: typeof fetch = (input, init) => {
      asked.push(init ?? {})
      return network.fetch(input, init)
    }
    directory = createDirectory({ fetch: fetchOnce, clock, allowLoopbackHttp: false })
    expect(await codeFor(key.kid)).toBe('found')
    expect(asked).toMatchObject([{ redirect: 'error', credentials: 'omit' }])
    expect(asked[0]?.signal).toBeInstanceOf(AbortSignal)
  })
})
