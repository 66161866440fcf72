// Finds numbers in free text that may be references of the schemes made of digits alone. One number in
// ten has a right check digit by chance, so these are candidates: only a reference that exists and is
// equal, digit by digit, makes one of them mean something.
import { getCountrySpecifications, isValidIBAN } from 'ibantools'
import { parseReference, type ReferenceScheme, schemesOf } from './reference-schemes.ts'

export interface DigitCandidate {
  /** Digits; a Finnish number without the zeros in front. */
  readonly reference: string
  readonly schemes: readonly ReferenceScheme[]
}

interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

const TOKEN = /[\p{L}\p{N}]+/gu
const DIGITS = /^[0-9]+$/
const ACCOUNT_LENGTHS = new Map(
  Object.entries(getCountrySpecifications()).map(([country, { chars }]) => [country, chars ?? 0]),
)

/** The longest reference of digits has 27 (QRR). */
const MAX_DIGITS = 27
const MAX_GROUPS = 14
/** Shorter numbers in a text are days, amounts and numbers of houses. */
const MIN_BARE = 7
/** Behind a word such as "KID", a short number is meant as a reference. */
const MIN_NAMED = 4
/** A text that holds more numbers than these names no claim. */
const MAX_FOUND = 1_000

/** What people and forms write before a reference. */
const NAMES = new Set(
  `kid ocr viite viitenumero viitenro kenmerk betalingskenmerk betaalkenmerk referens referensnummer
  referensnr referanse ref reference référence riferimento referenz referentie zahlungsreferenz qrr esr
  ogm vcs mededeling communication`.split(/\s+/),
)
const FILLERS = new Set(['nr', 'no', 'nro', 'nummer', 'number', 'numero', 'is'])

/**
 * Returns every whole run of digits, and every row of such runs, that a scheme may have made: from the
 * left, for each place the longest first.
 *
 * Groups are joined over blanks and line breaks, or over one kind of dot, hyphen or slash; a run is
 * never cut. Left out are accounts (IBAN, and what stands behind two letters and two digits), telephone
 * numbers with a plus, decimal amounts, days, and numbers of less than 7 digits (4 behind a word such
 * as "KID"), and all beyond the first 1,000. Time is linear in the text.
 */
export function digitReferencesIn(text: string): DigitCandidate[] {
  const tokens = withoutAccounts(text, [...tokensOf(text)])
  const found: DigitCandidate[] = []
  for (let from = 0; from < tokens.length; ) {
    const { row, length } = rowAt(text, tokens, from)
    if (isTelephone(text, row)) {
      from += row.length
      continue
    }
    for (const candidate of candidatesIn(row, isNamed(tokens, from))) {
      if (found.push(candidate) === MAX_FOUND) return found
    }
    // The last group may begin a row of its own, joined by another sign.
    from += Math.max(1, length - 1)
  }
  return found
}

function* tokensOf(text: string): Generator<Token> {
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    yield { text: token, start: index, end: index + token.length }
  }
}

/** Drops the tokens of accounts, and those behind what looks like the start of one. */
function withoutAccounts(text: string, tokens: readonly Token[]): Token[] {
  const kept: Token[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) break
    kept.push(token)
    if (/^[A-Z]{2}[0-9]{2}/.test(token.text)) index += accountRest(text, tokens, index)
  }
  return kept
}

/**
 * How many tokens behind the first belong to an account: in groups of four, all up to the length of
 * its country, or all digits behind what may be one; in other groups, those that make a valid one.
 */
function accountRest(text: string, tokens: readonly Token[], first: number): number {
  const head = tokens[first]?.text ?? ''
  const length = ACCOUNT_LENGTHS.get(head.slice(0, 2))
  const isGrouped = head.length === 4
  let account = head
  let rest = 0
  for (let next = first + 1; isJoined(text, tokens, next); next++) {
    const token = tokens[next]?.text ?? ''
    const isOver =
      length === undefined ? !DIGITS.test(token) : account.length + token.length > length
    if (isOver) break
    account += token
    rest++
  }
  return isGrouped || isValidIBAN(account) ? rest : 0
}

function isJoined(text: string, tokens: readonly Token[], at: number): boolean {
  return joint(text, tokens[at - 1], tokens[at]) !== undefined
}

/** What joins two tokens: a blank, or one sign; undefined where they stand apart. */
function joint(text: string, before?: Token, after?: Token): string | undefined {
  if (before === undefined || after === undefined) return undefined
  const gap = text.slice(before.end, after.start)
  if (gap.length > 3) return undefined
  if (/^\s+$/.test(gap)) return ' '
  return /^\s?[./-]\s?$/.test(gap) ? gap.trim() : undefined
}

/** The groups of digits from a token on that are joined in one way; a line may break anywhere. */
function rowAt(
  text: string,
  tokens: readonly Token[],
  from: number,
): { row: Token[]; length: number } {
  const row: Token[] = []
  let sign: string | undefined
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined || !DIGITS.test(token.text)) break
    if (row.length > 0) {
      const next = joint(text, tokens[at - 1], token)
      sign ??= next
      if (next === undefined || next !== sign) break
    }
    row.push(token)
  }
  const { length } = row
  if (sign === '.' && isAmount(row)) return { row: [], length }
  return { row: isDecimal(text, row.at(-1)) ? row.slice(0, -1) : row, length }
}

/** Thousands between dots, or a dot before one or two digits. */
function isAmount(row: readonly Token[]): boolean {
  const written = row.map(({ text }) => text).join('.')
  return /^[0-9]{1,3}(?:\.[0-9]{3})+$|\.[0-9]{1,2}$/.test(written)
}

/** A comma and one or two digits behind make it an amount. */
function isDecimal(text: string, last: Token | undefined): boolean {
  return last !== undefined && /^[.,][0-9]{1,2}(?![0-9])/.test(text.slice(last.end, last.end + 4))
}

/** One plus in front, and no word of a bank before it (`SVWZ+123…`). */
function isTelephone(text: string, [first]: readonly Token[]): boolean {
  return first !== undefined && /(?:^|[\s(:])\+$/.test(text.slice(0, first.start).slice(-2))
}

function isNamed(tokens: readonly Token[], from: number): boolean {
  const names = [tokens[from - 1], tokens[from - 2]].map((token) => token?.text.toLowerCase() ?? '')
  const [before = '', further = ''] = names
  return NAMES.has(before) || (FILLERS.has(before) && NAMES.has(further))
}

function* candidatesIn(row: readonly Token[], isNamedRow: boolean): Generator<DigitCandidate> {
  for (const first of row.keys()) {
    const here: DigitCandidate[] = []
    const isNamed = isNamedRow && first === 0
    let digits = ''
    for (const [place, token] of row.slice(first, first + MAX_GROUPS).entries()) {
      digits += token.text
      if (digits.length > MAX_DIGITS) break
      const isShort = digits.length < (isNamed ? MIN_NAMED : MIN_BARE)
      if (!isShort && (isNamed || !isDay(digits))) here.unshift(...readingsOf(digits, isNamed))
      // Nobody writes a reference digit by digit; a first group may be one digit.
      if (place > 0 && token.text.length === 1) break
    }
    yield* here
  }
}

function readingsOf(digits: string, isNamed: boolean): DigitCandidate[] {
  // Seven digits of the Dutch scheme have no check digit: they say nothing without a word before.
  const schemes = schemesOf(digits).filter(
    (scheme) => scheme !== 'NL' || digits.length > 7 || isNamed,
  )
  if (schemes.length === 0) return []
  const finnish = schemes.includes('FI') ? parseReference('FI', digits) : undefined
  if (finnish?.ok !== true || finnish.value === digits) return [{ reference: digits, schemes }]
  const others = schemes.filter((scheme) => scheme !== 'FI')
  return [
    ...(others.length === 0 ? [] : [{ reference: digits, schemes: others }]),
    { reference: finnish.value, schemes: ['FI'] },
  ]
}

/** Eight digits that are a day, in either order. */
function isDay(digits: string): boolean {
  return (
    /^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$/.test(digits) ||
    /^(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}$/.test(digits)
  )
}
