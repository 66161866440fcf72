// Finds RF references in what people and banks write around them.
import { MAX_RF_LENGTH, normaliseCreditorReference } from './creditor-reference.ts'

const START = /(?<![\p{L}\p{N}])RF(?=[\s.\-–/]{0,3}[0-9])/giu
/** Letters and digits that belong together, and what may stand between two such groups. */
const RUN = /[0-9A-Za-z]+/y
const SEPARATOR = /[\s.\-–/]{1,3}/y
const WORD_CHARACTER = /[\p{L}\p{N}]/uy

/**
 * Returns every RF reference with right check digits that a text may hold, in electronic form.
 *
 * Spaces, line breaks, hyphens, dots, slashes and lower case are allowed inside. A reference starts
 * and ends where a run of letters and digits does. Words that follow can by chance (1 in 97) make
 * a longer valid reference, so all readings are returned, for each place the longest first: compare
 * them with references that exist. Time is linear in the text.
 */
export function findReferences(text: string): string[] {
  const found = new Set<string>()
  for (const match of text.matchAll(START)) {
    for (const { reference } of readingsAt(text, match.index).reverse()) found.add(reference)
  }
  return [...found]
}

/** The text with a space for each RF reference in it: what is left are words. */
export function withoutReferences(text: string): string {
  let rest = ''
  let from = 0
  for (const { index } of text.matchAll(START)) {
    // The shortest reading takes no word that follows for a part of it.
    const [reading] = index < from ? [] : readingsAt(text, index)
    if (reading === undefined) continue
    rest += `${text.slice(from, index)} `
    from = reading.end
  }
  return rest + text.slice(from)
}

interface Reading {
  readonly reference: string
  /** Where the text goes on behind it. */
  readonly end: number
}

/** Valid readings that start at an index, the shortest first. */
function readingsAt(text: string, start: number): Reading[] {
  const readings: Reading[] = []
  let compact = ''
  let index = start
  while (compact.length <= MAX_RF_LENGTH) {
    const run = matchAt(RUN, text, index)
    if (run === '') break
    index += run.length
    compact += run
    // The run goes on in another script: what was read is part of a longer word.
    if (matchAt(WORD_CHARACTER, text, index) !== '') break
    const reading = normaliseCreditorReference(compact)
    if (reading.ok) readings.push({ reference: reading.value, end: index })
    const separator = matchAt(SEPARATOR, text, index)
    if (separator === '') break
    index += separator.length
  }
  return readings
}

function matchAt(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0] ?? ''
}
