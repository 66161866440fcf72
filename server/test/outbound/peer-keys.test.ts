import { generateSigningKey, type SigningKey } from '@parley/sdk/protocol'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createGuardedClient, type GuardedClient } from '../../src/outbound/guarded-client.ts'
import { createPeerKeys } from '../../src/outbound/peer-keys.ts'
import type { PeerKeys } from '../../src/use-cases/deps.ts'
import type { HttpCaller, OutboundFailure } from '../../src/use-cases/outbound-ports.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'
import { type PeerMetadata, peerMetadata, publishedJwk } from '../support/peer-metadata.ts'

const START = 1_800_000_000
let now: number
let bank: Receiver
let client: GuardedClient
let peerKeys: PeerKeys
let oldKey: SigningKey
let newKey: SigningKey

beforeAll(async () => {
  oldKey = await generateSigningKey('ES256')
  newKey = await generateSigningKey('Ed25519')
})

beforeEach(async () => {
  now = START
  bank = await startReceiver()
  client = createGuardedClient({ allowLoopback: true })
  peerKeys = newPeerKeys()
})

afterEach(async () => {
  await client.close()
  await bank.close()
})

function newPeerKeys(options: { maxIssuers?: number } = {}): PeerKeys {
  return createPeerKeys({ client, clock: { now: () => now }, allowLoopback: true, ...options })
}

async function publish(metadata: Partial<PeerMetadata> = {}): Promise<void> {
  const text = await peerMetadata({ issuer: bank.origin, keys: [oldKey], now, ...metadata })
  bank.reply = answer(200, text, { 'content-type': 'application/json' })
}

function find(key: SigningKey, issuer = bank.origin, claimed = issuer) {
  return peerKeys.resolverFor(issuer)({ kid: key.kid }, claimed)
}

describe('the keys of peers', () => {
  it('finds a published key with its times', async () => {
    const jwk = { ...publishedJwk(oldKey), nbf: START - 10, exp: START + 10 }
    await publish({ jwks: { keys: [jwk] } })
    expect(await find(oldKey)).toMatchObject({
      ok: true,
      value: { kid: oldKey.kid, alg: 'ES256', notBefore: START - 10, retiredAt: START + 10 },
    })
    expect(bank.received.map(({ path }) => path)).toEqual(['/.well-known/parley'])
  })

  it('fetches once for many who ask at the same time', async () => {
    await publish()
    const found = await Promise.all(Array.from({ length: 50 }, () => find(oldKey)))
    expect(found.every((result) => result.ok)).toBe(true)
    expect(bank.received).toHaveLength(1)
  })

  it('[KEY-05] remembers the keys for five minutes and fetches again then', async () => {
    await publish()
    await find(oldKey)
    now = START + 299
    await find(oldKey)
    expect(bank.received).toHaveLength(1)
    now = START + 300
    await find(oldKey)
    expect(bank.received).toHaveLength(2)
  })

  it('[KEY-05] trusts a key that the issuer took away for less than five minutes', async () => {
    await publish({ keys: [oldKey, newKey] })
    expect(await find(newKey)).toMatchObject({ ok: true })
    await publish({ keys: [oldKey] })
    now = START + 299
    expect(await find(newKey)).toMatchObject({ ok: true })
    now = START + 300
    expect(await find(newKey)).toMatchObject({ ok: false, error: { code: 'key-unknown' } })
  })

  it('[KEY-05] trusts it no longer when the clock was set back meanwhile', async () => {
    await publish({ keys: [oldKey, newKey] })
    expect(await find(newKey)).toMatchObject({ ok: true })
    now = START - 3_600
    await publish({ keys: [oldKey] })
    expect(await find(newKey)).toMatchObject({ ok: false, error: { code: 'key-unknown' } })
    expect(await find(oldKey)).toMatchObject({ ok: true })
  })

  it('[KEY-05] keeps the old keys while the issuer cannot be reached, but not for more than a day', async () => {
    await publish()
    await find(oldKey)
    bank.reply = answer(503)
    now = START + 86_399
    expect(await find(oldKey)).toMatchObject({ ok: true })
    now = START + 86_400
    expect(await find(oldKey)).toMatchObject({ ok: false, error: { code: 'key-unavailable' } })
  })

  it('[KEY-05] looks for an unknown key once a minute, whoever asks', async () => {
    await publish()
    await find(oldKey)
    expect(await find(newKey)).toMatchObject({ ok: false, error: { code: 'key-unknown' } })
    await publish({ keys: [oldKey, newKey] })
    now = START + 59
    await Promise.all([find(newKey), find(newKey)])
    expect(bank.received).toHaveLength(1)
    now = START + 60
    const found = await Promise.all([find(newKey), find(newKey), find(newKey)])
    expect(found.every((result) => result.ok)).toBe(true)
    expect(bank.received).toHaveLength(2)
  })

  it('tries an unreachable issuer once a minute', async () => {
    bank.reply = answer(500)
    expect(await find(oldKey)).toMatchObject({ ok: false, error: { code: 'key-unavailable' } })
    await publish()
    now = START + 59
    expect(await find(oldKey)).toMatchObject({ ok: false, error: { code: 'key-unavailable' } })
    now = START + 60
    expect(await find(oldKey)).toMatchObject({ ok: true })
    expect(bank.received).toHaveLength(2)
  })

  it('[KEY-04] reads 64 KiB and not a byte more', async () => {
    const text = await peerMetadata({ issuer: bank.origin, keys: [oldKey], now })
    bank.reply = answer(200, text.padEnd(64 * 1024 + 1))
    expect(await find(oldKey)).toMatchObject({ ok: false, error: { code: 'key-unavailable' } })
    bank.reply = answer(200, text.padEnd(64 * 1024))
    now = START + 60
    expect(await find(oldKey)).toMatchObject({ ok: true })
  })

  it('refuses a message of another issuer without asking anybody', async () => {
    await publish()
    const result = await find(oldKey, bank.origin, 'https://other.bank.org')
    expect(result).toMatchObject({ ok: false, error: { code: 'key-unknown' } })
    expect(bank.received).toEqual([])
  })

  it('refuses issuers that have no address, or one that may not be called', async () => {
    const issuers = [
      'urn:ietf:params:oauth:jwk-thumbprint:sha-256:pcT9VTcKN0aVBxwhMsXMVTk0SH4zbxiFHiVUHDcvVPs',
      `${bank.origin}/path`,
      'not an issuer',
    ]
    for (const issuer of issuers) {
      expect(await find(oldKey, issuer)).toMatchObject({
        ok: false,
        error: { code: 'key-unknown' },
      })
    }
    expect(await find(oldKey, 'https://bank.internal')).toMatchObject({
      ok: false,
      error: { code: 'key-unavailable' },
    })
    expect(bank.received).toEqual([])
  })

  it('remembers no more issuers than allowed, and drops the one asked for longest ago', async () => {
    peerKeys = newPeerKeys({ maxIssuers: 2 })
    const others = [await startReceiver(), await startReceiver()]
    await publish()
    await find(oldKey)
    for (const other of others) {
      await find(oldKey, other.origin)
      if (other === others[0]) await find(oldKey)
    }
    await find(oldKey)
    expect(bank.received).toHaveLength(1)
    await find(oldKey, others[0]?.origin)
    expect(others.map(({ received }) => received.length)).toEqual([2, 1])
    for (const other of others) await other.close()
  })
})

describe('many issuers at once', () => {
  it('are not fetched from by more than sixteen calls beside each other', async () => {
    const calls: PromiseWithResolvers<{ ok: false; error: OutboundFailure }>[] = []
    const slow: HttpCaller = {
      request: () => {
        const call = Promise.withResolvers<{ ok: false; error: OutboundFailure }>()
        calls.push(call)
        return call.promise
      },
    }
    peerKeys = createPeerKeys({ client: slow, clock: { now: () => now }, allowLoopback: false })
    const ask = (from: number) =>
      Array.from({ length: 20 }, (_, i) => find(oldKey, `https://bank-${from + i}.org`))
    const first = ask(0)
    expect(calls).toHaveLength(16)
    for (const { resolve } of calls) {
      resolve({ ok: false, error: { code: 'unreachable', detail: '' } })
    }
    for (const result of await Promise.all(first)) {
      expect(result).toMatchObject({ ok: false, error: { code: 'key-unavailable' } })
    }
    ask(100)
    expect(calls).toHaveLength(32)
  })
})

describe('metadata that is not believed', () => {
  const cases: [string, (issuer: string) => Promise<Partial<PeerMetadata>>][] = [
    ['signed by a key that it does not publish', async () => ({ signer: newKey })],
    ['signed for another issuer', async () => ({ claims: { iss: 'https://other.bank.org' } })],
    ['signed for another audience', async () => ({ claims: { aud: 'https://shop.org' } })],
    ['signed long ago', async () => ({ claims: { iat: START - 90_000, exp: START - 3_600 } })],
    [
      'signed over other keys',
      async () => ({ claims: { jwks: { keys: [publishedJwk(newKey)] } } }),
    ],
    ['without a required member in the signed form', async () => ({ claims: { roles: [] } })],
  ]

  it.each(cases)('refuses metadata %s', async (_title, build) => {
    await publish(await build(bank.origin))
    expect(await find(oldKey)).toMatchObject({ ok: false, error: { code: 'key-unavailable' } })
  })

  it.each([
    ['of another issuer', JSON.stringify({ issuer: 'https://other.org', jwks: { keys: [] } })],
    ['that is no JSON', '<html>'],
    ['that is no object', '[]'],
    ['without keys', JSON.stringify({ issuer: 'x', signedMetadata: 'a.b.c' })],
    ['with a doubled name', '{"issuer":"a","issuer":"b"}'],
  ])('refuses metadata %s', async (_title, text) => {
    bank.reply = answer(200, text)
    expect(await find(oldKey)).toMatchObject({ ok: false, error: { code: 'key-unavailable' } })
  })

  it('believes neither of two keys of one name, and leaves unfit keys out', async () => {
    const twin = { ...publishedJwk(newKey), nbf: START }
    const unfit = { ...publishedJwk(newKey), kty: 'RSA' }
    await publish({ jwks: { keys: [publishedJwk(oldKey), publishedJwk(newKey), twin, unfit] } })
    expect(await find(oldKey)).toMatchObject({ ok: true })
    expect(await find(newKey)).toMatchObject({ ok: false, error: { code: 'key-unknown' } })
  })
})
