// Compares the text catalogs of all languages before any of them speaks: the same keys, the same
// arguments, valid syntax. Pure: the files were read elsewhere.

import type { IntlMessageFormat } from 'intl-messageformat'
import { LANGUAGES, LAST_RESORT_LANGUAGE, type Language } from './language.ts'
import { compileMessage } from './wording.ts'

type MessageElements = ReturnType<IntlMessageFormat['getAst']>
type MessageElement = MessageElements[number]

/** Texts as they come from a file, before anything is known about them. */
export type UncheckedTexts = Readonly<Record<string, unknown>>

/**
 * Lists every fault of the catalogs as a readable line; an empty list means that they are sound.
 *
 * Reported: a key that another language has and this one lacks, a text that is empty or not text,
 * ICU syntax errors, and arguments that differ from the English text of the same key.
 */
export function findTextFaults(catalogs: Readonly<Record<Language, UncheckedTexts>>): string[] {
  const keys = new Set(LANGUAGES.flatMap((language) => Object.keys(catalogs[language])))
  return [...keys].sort().flatMap((key) => faultsOfKey(key, catalogs))
}

/** Returns the names of the arguments of an ICU message, sorted, each with its kind. */
export function messageArguments(language: Language, text: string): string[] {
  return [...new Set(compileMessage(language, text).getAst().flatMap(argumentsOf))].sort()
}

function faultsOfKey(key: string, catalogs: Readonly<Record<Language, UncheckedTexts>>): string[] {
  const found = LANGUAGES.map((language) => ({
    language,
    ...tryArguments(language, catalogs[language][key]),
  }))
  const reference = found.find(({ language }) => language === LAST_RESORT_LANGUAGE)
  return found.flatMap(({ language, names, fault }) => {
    if (fault !== undefined) return [`${language}.json: ${key}: ${fault}`]
    if (reference?.names === undefined || names === reference.names) return []
    return [`${language}.json: ${key}: arguments ${names}, in English ${reference.names}`]
  })
}

function tryArguments(language: Language, text: unknown): { names?: string; fault?: string } {
  if (text === undefined) return { fault: 'is missing' }
  if (typeof text !== 'string' || text.trim() === '') return { fault: 'is not a text' }
  try {
    return { names: `{${messageArguments(language, text).join(', ')}}` }
  } catch (error) {
    return { fault: `is not valid ICU syntax: ${error instanceof Error ? error.message : error}` }
  }
}

// `options` marks select and plural; without it the element is literal text, `#` or an argument.
function argumentsOf(element: MessageElement): string[] {
  if ('options' in element) {
    const branches = Object.entries(element.options)
    const nested = branches.flatMap(([, branch]) => branch.value.flatMap(argumentsOf))
    return [`${element.value} ${describeChoice(branches.map(([name]) => name))}`, ...nested]
  }
  const isArgument = 'value' in element && element.type !== 0
  return isArgument ? [`${element.value}`] : []
}

// Languages may differ in their plural categories, not in the values a `select` tells apart.
function describeChoice(branches: readonly string[]): string {
  const isPlural = branches.every((name) => /^(zero|one|two|few|many|other|=\d+)$/.test(name))
  return isPlural ? 'plural' : [...branches].sort().join('|')
}
