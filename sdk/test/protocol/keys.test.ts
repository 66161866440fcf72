import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeUtf8, toBase64Url } from '../../src/protocol/encoding.ts'
import { keyRecordOf } from '../../src/protocol/key-set.ts'
import {
  checkPublicJwk,
  exportPrivateJwk,
  generateSigningKey,
  importPublicKey,
  importSigningKey,
  thumbprint,
} from '../../src/protocol/keys.ts'
import { ed25519, es256 } from './message-fixtures.ts'

/** The key of RFC 8037 appendix A. */
const rfc8037 = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
}
const okp = { kty: rfc8037.kty, crv: rfc8037.crv, x: rfc8037.x }
const { kty, crv, x, y } = es256.publicJwk
const ec = { kty, crv, x, y }

describe('thumbprint', () => {
  it('gives the value of RFC 8037 appendix A.3', async () => {
    expect(await thumbprint(okp)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  it('looks only at the required members', async () => {
    expect(await thumbprint({ ...okp, kid: 'k1', use: 'sig' })).toBe(await thumbprint(okp))
  })
})

describe('importSigningKey', () => {
  it('signs as in RFC 8037 appendix A.4', async () => {
    const { privateKey } = await importSigningKey(rfc8037)
    const input = `${toBase64Url(encodeUtf8('{"alg":"EdDSA"}'))}.${toBase64Url(encodeUtf8('Example of Ed25519 signing'))}`
    const signature = await crypto.subtle.sign('Ed25519', privateKey, encodeUtf8(input))
    expect(toBase64Url(new Uint8Array(signature))).toBe(
      'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
    )
  })

  it.each(['ES256', 'Ed25519'] as const)('restores an exported %s key', async (alg) => {
    const key = await generateSigningKey(alg, { extractable: true })
    const restored = await importSigningKey(await exportPrivateJwk(key))
    expect(restored).toMatchObject({ kid: key.kid, alg, publicJwk: key.publicJwk })
    expect(restored.privateKey.extractable).toBe(false)
  })

  it('throws when private and public half differ, or a half is missing', async () => {
    for (const alg of ['ES256', 'Ed25519'] as const) {
      const [one, other] = await Promise.all([privateJwk(alg), privateJwk(alg)])
      await expect(importSigningKey({ ...one, d: other.d ?? '' })).rejects.toThrow()
      const { d: _, ...publicHalf } = one
      await expect(importSigningKey(publicHalf)).rejects.toThrow(TypeError)
    }
    await expect(importSigningKey({ kty: 'oct', k: 'AAAA', d: 'AAAA' })).rejects.toThrow(TypeError)
  })
})

describe('importSigningKey on an engine that does not compare the halves', () => {
  afterEach(() => vi.restoreAllMocks())

  it('throws all the same', async () => {
    const [jwk, other] = [await privateJwk('Ed25519'), await generateSigningKey('Ed25519')]
    vi.spyOn(crypto.subtle, 'importKey').mockResolvedValueOnce(other.privateKey)
    await expect(importSigningKey(jwk)).rejects.toThrow('private and public half differ')
  })
})

describe('exportPrivateJwk', () => {
  it('throws for a key that was not made for storage', async () => {
    await expect(exportPrivateJwk(ed25519)).rejects.toThrow()
  })
})

describe('checkPublicJwk', () => {
  it('[KEY-01] returns the members that matter and the algorithm of the key', () => {
    const checked = checkPublicJwk({ ...ec, kid: 'k1', ext: true, x5u: 'https://evil.example' })
    expect(checked).toEqual({ ok: true, value: { ...ec, kid: 'k1', alg: 'ES256', use: 'sig' } })
    for (const extra of [{}, { alg: 'EdDSA' }, { alg: 'Ed25519' }, { key_ops: ['verify'] }]) {
      const edwards = checkPublicJwk({ ...okp, ...extra })
      expect(edwards).toEqual({ ok: true, value: { ...okp, alg: 'Ed25519', use: 'sig' } })
    }
  })

  it.each([
    ['key-private', { ...rfc8037 }],
    ['key-private', { ...ec, d: undefined }],
    ['key-private', { kty: 'oct', k: 'AAAA' }],
    ['key-use', { ...ec, use: 'enc' }],
    ['key-use', { ...ec, key_ops: ['sign'] }],
    ['key-use', { ...ec, key_ops: ['verify', 'sign'] }],
    ['key-unsupported', { ...ec, crv: 'P-384' }],
    ['key-unsupported', { ...ec, crv: 'secp256k1' }],
    ['key-unsupported', { ...ec, kty: 'OKP' }],
    ['key-unsupported', { ...okp, crv: 'X25519' }],
    ['key-unsupported', { ...okp, y: okp.x }],
    ['key-unsupported', { ...ec, alg: 'ES384' }],
    ['key-unsupported', { ...ec, alg: 'EdDSA' }],
    ['key-unsupported', { ...okp, alg: 'ES256' }],
    ['key-unsupported', { ...ec, y: undefined }],
    ['key-unsupported', { ...ec, x: `${ec.x}=` }],
    ['key-unsupported', { ...ec, x: 'AAAA' }],
    ['key-unsupported', { ...okp, x: 7 }],
    ['key-unsupported', { ...okp, kid: 7 }],
    ['key-unsupported', { kty: 'RSA', n: 'sXch', e: 'AQ' }],
    ['key-unsupported', null],
    ['key-unsupported', 'a text'],
    ['key-unsupported', []],
  ])('refuses as %s %j', (code, jwk) => {
    expect(checkPublicJwk(jwk)).toEqual({ ok: false, error: { code } })
  })

  it('refuses Ed25519 points of small order, whatever their sign bit', () => {
    const points = [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(32)]
    points[1]?.set([0xec], 0)
    points[2]?.set([0x80], 31)
    for (const point of points) {
      const refusal = { ok: false, error: { code: 'key-unsupported' } }
      expect(checkPublicJwk({ ...okp, x: toBase64Url(point) })).toEqual(refusal)
    }
  })
})

describe('importPublicKey', () => {
  it('imports a key once', async () => {
    const [first, second] = [checkedJwk({ ...ec }), checkedJwk({ ...ec, kid: 'other name' })]
    const { key, kid } = await importPublicKey(first)
    expect(kid).toBe(es256.kid)
    expect((await importPublicKey(second)).key).toBe(key)
  })

  it('forgets the least recently used key beyond 1,000', async () => {
    const [fresh, stale] = [checkedJwk(await publicJwk()), checkedJwk(await publicJwk())]
    const [kept, dropped] = [await importPublicKey(fresh), await importPublicKey(stale)]
    for (let made = 0; made < 999; made++) {
      await importPublicKey(checkedJwk(await publicJwk()))
      await importPublicKey(fresh)
    }
    expect((await importPublicKey(fresh)).key).toBe(kept.key)
    expect((await importPublicKey(stale)).key).not.toBe(dropped.key)
  })

  it('rejects a point off the curve, every time', async () => {
    const off = checkedJwk({ ...ec, y: toBase64Url(new Uint8Array(32).fill(1)) })
    await expect(importPublicKey(off)).rejects.toThrow()
    await expect(importPublicKey(off)).rejects.toThrow()
  })
})

describe('keyRecordOf', () => {
  const published = { ...okp, kid: 'k1' }

  it('reads the times of a published key', () => {
    const times = { nbf: 100, exp: 200, revoked: { at: 150, reason: 'compromised' } }
    expect(keyRecordOf({ ...published, ...times })).toMatchObject({
      ok: true,
      value: { kid: 'k1', alg: 'Ed25519', notBefore: 100, retiredAt: 200, revokedAt: 150 },
    })
    expect(keyRecordOf(published)).toMatchObject({ ok: true, value: { kid: 'k1' } })
  })

  it.each([
    { kid: undefined },
    { nbf: '100' },
    { exp: 1.5 },
    { exp: -1 },
    { exp: null },
    { revoked: true },
    { revoked: null },
    { revoked: {} },
    { revoked: { at: '150' } },
  ])('refuses as key-unsupported a key with %j', (change) => {
    const refusal = { ok: false, error: { code: 'key-unsupported' } }
    expect(keyRecordOf({ ...published, ...change })).toEqual(refusal)
  })
})

async function privateJwk(alg: 'ES256' | 'Ed25519'): Promise<JsonWebKey> {
  return exportPrivateJwk(await generateSigningKey(alg, { extractable: true }))
}

async function publicJwk() {
  return (await generateSigningKey('Ed25519')).publicJwk
}

function checkedJwk(jwk: unknown) {
  const checked = checkPublicJwk(jwk)
  if (!checked.ok) throw new Error(checked.error.code)
  return checked.value
}
