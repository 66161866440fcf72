// By what a transaction can identify a claim. The importer loads candidates by these keys, and the
// matcher compares by the same, so that no claim is missed between the two.
import { findReferences } from '../references/find-references.ts'
import { comparableReference } from '../references/reference-schemes.ts'
import type { IncomingTransaction } from './match-types.ts'

export interface MatchKeys {
  /** Structured references in comparable form. */
  readonly structuredReferences: readonly string[]
  readonly endToEndIds: readonly string[]
  /** References found in free text, in comparable form. */
  readonly referencesInText: readonly string[]
}

/** Returns the keys of a transaction, without duplicates. */
export function matchKeys(transaction: IncomingTransaction): MatchKeys {
  const { structuredReferences, unstructured, endToEndId } = transaction
  const ids = endToEndId === undefined ? [] : [endToEndId]
  // Banks cut long texts into lines: joined with a space, a reference over two lines is found.
  const texts = [unstructured.join(' '), ...structuredReferences, ...ids]
  return {
    structuredReferences: unique(structuredReferences.map(comparableReference)),
    endToEndIds: ids,
    referencesInText: unique(texts.flatMap(findReferences)),
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '')
}
