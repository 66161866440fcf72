import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateCreditorReference } from '../../../src/domain/references/creditor-reference.ts'
import {
  findReferences,
  findReferencesWithSchemes,
  withoutReferences,
} from '../../../src/domain/references/find-references.ts'
import { generateReference } from '../../../src/domain/references/reference-schemes.ts'

describe('references in free text', () => {
  it.each([
    'RF18539007547034',
    'rf18 5390 0754 7034',
    'Invoice March, ref. RF18 5390 0754 7034. Thank you',
    'SVWZ+RF18539007547034/EREF',
    '/ROC/RF18539007547034//',
    'RF18-5390-0754-7034',
    'RF18.5390.0754.7034',
    'RF 18 5390 0754 7034',
    'RF18 5390\n0754 7034',
    'RF18\u00a05390\u00a00754\u00a07034',
    'Rechnung:RF18 5390 0754 7034,Kunde 4711',
    'Überweisung (RF18539007547034)',
  ])('are found in "%s"', (text) => {
    expect(findReferences(text)).toEqual(['RF18539007547034'])
  })

  it.each([
    ['wrong check digits', 'RF19 5390 0754 7034'],
    ['a longer run of letters before', 'XRF18539007547034'],
    ['a letter of another script before', 'ÉRF18539007547034'],
    ['a longer run of digits behind', 'RF18539007547034999'],
    ['a letter of another script behind', 'RF18539007547034é'],
    ['an account number', 'FR1420041010050500013M02606'],
    ['a wide gap inside', 'RF19      539007547035'],
    ['a word', 'RF and 18 others'],
    ['nothing', ''],
  ])('are not found with %s', (_, text) => {
    expect(findReferences(text)).toEqual([])
  })

  it('are all returned, in the order of the text and once each', () => {
    const text = 'RF18539007547034 and RF040; again rf18 5390 0754 7034'
    expect(findReferences(text)).toEqual(['RF18539007547034', 'RF040'])
  })

  it('are read in every way that is valid, the longest first', () => {
    // One ending in 97 makes the longer reading valid as well.
    const endings = Array.from({ length: 97 }, (_, number) => `RF18539007547034 ${number + 10}`)
    const both = endings.map(findReferences).filter((found) => found.length === 2)
    expect(both).toHaveLength(1)
    expect(both[0]?.[0]).toMatch(/^RF18539007547034[0-9]+$/)
    expect(both[0]?.[1]).toBe('RF18539007547034')
  })

  it('are found in whatever case, grouping and surroundings they come', () => {
    const base = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
      minLength: 1,
      maxLength: 21,
    })
    const noise = fc.constantFrom('', 'Invoice 12 ', 'ref:', '(', 'RF ', 'é ', 'RF99 ')
    const gap = fc.constantFrom('', ' ', '-', '\n', ' - ')
    fc.assert(
      fc.property(base, noise, gap, fc.nat(5), fc.boolean(), (text, before, space, group, low) => {
        const reference = generateCreditorReference(text)
        if (!reference.ok) throw new Error(text)
        const size = group + 2
        const pieces = reference.value.match(new RegExp(`.{1,${size}}`, 'g')) ?? []
        const written = pieces.join(space)
        const found = findReferences(`${before}${low ? written.toLowerCase() : written}, thanks`)
        expect(found).toContain(reference.value)
      }),
      { numRuns: 1_000 },
    )
  })

  it('take time that grows with the text and no faster', () => {
    const hostile = 'RF18 '.repeat(40_000)
    expect(findReferences(hostile).every((reference) => reference.length <= 25)).toBe(true)
  })
})

describe('references of digits', () => {
  it.each([
    ['+++090/9337/55493+++', 'in its frame'],
    ['***090/9337/55493***', 'between asterisks'],
    ['+++ 090 / 9337 / 55493 +++', 'with blanks'],
    ['Mededeling:+++090933755493+++.', 'without slashes'],
    ['paid +++090/93\n37/55493+++ today', 'broken over two lines'],
    ['090/9337/55493', 'without the frame'],
  ])('are sure for %j: %s', (text) => {
    expect(findReferencesWithSchemes(text)).toEqual([
      { reference: '090933755493', schemes: ['OGM'], strength: 'sure' },
    ])
  })

  it.each([
    ['2345676', 'KID: 2345676'],
    ['2345', 'KID nr. 2345'],
    ['12345678903', 'betaling 12345678903 takk'],
    ['12345678903', 'KID 123 4567 8903'],
    ['5000056789012345', 'betalingskenmerk 5000 0567 8901 2345'],
    ['5000056789012345', 'kenmerk 5000.0567.8901.2345'],
    ['12234534622567', '12 2345 3462 2567'],
    ['1234567', 'kenmerk 1234567'],
    ['1234561', 'Viitenumero 12 34561'],
    ['1234561', '00000000000001234561'],
    ['210000000003139471430009017', '21 00000 00003 13947 14300 09017'],
    ['210000000003139471430009017', 'ESR 21 00000 00003\n13947 14300 09017'],
    ['12345674', 'SVWZ+12345674 EREF+NOTPROVIDED'],
    ['12345674', '/OCR/12345674//'],
    ['12345678903', '12345678903 100,00 NOK'],
    ['090933755493', '090933755493'],
  ])('%s is a candidate in "%s"', (reference, text) => {
    const found = findReferencesWithSchemes(text).find((one) => one.reference === reference)
    expect(found?.strength).toBe('candidate')
  })

  it.each([
    ['a part of a longer run', '92345676912345678901234567890'],
    ['letters before', 'K2345676'],
    ['letters behind', '2345676K'],
    ['digits of another script beside', '2345676٣'],
    ['a day', 'on 2026-11-22, 22.11.2026, 22/11/2026, 20261122 or 22 11 2026'],
    ['an amount', '1234567.90 or 12.345.674 or 12345674,50'],
    ['a telephone number', 'call +32 2 345 67 42 or (+47 12345674)'],
    ['an account', 'BE68 5390 0754 7034, DE89 3704 0044 0532 0130 00, NL91 ABNA 0417 1643 00'],
    ['an RF reference with wrong check digits', 'RF19 5390 0754 7034'],
    ['a short number', 'invoice 4242'],
    ['a wrong check digit', '+++090/9337/55494+++'],
    ['two frames that differ', '+++123/4567/89012***'],
  ])('are not found in %s', (_, text) => {
    expect(findReferences(text)).toEqual([])
  })

  it('follow one another without being mixed with what stands beside', () => {
    const text = 'RF18 5390 0754 7034, +++090/9337/55493+++ KID 12345678903'
    expect(findReferences(text)).toEqual(['RF18539007547034', '090933755493', '12345678903'])
  })

  it('take time that grows with the text and no faster', () => {
    for (const hostile of ['1 '.repeat(60_000), '+++1'.repeat(30_000), '123/'.repeat(30_000)]) {
      expect(findReferences(hostile).every((reference) => reference.length <= 27)).toBe(true)
    }
  })

  it('are found whatever the grouping and the surroundings are', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{9,13}$/)
    const scheme = fc.constantFrom('KID', 'OCR', 'FI', 'QRR', 'OGM', 'NL')
    const noise = fc.constantFrom('', 'Invoice 12, ', 'ref: ', '(', 'é ', 'BE68 5390 0754 7034 ')
    const gap = fc.constantFrom('', ' ', '\n', '\u00a0', '  ')
    fc.assert(
      fc.property(
        digits,
        scheme,
        noise,
        gap,
        fc.integer({ min: 2, max: 6 }),
        (base, by, before, space, size) => {
          const reference = generateReference(by, base.slice(0, by === 'OGM' ? 10 : 15))
          if (!reference.ok) throw new Error(base)
          const pieces = reference.value.match(new RegExp(`.{1,${size}}`, 'g')) ?? []
          expect(findReferences(`${before}${pieces.join(space)}, thanks`)).toContain(
            reference.value,
          )
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('a long text', () => {
  // A step that reads the rest again for every group would take minutes here, and fail by that.
  it.each([`1.${'111.'.repeat(50_000)}`, '123 '.repeat(50_000), '1.1'.repeat(60_000)])(
    'is read to its end once',
    (text) => {
      expect(findReferences(text).length).toBeLessThan(text.length)
    },
  )
})

describe('withoutReferences', () => {
  it.each([
    ['no reference here', 'no reference here'],
    ['Reference RF18539007547034.', 'Reference  .'],
    ['RF18 5390 0754 7034 paid', '  paid'],
    ['rf18-5390-0754-7034, RF18539007547034', ' ,  '],
    ['RF19539007547034 is a wrong one', 'RF19539007547034 is a wrong one'],
    ['I pay +++090/9337/55493+++ on 22/11/2026', 'I pay   on 22/11/2026'],
    ['12345674 is no sure one', '12345674 is no sure one'],
  ])('makes of %j %j', (text, rest) => {
    expect(withoutReferences(text)).toBe(rest)
  })
})
