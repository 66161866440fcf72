// Reads what a person answers into one meaning, or says that a person must read it. Prudence is the
// rule: a negation, a doubt, a question or two meanings at once are never sure.

import { compareDays, type Day } from '@parley/sdk/protocol'
import { withoutReferences } from '../references/find-references.ts'
import { LANGUAGES, type Language } from '../wording/language.ts'
import { ownWords } from './own-words.ts'
import { type DayReading, readDay } from './read-day.ts'
import {
  fold,
  REPLY_MEANINGS,
  type ReplyMeaning,
  type ReplyWordCatalog,
  type ReplyWords,
} from './reply-words.ts'

/** What an answer means; `returned` comes from the post and from mail servers alone. */
export type ReplyKind = ReplyMeaning | 'returned' | 'unreadable'

export interface ReplyReading {
  readonly kind: ReplyKind
  /** Only a `sure` reading may have an effect without a person. */
  readonly confidence: 'sure' | 'unsure'
  /** The one day named, for `promise` and `date-wish`. */
  readonly day?: Day
  /** The words that decided, folded. */
  readonly evidence: readonly string[]
  /** What else it may mean. */
  readonly otherKinds: readonly ReplyKind[]
}

export interface ReplyContext {
  readonly words: ReplyWordCatalog
  /** The language of our message first. */
  readonly languages: readonly Language[]
  /** In the person's zone. */
  readonly today: Day
}

const SMS_LENGTH = 1_600
const MAIL_LENGTH = 4_000
const SURE_WORDS = 60

/** Reads the answer to a text message. */
export function readSmsReply(text: string, context: ReplyContext): ReplyReading {
  return read({ text, maxLength: SMS_LENGTH, isCut: false }, context)
}

/** Reads the text part of a mail, without quoted messages and signature. */
export function readMailReply(text: string, context: ReplyContext): ReplyReading {
  const { text: own, isCut } = ownWords(text, Object.values(context.words))
  return read({ text: own, maxLength: MAIL_LENGTH, isCut }, context)
}

interface Given {
  readonly text: string
  readonly maxLength: number
  readonly isCut: boolean
}

function read(given: Given, context: ReplyContext): ReplyReading {
  const { maxLength } = given
  // By chance a reference holds a "no" in some language.
  const unfolded = fold(withoutReferences(given.text.slice(0, maxLength)))
  // One character may unfold into eighteen: the cap holds for what is searched.
  const folded = unfolded.slice(0, maxLength).trim()
  const isCut = given.isCut || given.text.length > maxLength || unfolded.length > maxLength
  const words = wordsInOrder(context)
  const isDayFirst = context.languages[0] !== 'en'
  const day = readDay(folded, { today: context.today, words, isDayFirst })
  const keyword = readKeyword(folded, words, day)
  if (keyword !== undefined && !isCut) return withDay(keyword, day, context.today)
  return readSentences(folded, { words, day, today: context.today, isCut })
}

/** The language of our message first: its reading of a word goes before that of others. */
function wordsInOrder({ languages, words }: ReplyContext): ReplyWords[] {
  return [...new Set([...languages, ...LANGUAGES])].map((language) => words[language])
}

/** The whole message is one of the words that we told people to answer with. */
function readKeyword(
  folded: string,
  words: readonly ReplyWords[],
  day: DayReading,
): ReplyReading | undefined {
  const said = (folded.match(/\p{L}+|\d+/gu) ?? []).join(' ')
  const isAsked = folded.includes('?')
  for (const meaning of REPLY_MEANINGS) {
    const keywords = words.flatMap(({ keywords }) => keywords[meaning] ?? [])
    const exact = keywords.find((it) => said === it)
    if (exact !== undefined && meaning !== 'date-wish' && !isAsked) return sure(meaning, [exact])
    const led = keywords.find((it) => new RegExp(`^${it}(?: |$)`).test(said))
    if (meaning === 'date-wish' && led !== undefined) {
      const rest = said.slice(led.length).trim().split(' ')
      const isBare = rest.length <= 3
      const isClear = day.kind === 'day' && isBare
      return { ...sure(meaning, [led]), confidence: isClear ? 'sure' : 'unsure' }
    }
  }
  return undefined
}

interface Reading {
  readonly words: readonly ReplyWords[]
  readonly day: DayReading
  readonly today: Day
  readonly isCut: boolean
}

function readSentences(folded: string, reading: Reading): ReplyReading {
  const sentences = folded.split(/(?<=[!?;\n])|(?<=\p{L}\.)(?=\s)/u)
  const hits = sentences.flatMap((sentence) => hitsIn(sentence, reading.words))
  const meant = hits.filter(({ isNegated }) => !isNegated)
  const kinds = REPLY_MEANINGS.filter((kind) => meant.some((hit) => hit.meaning === kind))
  const [kind, ...otherKinds] = withoutHelp(kinds)
  if (kind === undefined) {
    return {
      kind: 'unreadable',
      confidence: 'unsure',
      evidence: hits.map(({ phrase }) => phrase),
      otherKinds: [],
    }
  }
  const wordCount = folded.match(/\p{L}+/gu)?.length ?? 0
  const isDoubtful =
    meant.some((hit) => hit.meaning === kind && hit.isDoubtful) ||
    isMixedWithItsOpposite(kind, hits) ||
    otherKinds.length > 0 ||
    reading.isCut ||
    wordCount > SURE_WORDS
  const evidence = meant.map(({ phrase }) => phrase)
  const confidence = isDoubtful ? 'unsure' : 'sure'
  return withDay({ kind, confidence, evidence, otherKinds }, reading.day, reading.today)
}

/** Whoever says more than "help" needs help with that. */
function withoutHelp(kinds: readonly ReplyMeaning[]): ReplyMeaning[] {
  const others = kinds.filter((kind) => kind !== 'help')
  return others.length > 0 ? others : [...kinds]
}

function isMixedWithItsOpposite(kind: ReplyMeaning, hits: readonly Hit[]): boolean {
  return hits.some((hit) => hit.meaning === kind && hit.isNegated)
}

interface Hit {
  readonly meaning: ReplyMeaning
  readonly phrase: string
  readonly isNegated: boolean
  readonly isDoubtful: boolean
}

const NEGATION_REACH = 4

function hitsIn(sentence: string, words: readonly ReplyWords[]): Hit[] {
  const tokens = sentence.match(/\p{L}+|\d+/gu) ?? []
  const negations = new Set(words.flatMap(({ negations }) => negations))
  const hasDoubt = words.some(({ doubts }) =>
    doubts.some((it) => findPhrase(tokens, it, 2) !== undefined),
  )
  const found = words.flatMap(({ phrases, gap }) =>
    REPLY_MEANINGS.flatMap((meaning) =>
      (phrases[meaning] ?? []).flatMap((phrase) => {
        const at = findPhrase(tokens, phrase, gap)
        return at === undefined ? [] : [{ meaning, phrase, at }]
      }),
    ),
  )
  return found.map(({ meaning, phrase, at }) => {
    const others = tokens.flatMap((token, index) =>
      negations.has(token) && !at.includes(index) && !isPartOfAnother(index, at, found)
        ? [index]
        : [],
    )
    const [first = 0, last = 0] = [at[0], at.at(-1)]
    const isNegated = others.some((index) => index >= first - NEGATION_REACH && index < last)
    // People may ask for a day or for help; a question states nothing else.
    const isQuestion = sentence.includes('?') && meaning !== 'date-wish' && meaning !== 'help'
    return { meaning, phrase, isNegated, isDoubtful: hasDoubt || isQuestion || others.length > 0 }
  })
}

/** "I cannot pay": the "not" belongs to that phrase, and says nothing of another further on. */
function isPartOfAnother(
  index: number,
  own: readonly number[],
  found: readonly { at: readonly number[] }[],
): boolean {
  const end = own.at(-1) ?? 0
  return found.some(
    ({ at }) => at.includes(index) && at.every((it) => !own.includes(it)) && index < end,
  )
}

/** Where the words of a phrase stand, `…` for at most `gap` words; undefined when it is not there. */
export function findPhrase(
  tokens: readonly string[],
  phrase: string,
  gap: number,
): number[] | undefined {
  const wanted = phrase.split(' ')
  for (let start = 0; start < tokens.length; start += 1) {
    if (tokens[start] !== wanted[0]) continue
    const at = matchFrom(tokens, wanted, { start, gap })
    if (at !== undefined) return at
  }
  return undefined
}

function matchFrom(
  tokens: readonly string[],
  wanted: readonly string[],
  { start, gap }: { start: number; gap: number },
): number[] | undefined {
  const at: number[] = []
  let position = start
  let room = 0
  for (const word of wanted) {
    if (word === '…') {
      room = gap
      continue
    }
    const ahead = tokens.slice(position, position + room + 1).indexOf(word)
    if (ahead < 0) return undefined
    at.push(position + ahead)
    position += ahead + 1
    room = 0
  }
  return at
}

function sure(kind: ReplyMeaning, evidence: readonly string[]): ReplyReading {
  return { kind, confidence: 'sure', evidence, otherKinds: [] }
}

/** Adds the day where the meaning needs one; without a clear day to come nothing is sure. */
function withDay(reading: ReplyReading, day: DayReading, today: Day): ReplyReading {
  const isToCome = day.kind === 'day' && compareDays(day.day, today) >= 0
  if (reading.kind === 'paid-already') {
    // "I have it paid on Friday": that is yet to come.
    const isLater = day.kind === 'day' && compareDays(day.day, today) > 0
    return isLater ? { ...reading, confidence: 'unsure' } : reading
  }
  if (reading.kind !== 'promise' && reading.kind !== 'date-wish') return reading
  if (!isToCome) return { ...reading, confidence: 'unsure' }
  return { ...reading, day: day.day, evidence: [...reading.evidence, day.evidence] }
}
