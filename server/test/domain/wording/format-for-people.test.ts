import { formatDecimal, minorUnits } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReferenceScheme } from '../../../src/domain/references/reference-schemes.ts'
import {
  formatDayForPeople,
  formatMoneyForPeople,
  formatPercentForPeople,
  formatReferenceForPeople,
  groupByFour,
} from '../../../src/domain/wording/format-for-people.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'

const NARROW = '\u202f'
const NO_BREAK = '\u00a0'

describe('formatMoneyForPeople', () => {
  it.each([
    ['fr', `1${NARROW}234,50${NO_BREAK}€`],
    ['nl', `€${NO_BREAK}1.234,50`],
    ['en', '€1,234.50'],
    ['de', `1.234,50${NO_BREAK}€`],
  ] as const)('writes euros the way of %s', (language, text) => {
    expect(formatMoneyForPeople({ minor: 123_450n, currency: 'EUR' }, language)).toBe(text)
  })

  it('keeps the ISO 4217 decimals where CLDR shows others', () => {
    expect(formatMoneyForPeople({ minor: 5n, currency: 'IQD' }, 'de')).toBe(`0,005${NO_BREAK}IQD`)
    expect(formatMoneyForPeople({ minor: 5n, currency: 'HUF' }, 'de')).toBe(`0,05${NO_BREAK}HUF`)
    expect(formatMoneyForPeople({ minor: 5n, currency: 'JPY' }, 'en')).toBe('JP¥5')
  })

  it('names no currency that it does not know', () => {
    expect(() => formatMoneyForPeople({ minor: 5n, currency: 'XXX' }, 'de')).toThrow(RangeError)
  })

  it('loses no digit of any amount in any currency and language', () => {
    const amounts = fc.record({
      minor: fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }),
      currency: fc.constantFrom('EUR', 'USD', 'JPY', 'BHD', 'HUF', 'MGA', 'ISK', 'IQD'),
    })
    fc.assert(
      fc.property(amounts, fc.constantFrom(...LANGUAGES), (money, language) => {
        const text = formatMoneyForPeople(money, language)
        expect(text.replace(/[^0-9]/g, '')).toBe(formatDecimal(money).replace(/[^0-9]/g, ''))
        const decimals = minorUnits(money.currency) ?? 0
        const mark = language === 'en' ? '.' : ','
        if (decimals > 0) expect(text.split(mark).at(-1)?.match(/^\d+/)?.[0]).toHaveLength(decimals)
        expect(text.includes('-')).toBe(money.minor < 0n)
      }),
    )
  })
})

describe('formatPercentForPeople', () => {
  it.each([
    ['fr', `10,15${NO_BREAK}%`],
    ['nl', '10,15%'],
    ['en', '10.15%'],
    ['de', `10,15${NO_BREAK}%`],
  ] as const)('writes rates the way of %s, digit by digit', (language, text) => {
    expect(formatPercentForPeople('10.15', language)).toBe(text)
  })
})

describe('formatDayForPeople', () => {
  it.each([
    ['fr', '27 mars 2026', '1er août 2026'],
    ['nl', '27 maart 2026', '1 augustus 2026'],
    ['en', '27 March 2026', '1 August 2026'],
    ['de', '27. März 2026', '1. August 2026'],
  ] as const)('writes days the way of %s', (language, usual, first) => {
    expect(formatDayForPeople('2026-03-27', language)).toBe(usual)
    expect(formatDayForPeople('2026-08-01', language)).toBe(first)
  })

  it('never moves a day, not even on the first and last of a year', () => {
    expect(formatDayForPeople('2025-12-31', 'en')).toBe('31 December 2025')
    expect(formatDayForPeople('2026-01-01', 'en')).toBe('1 January 2026')
  })
})

describe('groupByFour and formatReferenceForPeople', () => {
  const print = (referenceScheme: ReferenceScheme, reference: string) =>
    formatReferenceForPeople({ referenceScheme, reference })

  it('groups an IBAN by four and leaves no blank at the end', () => {
    expect(groupByFour('BE71096123456769')).toBe('BE71 0961 2345 6769')
    expect(groupByFour('NO93 8601 1117947')).toBe('NO93 8601 1117 947')
  })

  it('groups an RF reference and leaves any other as the creditor wrote it', () => {
    expect(print('SCOR', 'RF18539007547034')).toBe('RF18 5390 0754 7034')
    expect(print('OGM', '090933755493')).toBe('+++090/9337/55493+++')
    expect(print('KID', '12345678903')).toBe('12345678903')
  })
})
