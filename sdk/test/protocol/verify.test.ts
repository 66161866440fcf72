import { describe, expect, it } from 'vitest'
import { peekClaims } from '../../src/protocol/decode.ts'
import { signingInputHash } from '../../src/protocol/hash.ts'
import { jwkThumbprintUri } from '../../src/protocol/identifiers.ts'
import { err, ok } from '../../src/protocol/result.ts'
import type { VerifyOptions } from '../../src/protocol/verify.ts'
import { verifyMessage } from '../../src/protocol/verify.ts'
import {
  AGENT,
  CREDITOR,
  claims,
  craft,
  ed25519,
  es256,
  jwkSet,
  keys,
  message,
  NOW,
  options,
  stranger,
  TYP,
} from './message-fixtures.ts'

describe.each([es256, ed25519])('verifyMessage with $alg', (key) => {
  it('[SIG-13] returns header, claims, exact bytes, token and hash of a good message', async () => {
    const jws = await message({ future: 'ignored' }, key)
    const result = await verifyMessage(jws, options())
    expect(result).toEqual({
      ok: true,
      value: {
        header: { alg: key.alg, typ: TYP, kid: key.kid },
        payload: claims({ future: 'ignored' }),
        payloadBytes: new TextEncoder().encode(JSON.stringify(claims({ future: 'ignored' }))),
        jws,
        hash: await signingInputHash(jws),
        kid: key.kid,
      },
    })
  })
})

describe('verifyMessage accepts', () => {
  it.each<[string, Record<string, unknown>, Partial<VerifyOptions>]>([
    ['a sender whose clock is 60 s ahead', { iat: NOW + 60 }, {}],
    ['one second before exp', { exp: NOW + 1 }, {}],
    ['nbf within the tolerance', { nbf: NOW + 60 }, {}],
    ['the longest lifetime', { iat: NOW, exp: NOW + 400 * 86_400 }, {}],
    ['the greatest age', { iat: NOW - 300 }, { maxAgeSeconds: 300 }],
    ['one typ of several', {}, { typ: ['parley-menu+jwt', TYP] }],
    ['a previous message', { seq: 3, prev: 'A'.repeat(43) }, {}],
    [
      'any issuer when none is named',
      { iss: 'https://other.example' },
      { issuer: undefined as never },
    ],
    ['a loopback issuer when told to', { iss: 'http://127.0.0.1:8080' }, loopback()],
  ])('%s', async (_, changes, policy) => {
    expect(await verifyMessage(await message(changes), options(policy))).toMatchObject({ ok: true })
  })

  it('the label EdDSA for an Ed25519 key', async () => {
    const jws = await craft({ header: { alg: 'EdDSA' }, key: ed25519 })
    expect(await verifyMessage(jws, options())).toMatchObject({ ok: true })
  })

  it('a rotated key beside the old one', async () => {
    for (const key of [es256, stranger]) {
      const policy = options({ keys: jwkSet(es256, stranger) })
      expect(await verifyMessage(await message({}, key), policy)).toMatchObject({ ok: true })
    }
  })

  it('an agent that is named by its key', async () => {
    const iss = jwkThumbprintUri(es256.kid)
    const policy = options({ issuer: iss })
    expect(await verifyMessage(await message({ iss }), policy)).toMatchObject({ ok: true })
  })
})

describe('a key resolver', () => {
  it('is asked with the header’s kid and the claimed issuer, once', async () => {
    const asked: unknown[] = []
    const resolver: VerifyOptions['keys'] = async (header, issuer) => {
      asked.push([header, issuer])
      return ok({ kid: es256.kid, alg: 'ES256', jwk: es256.publicJwk })
    }
    const result = await verifyMessage(await message(), options({ keys: resolver }))
    expect(result).toMatchObject({ ok: true })
    expect(asked).toEqual([[{ kid: es256.kid }, CREDITOR]])
  })

  it('is not asked before form, type, issuer and audience are right', async () => {
    const resolver: VerifyOptions['keys'] = async () => {
      throw new Error('asked too early')
    }
    const hostile = [
      await craft({ header: { jku: 'https://evil.example/jwks.json' } }),
      await craft({ header: { typ: 'parley-menu+jwt' } }),
      await craft({ header: { alg: 'HS256' } }),
      await craft({ header: { kid: '../../etc/passwd' } }),
      await message({ iss: 'http://169.254.169.254' }),
      await message({ aud: CREDITOR }),
      await message({ ver: '2.0' }),
    ]
    for (const jws of hostile) {
      const { issuer: _, ...anyIssuer } = options({ keys: resolver })
      expect(await verifyMessage(jws, anyIssuer)).toMatchObject({ ok: false })
    }
  })

  it('passes its own refusal on', async () => {
    for (const code of ['key-unknown', 'key-unavailable'] as const) {
      const result = await verifyMessage(
        await message(),
        options({ keys: async () => err({ code, detail: 'from the resolver' }) }),
      )
      expect(result).toEqual({ ok: false, error: { code, detail: 'from the resolver' } })
    }
  })

  it('that answers with another key than the one named is not believed', async () => {
    const other = { kid: stranger.kid, alg: 'ES256', jwk: stranger.publicJwk } as const
    for (const record of [other, { ...other, kid: es256.kid }]) {
      const jws = await craft({ header: { kid: es256.kid }, key: stranger })
      const result = await verifyMessage(jws, options({ keys: async () => ok(record) }))
      expect(result).toMatchObject({ ok: false, error: { code: 'key-unknown' } })
    }
  })
})

describe('the times of a key', () => {
  const iat = NOW - 1000
  const at = (times: object) => ({
    keys: { keys: [{ ...es256.publicJwk, kid: es256.kid, ...times }] },
  })

  it.each([
    ['accepts now', {}, true, true],
    ['accepts a key retired later', { exp: NOW + 1 }, true, true],
    ['accepts a key revoked later', { revoked: { at: NOW + 1 } }, true, true],
    ['accepts a key valid from iat on', { nbf: iat }, true, true],
    ['key-retired', { exp: NOW }, false, true],
    ['key-revoked', { revoked: { at: NOW, reason: 'superseded' } }, false, true],
    ['key-retired', { exp: iat }, false, false],
    ['key-revoked', { revoked: { at: iat } }, false, false],
    ['key-not-yet-valid', { nbf: iat + 1 }, false, false],
    ['key-not-yet-valid', { nbf: NOW + 1 }, false, false],
  ])('%s: %j live %s, as evidence %s', async (code, times, live, asEvidence) => {
    const jws = await message({ iat })
    for (const [evidence, accepted] of [
      [false, live],
      [true, asEvidence],
    ] as const) {
      const result = await verifyMessage(jws, options({ ...at(times), evidence }))
      expect(result).toMatchObject(accepted ? { ok: true } : { ok: false, error: { code } })
    }
  })
})

describe('evidence mode', () => {
  it('accepts a message long after exp and holds to every other check', async () => {
    const old = { iat: NOW - 10 * 365 * 86_400, exp: NOW - 9.9 * 365 * 86_400 }
    expect(await verifyMessage(await message(old), options({ evidence: true }))).toMatchObject({
      ok: true,
    })
    expect(await verifyMessage(await message(old), options())).toMatchObject({
      error: { code: 'expired' },
    })
    const neverValid = await message({ ...old, exp: old.iat + 401 * 86_400 })
    expect(await verifyMessage(neverValid, options({ evidence: true }))).toMatchObject({
      error: { code: 'lifetime' },
    })
    const fromTheFuture = await message({ iat: NOW + 61, exp: NOW + 100 })
    expect(await verifyMessage(fromTheFuture, options({ evidence: true }))).toMatchObject({
      error: { code: 'iat' },
    })
  })
})

describe('peekClaims', () => {
  it('reads header and payload without looking at the signature', async () => {
    const forged = `${await message()}`.replace(/\.[^.]*$/, '.AAAA')
    expect(peekClaims(forged)).toEqual({
      ok: true,
      value: { header: { alg: 'ES256', typ: TYP, kid: es256.kid }, payload: claims() },
    })
  })

  it('reads a header again as it was, however many others came in between', async () => {
    const jws = await message()
    const first = peekClaims(jws)
    for (let index = 0; index < 600; index++) {
      const typ = `parley-${index}+jwt`
      expect(peekClaims(await craft({ header: { typ } }))).toMatchObject({
        value: { header: { typ } },
      })
    }
    expect(peekClaims(jws)).toEqual(first)
    if (first.ok) expect(Object.isFrozen(first.value.header)).toBe(true)
  })

  it('is as strict about form as verifying is', async () => {
    expect(peekClaims(await craft({ header: { jku: 'x' } }))).toMatchObject({
      error: { code: 'header' },
    })
    expect(peekClaims(`${await message()}=`)).toMatchObject({ error: { code: 'encoding' } })
    expect(peekClaims(null)).toMatchObject({ error: { code: 'serialization' } })
  })
})

function loopback(): Partial<VerifyOptions> {
  return { issuer: 'http://127.0.0.1:8080', audience: AGENT, keys }
}
