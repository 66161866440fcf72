import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isExactNumber } from '../../src/protocol/exact-number.ts'

describe('isExactNumber', () => {
  it.each([
    ['zero in every spelling', ['0', '-0', '0.0', '0.000e9', '0e-999999']],
    ['integers a double holds', ['7', '9007199254740991', '-9007199254740991']],
    ['fractions that come back', ['0.1', '-0.1', '1.50', '0.30000000000000004', '5e-324']],
    ['powers that come back', ['1e21', '1E+2', '123e65', '-123.456e78', '1.8e9', '1e301']],
    ['the same in other words', ['1800000000.0', '0.00123e5', `0.${'0'.repeat(80)}1`]],
    ['the largest double', ['1.7976931348623157e308']],
  ])('accepts %s', (_, literals) => {
    for (const literal of literals) expect(isExactNumber(literal), literal).toBe(true)
  })

  it.each([
    ['infinity', ['1e400', '-1e400', '9'.repeat(400), `1e${'9'.repeat(50)}`]],
    ['integers beyond 2^53 − 1', ['9007199254740992', '-9007199254740993', '12345678901234567890']],
    ['what would become zero', ['1e-400', '-0.1e-400', `0.${'0'.repeat(400)}1`]],
    ['lost digits', ['0.1000000000000000055', '9007199254740990.5', '12345678901234567.0']],
    ['a power that would be rounded', ['1.7976931348623159e308', '4e-324', '1.2345e-320']],
  ])('refuses %s', (_, literals) => {
    expect(isExactNumber('1')).toBe(true)
    for (const literal of literals) expect(isExactNumber(literal), literal).toBe(false)
  })

  it('accepts every double as JSON.stringify writes it, but for integers beyond 2^53 − 1', () => {
    const double = fc.double({ noDefaultInfinity: true, noNaN: true })
    fc.assert(
      fc.property(double, (value) => {
        const literal = JSON.stringify(value)
        const isLargeInteger = /^-?\d{16,}$/.test(literal) && !Number.isSafeInteger(value)
        expect(isExactNumber(literal)).toBe(!isLargeInteger)
      }),
      { numRuns: 5000 },
    )
  })

  it('accepts a decimal of 15 digits in any spelling, and no other after a digit is appended', () => {
    const digits = fc.stringMatching(/^[1-9]\d{14}$/)
    const power = fc.integer({ min: -250, max: 250 })
    fc.assert(
      fc.property(digits, power, fc.nat({ max: 15 }), (text, exponent, at) => {
        const literal = `${text.slice(0, at) || '0'}.${text.slice(at)}0e${exponent}`
        expect(isExactNumber(literal), literal).toBe(true)
        expect(isExactNumber(literal.replace('0e', '0000001e')), literal).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})
