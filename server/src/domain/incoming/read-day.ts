// Finds the one day that a person names, relative to a given today: "DATE 27", "le 27", "27/3",
// "vrijdag". Never guesses: two days, two readings or a vague time make the day unclear.

import { addDays, type Day, daysBetween, parseDay, weekday } from '@parley/sdk/protocol'
import {
  chainLength,
  isIn,
  isMoney,
  longestRelative,
  monthOf,
  startsAt,
  type Token,
  tokensOf,
  weekdayOf,
  wordCount,
} from './day-tokens.ts'
import type { ReplyWords } from './reply-words.ts'

export type DayReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'unclear'; readonly evidence: string }
  | { readonly kind: 'day'; readonly day: Day; readonly evidence: string }

export interface DayContext {
  readonly today: Day
  readonly words: readonly ReplyWords[]
  /** Whether `3/4` is the third of April; false where both orders are usual. */
  readonly isDayFirst: boolean
}

/** Further ahead nobody means a day without its year. */
const MAX_DAYS_AHEAD = 120

interface Found {
  readonly days: Set<Day>
  readonly weekdays: Set<number>
  readonly evidence: string[]
  isUnclear: boolean
}

/** Reads a folded text (`fold`) of bounded length. */
export function readDay(folded: string, context: DayContext): DayReading {
  const tokens = tokensOf(folded)
  const found: Found = { days: new Set(), weekdays: new Set(), evidence: [], isUnclear: false }
  for (let index = 0; index < tokens.length; ) {
    index += takeAt({ tokens, index, context, found })
  }
  return conclude(found, context)
}

interface Place {
  readonly tokens: readonly Token[]
  readonly index: number
  readonly context: DayContext
  readonly found: Found
}

/** Reads what begins at a token and returns how many tokens that took. */
function takeAt(place: Place): number {
  const { tokens, index, context, found } = place
  const token = tokens[index]?.text ?? ''
  if (/^\d/.test(token)) return takeNumber(place)
  const skipped = context.words.flatMap(({ noDay }) => noDay).find((it) => startsAt(place, it))
  if (skipped !== undefined) return wordCount(skipped)
  const relative = longestRelative(place, context.words)
  if (relative !== undefined) {
    note(found, addDays(context.today, relative.days), relative.phrase)
    return wordCount(relative.phrase)
  }
  if (isIn(context.words, 'inWords', token) && /^\d{1,2}$/.test(tokens[index + 1]?.text ?? '')) {
    return takeSpan(place)
  }
  const monthFirst = takeMonthFirst(place)
  if (monthFirst > 0) return monthFirst
  const day = weekdayOf(context.words, token)
  if (day !== undefined) {
    found.weekdays.add(day)
    found.evidence.push(token)
  }
  // "Next Friday" may be two days.
  const vague = context.words.flatMap((it) => it.vague).find((it) => startsAt(place, it))
  if (vague !== undefined) unclear(found, vague)
  return 1
}

/** "In 5 days", "over 2 weken". */
function takeSpan({ tokens, index, context, found }: Place): number {
  const [count, unit] = [tokens[index + 1]?.text ?? '', tokens[index + 2]?.text ?? '']
  const isWeeks = isIn(context.words, 'weekWords', unit)
  if (!isWeeks && !isIn(context.words, 'dayWords', unit)) return 1
  note(found, addDays(context.today, Number(count) * (isWeeks ? 7 : 1)), `${count} ${unit}`)
  return 3
}

/** A number and what hangs on it: `27`, `27/3`, `27.03.2026`, `2026-03-27`, `27 mars`, `27th`. */
function takeNumber(place: Place): number {
  const { tokens, index, context, found } = place
  const length = chainLength(tokens, index)
  const parts = tokens.slice(index, index + length).map(({ text }) => text)
  const written = parts.join('')
  const [before, after] = [tokens[index - 1]?.text ?? '', tokens[index + length]?.text ?? '']
  if (isMoney(before) || isMoney(after) || /^(?:h|uhr|uur|heures?)$/.test(after)) return length
  if (parts.length >= 3) {
    const day = dayOfParts(parts, context, after === '.')
    if (day === 'unclear') unclear(found, written)
    else if (day !== undefined) note(found, day, written)
    return length
  }
  return length === 1 ? takeDayOfMonth(place) : length
}

/** A number alone: of a month that follows, or of this month or the next. */
function takeDayOfMonth(place: Place): number {
  const { tokens, index, context, found } = place
  const digits = tokens[index]?.text ?? ''
  const isDayNumber = /^\d{1,2}$/.test(digits) && Number(digits) >= 1 && Number(digits) <= 31
  if (!isDayNumber) return 1
  let next = index + 1
  const suffix = tokens[next]
  const hasSuffix =
    suffix !== undefined &&
    suffix.start === tokens[index]?.end &&
    (suffix.text === '.' || isIn(context.words, 'afterDay', suffix.text))
  if (hasSuffix) next += 1
  if (['of', 'de', 'van'].includes(tokens[next]?.text ?? '')) next += 1
  const month = monthOf(context.words, tokens[next]?.text ?? '')
  if (month !== undefined) {
    const year = /^\d{4}$/.test(tokens[next + 1]?.text ?? '') ? tokens[next + 1]?.text : undefined
    noteMonthDay(place, { month, dayOfMonth: Number(digits), year })
    return next + (year === undefined ? 1 : 2) - index
  }
  next = index + (hasSuffix ? 2 : 1)
  const isLed = isIn(context.words, 'beforeDay', tokens[index - 1]?.text ?? '')
  const isMarked = hasSuffix && suffix.text !== '.'
  if (!isLed && !isMarked) return next - index
  const following = tokens[next]?.text ?? ''
  // "The 3 letters" is no day; "the 27th" is.
  if (/^\p{L}/u.test(following) && !isMarked) unclear(found, digits)
  else noteDayOfMonth(place, Number(digits))
  return next - index
}

function takeMonthFirst(place: Place): number {
  const { tokens, index, context } = place
  const month = monthOf(context.words, tokens[index]?.text ?? '')
  const digits = tokens[index + 1]?.text ?? ''
  if (month === undefined || !/^\d{1,2}$/.test(digits)) return 0
  noteMonthDay(place, { month, dayOfMonth: Number(digits), year: undefined })
  return 2
}

/** `27/3`, `27.3.`, `27-03-26`, `2026-03-27`; undefined for what is no day, such as an amount. */
function dayOfParts(
  parts: readonly string[],
  { today, isDayFirst }: DayContext,
  hasDotBehind: boolean,
): Day | 'unclear' | undefined {
  const [first = '', mark, second = '', , third] = parts
  if (first.length === 4 && third !== undefined) return checked(first, second, third)
  if (first.length > 2 || second.length > 2) return undefined
  if (mark === ',' || mark === ':') return undefined
  // 12.50 is an amount, 10.12 may be one.
  if (mark === '.' && third === undefined && !hasDotBehind) {
    return Number(second) <= 12 && Number(first) <= 31 ? 'unclear' : undefined
  }
  const isSwapped = Number(first) <= 12 && Number(second) > 12 && mark === '/' && !isDayFirst
  const isEither = Number(first) <= 12 && Number(second) <= 12 && first !== second && mark === '/'
  if (isEither && !isDayFirst) return 'unclear'
  const [dayOfMonth, month] = isSwapped ? [second, first] : [first, second]
  if (third !== undefined) {
    if (third.length === 3 || third.length > 4) return 'unclear'
    return checked(third.length === 2 ? `20${third}` : third.padStart(4, '0'), month, dayOfMonth)
  }
  return nextMonthDay(today, Number(month), Number(dayOfMonth))
}

function checked(year: string, month: string, dayOfMonth: string): Day | 'unclear' {
  const day = parseDay(`${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`)
  return day.ok ? day.value : 'unclear'
}

/** The next such day that is near; a day that was yesterday is not meant for next year. */
function nextMonthDay(today: Day, month: number, dayOfMonth: number): Day | 'unclear' {
  const year = Number(today.slice(0, 4))
  for (const candidateYear of [year, year + 1]) {
    const day = checked(String(candidateYear), String(month), String(dayOfMonth))
    if (day === 'unclear') continue
    const ahead = daysBetween(today, day)
    if (ahead >= 0) return ahead <= MAX_DAYS_AHEAD ? day : 'unclear'
  }
  return 'unclear'
}

function noteMonthDay(
  { context, found }: Place,
  { month, dayOfMonth, year }: { month: number; dayOfMonth: number; year: string | undefined },
): void {
  const day =
    year === undefined
      ? nextMonthDay(context.today, month, dayOfMonth)
      : checked(year, String(month), String(dayOfMonth))
  if (day === 'unclear') unclear(found, `${dayOfMonth}/${month}`)
  else note(found, day, `${dayOfMonth}/${month}`)
}

function noteDayOfMonth({ context, found }: Place, dayOfMonth: number): void {
  const [year = 0, month = 0, today = 0] = context.today.split('-').map(Number)
  const isThisMonth = dayOfMonth >= today
  const inYear = isThisMonth || month < 12 ? year : year + 1
  const inMonth = isThisMonth ? month : (month % 12) + 1
  const day = checked(String(inYear), String(inMonth), String(dayOfMonth))
  // The 31st of a month of thirty days may be its last day, or the next 31st.
  if (day === 'unclear') unclear(found, String(dayOfMonth))
  else note(found, day, String(dayOfMonth))
}

function conclude(found: Found, { today }: DayContext): DayReading {
  const evidence = found.evidence.join(' ')
  const days = [...found.days]
  const named = [...found.weekdays]
  if (days.length === 0 && named.length === 0 && !found.isUnclear) return { kind: 'none' }
  if (found.isUnclear || days.length > 1 || named.length > 1) return { kind: 'unclear', evidence }
  const [day] = days
  const [name] = named
  if (day !== undefined) {
    const isOther = name !== undefined && weekday(day) !== name
    return isOther ? { kind: 'unclear', evidence } : { kind: 'day', day, evidence }
  }
  const ahead = ((name ?? 0) - weekday(today) + 7) % 7
  // On a Friday, "Friday" may be today or in a week.
  if (ahead === 0) return { kind: 'unclear', evidence }
  return { kind: 'day', day: addDays(today, ahead), evidence }
}

function note(found: Found, day: Day, evidence: string): void {
  found.days.add(day)
  found.evidence.push(evidence)
}

function unclear(found: Found, evidence: string): void {
  found.isUnclear = true
  found.evidence.push(evidence)
}
