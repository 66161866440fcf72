// The roles of the suite: for each its cases, what of the settings names the system under test, and its plan.
import type { Report } from '../report/report.ts'
import type { CaseFacts, Role, RolePlan } from '../run/case.ts'
import { type PlanOptions, runPlan } from '../run/run-plan.ts'
import { agentCases, agentPlan } from './agent/index.ts'
import { bankCases, bankPlan } from './bank/index.ts'
import { serverCases, serverPlan } from './server/index.ts'
import type { ServerTarget } from './server/world.ts'

/** An agent or a bank: a command line that `play/program.ts` starts. */
export interface ProgramTarget {
  readonly command: string
}

/** What is under test, by role. */
export interface Targets {
  readonly server?: ServerTarget
  readonly agent?: ProgramTarget
  readonly bank?: ProgramTarget
}

interface RunnableRole {
  readonly facts: readonly CaseFacts[]
  run(targets: Targets, options: PlanOptions): Promise<Report>
}

const RUNNABLE: Readonly<Partial<Record<Role, RunnableRole>>> = {
  server: runnable('server', serverCases, serverPlan),
  agent: runnable('agent', agentCases, agentPlan),
  bank: runnable('bank', bankCases, bankPlan),
}

/** The roles that the suite has cases for. */
export const ROLES = Object.keys(RUNNABLE) as Role[]

/** The cases of a role, in their order. */
export function factsOf(role: Role): readonly CaseFacts[] {
  return RUNNABLE[role]?.facts ?? []
}

/** Runs a role. @throws {TypeError} for one whose target is not given. */
export async function runRole(role: Role, targets: Targets, options: PlanOptions): Promise<Report> {
  const one = RUNNABLE[role]
  if (one === undefined) throw new TypeError(`there is no role ${role}`)
  return await one.run(targets, options)
}

function runnable<Name extends Role, World>(
  role: Name,
  facts: readonly CaseFacts[],
  planOf: (target: NonNullable<Targets[Name]>) => RolePlan<World>,
): RunnableRole {
  return {
    facts,
    async run(targets, options) {
      const target = targets[role]
      if (target === undefined) throw new TypeError(`nothing is said of the ${role} to test`)
      return await runPlan(planOf(target), options)
    },
  }
}
