// Messages from someone who wants harm: changed in every way, and made to cost as much as they can.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peekClaims } from '../../src/protocol/decode.ts'
import { decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url } from '../../src/protocol/encoding.ts'
import { REFUSAL_CODES } from '../../src/protocol/refusals.ts'
import { verifyMessage } from '../../src/protocol/verify.ts'
import { craft, ed25519, es256, message, options, TYP } from './message-fixtures.ts'

const good = await Promise.all([
  message(),
  message({}, ed25519),
  message({ seq: 1, prev: 'A'.repeat(43), rows: [{ rowId: 'a', days: [1, 2] }, { rowId: 'b' }] }),
])

const token = fc.constantFrom(...good)
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const part = fc.nat({ max: 2 })
const noise = fc.string({
  unit: fc.constantFrom(...'AQgw09_-.=+/ {}"\n\u0000é\ud800'),
  maxLength: 3,
})
const name = fc.constantFrom(
  'alg',
  'kid',
  'typ',
  'iss',
  'aud',
  'exp',
  'amount',
  'value',
  '__proto__',
)

/** Every way to make another token out of good ones without a key. */
const hostile = fc.oneof(
  fc
    .tuple(token, place, fc.nat({ max: 3 }), noise)
    .map(([jws, at, cut, insert]) => splice(jws, at, cut, insert)),
  fc.tuple(token, place, fc.integer({ min: 1, max: 127 })).map(([jws, at, bits]) => {
    const index = Math.floor(at * jws.length)
    return splice(jws, at, 1, String.fromCharCode(jws.charCodeAt(index) ^ bits))
  }),
  fc.tuple(token, part, place, fc.nat({ max: 7 })).map(([jws, of, at, bit]) =>
    mapPart(jws, of, (bytes) => {
      const index = Math.floor(at * bytes.length)
      return bytes.with(index, (bytes[index] ?? 0) ^ (1 << bit))
    }),
  ),
  fc.tuple(token, place, fc.boolean()).map(([jws, at, isHead]) => {
    const index = Math.floor(at * jws.length)
    return isHead ? jws.slice(0, index) : jws.slice(index)
  }),
  fc.tuple(token, token, place, place).map(([left, right, from, to]) => {
    return (
      left.slice(0, Math.floor(from * left.length)) + right.slice(Math.floor(to * right.length))
    )
  }),
  fc
    .array(fc.tuple(token, part), { minLength: 1, maxLength: 4 })
    .map((picked) => picked.map(([jws, of]) => jws.split('.')[of]).join('.')),
  fc
    .tuple(token, part, name, fc.jsonValue())
    .map(([jws, of, member, value]) =>
      mapText(jws, of % 2, (text) =>
        text.replace('{', `{${JSON.stringify(member)}:${JSON.stringify(value)},`),
      ),
    ),
  fc
    .tuple(token, part, name, fc.jsonValue())
    .map(([jws, of, member, value]) =>
      mapText(jws, of % 2, (text) => JSON.stringify({ ...JSON.parse(text), [member]: value })),
    ),
  fc
    .tuple(token, part, place, noise)
    .map(([jws, of, at, insert]) =>
      mapText(jws, of % 2, (text) => splice(text, at, insert.length % 2, insert)),
    ),
)

describe('a message changed by someone without the key', () => {
  it.each<[string, fc.Parameters<unknown>]>([
    ['from a fixed seed', { seed: 20_260_101, numRuns: 20_000 }],
    ['from a new seed', { numRuns: 2000 }],
  ])('is never accepted and never makes it throw, %s', async (_, parameters) => {
    const property = fc.asyncProperty(hostile, async (jws) => {
      const result = await verifyMessage(jws, options())
      if (result.ok) expect(good).toContain(jws)
      else expect(REFUSAL_CODES).toContain(result.error.code)
    })
    await fc.assert(property, parameters as fc.Parameters<[string]>)
  })

  it('is refused, of any kind of value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        expect((await verifyMessage(value, options())).ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })
})

const SIZE = 48_700
/** So often within the time of a test: more than enough to see a step that is quadratic. */
const TIMES = 50

describe('a message of 64 KiB is read or refused, however it is made,', () => {
  const members = (make: (index: number) => string) =>
    Array.from({ length: 1990 }, (_, it) => make(it))

  it.each<[string, string | Uint8Array]>([
    ['arrays in arrays', '['.repeat(SIZE)],
    ['objects in objects', fill('{"a":')],
    ['towers of 31 arrays', `[${fill(`${'['.repeat(31)}${']'.repeat(31)},`)}0]`],
    ['empty objects', `[${fill('{},')}0]`],
    ['one name thousands of times', `{${fill('"a":1,')}"a":1}`],
    ['one name as often as allowed', `{${members(() => '"aaaaaaaaaaaa":1')}}`],
    ['an escaped name thousands of times', `{${fill('"\\u0061":1,')}"a":1}`],
    ['as many names as allowed', `{${members((it) => `"name${it}":0`)}}`],
    ['names that look like indexes', `{${members((it) => `"${4_294_967_290 - it * 999}":0`)}}`],
    ['forbidden names', `[${fill('{"__proto__":1},')}1]`],
    ['colons', fill(':')],
    ['quotes', fill('"')],
    ['escaped letters', `{"a":"${fill('\\u0061')}"}`],
    ['escaped quotes', `"${fill('\\"')}"`],
    ['escaped quotes without an end', `"${fill('\\"')}`],
    ['backslashes without an end', `"${fill('\\\\')}`],
    ['a lone surrogate at the end', `{"a":"${fill('x')}\\ud800"}`],
    ['one number of thousands of digits', `[${fill('9')}]`],
    ['one fraction of thousands of zeros', `[0.${fill('0')}1]`],
    ['zeros on both sides', `[1${'0'.repeat(20_000)}.${'0'.repeat(20_000)}1e-9]`],
    ['an endless exponent', `[1e${fill('9')}]`],
    ['minus signs', fill('-')],
    ['powers', `[${members(() => '0.1e1')}]`],
    ['fractions of 17 digits', `[${members(() => '0.12345678901234568')}]`],
    ['zeros', `[${members(() => '-0.0e0')}]`],
    ['blanks', fill(' ')],
    ['malformed UTF-8 at the end', new Uint8Array(SIZE).fill(0x20).with(SIZE - 1, 0xff)],
    ['malformed UTF-8', new Uint8Array(SIZE).fill(0xff)],
  ])('%s', async (_, payload) => {
    expectAnswers(await craft({ payload }))
  })

  it.each<[string, (jws: string) => string]>([
    ['a bad character at the end', (jws) => withPayload(jws, `${'A'.repeat(65_000)}*`)],
    ['unused bits at the end', (jws) => withPayload(jws, `${'A'.repeat(65_000)}AB`)],
    ['blanks between characters', (jws) => withPayload(jws, fill('A '))],
    ['padding', (jws) => withPayload(jws, '='.repeat(65_000))],
    ['letters beyond Latin-1', (jws) => withPayload(jws, '\u0141'.repeat(65_000))],
    ['dots', () => '.'.repeat(65_536)],
    ['small parts', () => 'A.'.repeat(32_768)],
    ['a signature of 48 KB', (jws) => `${jws}${'A'.repeat(64_000)}`],
    ['ten million characters', () => 'A.'.repeat(5_000_000)],
  ])('%s', async (_, change) => {
    expectAnswers(change(await message()))
  })

  it.each<[string, Record<string, unknown> | string]>([
    ['a deep header', fill('{"a":')],
    ['a header of many members', `{${members((it) => `"name${it}":0`)}}`],
    ['a long kid', { kid: 'A'.repeat(SIZE - 500) }],
    ['a long typ', { typ: `${TYP}${'x'.repeat(SIZE - 500)}` }],
    ['a long alg', { alg: 'E'.repeat(SIZE - 500) }],
  ])('%s', async (_, header) => {
    expectAnswers(await craft({ header, payload: '{}', key: es256 }))
  })
})

function expectAnswers(jws: string): void {
  const answers = new Set<string>()
  for (let run = 0; run < TIMES; run++) {
    const read = peekClaims(jws)
    answers.add(read.ok ? 'read' : read.error.code)
  }
  expect([...answers]).toEqual([expect.stringMatching(/^[a-z][a-z0-9-]*$/)])
}

function fill(text: string): string {
  return text.repeat(Math.floor((SIZE - 200) / text.length))
}

function splice(text: string, at: number, cut: number, insert: string): string {
  const index = Math.floor(at * text.length)
  return text.slice(0, index) + insert + text.slice(index + cut)
}

function mapPart(jws: string, of: number, change: (bytes: Uint8Array) => Uint8Array): string {
  const parts = jws.split('.')
  return parts
    .with(of, toBase64Url(change(fromBase64Url(parts[of] ?? '') ?? new Uint8Array())))
    .join('.')
}

function mapText(jws: string, of: number, change: (text: string) => string): string {
  return mapPart(jws, of, (bytes) => encodeUtf8(change(decodeUtf8(bytes) ?? '')))
}

function withPayload(jws: string, payload: string): string {
  return jws.replace(/\.[^.]*\./, `.${payload}.`)
}
