// The role of a customer's agent.
import type { Case, RolePlan } from '../../run/case.ts'
import type { ProgramTarget } from '../roles.ts'
import { agreementCases } from './agreement-cases.ts'
import { answerCases } from './answer-cases.ts'
import { contentCases } from './content-cases.ts'
import { creditorCases } from './creditor-cases.ts'
import { decisionCases } from './decision-cases.ts'
import { enrolmentCases } from './enrolment-cases.ts'
import { keyCases } from './key-cases.ts'
import { signatureCases } from './signature-cases.ts'
import { threadCases } from './thread-cases.ts'
import { type AgentWorld, openAgentWorld } from './world.ts'

/** Every case for an agent, in the order in which they run. */
export const agentCases: readonly Case<AgentWorld>[] = [
  ...signatureCases,
  ...decisionCases,
  ...contentCases,
  ...answerCases,
  ...creditorCases,
  ...keyCases,
  ...threadCases,
  ...agreementCases,
  ...enrolmentCases,
]

/** The cases for an agent that a command starts. */
export function agentPlan(target: ProgramTarget): RolePlan<AgentWorld> {
  return {
    role: 'agent',
    cases: agentCases,
    open: (setup) => openAgentWorld(target, setup),
    close: async () => undefined,
    describe: async ({ command }) => command,
  }
}
