import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSepaIdentifier, toSepaCharacters } from '../../src/iso20022/index.ts'

const SEPA = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "

describe('the SEPA character set', () => {
  it('is left as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SEPA)), (letters) => {
        const text = letters.join('')
        expect(toSepaCharacters(text)).toEqual({ ok: true, value: text })
      }),
    )
  })

  it.each([
    ['Müller', 'Muller'],
    ['Mu\u0308ller', 'Muller'],
    ['Łódź', 'Lodz'],
    ['Strauß', 'Straus'],
    ['Øre & Ægir', 'Ore + Agir'],
    ['Ελλάδα', 'Ellada'],
    ['Θεσσαλονίκη', 'Thessaloniki'.replace('Th', 'TH')],
    ['Здравей', 'Zdravey'],
    ['“a”\u00a0–\u00a0b_c', '.a. - b-c'],
    ['facture n° 12 @ 5 % © 🙂 ½', 'facture n. 12 . 5 . . . .'],
  ])('%s is written %s', (text, value) => {
    expect(toSepaCharacters(text)).toEqual({ ok: true, value })
  })

  it('never comes out with another character in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const result = toSepaCharacters(text)
        if (result.ok) expect([...result.value].every((one) => SEPA.includes(one))).toBe(true)
        else expect(result.error.code).toBe('iso-characters')
      }),
    )
  })

  it.each(['株', 'ы', 'ж\u0301э', '\u0000', 'ﾑ', '٣'])('refuses %j', (text) => {
    expect(toSepaCharacters(text)).toEqual({ ok: false, error: { code: 'iso-characters' } })
  })
})

describe('an identifier', () => {
  it.each(['A', 'RF18539007547034', 'A/B', "it's (1)"])('may be %s', (text) => {
    expect(isSepaIdentifier(text)).toBe(true)
  })

  it.each(['', ' A', 'A ', '/A', 'A/', 'A//B', 'pr_1', 'é'])('may not be %j', (text) => {
    expect(isSepaIdentifier(text)).toBe(false)
  })
})
