import { createServer } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AddressGuardOptions, createAddressGuard } from '../../src/outbound/address-guard.ts'
import {
  createGuardedClient,
  type GuardedClient,
  guardedConnector,
} from '../../src/outbound/guarded-client.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'
import { SELF_SIGNED_CERTIFICATE, SELF_SIGNED_KEY } from '../support/self-signed.ts'

const deadlines = { connectMs: 300, headersMs: 300, bodyMs: 300, totalMs: 700 }

let peer: Receiver
let client: GuardedClient

beforeEach(async () => {
  peer = await startReceiver()
  client = createGuardedClient({ allowLoopback: true, deadlines })
})

afterEach(async () => {
  await client.close()
  await peer.close()
})

describe('the guarded client', () => {
  it('posts a body and returns status, headers and bytes', async () => {
    peer.reply = answer(201, 'héllo', { 'x-peer': 'yes' })
    const reply = await client.request({
      method: 'POST',
      url: `${peer.origin}/inbox?a=b`,
      headers: { 'content-type': 'application/jose' },
      body: 'abc',
    })
    expect(reply).toMatchObject({ ok: true, value: { status: 201, headers: { 'x-peer': 'yes' } } })
    expect(reply.ok && reply.value.body.toString()).toBe('héllo')
    expect(peer.received).toMatchObject([
      { method: 'POST', path: '/inbox?a=b', body: 'abc', headers: { 'user-agent': 'parley' } },
    ])
  })

  it('returns an error status as a reply, not as a failure', async () => {
    peer.reply = answer(500, 'oops')
    expect(await client.request({ method: 'GET', url: peer.origin })).toMatchObject({
      ok: true,
      value: { status: 500 },
    })
  })

  it('refuses a loopback address when loopback is not open, and calls nobody', async () => {
    const strict = createGuardedClient({ allowLoopback: false })
    const reply = await strict.request({ method: 'GET', url: peer.origin })
    expect(reply).toMatchObject({ ok: false, error: { code: 'address-blocked' } })
    expect(peer.received).toEqual([])
    await strict.close()
  })

  it('refuses a name that resolves to a private address, and calls nobody', async () => {
    const toLoopback: LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])
    const rebound = createGuardedClient({ allowLoopback: true, lookup: toLoopback })
    const reply = await rebound.request({ method: 'GET', url: 'https://rebind.agent.org/' })
    expect(reply).toMatchObject({ ok: false, error: { code: 'address-blocked' } })
    await rebound.close()
  })

  it('refuses a connected socket whose address no resolver has checked', async () => {
    const { hostname, port } = new URL(peer.origin)
    expect(await connect({ allowLoopback: false }, hostname, port)).toBe('address-blocked')
    expect(await connect({ allowLoopback: true }, hostname, port)).toBe('connected')
  })

  it('[DLV-05] does not follow a redirect', async () => {
    peer.reply = answer(302, 'x'.repeat(100_000), { location: `${peer.origin}/elsewhere` })
    const reply = await client.request({ method: 'GET', url: `${peer.origin}/start` })
    expect(reply).toMatchObject({ ok: false, error: { code: 'redirect', status: 302 } })
    expect(peer.received.map(({ path }) => path)).toEqual(['/start'])
  })

  it('takes a reply of exactly the cap and refuses one byte more', async () => {
    peer.reply = answer(200, 'x'.repeat(1_000))
    const call = { method: 'GET' as const, url: peer.origin }
    expect(await client.request({ ...call, maxBytes: 1_000 })).toMatchObject({ ok: true })
    expect(await client.request({ ...call, maxBytes: 999 })).toMatchObject({
      ok: false,
      error: { code: 'response-too-large', status: 200 },
    })
  })

  it('caps a reply at 64 KiB when nothing else is asked for', async () => {
    peer.reply = answer(200, 'x'.repeat(64 * 1024))
    expect(await client.request({ method: 'GET', url: peer.origin })).toMatchObject({ ok: true })
    peer.reply = answer(200, 'x'.repeat(64 * 1024 + 1))
    expect(await client.request({ method: 'GET', url: peer.origin })).toMatchObject({
      ok: false,
      error: { code: 'response-too-large' },
    })
  })

  it('ends a call whose head never comes', async () => {
    peer.reply = () => {}
    expect(await client.request({ method: 'GET', url: peer.origin })).toMatchObject({
      ok: false,
      error: { code: 'timeout' },
    })
  })

  it('ends a call whose body trickles without end', async () => {
    const timers: NodeJS.Timeout[] = []
    peer.reply = (_request, response) => {
      response.writeHead(200)
      timers.push(setInterval(() => response.write('x'), 20))
    }
    expect(await client.request({ method: 'GET', url: peer.origin })).toMatchObject({
      ok: false,
      error: { code: 'timeout' },
    })
    for (const timer of timers) clearInterval(timer)
  })

  it('ends a call whose name is never resolved', async () => {
    const silent: LookupFunction = () => {}
    const guarded = createGuardedClient({ allowLoopback: false, lookup: silent, deadlines })
    const reply = await guarded.request({ method: 'GET', url: 'https://silent.agent.org/' })
    expect(reply).toMatchObject({ ok: false, error: { code: 'timeout' } })
    await guarded.close()
  })

  it('says unreachable for a refused connection', async () => {
    await peer.close()
    expect(await client.request({ method: 'GET', url: peer.origin })).toMatchObject({
      ok: false,
      error: { code: 'unreachable', detail: 'ECONNREFUSED' },
    })
    peer = await startReceiver()
  })

  it('believes no certificate that nobody vouches for', async () => {
    let requests = 0
    const server = createServer({ key: SELF_SIGNED_KEY, cert: SELF_SIGNED_CERTIFICATE }, () => {
      requests += 1
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const reply = await client.request({ method: 'GET', url: `https://localhost:${port}/` })
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'unreachable', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(requests).toBe(0)
    server.close()
  })

  it('refuses a head that is larger than 16 KiB', async () => {
    peer.reply = answer(200, '', { 'x-big': 'y'.repeat(20_000) })
    expect(await client.request({ method: 'GET', url: peer.origin })).toMatchObject({
      ok: false,
      error: { code: 'response-too-large' },
    })
  })

  it('throws for a header that would break out, which is a fault of the caller', async () => {
    const call = { method: 'GET' as const, url: peer.origin, headers: { 'x-a': 'b\r\nx-c: d' } }
    await expect(client.request(call)).rejects.toThrow(/header/)
  })
})

async function connect(
  options: AddressGuardOptions,
  hostname: string,
  port: string,
): Promise<string> {
  const connector = guardedConnector(createAddressGuard(options), 300)
  return await new Promise((done) => {
    connector({ hostname, protocol: 'http:', port }, (error, socket) => {
      socket?.destroy()
      done((error as { code?: string } | null)?.code ?? 'connected')
    })
  })
}
