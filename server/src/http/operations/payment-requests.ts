// Operations of the tag payment-requests.
import { ok, type Result } from '@parley/sdk/protocol'
import type { CollectionFailure } from '../../domain/claim/collection-failure.ts'
import type { InvoiceInput } from '../../domain/claim/issue-claim.ts'
import type { Refusal } from '../../domain/refusal.ts'
import {
  type CancelPaymentRequest,
  cancelPaymentRequest,
} from '../../use-cases/cancel-payment-request.ts'
import type { Deps } from '../../use-cases/deps.ts'
import { explainClaim } from '../../use-cases/explain-claim.ts'
import { exportEvidence } from '../../use-cases/export-evidence.ts'
import type { IssueInGroups } from '../../use-cases/issue-in-groups.ts'
import type { IssueDeps } from '../../use-cases/issue-payment-requests.ts'
import { waiveCharge } from '../../use-cases/lower-charges.ts'
import {
  type ReleasableReason,
  releaseHold,
  type SetHold,
  setHold,
} from '../../use-cases/manage-holds.ts'
import { type NoteReply, noteReply } from '../../use-cases/note-reply.ts'
import { quotePayoff } from '../../use-cases/quote-payoff.ts'
import {
  listClaimEvents,
  listPaymentRequests,
  readPaymentRequest,
} from '../../use-cases/read-payment-requests.ts'
import { recordCollectionFailure } from '../../use-cases/record-collection-failure.ts'
import { type ResolveDispute, resolveDispute } from '../../use-cases/resolve-dispute.ts'
import {
  type RevisePaymentRequest,
  revisePaymentRequest,
} from '../../use-cases/revise-payment-request.ts'
import type { ReplyDeps } from '../../use-cases/take-reply.ts'
import type { Call, Handler } from '../operation.ts'
import { answerBulk } from './bulk.ts'
import { onceAfter } from './once.ts'
import { instant, paymentRequestOnWire, payoffOnWire } from './wire.ts'

const keyOf = (call: Call) => ({
  creditorId: call.creditorId,
  claimId: call.params['paymentRequestId'] ?? '',
})

const text = (call: Call, name: string) => call.query[name] as string | undefined

export function paymentRequestOperations(
  deps: Deps & IssueDeps & ReplyDeps & { issue: IssueInGroups },
): Record<string, Handler> {
  /** The payment request as it is after something was done with it. */
  const shown = async (call: Call, done: Result<void, Refusal>) => {
    if (!done.ok) return done
    const found = await readPaymentRequest(deps, keyOf(call))
    return found.ok ? ok({ status: 200, body: paymentRequestOnWire(found.value) }) : found
  }
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
      return await shown(call, ok(undefined))
    },

    async quotePayoff(call) {
      const quoted = await quotePayoff(deps, { ...keyOf(call), on: text(call, 'on') })
      return quoted.ok ? ok({ status: 200, body: payoffOnWire(quoted.value) }) : quoted
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

    async explainPaymentRequest(call) {
      const explained = await explainClaim(deps, keyOf(call))
      if (!explained.ok) return explained
      const data = explained.value.map(({ at, ...decision }) => ({ at: instant(at), ...decision }))
      return ok({ status: 200, body: { data } })
    },

    cancelPaymentRequest: (call) =>
      onceAfter(deps, `cancelPaymentRequest ${keyOf(call).claimId}`, call, async () => {
        const input = call.body as Omit<CancelPaymentRequest, 'creditorId' | 'claimId'>
        const cancelled = await cancelPaymentRequest(deps, { ...keyOf(call), ...input })
        return await shown(call, cancelled)
      }),

    revisePaymentRequest: (call) =>
      onceAfter(deps, `revisePaymentRequest ${keyOf(call).claimId}`, call, async () => {
        const input = call.body as Omit<RevisePaymentRequest, 'creditorId' | 'claimId'>
        return await shown(call, await revisePaymentRequest(deps, { ...keyOf(call), ...input }))
      }),

    resolveDispute: (call) =>
      onceAfter(deps, `resolveDispute ${keyOf(call).claimId}`, call, async () => {
        const input = call.body as Omit<ResolveDispute, 'creditorId' | 'claimId'>
        return await shown(call, await resolveDispute(deps, { ...keyOf(call), ...input }))
      }),

    waiveCharge: (call) => {
      const { rule = '', period = '' } = call.params
      const operation = `waiveCharge ${keyOf(call).claimId} ${rule} ${period}`
      return onceAfter(deps, operation, call, async () => {
        const { reason, by } = call.body as { reason: string; by: string }
        const command = { ...keyOf(call), rule, period, reason, by }
        return await shown(call, await waiveCharge(deps, command))
      })
    },

    setHold: (call) =>
      onceAfter(deps, `setHold ${keyOf(call).claimId}`, call, async () => {
        const { reason, until } = call.body as { reason: SetHold['reason']; until?: string }
        const end = until === undefined ? null : Math.floor(Date.parse(until) / 1000)
        return await shown(call, await setHold(deps, { ...keyOf(call), reason, until: end }))
      }),

    recordCollectionFailure: (call) =>
      onceAfter(deps, `recordCollectionFailure ${keyOf(call).claimId}`, call, async () => {
        const failure = call.body as CollectionFailure
        return await shown(call, await recordCollectionFailure(deps, { ...keyOf(call), failure }))
      }),

    takeReply: (call) =>
      onceAfter(deps, `takeReply ${keyOf(call).claimId}`, call, async () => {
        const input = call.body as Omit<NoteReply, 'creditorId' | 'claimId'>
        const messageId = input.messageId ?? call.idempotency.key
        return await shown(call, await noteReply(deps, { ...keyOf(call), ...input, messageId }))
      }),

    async releaseHold(call) {
      const reason = call.params['reason'] as ReleasableReason
      return await shown(call, await releaseHold(deps, { ...keyOf(call), reason }))
    },

    async getEvidence(call) {
      const bundle = await exportEvidence(deps, keyOf(call))
      return bundle.ok ? ok({ status: 200, body: bundle.value }) : bundle
    },
  }
}
