import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson } from '../../src/protocol/strict-json.ts'

describe('parseStrictJson', () => {
  it('reads what JSON.stringify writes', () => {
    const value = fc.jsonValue({ maxDepth: 8, stringUnit: 'grapheme' })
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (input, indent) => {
        const text = JSON.stringify(input, null, indent)
        fc.pre(!/"(?:__proto__|constructor|prototype)":|[0-9]{16}/.test(text))
        expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
      }),
      { numRuns: 1000 },
    )
  })

  it('never throws, and accepts nothing that JSON.parse refuses', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'{}[]:,"\\ue1-.0tfnal \n\ud800'),
      maxLength: 30,
    })
    fc.assert(
      fc.property(text, (input) => {
        const result = parseStrictJson(input)
        if (result.ok) expect(result.value).toEqual(JSON.parse(input))
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    ['json-syntax', ['', ' ', '{', '[1,]', '{"a":1,}', '{a:1}', "{'a':1}", '[1] 2', 'nul', 'NaN']],
    [
      'json-syntax',
      ['\uFEFF{}', '"\n"', '"\\x"', '"\\u12"', '01', '+1', '1.', '.5', '1e', '-', '--1'],
    ],
    [
      'json-syntax',
      ['}', '{"a"}', '{"a":}', '{:1}', '[,]', '"abc', '/**/{}', '{"a":1}}', '\u00a0{}'],
    ],
    ['json-duplicate-name', ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '[{"b":{"c":1,"c":2}}]']],
    ['json-duplicate-name', ['{"a":{"x":1,"y":2},"a":3}', '{"":0,"":0}', '{"1":0,"1":0}']],
    ['json-forbidden-name', ['{"__proto__":{}}', '{"a":{"constructor":1}}', '[{"prototype":0}]']],
    ['json-forbidden-name', ['{"\\u005f_proto__":1}']],
    [
      'json-surrogate',
      ['"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800":1}', '"\ud800"', '["x\\uDfffy"]'],
    ],
    ['json-number', ['1e400', '-1e400', '9007199254740992', '-9007199254740992', '[1,1e999]']],
    ['json-number', ['123456789012345678901234567890', '[0.1000000000000000055]', '1e-400']],
    ['json-number', ['9007199254740990.5', '{"a":[{"b":1e309}]}']],
    ['json-forbidden-name', ['{"a":"\\n","prototype":1}', '{"\\u0063onstructor":{}}']],
    ['json-duplicate-name', ['{"a\\"b":1,"a\\"b":2}', '{"\\\\":1,"\\u005c":2}']],
  ])('refuses as %s each of %j', (code, texts) => {
    for (const text of texts) {
      expect(parseStrictJson(text), text).toEqual({ ok: false, error: { code } })
    }
  })

  it('leaves the prototype of objects alone', () => {
    parseStrictJson('{"__proto__":{"polluted":true}}')
    expect('polluted' in {}).toBe(false)
  })

  it.each([
    ['{"a":1,"A":2}', { a: 1, A: 2 }],
    ['{"a":"{\\"b\\":1,\\"b\\":2}"}', { a: '{"b":1,"b":2}' }],
    ['["\\\\",":","\\"",",[{"]', ['\\', ':', '"', ',[{']],
    ['"\\ud83d\\ude00"', '😀'],
    [
      '[9007199254740991,-9007199254740991,0.1,-0,1.5E-3]',
      [2 ** 53 - 1, 1 - 2 ** 53, 0.1, -0, 0.0015],
    ],
    ['[123e45,1e21]', [123e45, 1e21]],
    ['["__proto__","constructor \\u00e6"]', ['__proto__', 'constructor æ']],
    ['["a\\\\",{"b\\\\\\"":"\\\\"}]', ['a\\', { 'b\\"': '\\' }]],
    ['{"toString":1,"hasOwnProperty":2}', { toString: 1, hasOwnProperty: 2 }],
    [' \t\r\n[] ', []],
    ['true', true],
    ['null', null],
  ])('accepts %j', (text, value) => {
    expect(parseStrictJson(text)).toEqual({ ok: true, value })
  })

  it('accepts depth 32 and refuses depth 33, whatever follows', () => {
    expect(parseStrictJson(nested(32)).ok).toBe(true)
    expect(parseStrictJson(`[${'[],{},'.repeat(100)}0]`).ok).toBe(true)
    for (const text of [nested(33), '['.repeat(1_000_000), '{"a":'.repeat(200_000)]) {
      expect(parseStrictJson(text)).toEqual({ ok: false, error: { code: 'json-depth' } })
    }
  })

  it('accepts 2,000 members and elements and refuses one more', () => {
    expect(parseStrictJson(members(2000)).ok).toBe(true)
    expect(parseStrictJson(`[${members(1999)}]`).ok).toBe(true)
    const towers = `[${`${'['.repeat(31)}${']'.repeat(31)},`.repeat(70)}0]`
    const texts = [members(2001), members(100_000), `[${members(2000)}]`, list(2001), towers]
    for (const text of texts) {
      expect(parseStrictJson(text)).toEqual({ ok: false, error: { code: 'json-size' } })
    }
  })

  it('takes other limits, but never more depth than the stack bears', () => {
    expect(parseStrictJson(nested(2), { maxDepth: 1 }).ok).toBe(false)
    expect(parseStrictJson(members(3), { maxMembers: 2 }).ok).toBe(false)
    expect(parseStrictJson(members(5000), { maxMembers: 5000 }).ok).toBe(true)
    const deep = parseStrictJson(nested(100_000), { maxDepth: Infinity, maxMembers: Infinity })
    expect(deep).toEqual({ ok: false, error: { code: 'json-depth' } })
  })

  it('takes time in proportion to the text, also for strings full of escapes', () => {
    const text = `"${'\\n\\u0041\\\\'.repeat(200_000)}"`
    expect(parseStrictJson(text)).toEqual({ ok: true, value: '\nA\\'.repeat(200_000) })
  })
})

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

function members(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"m${index}":0`).join(',')}}`
}

function list(count: number): string {
  return `[${'0,'.repeat(count - 1)}0]`
}
