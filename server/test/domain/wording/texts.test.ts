import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  findTextFaults,
  messageArguments,
  type UncheckedTexts,
} from '../../../src/domain/wording/check-texts.ts'
import { LANGUAGES, type Language } from '../../../src/domain/wording/language.ts'

function shippedTexts(): Record<Language, Record<string, string>> {
  const files = LANGUAGES.map((language) => {
    const url = new URL(`../../../catalog/texts/${language}.json`, import.meta.url)
    return [language, JSON.parse(readFileSync(url, 'utf8'))] as const
  })
  return Object.fromEntries(files) as Record<Language, Record<string, string>>
}

function twoTexts(changes: Partial<Record<Language, UncheckedTexts>>) {
  const texts = { hello: 'Hello {name}', plain: 'Hello' }
  return { fr: texts, nl: texts, en: texts, de: texts, ...changes }
}

describe('the shipped texts', () => {
  it('have the same keys and the same arguments in all languages', () => {
    expect(findTextFaults(shippedTexts())).toEqual([])
  })

  it('name their keys in the same order, so that a translator sees them side by side', () => {
    const texts = shippedTexts()
    for (const language of LANGUAGES) {
      expect(Object.keys(texts[language])).toEqual(Object.keys(texts.en))
    }
  })

  it('use no straight apostrophe, which ICU would read as a quote', () => {
    for (const texts of Object.values(shippedTexts())) {
      expect(Object.values(texts).filter((text) => text.includes("'"))).toEqual([])
    }
  })

  it('set no-break spaces before French double punctuation', () => {
    const faulty = Object.values(shippedTexts().fr).filter((text) => /[ \p{L}][:;?!]/u.test(text))
    expect(faulty).toEqual([])
  })

  it('carry no blank at either end and no double blank', () => {
    for (const texts of Object.values(shippedTexts())) {
      expect(Object.values(texts).filter((text) => /^\s|\s$| {2}/.test(text))).toEqual([])
    }
  })
})

describe('findTextFaults', () => {
  it('accepts texts that agree', () => {
    expect(findTextFaults(twoTexts({}))).toEqual([])
  })

  it('reports a key that one language lacks', () => {
    expect(findTextFaults(twoTexts({ nl: { hello: 'Dag {name}' } }))).toEqual([
      'nl.json: plain: is missing',
    ])
  })

  it('reports a key that only one language has', () => {
    const more = { hello: 'Hallo {name}', plain: 'Hallo', extra: 'Mehr' }
    expect(findTextFaults(twoTexts({ de: more }))).toEqual([
      'fr.json: extra: is missing',
      'nl.json: extra: is missing',
      'en.json: extra: is missing',
    ])
  })

  it('reports other arguments than in English', () => {
    expect(findTextFaults(twoTexts({ fr: { hello: 'Bonjour {nom}', plain: 'Salut' } }))).toEqual([
      'fr.json: hello: arguments {nom}, in English {name}',
    ])
  })

  it('reports broken syntax and values that are no text', () => {
    const faults = findTextFaults(twoTexts({ de: { hello: 'Hallo {name', plain: 7 } }))
    expect(faults[0]).toMatch(/^de\.json: hello: is not valid ICU syntax/)
    expect(faults[1]).toBe('de.json: plain: is not a text')
  })

  it('finds arguments inside the branches of select and plural', () => {
    const text = '{n, plural, one {# {a}} other {{b, select, yes {{c}} other {}}}}'
    expect(messageArguments('en', text)).toEqual(['a', 'b other|yes', 'c', 'n plural'])
  })
})
