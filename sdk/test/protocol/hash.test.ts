import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/protocol/encoding.ts'
import { sha256Base64Url, signingInputHash } from '../../src/protocol/hash.ts'

describe('sha256Base64Url', () => {
  it('gives the FIPS 180-4 digest of "abc", from text and from bytes', async () => {
    const digest = 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'
    expect(await sha256Base64Url('abc')).toBe(digest)
    expect(await sha256Base64Url(encodeUtf8('abc'))).toBe(digest)
  })
})

describe('signingInputHash', () => {
  it('hashes header and payload and leaves the signature out', async () => {
    const hash = await signingInputHash('aGVhZA.Ym9keQ.c2ln')
    expect(hash).toBe(await sha256Base64Url('aGVhZA.Ym9keQ'))
    expect(await signingInputHash('aGVhZA.Ym9keQ.b3RoZXI')).toBe(hash)
    expect(await signingInputHash('aGVhZA.Ym9keR.c2ln')).not.toBe(hash)
  })

  it.each(['', 'a.b', 'a.b.c.d'])('throws for %j, which is no compact JWS', async (text) => {
    await expect(signingInputHash(text)).rejects.toThrow(TypeError)
  })
})
