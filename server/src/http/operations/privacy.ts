// Operations of the tag privacy.
import type { components } from '@parley/sdk/creditor'
import { ok } from '@parley/sdk/protocol'
import {
  type EraseDeps,
  type ErasedPerson,
  erasePerson,
  readErasure,
} from '../../use-cases/erase-person.ts'
import type { Call, Handler } from '../operation.ts'
import { onceAfter } from './once.ts'
import { instant } from './wire.ts'

type Schemas = components['schemas']

const keyOf = (call: Call) => ({
  creditorId: call.creditorId,
  debtorId: call.params['debtorId'] ?? '',
})

export function privacyOperations(deps: EraseDeps): Record<string, Handler> {
  return {
    eraseDebtor: (call) =>
      onceAfter(deps, `eraseDebtor ${call.params['debtorId']}`, call, async () => {
        const erased = await erasePerson(deps, keyOf(call))
        return erased.ok ? ok({ status: 200, body: erasureOnWire(erased.value) }) : erased
      }),

    async getErasure(call) {
      const erased = await readErasure(deps, keyOf(call))
      return erased.ok ? ok({ status: 200, body: erasureOnWire(erased.value) }) : erased
    },
  }
}

function erasureOnWire({ debtorId, erasedAt, kept, proof }: ErasedPerson): Schemas['Erasure'] {
  return { debtorId, erasedAt: instant(erasedAt), kept, proof }
}
