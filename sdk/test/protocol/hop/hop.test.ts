import { beforeAll, describe, expect, it } from 'vitest'
import {
  err,
  type HopRequest,
  type KeyResolver,
  keyRecordOf,
  signHop,
  verifyHop,
} from '../../../src/protocol/index.ts'
import { generateSigningKey, type SigningKey } from '../../../src/protocol/keys.ts'

const NOW = 1_800_000_000
const NONCE = 'n0nce-n0nce-n0nce-n0nce'
const ISSUER = 'https://bank.example'
const BODY = new TextEncoder().encode('eyJ.eyJ.sig')

let key: SigningKey
let other: SigningKey

beforeAll(async () => {
  key = await generateSigningKey('ES256')
  other = await generateSigningKey('Ed25519')
})

function post(changes: Partial<HopRequest> = {}): HopRequest {
  return {
    method: 'POST',
    url: 'https://creditor.example/parley/messages?v=1',
    headers: new Map([
      ['content-type', 'application/jose'],
      ['idempotency-key', 'k-1'],
    ]),
    body: BODY,
    ...changes,
  }
}

async function signed(request = post(), by = key, now = NOW): Promise<HopRequest> {
  const added = await signHop(request, { key: by, now, nonce: NONCE })
  return { ...request, headers: new Map([...request.headers, ...Object.entries(added)]) }
}

function verify(request: HopRequest, now = NOW) {
  const keys = {
    keys: [key.publicJwk, other.publicJwk].map((jwk) => ({ ...jwk, kid: jwk.kid ?? '' })),
  }
  return verifyHop(request, { issuer: ISSUER, keys, now })
}

function withHeader(request: HopRequest, name: string, change: (value: string) => string) {
  const headers = new Map(request.headers)
  headers.set(name, change(headers.get(name) ?? ''))
  return { ...request, headers }
}

const without = (request: HopRequest, name: string): HopRequest => ({
  ...request,
  headers: new Map([...request.headers].filter(([given]) => given !== name)),
})

describe('a signed hop', () => {
  it.each([
    ['ES256', () => key],
    ['Ed25519', () => other],
  ])('verifies with %s and tells key and nonce [HOP-01] [HOP-02] [HOP-03]', async (_alg, by) => {
    const verified = await verify(await signed(post(), by()))
    expect(verified).toEqual({ ok: true, value: { kid: by().kid, nonce: NONCE, created: NOW } })
  })

  it('verifies without a body and without a query', async () => {
    const get = post({ method: 'GET', url: 'https://creditor.example/', headers: new Map() })
    const { body: _, ...bodiless } = get
    expect((await verify(await signed(bodiless))).ok).toBe(true)
  })

  it('does not mind further signatures with other tags [HOP-05]', async () => {
    const request = await signed()
    const two = withHeader(
      withHeader(
        request,
        'signature-input',
        (v) => `cdn=("@method");created=1;tag="web-bot-auth", ${v}`,
      ),
      'signature',
      (v) => `cdn=:AAAA:, ${v}`,
    )
    expect((await verify(two)).ok).toBe(true)
  })

  it.each<[string, Partial<HopRequest>]>([
    ['method', { method: 'PUT' }],
    ['path', { url: 'https://creditor.example/parley/other?v=1' }],
    ['query', { url: 'https://creditor.example/parley/messages?v=2' }],
    ['authority', { url: 'https://evil.example/parley/messages?v=1' }],
  ])('is refused for another %s [HOP-01]', async (_what, change) => {
    const verified = await verify({ ...(await signed()), ...change })
    expect(verified).toMatchObject({ error: { code: 'hop-signature' } })
  })

  it.each(['content-type', 'idempotency-key'])('is refused for another %s', async (name) => {
    const verified = await verify(withHeader(await signed(), name, () => 'other'))
    expect(verified).toMatchObject({ error: { code: 'hop-signature' } })
  })

  it('is refused for another body [HOP-03]', async () => {
    const verified = await verify({ ...(await signed()), body: new Uint8Array([1]) })
    expect(verified).toMatchObject({ error: { code: 'hop-digest' } })
  })

  it.each(['sha-512=:AAAA:', 'sha-256=1', 'sha-256', '', '(('])(
    'is refused with the digest %j [HOP-03]',
    async (digest) => {
      const verified = await verify(withHeader(await signed(), 'content-digest', () => digest))
      expect(verified).toMatchObject({ error: { code: 'hop-digest' } })
    },
  )

  it('is refused when it is not there', async () => {
    for (const name of ['signature', 'signature-input']) {
      const verified = await verify(without(await signed(), name))
      expect(verified).toMatchObject({ error: { code: 'hop-missing' } })
    }
  })

  it.each<[string, (input: string) => string, string]>([
    ['a component left out', (v) => v.replace('"@query" ', ''), 'hop-coverage'],
    ['the body left out', (v) => v.replace(' "content-digest"', ''), 'hop-coverage'],
    ['the key of the request left out', (v) => v.replace(' "idempotency-key"', ''), 'hop-coverage'],
    [
      'a component that is not there',
      (v) => v.replace('("@method"', '("x" "@method"'),
      'hop-coverage',
    ],
    ['a component twice', (v) => v.replace('("@method"', '("@method" "@method"'), 'hop-coverage'],
    ['alg', (v) => `${v};alg="ecdsa-p256-sha256"`, 'hop-parameters'],
    ['no nonce', (v) => v.replace(/;nonce="[^"]*"/, ''), 'hop-parameters'],
    ['a short nonce', (v) => v.replace(NONCE, 'short'), 'hop-parameters'],
    ['no keyid', (v) => v.replace(/;keyid="[^"]*"/, ''), 'hop-parameters'],
    ['no expires', (v) => v.replace(/;expires=\d+/, ''), 'hop-parameters'],
    ['a long life', (v) => v.replace(/;expires=\d+/, `;expires=${NOW + 301}`), 'hop-parameters'],
    ['created as text', (v) => v.replace(/;created=\d+/, `;created="${NOW}"`), 'hop-parameters'],
    ['another tag', (v) => v.replace('parley-1', 'parley-2'), 'hop-signature'],
    ['our tag twice', (v) => `${v}, more=("@method");tag="parley-1"`, 'hop-signature'],
    ['no structured field', (v) => `${v},,`, 'hop-signature'],
    ['an unknown key', (v) => v.replace(/keyid="[^"]*"/, 'keyid="nobody"'), 'hop-key'],
  ])('is refused with %s [HOP-01] [HOP-02] [HOP-05] [HOP-06]', async (_what, change, code) => {
    const verified = await verify(withHeader(await signed(), 'signature-input', change))
    expect(verified).toMatchObject({ error: { code } })
  })

  it.each([
    ['ahead', NOW - 31, 'hop-created'],
    ['old', NOW + 301, 'hop-created'],
  ])('is refused when it is too far %s [HOP-04]', async (_what, now, code) => {
    expect(await verify(await signed(), now)).toMatchObject({ error: { code } })
  })

  it('is taken at the edges of its time [HOP-04]', async () => {
    for (const now of [NOW - 30, NOW + 299])
      expect((await verify(await signed(), now)).ok).toBe(true)
  })

  it('asks for the key once, whatever its algorithm is [HOP-06]', async () => {
    for (const [by, keys] of [
      [key, [key]],
      [other, [other]],
      [other, []],
    ] as const) {
      const asked: unknown[] = []
      const resolve: KeyResolver = async (header, issuer) => {
        asked.push({ header, issuer })
        const record = keyRecordOf(keys[0]?.publicJwk)
        return record.ok ? record : err({ code: 'key-unknown' })
      }
      const request = await signed(post(), by)
      const verified = await verifyHop(request, { issuer: ISSUER, keys: resolve, now: NOW })
      expect(verified.ok ? 'taken' : verified.error.code).toBe(keys[0] ? 'taken' : 'hop-key')
      expect(asked).toEqual([{ header: { kid: by.kid }, issuer: ISSUER }])
    }
  })

  it('is refused when its key has been retired or revoked [HOP-06]', async () => {
    const published = { ...key.publicJwk, kid: key.kid }
    for (const times of [{ exp: NOW }, { revoked: { at: NOW - 1 } }, { nbf: NOW + 1 }]) {
      const keys = { keys: [{ ...published, ...times }] }
      const verified = await verifyHop(await signed(), { issuer: ISSUER, keys, now: NOW })
      expect(verified).toMatchObject({ error: { code: 'hop-key' } })
    }
  })
})
