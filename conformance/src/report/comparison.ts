// What has changed since a former run of the same role: for a partner who works towards green, and for whoever
// must see what a change broke.
import type { Role } from '../run/case.ts'
import type { Outcome } from '../run/run-cases.ts'
import type { Report } from './report.ts'

/** What a former report has to say: a `report.json` of this or another version of the suite. */
export interface FormerReport {
  readonly role: Role
  readonly volatile: { readonly startedAt: string }
  readonly cases: readonly {
    readonly id: string
    readonly title: string
    readonly outcome: Outcome
  }[]
}

export interface Change {
  readonly id: string
  readonly title: string
  /** Undefined for a case that the former run did not have. */
  readonly before?: Outcome
  /** Undefined for a case that the suite no longer has. */
  readonly now?: Outcome
}

export const CHANGE_WORDS = {
  newlyRed: 'newly red',
  newlyGreen: 'newly green',
  otherwise: 'otherwise changed',
  added: 'new',
  gone: 'gone',
} as const

/** Each case at most once, in the order of the run. */
export type Changes = Readonly<Record<keyof typeof CHANGE_WORDS, readonly Change[]>>

export interface Comparison extends Changes {
  /** When the former run started. */
  readonly since: string
}

const RED: ReadonlySet<Outcome> = new Set(['failed', 'incomplete'])

/** Reads a former report. @throws {TypeError} for a text that is none, or one of another role. */
export function readFormerReport(text: string, role: Role): FormerReport {
  const former = JSON.parse(text) as Partial<FormerReport> | null
  if (!Array.isArray(former?.cases) || typeof former.volatile?.startedAt !== 'string') {
    throw new TypeError('it is no report of the suite')
  }
  if (former.role !== role) throw new TypeError(`it is of the role ${former.role}, not ${role}`)
  return former as FormerReport
}

/** Compares what was run now. Of the former cases only those are gone that `known`, the suite, has no longer. */
export function compareReports(
  former: FormerReport,
  report: Report,
  known: ReadonlySet<string>,
): Comparison {
  const outcomes = new Map(former.cases.map(({ id, outcome }) => [id, outcome]))
  const kinds = Map.groupBy(
    report.cases.map(({ id, title, outcome: now }): Change => {
      const before = outcomes.get(id)
      return { id, title, now, ...(before === undefined ? {} : { before }) }
    }),
    kindOf,
  )
  return {
    since: former.volatile.startedAt,
    newlyRed: kinds.get('newlyRed') ?? [],
    newlyGreen: kinds.get('newlyGreen') ?? [],
    otherwise: kinds.get('otherwise') ?? [],
    added: kinds.get('added') ?? [],
    gone: former.cases
      .filter(({ id }) => !known.has(id))
      .map(({ id, title, outcome: before }) => ({ id, title, before })),
  }
}

/** The lists that are not empty, with their words. */
export function changesIn(comparison: Comparison): [word: string, changes: readonly Change[]][] {
  const kinds = Object.keys(CHANGE_WORDS) as (keyof Changes)[]
  return kinds
    .filter((kind) => comparison[kind].length > 0)
    .map((kind) => [CHANGE_WORDS[kind], comparison[kind]])
}

function kindOf({ before, now }: Change): keyof Changes | 'same' {
  if (before === undefined) return 'added'
  if (before === now) return 'same'
  if (now === 'passed') return 'newlyGreen'
  const isNewlyRed = now !== undefined && RED.has(now) && !RED.has(before)
  return isNewlyRed ? 'newlyRed' : 'otherwise'
}
