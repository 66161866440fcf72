import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url } from '../../src/protocol/encoding.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

describe('base64url', () => {
  it('reads back every byte string it writes', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(fromBase64Url(toBase64Url(input))).toEqual(input)
      }),
    )
  })

  it('writes what Buffer writes, with and without the engine’s own encoder', () => {
    class PlainBytes extends Uint8Array {}
    Object.defineProperty(PlainBytes.prototype, 'toBase64', { value: undefined })
    fc.assert(
      fc.property(bytes, (input) => {
        const expected = Buffer.from(input).toString('base64url')
        expect(toBase64Url(input)).toBe(expected)
        expect(toBase64Url(new PlainBytes(input))).toBe(expected)
      }),
    )
  })

  it('accepts a text only if encoding its bytes gives the same text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ABQYgw-_09az+/= \n'), maxLength: 12 })
    fc.assert(
      fc.property(text, (input) => {
        const decoded = fromBase64Url(input)
        expect(decoded === null || toBase64Url(decoded) === input).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['padding', 'AA=='],
    ['padding after blanks', 'AAA =='],
    ['an inner blank', 'AA AA'],
    ['four blanks', 'AAAA    '],
    ['a line feed at the end', 'AAAA\n'],
    ['the standard alphabet', 'A+/A'],
    ['an impossible length', 'AAAAA'],
    ['unused bits in a group of two', 'AB'],
    ['unused bits in a group of three', 'AAB'],
    ['a letter beyond ASCII', 'AAA\u0141'],
    ['a letter beyond Latin-1 whose low byte is a letter', 'AAA\uff21'],
    ['a lone surrogate', 'AAA\ud800'],
    ['NUL', 'AAA\u0000'],
  ])('refuses %s, with and without the engine’s own decoder', async (_, text) => {
    for (const decode of [fromBase64Url, await decoderByTable()]) {
      expect(decode('AA')).toEqual(new Uint8Array(1))
      expect(decode(text)).toBeNull()
    }
  })

  it('decodes alike with and without the engine’s own decoder', async () => {
    const byTable = await decoderByTable()
    const text = fc.string({ unit: fc.constantFrom(...'ABQYgw-_09az+/= \n'), maxLength: 12 })
    fc.assert(
      fc.property(fc.oneof(text, bytes.map(toBase64Url)), (input) => {
        expect(byTable(input)).toEqual(fromBase64Url(input))
      }),
      { numRuns: 5000 },
    )
  })
})

/** The decoder of an engine that has none of its own. */
async function decoderByTable(): Promise<typeof fromBase64Url> {
  const native = Object.getOwnPropertyDescriptor(Uint8Array, 'fromBase64')
  Object.defineProperty(Uint8Array, 'fromBase64', { value: undefined, configurable: true })
  try {
    vi.resetModules()
    return (await import('../../src/protocol/encoding.ts')).fromBase64Url
  } finally {
    Reflect.deleteProperty(Uint8Array, 'fromBase64')
    if (native !== undefined) Object.defineProperty(Uint8Array, 'fromBase64', native)
  }
}

describe('UTF-8', () => {
  it('reads back what it writes', () => {
    expect(decodeUtf8(encodeUtf8('Kjøpmann 東京 ☕'))).toBe('Kjøpmann 東京 ☕')
  })

  it.each([
    ['a stray continuation byte', [0x41, 0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
  ])('refuses %s', (_, input) => {
    expect(decodeUtf8(Uint8Array.from(input))).toBeNull()
  })

  it('keeps a byte order mark, so that later steps can refuse it', () => {
    expect(decodeUtf8(Uint8Array.from([0xef, 0xbb, 0xbf, 0x41]))).toBe('\uFEFFA')
  })
})
