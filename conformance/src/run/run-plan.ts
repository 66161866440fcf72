// A whole run of a role: opens its world, runs the cases, closes the world, draws the model up.
import { type Report, reportOf } from '../report/report.ts'
import { createSeeded } from '../wire/seeded.ts'
import type { RolePlan } from './case.ts'
import { type CaseResult, runCases, withControls } from './run-cases.ts'
import { createTranscript } from './transcript.ts'

export interface PlanOptions {
  readonly seed: string
  /** All cases when left out; the controls of those named run with them. */
  readonly ids?: readonly string[]
  readonly caseSeconds: number
  /** Keeps the transcripts of the cases that passed, too. */
  readonly trace: boolean
  readonly onResult?: (title: string, result: CaseResult) => void
}

/** Runs a role. @throws {Unreachable} when its system under test cannot be reached. */
export async function runPlan<World>(
  plan: RolePlan<World>,
  { seed, ids, caseSeconds, trace, onResult = () => undefined }: PlanOptions,
): Promise<Report> {
  const startedAt = new Date()
  const transcript = createTranscript()
  // Who met this seed before remembers its keys and ids: the instant keeps two runs apart.
  const seeded = createSeeded(`${seed}@${startedAt.getTime()}`)
  const cases = ids === undefined ? plan.cases : withControls(plan, ids)
  const titles = new Map(cases.map(({ id, title }) => [id, title]))
  const world = await plan.open({ seeded, transcript })
  try {
    const system = await plan.describe(world)
    const results = await runCases(world, cases, {
      ...{ seeded, choices: createSeeded(seed), transcript, caseSeconds },
      onResult: (result) => onResult(titles.get(result.id) ?? '', result),
    })
    const told = results.filter(({ outcome }) => trace || outcome !== 'passed')
    const transcripts = Object.fromEntries(told.map(({ id }) => [id, transcript.of(id)]))
    const milliseconds = Date.now() - startedAt.getTime()
    const run = { role: plan.role, seed, system, startedAt, milliseconds }
    return reportOf(run, cases, results, transcripts)
  } finally {
    await plan.close(world)
  }
}
