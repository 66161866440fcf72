// By what a transaction can identify a claim. The importer loads candidates by these keys, and the
// matcher compares by the same, so that no claim is missed between the two.
import { findReferencesWithSchemes, withoutReferences } from '../references/find-references.ts'
import { comparableReference } from '../references/reference-schemes.ts'
import type { IncomingTransaction } from './match-types.ts'

export interface MatchKeys {
  /** Structured references in comparable form. */
  readonly structuredReferences: readonly string[]
  readonly endToEndIds: readonly string[]
  /** References found in free text, in comparable form. */
  readonly referencesInText: readonly string[]
  /** Digits in free text that may be references: every tenth number has a right check digit. */
  readonly digitsInText: readonly string[]
}

/** Returns the keys of a transaction, without duplicates. */
export function matchKeys(transaction: IncomingTransaction): MatchKeys {
  const { structuredReferences, endToEndId } = transaction
  const found = textsOf(transaction).flatMap(findReferencesWithSchemes)
  const ofStrength = (wanted: 'sure' | 'candidate') =>
    unique(found.flatMap(({ reference, strength }) => (strength === wanted ? [reference] : [])))
  return {
    structuredReferences: unique(structuredReferences.map(comparableReference)),
    endToEndIds: endToEndId === undefined ? [] : [endToEndId],
    referencesInText: ofStrength('sure'),
    digitsInText: ofStrength('candidate'),
  }
}

/** Every reference that a claim may have to be named by the transaction. */
export function namedReferences(keys: MatchKeys): string[] {
  return unique([...keys.structuredReferences, ...keys.referencesInText, ...keys.digitsInText])
}

const RUN = /[\p{L}\p{N}]+/gu
/** Runs of one number, as in `INV 2026 / 0042`, at most. */
const LONGEST_NUMBER = 4
const SEPARATORS = ['', '-', '/', '.', ' ']
const MAX_NUMBERS = 400
const MIN_LENGTH = 4
const MAX_LENGTH = 64

/**
 * Every spelling of a number of ours, such as an invoice number, that the texts of a transaction may
 * hold, at most 400: neighbouring runs of letters and digits as they are written and joined in the
 * usual ways, with at least one digit. References are no such numbers.
 */
export function numbersInText(transaction: IncomingTransaction): string[] {
  const found = new Set<string>()
  for (const text of textsOf(transaction).map(withoutReferences)) {
    const runs = [...text.matchAll(RUN)]
    for (let length = 1; length <= LONGEST_NUMBER; length++) {
      for (let first = 0; first + length <= runs.length; first++) {
        const part = runs.slice(first, first + length)
        for (const spelling of spellingsOf(text, part)) {
          if (found.size === MAX_NUMBERS) return [...found]
          found.add(spelling)
        }
      }
    }
  }
  return [...found]
}

function spellingsOf(text: string, runs: readonly RegExpExecArray[]): string[] {
  const words = runs.map(([word]) => word)
  if (!/\p{N}/u.test(words.join(''))) return []
  const [first, last] = [runs[0], runs.at(-1)]
  if (first === undefined || last === undefined) return []
  const written = text.slice(first.index, last.index + last[0].length)
  const joined = SEPARATORS.map((separator) => words.join(separator))
  return [written, ...joined]
    .flatMap((spelling) => [spelling, spelling.toUpperCase()])
    .filter(({ length }) => length >= MIN_LENGTH && length <= MAX_LENGTH)
}

/** Banks cut long texts into lines: joined with a space, what stands on two lines is found. */
function textsOf({
  unstructured,
  structuredReferences,
  endToEndId,
}: IncomingTransaction): string[] {
  const ids = endToEndId === undefined ? [] : [endToEndId]
  return [unstructured.join(' '), ...structuredReferences, ...ids]
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '')
}
