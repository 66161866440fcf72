import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AmountStyle, parseCsvAmount } from '../../../src/domain/import/csv-amount.ts'

const read = (text: string, style: Partial<AmountStyle> = {}) => {
  const parsed = parseCsvAmount(text, { currency: 'EUR', ...style })
  return parsed.ok ? parsed.value.value : parsed.error.code
}

describe('parseCsvAmount', () => {
  it.each([
    ['120.50', '120.50'],
    ['120,50', '120.50'],
    ['120', '120.00'],
    ['120.5', '120.50'],
    ['120,5', '120.50'],
    ['0,05', '0.05'],
    ['00120,50', '120.50'],
    ['1.234,56', '1234.56'],
    ['1,234.56', '1234.56'],
    ['1.234.567', '1234567.00'],
    ['1,234,567', '1234567.00'],
    ['1.234.567,8', '1234567.80'],
    ['1 234,56', '1234.56'],
    ['1\u00a0234,56', '1234.56'],
    ['1\u202f234\u202f567', '1234567.00'],
    ["1'234.50", '1234.50'],
    ['1 234', '1234.00'],
    ['1234,500', '1234.50'],
    ['0.500', '0.50'],
    ['12.5000', '12.50'],
    ['€ 12,00', '12.00'],
    ['12,00 €', '12.00'],
    ['EUR 12.00', '12.00'],
    ['12.00EUR', '12.00'],
    [' 12.00 ', '12.00'],
  ])('reads %j as %s', (text, value) => {
    expect(read(text)).toBe(value)
  })

  it.each([
    ['1,234', 'amount-ambiguous'],
    ['1.234', 'amount-ambiguous'],
    ['12.345', 'amount-ambiguous'],
    ['123,456', 'amount-ambiguous'],
    ['-12.00', 'amount-negative'],
    ['12.00-', 'amount-negative'],
    ['(12.00)', 'amount-negative'],
    ['\u221212.00', 'amount-negative'],
    ['€ -12', 'amount-negative'],
    ['1234.567', 'amount-decimals'],
    ['1,234.567', 'amount-decimals'],
    ['0.005', 'amount-decimals'],
    ['12.5050', 'amount-decimals'],
    ['0', 'amount-range'],
    ['0.00', 'amount-range'],
    ['12345678901234567.00', 'amount-range'],
    ['$12.00', 'amount-format'],
    ['USD 12.00', 'currency-mismatch'],
    ['12.00 CHF', 'currency-mismatch'],
    ['12,34,56', 'amount-format'],
    ['1,23.456', 'amount-format'],
    ['1.234,567.89', 'amount-format'],
    ['1 23,45', 'amount-format'],
    ['1  234', 'amount-format'],
    ['12.', 'amount-format'],
    ['.50', 'amount-format'],
    ['+12.00', 'amount-format'],
    ['=12', 'amount-format'],
    ['1e3', 'amount-format'],
    ['twelve', 'amount-format'],
    ['١٢', 'amount-format'],
    ['', 'amount-format'],
    [' '.repeat(60_000), 'amount-format'],
    ['1'.repeat(60_000), 'amount-format'],
  ])('refuses %j with %s', (text, code) => {
    expect(read(text)).toBe(code)
  })

  it('reads what was ambiguous once the decimal mark is named', () => {
    expect(read('1,234', { decimalMark: 'point' })).toBe('1234.00')
    expect(read('1.234', { decimalMark: 'comma' })).toBe('1234.00')
    expect(read('1.234', { decimalMark: 'point', currency: 'BHD' })).toBe('1.234')
  })

  it('refuses what the named decimal mark does not allow', () => {
    expect(read('120.50', { decimalMark: 'comma' })).toBe('amount-format')
    expect(read('1,234.56', { decimalMark: 'comma' })).toBe('amount-format')
    expect(read('1,234', { decimalMark: 'comma' })).toBe('amount-decimals')
    expect(read('120,50', { decimalMark: 'comma' })).toBe('120.50')
  })

  it('writes exactly the decimals of the currency', () => {
    expect(read('120', { currency: 'JPY' })).toBe('120')
    expect(read('120.00', { currency: 'JPY' })).toBe('120')
    expect(read('120.50', { currency: 'JPY' })).toBe('amount-decimals')
    expect(read('12.3456', { currency: 'BHD' })).toBe('amount-decimals')
    expect(read('12,5', { currency: 'BHD' })).toBe('12.500')
  })

  it('says in the reason how to go on', () => {
    const parsed = parseCsvAmount('1,234', { currency: 'EUR' })
    expect(parsed).toMatchObject({
      error: {
        reason: 'the amount "1,234" may be 1234 or 1.234: say --decimal comma or --decimal point',
      },
    })
  })

  it('reads every amount back that a country writes, and refuses rather than misreads', () => {
    const styles = [
      { group: '.', mark: ',' },
      { group: ',', mark: '.' },
      { group: ' ', mark: ',' },
      { group: "'", mark: '.' },
      { group: '', mark: ',' },
      { group: '', mark: '.' },
    ]
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 99_999_999_999n }),
        fc.constantFrom(...styles),
        fc.constantFrom(0, 1, 2),
        (cents, { group, mark }, decimals) => {
          const minor = (cents / 10n ** BigInt(2 - decimals)) * 10n ** BigInt(2 - decimals)
          fc.pre(minor > 0n)
          const whole = (minor / 100n).toString().replace(/\B(?=(\d{3})+$)/g, group)
          const fraction = (minor % 100n).toString().padStart(2, '0').slice(0, decimals)
          const text = decimals === 0 ? whole : whole + mark + fraction
          const expected = `${minor / 100n}.${(minor % 100n).toString().padStart(2, '0')}`
          expect([expected, 'amount-ambiguous']).toContain(read(text))
          if (decimals > 0) expect(read(text)).toBe(expected)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('never throws and never gives another form than the wire has', () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789.,' €-+()EUR"), maxLength: 20 })
    fc.assert(
      fc.property(text, (candidate) => {
        expect(read(candidate)).toMatch(/^(0|[1-9][0-9]*)\.[0-9]{2}$|^[a-z-]+$/)
      }),
      { numRuns: 5_000 },
    )
  })
})
