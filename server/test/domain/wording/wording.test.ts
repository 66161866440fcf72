import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { chooseLanguage } from '../../../src/domain/wording/language.ts'

const { wording } = loadCatalog()

describe('wording', () => {
  it('says a text in each language with its values', () => {
    const values = { amount: '1 €', day: 'X' }
    expect(wording.say('en', 'plan.single', values)).toBe('1 € on X')
    expect(wording.say('fr', 'plan.single', values)).toBe('1 € le X')
    expect(wording.say('nl', 'plan.single', values)).toBe('1 € op X')
    expect(wording.say('de', 'plan.single', values)).toBe('1 € am X')
  })

  it('leaves markup and braces in a value as they are', () => {
    const values = { amount: '<b>{x}</b>', day: "'{y}'" }
    expect(wording.say('en', 'plan.single', values)).toBe("<b>{x}</b> on '{y}'")
  })

  it('throws when a value is missing', () => {
    expect(() => wording.say('en', 'plan.single', { amount: '1 €' })).toThrow(/day/)
  })
})

describe('chooseLanguage', () => {
  it('takes the first wish that it can fulfil, regions and case aside', () => {
    expect(chooseLanguage('FR-be', 'nl')).toBe('fr')
    expect(chooseLanguage('pt', 'de_AT')).toBe('de')
  })

  it('falls back to the creditor and then to English', () => {
    expect(chooseLanguage(undefined, 'nl')).toBe('nl')
    expect(chooseLanguage('ja', null, '')).toBe('en')
    expect(chooseLanguage('__proto__')).toBe('en')
  })
})
