import { compactVerify, generalVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8, fromBase64Url } from '../../src/protocol/encoding.ts'
import { agreementSignature, assembleGeneralJws, signMessage } from '../../src/protocol/sign.ts'
import { claims, ed25519, es256, TYP } from './message-fixtures.ts'

describe.each([es256, ed25519])('signMessage with $alg', (key) => {
  it('writes exactly alg, typ and kid into the header', async () => {
    const [header = '', ...others] = (await signMessage(TYP, claims(), key)).split('.')
    expect(others).toHaveLength(2)
    const text = decodeUtf8(fromBase64Url(header) ?? new Uint8Array())
    expect(text).toBe(JSON.stringify({ alg: key.alg, typ: TYP, kid: key.kid }))
  })

  it('makes a signature that another implementation accepts', async () => {
    const jws = await signMessage(TYP, claims(), key)
    const { payload } = await compactVerify(jws, await importJWK({ ...key.publicJwk }, key.alg))
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(claims())
  })

  it('signs bytes as they are, without reading them as JSON', async () => {
    const bytes = encodeUtf8('{ "b": 1.0,  "a": "\\u0061" }')
    const [, payload = '', signature = ''] = (await signMessage(TYP, bytes, key)).split('.')
    expect(fromBase64Url(payload)).toEqual(bytes)
    expect(fromBase64Url(signature)).toHaveLength(64)
  })
})

describe('assembleGeneralJws', () => {
  it('joins two signatures over one payload that another implementation accepts', async () => {
    const bytes = encodeUtf8(JSON.stringify(claims()))
    const typ = 'parley-agreement+jwt'
    const signatures = await Promise.all([
      agreementSignature(bytes, typ, es256),
      agreementSignature(bytes, typ, ed25519),
    ])
    const jws = assembleGeneralJws(bytes, signatures)
    expect(jws.signatures).toEqual(signatures)
    for (const key of [es256, ed25519]) {
      const publicKey = await importJWK({ ...key.publicJwk }, key.alg)
      const verified = await generalVerify({ ...jws, signatures: [...jws.signatures] }, publicKey)
      expect(verified.payload).toEqual(bytes)
      expect(verified.protectedHeader).toEqual({ alg: key.alg, typ, kid: key.kid })
    }
  })
})
