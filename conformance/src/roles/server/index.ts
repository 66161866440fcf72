// The role of the creditor's server.
import type { Case, RolePlan } from '../../run/case.ts'
import { agreementCases } from './agreement-cases.ts'
import { claimCases } from './claim-cases.ts'
import { creditCases } from './credit-cases.ts'
import { deliveryCases } from './delivery-cases.ts'
import { discoveryCases } from './discovery-cases.ts'
import { enrolmentCases } from './enrolment-cases.ts'
import { evidenceCases } from './evidence-cases.ts'
import { hopCases } from './hop-cases.ts'
import { httpCases } from './http-cases.ts'
import { menuCases } from './menu-cases.ts'
import { negotiationCases } from './negotiation-cases.ts'
import { paymentCases } from './payment-cases.ts'
import { planCases } from './plan-cases.ts'
import { reminderCases } from './reminder-cases.ts'
import { signatureCases } from './signature-cases.ts'
import { threadCases } from './thread-cases.ts'
import { valueCases } from './value-cases.ts'
import { openServerWorld, type ServerTarget, type ServerWorld } from './world.ts'

/** Every case for a server, in the order in which they run. */
export const serverCases: readonly Case<ServerWorld>[] = [
  ...signatureCases,
  ...threadCases,
  ...agreementCases,
  ...negotiationCases,
  ...menuCases,
  ...paymentCases,
  ...hopCases,
  ...discoveryCases,
  ...enrolmentCases,
  ...claimCases,
  ...creditCases,
  ...evidenceCases,
  ...planCases,
  ...reminderCases,
  ...deliveryCases,
  ...valueCases,
  ...httpCases,
]

/** The cases for a server at an address. */
export function serverPlan(target: ServerTarget): RolePlan<ServerWorld> {
  return {
    role: 'server',
    cases: serverCases,
    open: (setup) => openServerWorld(target, setup),
    close: async (world) => world.client.close(),
    describe: async ({ metadata }) =>
      `${metadata['issuer']}, protocol ${(metadata['versions'] as string[]).join(', ')}`,
  }
}
