// Operations of the tag debtors.
import { ok } from '@parley/sdk/protocol'
import type { Deps } from '../../use-cases/deps.ts'
import { endEnrolmentsOf } from '../../use-cases/end-enrolment.ts'
import {
  changeDebtor,
  createActivationCode,
  createDebtor,
  type DebtorInput,
  listDebtors,
  readDebtor,
} from '../../use-cases/manage-debtors.ts'
import type { Call, Handler } from '../operation.ts'
import { once } from './once.ts'
import { debtorOnWire, instant } from './wire.ts'

const keyOf = (call: Call) => ({
  creditorId: call.creditorId,
  debtorId: call.params['debtorId'] ?? '',
})

export function debtorOperations(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'vault' | 'signer' | 'publicUrl' | 'outboxChanged'>,
): Record<string, Handler> {
  return {
    createDebtor: (call) =>
      once(deps, 'createDebtor', call, async (tx) => {
        const input = call.body as DebtorInput
        const made = await createDebtor(deps, tx, { creditorId: call.creditorId, input })
        return made.ok ? ok({ status: 201, body: debtorOnWire(made.value) }) : made
      }),

    async listDebtors(call) {
      const page = await listDebtors(deps, {
        creditorId: call.creditorId,
        externalId: call.query['externalId'] as string | undefined,
        cursor: call.query['cursor'] as string | undefined,
        limit: Number(call.query['limit']),
      })
      if (!page.ok) return page
      const { data, next } = page.value
      return ok({ status: 200, body: { data: data.map(debtorOnWire), nextCursor: next } })
    },

    async getDebtor(call) {
      const found = await readDebtor(deps, keyOf(call))
      return found.ok ? ok({ status: 200, body: debtorOnWire(found.value) }) : found
    },

    async updateDebtor(call) {
      const change = call.body as Partial<DebtorInput>
      const changed = await changeDebtor(deps, { ...keyOf(call), change })
      return changed.ok ? ok({ status: 200, body: debtorOnWire(changed.value) }) : changed
    },

    createActivationCode: (call) =>
      once(deps, `createActivationCode ${call.params['debtorId']}`, call, async (tx) => {
        const made = await createActivationCode(deps, tx, keyOf(call))
        if (!made.ok) return made
        const { code, expiresAt } = made.value
        return ok({ status: 201, body: { code, expiresAt: instant(expiresAt) } })
      }),

    async endEnrolment(call) {
      const ended = await endEnrolmentsOf(deps, keyOf(call))
      return ended.ok ? ok({ status: 204 }) : ended
    },
  }
}
