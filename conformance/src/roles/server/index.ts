// The role of the creditor's server.
import type { Case, RolePlan } from '../../run/case.ts'
import { signatureCases } from './signature-cases.ts'
import { openServerWorld, type ServerTarget, type ServerWorld } from './world.ts'

/** Every case for a server, in the order in which they run. */
export const serverCases: readonly Case<ServerWorld>[] = [...signatureCases]

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
