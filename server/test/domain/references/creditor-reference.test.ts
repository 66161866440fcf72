import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatCreditorReference,
  generateCreditorReference,
  isCreditorReference,
  newCreditorReference,
  normaliseCreditorReference,
} from '../../../src/domain/references/creditor-reference.ts'
import {
  comparableReference,
  generateReference,
} from '../../../src/domain/references/reference-schemes.ts'

const ALPHANUMERIC = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const base = fc.string({
  unit: fc.constantFrom(...ALPHANUMERIC),
  minLength: 1,
  maxLength: 21,
})

describe('an RF creditor reference', () => {
  it('gets the check digits of ISO 11649', () => {
    expect(generateReference('SCOR', '539007547034')).toEqual({
      ok: true,
      value: 'RF18539007547034',
    })
    expect(generateReference('SCOR', '539 0075')).toEqual({
      ok: false,
      error: { code: 'reference-base' },
    })
    expect(generateCreditorReference('0')).toEqual({ ok: true, value: 'RF040' })
    expect(generateCreditorReference('2348231abc')).toMatchObject({ value: 'RF112348231ABC' })
  })

  it.each(['', 'a'.repeat(22), 'A-1', 'A 1', 'É1', 'ı1', '１'])('refuses the base "%s"', (text) => {
    expect(generateCreditorReference(text)).toEqual({
      ok: false,
      error: { code: 'reference-base' },
    })
  })

  it('is recognised in any case and with spaces, and comes back compact', () => {
    expect(normaliseCreditorReference(' rf18 5390\u00a00754 7034 ')).toEqual({
      ok: true,
      value: 'RF18539007547034',
    })
  })

  it.each([
    ['wrong check digits', 'RF19539007547034'],
    ['check digits that cannot occur', 'RF0072'],
    ['another prefix', 'DE18539007547034'],
    ['no base', 'RF18'],
    ['22 characters of base', 'RF04GHJ74CV9B4DFH99RXPLMMQ43JKL0'],
    ['punctuation', 'RF18-5390-0754-7034'],
    ['a letter that folds into ASCII', 'RF18539007547034ı'],
    ['digits of another script', 'RF１８539007547034'],
    ['a thousand spaces', `RF18${' '.repeat(1_000)}539007547034`],
  ])('with %s is refused', (_, text) => {
    expect(normaliseCreditorReference(text)).toEqual({
      ok: false,
      error: { code: 'reference-invalid' },
    })
  })

  it('survives printing', () => {
    expect(formatCreditorReference('RF18539007547034')).toBe('RF18 5390 0754 7034')
    expect(formatCreditorReference('RF185390075470345')).toBe('RF18 5390 0754 7034 5')
    fc.assert(
      fc.property(base, (text) => {
        const reference = generateCreditorReference(text)
        if (!reference.ok) throw new Error(text)
        expect(normaliseCreditorReference(formatCreditorReference(reference.value))).toEqual(
          reference,
        )
      }),
    )
  })

  it('of digits notices every wrong digit and every swap of two neighbours', () => {
    const digit = fc.constantFrom(...'0123456789')
    const digits = fc.string({ unit: digit, minLength: 2, maxLength: 21 })
    fc.assert(
      fc.property(digits, fc.nat(22), digit, (text, at, other) => {
        const reference = generateCreditorReference(text)
        if (!reference.ok) throw new Error(text)
        const letters = [...reference.value]
        const index = 2 + (at % (letters.length - 2))
        const changed = letters.with(index, other).join('')
        expect(isCreditorReference(changed)).toBe(changed === reference.value)
        const start = 4 + (at % (text.length - 1))
        const [a = '', b = ''] = letters.slice(start, start + 2)
        const swapped = letters.toSpliced(start, 2, b, a).join('')
        expect(isCreditorReference(swapped)).toBe(swapped === reference.value)
      }),
      { numRuns: 1_000 },
    )
  })

  it('made of random bytes is valid, has a fixed length and no letters like digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        const reference = newCreditorReference(bytes)
        expect(isCreditorReference(reference)).toBe(true)
        expect(reference).toHaveLength(17)
        expect(reference.slice(4)).not.toMatch(/[ILOU]/)
      }),
    )
    expect(newCreditorReference(new Uint8Array(8))).not.toBe(
      newCreditorReference(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1)),
    )
    expect(() => newCreditorReference(new Uint8Array(14))).toThrow(RangeError)
  })
})

describe('comparing references of any scheme', () => {
  it('ignores case, spaces and punctuation', () => {
    expect(comparableReference('rf18 5390-0754')).toBe(comparableReference('RF1853900754'))
    expect(comparableReference('+++090/9337/55493+++')).toBe('090933755493')
  })
})
