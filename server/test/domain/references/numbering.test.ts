import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  NUMBERINGS,
  newReference,
  numberingFor,
  REFERENCE_BYTES,
  schemeOf,
  whyUnfit,
} from '../../../src/domain/references/numbering.ts'
import {
  parseReference,
  type ReferenceScheme,
} from '../../../src/domain/references/reference-schemes.ts'

const QR_IBAN = 'CH4431999123000889012'
const SWISS = 'CH5800791123000889012'
const BELGIAN = 'BE68539007547034'
const bytes = fc.uint8Array({ minLength: REFERENCE_BYTES, maxLength: REFERENCE_BYTES })

describe('a new reference', () => {
  it.each(NUMBERINGS)('of %s is valid and always of one length', (numbering) => {
    const lengths = new Set<number>()
    fc.assert(
      fc.property(bytes, (random) => {
        const { scheme, reference } = newReference(numbering, random)
        expect(scheme).toBe(schemeOf(numbering))
        expect(parseReference(scheme, reference)).toEqual({ ok: true, value: reference })
        lengths.add(reference.length)
      }),
    )
    expect(lengths.size).toBe(1)
  })

  it('of Norway has a check digit where one base in eleven has none', () => {
    for (let last = 0; last < 22; last++) {
      const random = new Uint8Array(REFERENCE_BYTES).with(REFERENCE_BYTES - 1, last)
      const { reference } = newReference('KID-MOD11', random)
      expect(parseReference('KID', reference).ok).toBe(true)
    }
  })

  it('needs its random bytes', () => {
    expect(() => newReference('OGM', new Uint8Array(4))).toThrow(RangeError)
  })
})

describe('a scheme', () => {
  it.each<[ReferenceScheme, string, string, RegExp | undefined]>([
    ['SCOR', BELGIAN, 'EUR', undefined],
    ['SCOR', SWISS, 'CHF', undefined],
    ['OGM', BELGIAN, 'EUR', undefined],
    ['OGM', BELGIAN, 'USD', /OGM go with amounts in EUR/],
    ['QRR', QR_IBAN, 'CHF', undefined],
    ['QRR', 'CH9430000123456789012', 'EUR', undefined],
    ['QRR', QR_IBAN, 'GBP', /CHF or EUR/],
    ['QRR', SWISS, 'CHF', /QR-IBAN \(IID 30000 to 31999\)/],
    ['QRR', 'BE30319991234567', 'EUR', /QR-IBAN/],
    ['SCOR', QR_IBAN, 'CHF', /takes QRR references alone/],
    ['KID', 'NO9386011117947', 'NOK', undefined],
    ['KID', 'NO9386011117947', 'EUR', /NOK/],
    ['FI', 'FI2112345600000785', 'SEK', /EUR/],
    ['OCR', 'SE4550000000058398257466', 'SEK', undefined],
    ['OCR', 'SE4550000000058398257466', 'NOK', /SEK or EUR/],
    ['NL', 'NL91ABNA0417164300', 'USD', /EUR/],
  ])('%s to %s in %s: %s', (scheme, iban, currency, why) => {
    const said = whyUnfit(scheme, { iban, currency })
    if (why === undefined) expect(said).toBeUndefined()
    else expect(said).toMatch(why)
  })

  it('is the chosen one where it fits, QRR for a QR-IBAN, and else RF', () => {
    const euro = { iban: BELGIAN, currency: 'EUR' }
    expect(numberingFor('OGM', euro)).toBe('OGM')
    expect(numberingFor('OGM', { ...euro, currency: 'USD' })).toBe('SCOR')
    expect(numberingFor('SCOR', { iban: QR_IBAN, currency: 'CHF' })).toBe('QRR')
    expect(numberingFor('QRR', { iban: SWISS, currency: 'CHF' })).toBe('SCOR')
  })
})
