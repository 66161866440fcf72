// What a case notes while it runs: each step with what was expected and what was seen.
import type { Seeded } from '../wire/seeded.ts'
import type { Transcript } from './transcript.ts'
import { CaseFailed } from './verdicts.ts'

/** One thing that a case looked at. Stable facts alone: no ids, times or addresses. */
export interface Step {
  readonly step: string
  readonly expected: string
  readonly observed: string
}

/** The notes of one case, and its own source of ids. */
export interface Trial {
  readonly seeded: Seeded
  /** What a case tries where it tries by chance: the same in every run of a seed, where ids differ. */
  readonly choices: Seeded
  readonly transcript: Transcript
  /** Notes a step. @throws {CaseFailed} when what was seen is not what was expected. */
  same(step: string, observed: unknown, expected: unknown): void
  /** Notes a step that holds. @throws {CaseFailed} when it does not; `observed` says what was seen. */
  holds(step: string, isSo: boolean, observed?: string): void
  readonly steps: readonly Step[]
}

/** Starts the notes of a case. */
export function createTrial({
  seeded,
  choices,
  transcript,
}: Pick<Trial, 'seeded' | 'choices' | 'transcript'>): Trial {
  const steps: Step[] = []
  function note(step: string, expected: string, observed: string): void {
    steps.push({ step, expected, observed })
    if (expected !== observed) {
      throw new CaseFailed(`${step}: expected ${expected}, saw ${observed}`)
    }
  }
  return {
    seeded,
    choices,
    transcript,
    steps,
    same: (step, observed, expected) => note(step, textOf(expected), textOf(observed)),
    holds: (step, isSo, observed = 'it does not hold') =>
      note(step, 'it holds', isSo ? 'it holds' : observed),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
}
