// Operations of the tag payment-requests.
import { ok } from '@parley/sdk/protocol'
import type { InvoiceInput } from '../../domain/claim/issue-claim.ts'
import {
  type CancelPaymentRequest,
  cancelPaymentRequest,
} from '../../use-cases/cancel-payment-request.ts'
import type { Deps } from '../../use-cases/deps.ts'
import { exportEvidence } from '../../use-cases/export-evidence.ts'
import type { IssueInGroups } from '../../use-cases/issue-in-groups.ts'
import type { IssueDeps } from '../../use-cases/issue-payment-requests.ts'
import {
  listClaimEvents,
  listPaymentRequests,
  readPaymentRequest,
} from '../../use-cases/read-payment-requests.ts'
import type { Call, Handler } from '../operation.ts'
import { answerBulk } from './bulk.ts'
import { onceAfter } from './once.ts'
import { instant, paymentRequestOnWire } from './wire.ts'

const keyOf = (call: Call) => ({
  creditorId: call.creditorId,
  claimId: call.params['paymentRequestId'] ?? '',
})

const text = (call: Call, name: string) => call.query[name] as string | undefined

export function paymentRequestOperations(
  deps: Deps & IssueDeps & { issue: IssueInGroups },
): Record<string, Handler> {
  return {
    async createPaymentRequest(call) {
      const issued = await deps.issue({
        creditorId: call.creditorId,
        invoice: call.body as InvoiceInput,
        idempotency: call.idempotency,
      })
      if (!issued.ok) return issued
      const status = issued.value.kind === 'replayed' ? issued.value.status : 201
      return ok({ status, body: issued.value.reply })
    },

    createPaymentRequestsInBulk: async (call) => answerBulk(deps, call),

    async listPaymentRequests(call) {
      const filter = {
        claim: text(call, 'claim'),
        conversation: text(call, 'conversation'),
        debtorId: text(call, 'debtorId'),
        invoiceNumber: text(call, 'invoiceNumber'),
        dueFrom: text(call, 'dueFrom'),
        dueTo: text(call, 'dueTo'),
      }
      const page = await listPaymentRequests(deps, {
        creditorId: call.creditorId,
        filter,
        cursor: text(call, 'cursor'),
        limit: Number(call.query['limit']),
      })
      if (!page.ok) return page
      const { data, next } = page.value
      return ok({ status: 200, body: { data: data.map(paymentRequestOnWire), nextCursor: next } })
    },

    async getPaymentRequest(call) {
      const found = await readPaymentRequest(deps, keyOf(call))
      return found.ok ? ok({ status: 200, body: paymentRequestOnWire(found.value) }) : found
    },

    async listPaymentRequestEvents(call) {
      const page = await listClaimEvents(deps, {
        ...keyOf(call),
        cursor: text(call, 'cursor'),
        limit: Number(call.query['limit']),
      })
      if (!page.ok) return page
      const data = page.value.data.map(({ eventId, type, at, data: facts }) => ({
        id: String(eventId),
        type,
        at: instant(at),
        data: facts,
      }))
      return ok({ status: 200, body: { data, nextCursor: page.value.next } })
    },

    cancelPaymentRequest: (call) =>
      onceAfter(deps, `cancelPaymentRequest ${keyOf(call).claimId}`, call, async () => {
        const input = call.body as Pick<CancelPaymentRequest, 'reason' | 'text'>
        const cancelled = await cancelPaymentRequest(deps, { ...keyOf(call), ...input })
        if (!cancelled.ok) return cancelled
        const found = await readPaymentRequest(deps, keyOf(call))
        return found.ok ? ok({ status: 200, body: paymentRequestOnWire(found.value) }) : found
      }),

    async getEvidence(call) {
      const bundle = await exportEvidence(deps, keyOf(call))
      return bundle.ok ? ok({ status: 200, body: bundle.value }) : bundle
    },
  }
}
