// Finds references of every scheme in what people and banks write around them.
import { creditorReferencesIn } from './find-creditor-references.ts'
import { digitReferencesIn } from './find-digit-references.ts'
import { parseReference, type ReferenceScheme } from './reference-schemes.ts'

export interface FoundReference {
  /** Electronic form. */
  readonly reference: string
  /** The schemes whose form and check digits it has. */
  readonly schemes: readonly ReferenceScheme[]
  /**
   * `sure`: letters or a frame around it and check digits modulo 97 say that somebody wrote a reference
   * of this scheme. `candidate`: digits with a check digit that every tenth number has; it is one only
   * when it equals, digit by digit, a reference that exists.
   */
  readonly strength: 'sure' | 'candidate'
}

/** The structured communication of Belgium in its frame of plus signs or asterisks. */
const FRAMED_OGM = /(\+{3}|\*{3})([0-9][0-9\s/.-]{10,24}[0-9])(?:\+{3}|\*{3})/g
/** The same without the frame: only as it is printed. */
const PRINTED_OGM = /(?<![\p{L}\p{N}/])[0-9]{3}\s?\/\s?[0-9]{4}\s?\/\s?[0-9]{5}(?![\p{L}\p{N}/])/gu

/**
 * Returns every text, in electronic form, that may be a reference of any scheme: what is sure first,
 * then the candidates; each in the order of the text, for one place the longest first, and once.
 *
 * All readings are returned, since words and digits that follow can by chance make a longer valid one:
 * **compare them with references that exist**. Time is linear in the text.
 */
export function findReferences(text: string): string[] {
  return findReferencesWithSchemes(text).map(({ reference }) => reference)
}

/** As `findReferences`, with what each may be and how sure that is. */
export function findReferencesWithSchemes(text: string): FoundReference[] {
  const found = new Map<string, FoundReference>()
  const add = (one: FoundReference) => {
    if (!found.has(one.reference)) found.set(one.reference, one)
  }
  for (const readings of creditorReferencesIn(text)) {
    for (const { reference } of readings.toReversed()) {
      add({ reference, schemes: ['SCOR'], strength: 'sure' })
    }
  }
  for (const { reference } of framedIn(text)) {
    add({ reference, schemes: ['OGM'], strength: 'sure' })
  }
  for (const { reference, schemes } of digitReferencesIn(
    replaceReferences(text, ' § ').replace(FRAMED_OGM, ' § '),
  )) {
    add({ reference, schemes, strength: 'candidate' })
  }
  return [...found.values()]
}

/**
 * The text with a space for each reference that is surely one: what is left are words. Digits without
 * letters or a frame stay, since they may be a day or an amount.
 */
export function withoutReferences(text: string): string {
  return replaceReferences(text, ' ')
}

function replaceReferences(text: string, replacement: string): string {
  // The shortest reading takes no word that follows for a part of it.
  const places = creditorReferencesIn(text).flatMap(([shortest]) => shortest ?? [])
  let rest = ''
  let from = 0
  for (const { start, end } of [...places, ...framedIn(text)].sort((a, b) => a.start - b.start)) {
    if (start < from) continue
    rest += text.slice(from, start) + replacement
    from = end
  }
  return rest + text.slice(from)
}

function framedIn(text: string): { reference: string; start: number; end: number }[] {
  return [...text.matchAll(FRAMED_OGM), ...text.matchAll(PRINTED_OGM)].flatMap((match) => {
    const parsed = parseReference('OGM', (match[2] ?? match[0]).replace(/[\s/.-]/g, ''))
    if (!parsed.ok) return []
    return [{ reference: parsed.value, start: match.index, end: match.index + match[0].length }]
  })
}
