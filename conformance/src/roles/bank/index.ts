// The role of a bank that pays agreements.
import type { Case, RolePlan } from '../../run/case.ts'
import type { ProgramTarget } from '../roles.ts'
import { agreementCases } from './agreement-cases.ts'
import { executionCases } from './execution-cases.ts'
import { paymentCases } from './payment-cases.ts'
import { signatureCases } from './signature-cases.ts'
import { type BankWorld, openBankWorld } from './world.ts'

/** Every case for a bank, in the order in which they run. */
export const bankCases: readonly Case<BankWorld>[] = [
  ...[...paymentCases, ...executionCases, ...signatureCases, ...agreementCases],
]

/** The cases for a bank that a command starts. */
export function bankPlan(target: ProgramTarget): RolePlan<BankWorld> {
  return {
    role: 'bank',
    cases: bankCases,
    open: (setup) => openBankWorld(target, setup),
    close: async () => undefined,
    describe: async ({ command }) => command,
  }
}
