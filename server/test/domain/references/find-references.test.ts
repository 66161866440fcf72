import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateCreditorReference } from '../../../src/domain/references/creditor-reference.ts'
import {
  findReferences,
  withoutReferences,
} from '../../../src/domain/references/find-references.ts'

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
    ['a wide gap inside', 'RF18      539007547034'],
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

describe('withoutReferences', () => {
  it.each([
    ['no reference here', 'no reference here'],
    ['Reference RF18539007547034.', 'Reference  .'],
    ['RF18 5390 0754 7034 paid', '  paid'],
    ['rf18-5390-0754-7034, RF18539007547034', ' ,  '],
    ['RF19539007547034 is a wrong one', 'RF19539007547034 is a wrong one'],
  ])('makes of %j %j', (text, rest) => {
    expect(withoutReferences(text)).toBe(rest)
  })
})
