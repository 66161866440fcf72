import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINOR_UNITS } from '../../src/protocol/currencies.ts'
import {
  applyBps,
  divideHalfEven,
  formatAmount,
  formatDecimal,
  minorUnits,
  parseAmount,
  parseAmountOrZero,
  parseSignedAmount,
} from '../../src/protocol/money.ts'

const currency = fc.constantFrom(...MINOR_UNITS.keys())
const minor = fc.bigInt({ min: 1n, max: 10n ** 18n - 1n })

describe('parseAmount', () => {
  it.each([
    ['EUR', '120.50', 12_050n],
    ['EUR', '0.01', 1n],
    ['JPY', '100', 100n],
    ['KWD', '1.500', 1500n],
    ['HUF', '1500.00', 150_000n],
    ['UYW', '0.1500', 1500n],
    ['EUR', '90071992547409.93', 9_007_199_254_740_993n],
    ['EUR', '9999999999999999.99', 10n ** 18n - 1n],
  ])('reads %s %s exactly', (code, value, expected) => {
    const amount = { value, currency: code }
    expect(parseAmount(amount)).toEqual({ ok: true, value: { minor: expected, currency: code } })
    expect(formatAmount({ minor: expected, currency: code })).toEqual(amount)
  })

  it('reads back every amount that formatAmount writes', () => {
    fc.assert(
      fc.property(minor, currency, (units, code) => {
        const money = { minor: units, currency: code }
        expect(parseAmount(formatAmount(money))).toEqual({ ok: true, value: money })
      }),
    )
  })

  it.each([
    '-1.00',
    '-0.00',
    '+1.00',
    '01.00',
    '00.10',
    '.50',
    '1.',
    '1e2',
    '1.0e1',
    '1,000.00',
    '1 000.00',
    ' 1.00',
    '1.00 ',
    '1.00\n',
    '',
    '１.00',
    '١.00',
    '0x10',
    'NaN',
    'Infinity',
    '1.00.00',
    '1,00',
  ])('refuses the value %j as amount-format', (value) => {
    expect(parseAmount({ value: '1.00', currency: 'EUR' }).ok).toBe(true)
    expect(parseAmount({ value, currency: 'EUR' })).toEqual(refusal('amount-format'))
  })

  it.each([
    ['a number as value', { value: 1, currency: 'EUR' }],
    ['no currency', { value: '1.00' }],
    ['a number as currency', { value: '1.00', currency: 978 }],
    ['an exponent beside the value', { value: '1.00', currency: 'EUR', exponent: 0 }],
    ['a list', ['1.00', 'EUR']],
    ['a text', '1.00 EUR'],
    ['null', null],
    ['nothing', undefined],
  ])('refuses %s as amount-format', (_, amount) => {
    expect(parseAmount(amount)).toEqual(refusal('amount-format'))
  })

  it.each([
    'eur',
    'Eur',
    'EURO',
    'EU',
    'ZZZ',
    'XXX',
    'XTS',
    'XAU',
    'XAG',
    'XPT',
    'XPD',
    'XDR',
    'CHE',
    'CLF',
    'USN',
    'MXV',
    'DEM',
    'HRK',
    'ZWL',
    'ANG',
    'BGN',
    '',
    'toString',
    '__proto__',
  ])('refuses the currency %j as currency-unknown', (code) => {
    expect(parseAmount({ value: '1.00', currency: code })).toEqual(refusal('currency-unknown'))
  })

  it.each([
    ['EUR', '1'],
    ['EUR', '1.0'],
    ['EUR', '1.000'],
    ['JPY', '1.00'],
    ['KWD', '1.00'],
    ['UYW', '1.00'],
  ])('refuses %s %s as currency-exponent', (code, value) => {
    expect(parseAmount({ value, currency: code })).toEqual(refusal('currency-exponent'))
  })

  it.each(['0.00', '10000000000000000.00', '1000000000000000000000000000000.00'])(
    'refuses the value %j as amount-range',
    (value) => {
      expect(parseAmount({ value, currency: 'EUR' })).toEqual(refusal('amount-range'))
    },
  )
})

describe('the readers with another sign', () => {
  it('parseAmountOrZero reads zero and refuses a sign', () => {
    const zero = { minor: 0n, currency: 'EUR' }
    expect(parseAmountOrZero({ value: '0.00', currency: 'EUR' })).toEqual({ ok: true, value: zero })
    expect(parseAmountOrZero({ value: '-0.01', currency: 'EUR' })).toEqual(refusal('amount-format'))
  })

  it('parseSignedAmount reads a minus and refuses minus zero and plus', () => {
    const owed = { minor: -5n, currency: 'EUR' }
    expect(parseSignedAmount({ value: '-0.05', currency: 'EUR' })).toEqual({
      ok: true,
      value: owed,
    })
    for (const value of ['-0.00', '+0.05']) {
      expect(parseSignedAmount({ value, currency: 'EUR' })).toEqual(refusal('amount-format'))
    }
  })
})

describe('formatDecimal', () => {
  it('writes sign, leading zero and exactly the decimals of the currency', () => {
    expect(formatDecimal({ minor: -5n, currency: 'EUR' })).toBe('-0.05')
    expect(formatDecimal({ minor: 0n, currency: 'JPY' })).toBe('0')
    expect(formatDecimal({ minor: 1n, currency: 'UYW' })).toBe('0.0001')
  })

  it('throws for a currency that is none', () => {
    expect(() => formatDecimal({ minor: 1n, currency: 'XXX' })).toThrow(RangeError)
  })
})

describe('minorUnits', () => {
  it('knows the decimals of a currency and nothing of other names', () => {
    expect(['JPY', 'EUR', 'TND', 'UYW'].map(minorUnits)).toEqual([0, 2, 3, 4])
    expect(minorUnits('XAU')).toBeUndefined()
  })

  it('lists 156 currencies by three-letter codes', () => {
    expect(MINOR_UNITS.size).toBe(156)
    expect([...MINOR_UNITS.keys()].every((code) => /^[A-Z]{3}$/.test(code))).toBe(true)
  })
})

describe('applyBps', () => {
  it.each([
    [25n, 1000, 2n],
    [35n, 1000, 4n],
    [-25n, 1000, -2n],
    [-35n, 1000, -4n],
    [12_050n, 150, 181n],
    [12_050n, -150, -181n],
    [10_000n, 10_000, 10_000n],
    [0n, 9999, 0n],
  ])('takes %d at %d basis points as %d', (units, bps, expected) => {
    expect(applyBps(units, bps)).toBe(expected)
  })

  it('is never more than half a minor unit away, and even where it is exactly half', () => {
    const bps = fc.integer({ min: -20_000, max: 20_000 })
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), bps, (units, points) => {
        const rounded = applyBps(units, points)
        const distance = 2n * (rounded * 10_000n - units * BigInt(points))
        const size = distance < 0n ? -distance : distance
        expect(size < 10_000n || (size === 10_000n && rounded % 2n === 0n)).toBe(true)
      }),
    )
  })

  it('throws for a fraction of a basis point', () => {
    expect(() => applyBps(100n, 0.5)).toThrow(RangeError)
  })
})

describe('divideHalfEven', () => {
  it('rounds halves to the even neighbour on both sides of zero', () => {
    const halves = [-5n, -3n, -1n, 1n, 3n, 5n].map((numerator) => divideHalfEven(numerator, 2n))
    expect(halves).toEqual([-2n, -2n, 0n, 0n, 2n, 2n])
  })

  it('throws for a denominator that is not positive', () => {
    expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError)
  })
})

function refusal(code: string) {
  return { ok: false, error: { code } }
}
