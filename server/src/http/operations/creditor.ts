// Operations of the tag creditor.
import { ok } from '@parley/sdk/protocol'
import type { PolicyInput } from '../../domain/negotiation/policy.ts'
import type { Deps } from '../../use-cases/deps.ts'
import {
  type CreditorPatch,
  changeCreditor,
  listNegotiationPolicies,
  readOwnCreditor,
  setNegotiationPolicy,
} from '../../use-cases/manage-creditor.ts'
import {
  type PreviewCommand,
  previewNegotiationPolicy,
} from '../../use-cases/preview-negotiation-policy.ts'
import type { Handler } from '../operation.ts'
import { creditorOnWire, policyOnWire } from './wire.ts'

export function creditorOperations(
  deps: Pick<Deps, 'db' | 'clock' | 'journeys' | 'unsupportedJourneys' | 'outboxChanged'>,
): Record<string, Handler> {
  return {
    async getCreditor(call) {
      const creditor = await readOwnCreditor(deps, call.creditorId)
      return ok({ status: 200, body: creditorOnWire(creditor) })
    },

    async updateCreditor(call) {
      const patch = call.body as CreditorPatch
      const changed = await changeCreditor(deps, { creditorId: call.creditorId, patch })
      return changed.ok ? ok({ status: 200, body: creditorOnWire(changed.value) }) : changed
    },

    async listNegotiationPolicies(call) {
      const policies = await listNegotiationPolicies(deps, call.creditorId)
      return ok({ status: 200, body: { data: policies.map(policyOnWire) } })
    },

    async putNegotiationPolicy(call) {
      const made = await setNegotiationPolicy(deps, {
        creditorId: call.creditorId,
        segment: call.params['segment'] ?? '',
        terms: call.body as PolicyInput,
      })
      return made.ok ? ok({ status: 200, body: policyOnWire(made.value) }) : made
    },

    async previewNegotiationPolicy(call) {
      const command = { creditorId: call.creditorId, ...(call.body as PreviewCommand) }
      const preview = await previewNegotiationPolicy(deps, command)
      return preview.ok ? ok({ status: 200, body: preview.value }) : preview
    },
  }
}
