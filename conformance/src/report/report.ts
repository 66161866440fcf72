// The one model of a run: every report is drawn from it. All but `volatile` follows from the suite, the
// specification, the seed and the behaviour of the system under test: two runs give the same bytes.
import { createHash } from 'node:crypto'
import { CLAUSES, clauseOf } from '../catalogue/clauses.ts'
import type { CaseFacts, Level, Role } from '../run/case.ts'
import type { CaseResult, Outcome } from '../run/run-cases.ts'
import type { Exchange } from '../run/transcript.ts'
import type { Step } from '../run/trial.ts'

export const SUITE_VERSION = '0.1.0'
export const PROTOCOL_VERSION = '1.0'

export interface ReportedCase {
  readonly id: string
  readonly level: Level
  readonly title: string
  readonly clause: string
  /** Page and heading of the clause. */
  readonly section: string
  /** The clause, word by word. */
  readonly quote: string
  readonly sends: string
  readonly expects: string
  readonly control: string | null
  readonly hint: string | null
  readonly outcome: Outcome
  /** Why it did not pass. */
  readonly reason: string | null
  /** A failure that the baseline knows, and why it is let pass for now. */
  readonly known: string | null
  readonly steps: readonly Step[]
}

export type Counts = Readonly<Record<Outcome, number>>

export interface Report {
  readonly suite: string
  readonly protocol: string
  /** SHA-256 over the rules of the specification that the suite quotes. */
  readonly specification: string
  readonly role: Role
  readonly seed: string
  readonly counts: Counts
  readonly cases: readonly ReportedCase[]
  /** What differs from run to run. */
  readonly volatile: {
    readonly system: string
    readonly startedAt: string
    readonly milliseconds: number
    readonly millisecondsByCase: Readonly<Record<string, number>>
    /** Both sides of the wire, for the cases that did not pass, or for all on wish. */
    readonly transcripts: Readonly<Record<string, readonly Exchange[]>>
  }
}

export interface RunFacts {
  readonly role: Role
  readonly seed: string
  readonly system: string
  readonly startedAt: Date
  readonly milliseconds: number
}

/** Draws the model of a run up. */
export function reportOf(
  run: RunFacts,
  facts: readonly CaseFacts[],
  results: readonly CaseResult[],
  transcripts: Report['volatile']['transcripts'],
): Report {
  const factsOf = new Map(facts.map((one) => [one.id, one]))
  const cases = results.map((result) => reportedCase(factsOf.get(result.id), result))
  return {
    suite: SUITE_VERSION,
    protocol: PROTOCOL_VERSION,
    specification: createHash('sha256').update(JSON.stringify(CLAUSES)).digest('hex'),
    role: run.role,
    seed: run.seed,
    counts: countsOf(cases),
    cases,
    volatile: {
      system: run.system,
      startedAt: run.startedAt.toISOString(),
      milliseconds: run.milliseconds,
      millisecondsByCase: Object.fromEntries(results.map((one) => [one.id, one.milliseconds])),
      transcripts,
    },
  }
}

/** How many cases came out how. */
export function countsOf(cases: readonly { readonly outcome: Outcome }[]): Counts {
  const counts = { passed: 0, failed: 0, warning: 0, incomplete: 0, 'not-applicable': 0 }
  for (const { outcome } of cases) counts[outcome] += 1
  return counts
}

/** Exit code of a run: a failure weighs more than a case that could not be judged. */
export function exitCodeOf(cases: readonly Pick<ReportedCase, 'outcome' | 'known'>[]): 0 | 1 | 3 {
  const open = cases.filter(({ known }) => known === null)
  if (open.some(({ outcome }) => outcome === 'failed')) return 1
  return open.some(({ outcome }) => outcome === 'incomplete') ? 3 : 0
}

function reportedCase(facts: CaseFacts | undefined, result: CaseResult): ReportedCase {
  if (facts === undefined) throw new TypeError(`there is no case ${result.id}`)
  const { id, level, title, clause, sends, expects, control = null, hint = null } = facts
  const { section, text: quote } = clauseOf(clause)
  const { outcome, reason, steps } = result
  return {
    ...{ id, level, title, clause, section, quote, sends, expects, control, hint },
    ...{ outcome, reason, known: null, steps },
  }
}
