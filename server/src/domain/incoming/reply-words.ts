// The words by which answers of people are read, per language: data of the catalog. All of them are
// compared in the form that `fold` gives them.

import type { Language } from '../wording/language.ts'

/** What a person may mean. */
export const REPLY_MEANINGS = [
  'stop',
  'hardship',
  'dispute',
  'wrong-person',
  'paid-already',
  'promise',
  'date-wish',
  'help',
] as const

/** One of the things that an answer may mean. */
export type ReplyMeaning = (typeof REPLY_MEANINGS)[number]

/** The words of one language. */
export interface ReplyWords {
  /** Answers that say one thing alone: the whole message, or before a day. */
  readonly keywords: Readonly<Partial<Record<ReplyMeaning, readonly string[]>>>
  /** How many words `…` in a phrase may stand for. */
  readonly gap: number
  /** Phrases inside a sentence. */
  readonly phrases: Readonly<Partial<Record<ReplyMeaning, readonly string[]>>>
  /** Words that turn a phrase near them into its opposite. */
  readonly negations: readonly string[]
  /** Words that make a sentence a question, a condition or hearsay. */
  readonly doubts: readonly string[]
  /** Beginnings of lines under which the message of somebody else stands. */
  readonly quoteMarks: readonly string[]
  /** Verbs of the line that introduces a quotation: "On 9 March Ana wrote:". */
  readonly quoteVerbs: readonly string[]
  /** Lines that begin a signature. */
  readonly signatures: readonly string[]
  readonly months: readonly (readonly string[])[]
  /** From Monday. */
  readonly weekdays: readonly (readonly string[])[]
  /** Words for days counted from today. */
  readonly relative: Readonly<Record<string, number>>
  /** Before a number and a word of `dayWords`: "in 5 days". */
  readonly inWords: readonly string[]
  readonly dayWords: readonly string[]
  readonly weekWords: readonly string[]
  /** Words that stand before the day of a month. */
  readonly beforeDay: readonly string[]
  /** What follows the number of a day, such as "th". */
  readonly afterDay: readonly string[]
  /** Times that name no day: "next week", "soon". */
  readonly vague: readonly string[]
  /** Fixed phrases that hold the word of a day and mean none, such as "guten Morgen". */
  readonly noDay: readonly string[]
}

/** The words of every language. */
export type ReplyWordCatalog = Readonly<Record<Language, ReplyWords>>

const SHARP_S = /ß/g
const APOSTROPHES = /[\u2018\u2019\u201b\u0060\u00b4]/g

/**
 * Brings a text into the form in which it is compared: compatibility forms, lower case, no accents,
 * no invisible characters, plain apostrophes.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]+/gu, '')
    .replace(APOSTROPHES, "'")
    .toLowerCase()
    .replace(SHARP_S, 'ss')
}
