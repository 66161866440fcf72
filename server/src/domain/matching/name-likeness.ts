// How like two names are, as banks and people change them: order, case, accents, initials and titles do
// not count. Two people may bear one name: likeness is never proof.

export type NameLikeness =
  /** The same words. */
  | 'same'
  /** One writes less than the other: initials, a missing second name, a word that was cut. */
  | 'similar'
  /** Something is shared, not enough to tell. */
  | 'unclear'
  /** No word in common, not even with a typing error. */
  | 'unlike'

const TITLES = new Set(
  'dhr mevr mw hr mr mrs ms mme mlle herr frau dr ir ing de heer monsieur madame'.split(' '),
)
const FOLDED: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'a', œ: 'o' }
/** German banks write `ue` for `ü`; others write `u`. */
const DIGRAPH = /([aou])e/g
const SHORTEST_WORD = 3
const SHORTEST_CUT = 4

/** Compares two names. A name without any word is `unclear`. */
export function nameLikeness(one: string, other: string): NameLikeness {
  const [left, right] = [nameWords(one), nameWords(other)]
  if (left.length === 0 || right.length === 0) return 'unclear'
  if (left.join(' ') === right.join(' ')) return 'same'
  const [few, many] = left.length <= right.length ? [left, right] : [right, left]
  if (few.length > 1 && isShortOf(few, many)) return 'similar'
  return few.some((word) => many.some((it) => isAlike(word, it))) ? 'unclear' : 'unlike'
}

/** The words of a name in one spelling, without titles, in the order of the alphabet. */
export function nameWords(name: string): string[] {
  const words = name
    .toLowerCase()
    .replace(/[ßøłđæœ]/g, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(DIGRAPH, '$1')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  const named = words.filter((word) => !TITLES.has(word))
  return (named.length === 0 ? words : named).sort()
}

/** Each word of the shorter name stands for another of the longer; at least one is the whole word. */
function isShortOf(few: readonly string[], many: readonly string[]): boolean {
  const left = [...many]
  let whole = 0
  // Whole words first, so that an initial does not take their place.
  for (const word of few.toSorted((a, b) => b.length - a.length)) {
    const exact = left.indexOf(word)
    const at = exact >= 0 ? exact : left.findIndex((it) => isCut(word, it) || isCut(it, word))
    if (at < 0) return false
    if (exact >= 0 && word.length >= SHORTEST_WORD) whole++
    left.splice(at, 1)
  }
  return whole > 0
}

function isCut(short: string, long: string): boolean {
  return long.startsWith(short) && (short.length === 1 || short.length >= SHORTEST_CUT)
}

function isAlike(one: string, other: string): boolean {
  if (one.length < SHORTEST_WORD || other.length < SHORTEST_WORD) return false
  return one === other || isCut(one, other) || isCut(other, one) || isOneEditAway(one, other)
}

function isOneEditAway(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1 || one.length < SHORTEST_CUT) return false
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  const rest = (text: string, from: number) => text.slice(from)
  return (
    rest(one, start + 1) === rest(other, start + 1) ||
    rest(one, start) === rest(other, start + 1) ||
    rest(one, start + 1) === rest(other, start)
  )
}
