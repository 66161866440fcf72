import { describe, expect, it } from 'vitest'
import { isIssuer, isSha256Text, jwkThumbprintUri, newId } from '../../src/protocol/identifiers.ts'

const KID = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'

describe('newId', () => {
  it('writes prefix, underscore and base64url of the random bytes', () => {
    expect(newId('req', new Uint8Array(16))).toBe('req_AAAAAAAAAAAAAAAAAAAAAA')
  })

  it('throws for less than 128 bits and for an odd prefix', () => {
    expect(() => newId('req', new Uint8Array(15))).toThrow(RangeError)
    for (const prefix of ['', 'Req', 're_q', '1req']) {
      expect(() => newId(prefix, new Uint8Array(16))).toThrow(RangeError)
    }
  })
})

describe('isIssuer', () => {
  it.each([
    'https://creditor.example',
    'https://creditor.example:8443',
    'https://xn--kjpmann-q1a.example',
    jwkThumbprintUri(KID),
  ])('accepts %s', (text) => {
    expect(isIssuer(text)).toBe(true)
  })

  it.each([
    'https://creditor.example/',
    'https://creditor.example/path',
    'https://creditor.example?x',
    'https://creditor.example#x',
    'https://Creditor.example',
    'HTTPS://creditor.example',
    'https://creditor.example:443',
    'https://creditor.example.',
    'https://creditor.example.:8443',
    'https://user@creditor.example',
    'https://creditor.example@evil.example',
    'https://creditor.example\\@evil.example',
    'https://cr\u0435ditor.example',
    'https://kjøpmann.example',
    'https://127.1',
    'https://0x7f000001',
    'https://',
    'https:creditor.example',
    ' https://creditor.example',
    'https://creditor.example\n',
    'http://creditor.example',
    'http://127.0.0.1:8080',
    'ftp://creditor.example',
    'javascript:alert(1)',
    `${jwkThumbprintUri(KID)}x`,
    jwkThumbprintUri(KID.slice(1)),
    `https://${'a'.repeat(300)}.example`,
    '',
    null,
    undefined,
    7,
    ['https://creditor.example'],
  ])('refuses %j', (text) => {
    expect(isIssuer(text)).toBe(false)
  })

  it('[PTY-01] lets loopback http through only when told to', () => {
    for (const text of ['http://127.0.0.1:8080', 'http://localhost:3000', 'http://localhost']) {
      expect(isIssuer(text, { allowLoopbackHttp: true })).toBe(true)
      expect(isIssuer(text)).toBe(false)
    }
    for (const text of [
      'http://127.0.0.2',
      'http://localhost.evil.example',
      'http://evil.example',
    ]) {
      expect(isIssuer(text, { allowLoopbackHttp: true })).toBe(false)
    }
  })
})

describe('isSha256Text', () => {
  it('accepts 43 canonical base64url characters and nothing else', () => {
    expect(isSha256Text(KID)).toBe(true)
    for (const text of [`${KID.slice(0, -1)}l`, `${KID}A`, KID.slice(1), `${KID}=`, '', null]) {
      expect(isSha256Text(text)).toBe(false)
    }
  })
})
