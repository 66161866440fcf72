// A folded text in pieces, and which words of a language a piece is.

import type { ReplyWords } from './reply-words.ts'

/** A run of letters or digits, or one sign. */
export interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A token among others. */
export interface TokenPlace {
  readonly tokens: readonly Token[]
  readonly index: number
}

export function tokensOf(folded: string): Token[] {
  return [...folded.matchAll(/\p{L}+|\d+|[^\s\p{L}\d]/gu)].map(({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }))
}

/** Numbers with signs between them and no blank: how many tokens. */
export function chainLength(tokens: readonly Token[], index: number): number {
  let length = 1
  for (;;) {
    const [last, mark, digits] = tokens.slice(index + length - 1, index + length + 2)
    const isLinked =
      mark !== undefined &&
      digits !== undefined &&
      /^[./,:-]$/.test(mark.text) &&
      /^\d/.test(digits.text) &&
      mark.start === last?.end &&
      digits.start === mark.end
    if (!isLinked) return length
    length += 2
  }
}

export function isMoney(token: string): boolean {
  return /^(?:\p{Sc}|eur|euros?|chf|gbp|usd|cents?)$/u.test(token)
}

/** The lists that single words are looked up in. */
export type WordList = 'inWords' | 'dayWords' | 'weekWords' | 'beforeDay' | 'afterDay'

export function isIn(words: readonly ReplyWords[], list: WordList, token: string): boolean {
  return words.some((it) => it[list].includes(token))
}

export function monthOf(words: readonly ReplyWords[], token: string): number | undefined {
  for (const { months } of words) {
    const index = months.findIndex((names) => names.includes(token))
    if (index >= 0) return index + 1
  }
  return undefined
}

export function weekdayOf(words: readonly ReplyWords[], token: string): number | undefined {
  for (const { weekdays } of words) {
    const index = weekdays.findIndex((names) => names.includes(token))
    if (index >= 0) return index + 1
  }
  return undefined
}

export function longestRelative(
  { tokens, index }: TokenPlace,
  words: readonly ReplyWords[],
): { phrase: string; days: number } | undefined {
  return words
    .flatMap(({ relative }) => Object.entries(relative))
    .filter(([phrase]) => startsAt({ tokens, index }, phrase))
    .map(([phrase, days]) => ({ phrase, days }))
    .sort((a, b) => b.phrase.length - a.phrase.length)[0]
}

/** Words are apart by anything but letters: "aujourd'hui", "après-demain". */
export function startsAt({ tokens, index }: TokenPlace, phrase: string): boolean {
  const letters = tokens
    .slice(index, index + 2 * wordCount(phrase))
    .filter((it) => /^\p{L}/u.test(it.text))
  return phrase.split(' ').every((word, position) => letters[position]?.text === word)
}

export function wordCount(phrase: string): number {
  return phrase.split(' ').length
}
