// Where a number of the law comes from, and how sure we are of it. What is not verified may be
// shown to anybody and is charged to nobody.

import type { Day } from '@parley/sdk/protocol'

/** How well a statement of the law is founded, from best to worst. */
export type EvidenceLevel = 'law' | 'case-law' | 'policy' | 'unverified'

/** A text that somebody has read, or (at level `unverified`) has yet to read. */
export interface Source {
  readonly id: string
  readonly title: string
  /** A page, or else `citation` names the text. */
  readonly url?: string
  readonly citation?: string
  readonly readOn: Day
  readonly level: EvidenceLevel
  readonly note?: string
}

/** Every statement names its sources by id; it is only as sure as the weakest of them. */
export interface Sourced {
  readonly sources: readonly string[]
}

const WEAKEST_LAST: readonly EvidenceLevel[] = ['law', 'case-law', 'policy', 'unverified']

/**
 * Returns the weakest level among the sources of a statement: `unverified` when it names none, or
 * one that is not in the list.
 */
export function evidenceOf(rule: Sourced, sources: readonly Source[]): EvidenceLevel {
  const levels = rule.sources.map((id) => sources.find((it) => it.id === id)?.level ?? 'unverified')
  return weakest(levels)
}

/** Returns the weakest of some levels; none at all is `unverified`. */
export function weakest(levels: readonly EvidenceLevel[]): EvidenceLevel {
  const ranks = levels.map((level) => WEAKEST_LAST.indexOf(level))
  return ranks.length === 0 ? 'unverified' : (WEAKEST_LAST[Math.max(...ranks)] ?? 'unverified')
}
