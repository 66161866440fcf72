import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, toBase64Url } from '../../src/protocol/encoding.ts'
import type { SigningKey } from '../../src/protocol/keys.ts'
import type { RefusalCode } from '../../src/protocol/refusals.ts'
import { ok } from '../../src/protocol/result.ts'
import type { GeneralJws } from '../../src/protocol/sign.ts'
import { agreementSignature, assembleGeneralJws } from '../../src/protocol/sign.ts'
import type { VerifyGeneralOptions } from '../../src/protocol/verify-general.ts'
import { verifyGeneralJws } from '../../src/protocol/verify-general.ts'
import {
  AGENT,
  CREDITOR,
  ed25519,
  es256,
  jwkSet,
  NOW,
  signRaw,
  stranger,
} from './message-fixtures.ts'

const TYP = 'parley-agreement+jwt'
const IAT = NOW - 60
const payload = { ver: '1.0', iss: CREDITOR, aud: AGENT, iat: IAT, plan: { instalments: 3 } }
const bytes = encodeUtf8(JSON.stringify(payload))

const creditor = { name: 'creditor', keys: jwkSet(es256), issuer: CREDITOR }
const agent = { name: 'agent', keys: jwkSet(ed25519) }
const options: VerifyGeneralOptions = { typ: TYP, parties: [creditor, agent], now: NOW }

describe('verifyGeneralJws', () => {
  it('accepts one signature from each party, in any order, as object and as text', async () => {
    for (const signers of [
      [es256, ed25519],
      [ed25519, es256],
    ]) {
      const jws = await agreement({ signers })
      for (const form of [jws, JSON.stringify(jws)]) {
        expect(await verifyGeneralJws(form, options)).toEqual({
          ok: true,
          value: {
            payload,
            payloadBytes: bytes,
            signatures: [
              { party: 'creditor', kid: es256.kid, issuer: CREDITOR },
              { party: 'agent', kid: ed25519.kid },
            ],
          },
        })
      }
    }
  })

  it('asks a party’s resolver with its issuer, or else its name', async () => {
    const asked: string[] = []
    const keys: typeof agent.keys | VerifyGeneralOptions['parties'][number]['keys'] = async (
      { kid },
      issuer,
    ) => {
      asked.push(issuer)
      return kid === ed25519.kid
        ? ok({ kid, alg: 'Ed25519', jwk: ed25519.publicJwk })
        : { ok: false, error: { code: 'key-unknown' } }
    }
    const resolving = { ...options, parties: [creditor, { name: 'agent', keys }] }
    expect(await verifyGeneralJws(await agreement(), resolving)).toMatchObject({ ok: true })
    expect(new Set(asked)).toEqual(new Set(['agent']))
  })

  const agentWith = (times: object) => [
    creditor,
    { ...agent, keys: { keys: agent.keys.keys.map((key) => ({ ...key, ...times })) } },
  ]

  it('[KEY-02] believes a retired key for what it signed before', async () => {
    const text = await agreement()
    const retired = { ...options, parties: agentWith({ exp: NOW }) }
    expect(await verifyGeneralJws(text, retired)).toMatchObject({ ok: true })
    await expectRefusal(text, 'key-retired', { parties: agentWith({ exp: IAT }) })
    await expectRefusal(text, 'key-retired', { parties: agentWith({ exp: IAT }), evidence: true })
  })

  it('[KEY-02] believes a revoked key as evidence alone', async () => {
    const text = await agreement()
    const parties = agentWith({ revoked: { at: NOW } })
    await expectRefusal(text, 'key-revoked', { parties })
    const evidence = { ...options, parties, evidence: true }
    expect(await verifyGeneralJws(text, evidence)).toMatchObject({ ok: true })
    const before = agentWith({ revoked: { at: IAT } })
    await expectRefusal(text, 'key-revoked', { parties: before, evidence: true })
  })

  it.each<[string, RefusalCode, SigningKey[]]>([
    ['one signature', 'signatures', [es256]],
    ['no signature', 'signatures', []],
    ['three signatures', 'signatures', [es256, ed25519, stranger]],
    ['the same key twice', 'kid', [es256, es256]],
    ['a stranger in place of a party', 'party', [es256, stranger]],
  ])('refuses %s as %s', async (_, code, signers) => {
    await expectRefusal(await agreement({ signers }), code)
  })

  it('refuses two signatures of one party', async () => {
    const parties = [{ ...creditor, keys: jwkSet(es256, stranger) }, agent]
    await expectRefusal(await agreement({ signers: [es256, stranger] }), 'party', { parties })
  })

  it('refuses a party that holds another party’s key beside its own', async () => {
    const parties = [{ ...creditor, keys: jwkSet(es256, ed25519) }, agent]
    await expectRefusal(await agreement(), 'party', { parties })
  })

  it('refuses one signature that counts for two parties', async () => {
    const parties = [creditor, { ...agent, keys: jwkSet(es256) }]
    const jws = await agreement()
    const result = await verifyGeneralJws(jws, { ...options, parties })
    expect(result).toMatchObject({ ok: false, error: { code: 'party' } })
  })

  it('refuses a changed payload, and a signature over another one', async () => {
    const jws = await agreement()
    const other = encodeUtf8(JSON.stringify({ ...payload, plan: { instalments: 6 } }))
    await expectRefusal({ ...jws, payload: toBase64Url(other) }, 'signature')
    const [own, foreign] = [jws.signatures[0], await agreementSignature(other, TYP, ed25519)]
    await expectRefusal({ ...jws, signatures: [own, foreign] }, 'signature')
  })

  it('refuses the type of another message', async () => {
    await expectRefusal(await agreement({ typ: 'parley-request+jwt' }), 'typ')
  })

  it('refuses headers beyond alg, typ and kid, and a wrong alg', async () => {
    const signed = async (change: object): Promise<unknown> => {
      const header = { alg: 'Ed25519', typ: TYP, kid: ed25519.kid, ...change }
      const encoded = toBase64Url(encodeUtf8(JSON.stringify(header)))
      const jws = await agreement()
      const signature = await signRaw(`${encoded}.${jws.payload}`, ed25519)
      return { ...jws, signatures: [jws.signatures[0], { protected: encoded, signature }] }
    }
    expect(await verifyGeneralJws(await signed({ alg: 'EdDSA' }), options)).toMatchObject({
      ok: true,
    })
    await expectRefusal(await signed({ alg: 'ES256' }), 'alg')
    await expectRefusal(await signed({ alg: 'none' }), 'alg')
    await expectRefusal(await signed({ b64: false, crit: ['b64'] }), 'crit')
    await expectRefusal(await signed({ jku: 'https://evil.example' }), 'header')
    await expectRefusal(await signed({ kid: 'k1' }), 'kid')
  })

  it.each<[RefusalCode, object]>([
    ['ver', { ver: '2.0' }],
    ['iat', { iat: undefined }],
    ['iat', { iat: NOW + 61 }],
    ['iat', { iat: NOW * 1000 }],
    ['json-object', []],
  ])('refuses as %s the payload %j', async (code, change) => {
    const changed = Array.isArray(change) ? change : { ...payload, ...change }
    await expectRefusal(await agreement({ content: JSON.stringify(changed) }), code)
  })

  it('refuses every other shape', async () => {
    const jws = await agreement()
    const [first, second] = jws.signatures
    const shapes: Array<[RefusalCode, unknown]> = [
      ['serialization', { ...jws, header: {} }],
      ['serialization', { payload: jws.payload }],
      ['serialization', { ...jws, payload: 1 }],
      ['serialization', { ...jws, signatures: {} }],
      ['serialization', { ...jws, signatures: [first, { ...second, header: { kid: 'x' } }] }],
      ['serialization', { ...jws, signatures: [first, null] }],
      ['serialization', { payload: jws.payload, ...first }],
      ['serialization', null],
      ['serialization', []],
      ['json-syntax', `${first?.protected}.${jws.payload}.${first?.signature}`],
      ['json-duplicate-name', JSON.stringify(jws).replace('{', '{"payload":"AAAA",')],
      ['encoding', { ...jws, payload: `${jws.payload}=` }],
      ['encoding', { ...jws, signatures: [first, { ...second, signature: '=' }] }],
      ['signature', { ...jws, signatures: [first, { ...second, signature: '' }] }],
      ['message-too-large', { ...jws, payload: 'A'.repeat(65_536) }],
      ['message-too-large', ' '.repeat(65_537)],
    ]
    for (const [code, shape] of shapes) await expectRefusal(shape, code)
  })

  it('never throws and never accepts a changed text', async () => {
    const text = JSON.stringify(await agreement())
    const character = fc.constantFrom(...'AQgw_-.= {}[]",:')
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), character, async (at, replacement) => {
        fc.pre(text[at] !== replacement)
        const changed = text.slice(0, at) + replacement + text.slice(at + 1)
        expect((await verifyGeneralJws(changed, options)).ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })
})

interface Draft {
  readonly signers?: SigningKey[]
  readonly typ?: string
  readonly content?: string
}

async function agreement(draft: Draft = {}): Promise<GeneralJws> {
  const { signers = [es256, ed25519], typ = TYP, content } = draft
  const input = content === undefined ? bytes : encodeUtf8(content)
  const signatures = signers.map((key) => agreementSignature(input, typ, key))
  return assembleGeneralJws(input, await Promise.all(signatures))
}

async function expectRefusal(
  jws: unknown,
  code: RefusalCode,
  changes: Partial<VerifyGeneralOptions> = {},
): Promise<void> {
  const control = await verifyGeneralJws(await agreement(), options)
  expect(control, 'the control passes').toMatchObject({ ok: true })
  const result = await verifyGeneralJws(jws, { ...options, ...changes })
  expect(result).toMatchObject({ ok: false, error: { code } })
}
