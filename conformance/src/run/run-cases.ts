// Runs the cases of a role one after the other, in their order, and judges each.
import type { Seeded } from '../wire/seeded.ts'
import type { Case, RolePlan } from './case.ts'
import type { Transcript } from './transcript.ts'
import { createTrial, type Step } from './trial.ts'
import { CaseFailed, CaseIncomplete, NotApplicable } from './verdicts.ts'

/** `incomplete` is never green: the case could not be judged. */
export type Outcome = 'passed' | 'failed' | 'warning' | 'incomplete' | 'not-applicable'

/** How a case came out. `steps` and `reason` hold stable facts alone. */
export interface CaseResult {
  readonly id: string
  readonly outcome: Outcome
  readonly reason: string | null
  readonly steps: readonly Step[]
  readonly milliseconds: number
}

export interface RunOptions {
  /** Ids and keys. */
  readonly seeded: Seeded
  /** What is tried by chance. */
  readonly choices: Seeded
  readonly transcript: Transcript
  /** The longest that one case may take. */
  readonly caseSeconds: number
  /** Told of each case as it ends. */
  readonly onResult?: (result: CaseResult) => void
}

/** Runs the chosen cases in a world that is open. Their controls have to be among them. */
export async function runCases<World>(
  world: World,
  cases: readonly Case<World>[],
  options: RunOptions,
): Promise<CaseResult[]> {
  const results = new Map<string, CaseResult>()
  for (const one of cases) {
    const result = await runOne(world, one, { ...options, results })
    results.set(one.id, result)
    options.onResult?.(result)
  }
  return [...results.values()]
}

/** The chosen cases of a plan with the controls that they need, in the order of the plan. */
export function withControls<World>(
  plan: RolePlan<World>,
  ids: readonly string[],
): readonly Case<World>[] {
  const byId = new Map(plan.cases.map((one) => [one.id, one]))
  const wanted = new Set<string>()
  const add = (id: string) => {
    const one = byId.get(id)
    if (one === undefined || wanted.has(id)) return
    wanted.add(id)
    if (one.control !== undefined) add(one.control)
  }
  for (const id of ids) add(id)
  return plan.cases.filter(({ id }) => wanted.has(id))
}

async function runOne<World>(
  world: World,
  one: Case<World>,
  options: RunOptions & { results: ReadonlyMap<string, CaseResult> },
): Promise<CaseResult> {
  const { seeded, choices, transcript, caseSeconds, results } = options
  transcript.begin(one.id)
  const trial = createTrial({
    seeded: seeded.within(one.id),
    choices: choices.within(one.id),
    transcript,
  })
  const startedAt = performance.now()
  const end = (outcome: Outcome, reason: string | null): CaseResult => {
    const milliseconds = Math.round(performance.now() - startedAt)
    return { id: one.id, outcome, reason, steps: [...trial.steps], milliseconds }
  }
  const { control } = one
  if (control !== undefined && results.get(control)?.outcome !== 'passed') {
    return end('incomplete', `its control ${control} did not pass: a refusal proves nothing`)
  }
  try {
    await within(caseSeconds, one.run(world, trial))
    return end('passed', null)
  } catch (error) {
    if (error instanceof NotApplicable) return end('not-applicable', error.message)
    if (error instanceof CaseFailed) {
      return end(one.level === 'MUST' ? 'failed' : 'warning', error.message)
    }
    if (error instanceof CaseIncomplete) return end('incomplete', error.message)
    return end('incomplete', `the case could not be run: ${messageOf(error)}`)
  }
}

async function within(seconds: number, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new CaseFailed(`no end within ${seconds} seconds`)),
    seconds * 1000,
  )
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
