// Operations of the tag credit: credit notes, and money that goes back to customers.
import type { components } from '@parley/sdk/creditor'
import { formatAmount, ok } from '@parley/sdk/protocol'
import { chooseCredit } from '../../use-cases/choose-credit.ts'
import { approveRefund, refuseRefund } from '../../use-cases/decide-refund.ts'
import type { Deps } from '../../use-cases/deps.ts'
import { exportRefunds, readRefundExport, readRefundFile } from '../../use-cases/export-refunds.ts'
import {
  type IssueCreditNote,
  issueCreditNote,
  listCreditNotes,
} from '../../use-cases/issue-credit-note.ts'
import { type CreditOffer, listCredits, listRefunds } from '../../use-cases/read-credits.ts'
import type { Call, Handler } from '../operation.ts'
import { once, onceAfter } from './once.ts'
import { refundOnWire } from './refund-on-wire.ts'
import { instant } from './wire.ts'

type Schemas = components['schemas']

const keyOf = ({ creditorId, params }: Call) => {
  return { creditorId, claimId: params['paymentRequestId'] ?? '' }
}

const refundOf = ({ creditorId, params }: Call) => {
  return { creditorId, refundId: params['refundId'] ?? '' }
}

const exportOf = ({ creditorId, params }: Call) => {
  return { creditorId, exportId: params['exportId'] ?? '' }
}

const pageOf = (call: Call) => ({
  creditorId: call.creditorId,
  cursor: call.query['cursor'] as string | undefined,
  limit: Number(call.query['limit']),
})

const text = (call: Call, name: string) => call.query[name] as string | undefined

export function creditOperations(deps: Deps): Record<string, Handler> {
  return {
    async listCreditNotes(call) {
      const notes = await listCreditNotes(deps, keyOf(call))
      return notes.ok
        ? ok({ status: 200, body: { data: notes.value.map(creditNoteOnWire) } })
        : notes
    },

    createCreditNote: (call) =>
      onceAfter(deps, `createCreditNote ${keyOf(call).claimId}`, call, async () => {
        const input = call.body as Omit<IssueCreditNote, 'creditorId' | 'claimId'>
        const note = await issueCreditNote(deps, { ...keyOf(call), ...input })
        return note.ok ? ok({ status: 201, body: creditNoteOnWire(note.value) }) : note
      }),

    chooseCredit: (call) =>
      onceAfter(deps, `chooseCredit ${keyOf(call).claimId}`, call, async () => {
        const input = call.body as Schemas['CreditChoiceInput']
        const { choice, by, account, holder, setOffPaymentRequestId } = input
        const chosen = await chooseCredit(deps, {
          ...keyOf(call),
          choice,
          by,
          ...(account === undefined ? {} : { iban: account.iban }),
          ...(holder === undefined ? {} : { holder }),
          ...(setOffPaymentRequestId === undefined
            ? {}
            : { setOffClaimId: setOffPaymentRequestId }),
        })
        return chosen.ok ? ok({ status: 200, body: creditOnWire(chosen.value) }) : chosen
      }),

    async listCredits(call) {
      const page = await listCredits(deps, { ...pageOf(call), debtorId: text(call, 'debtorId') })
      const body = { data: page.data.map(creditOnWire), nextCursor: page.next }
      return ok({ status: 200, body })
    },

    async listRefunds(call) {
      const page = await listRefunds(deps, {
        ...pageOf(call),
        state: text(call, 'state'),
        exportId: text(call, 'exportId'),
      })
      const body = { data: page.data.map(refundOnWire), nextCursor: page.next }
      return ok({ status: 200, body })
    },

    approveRefund: (call) =>
      onceAfter(deps, `approveRefund ${refundOf(call).refundId}`, call, async () => {
        const { by } = call.body as Schemas['ByStaff']
        const refund = await approveRefund(deps, { ...refundOf(call), by })
        return refund.ok ? ok({ status: 200, body: refundOnWire(refund.value) }) : refund
      }),

    refuseRefund: (call) =>
      onceAfter(deps, `refuseRefund ${refundOf(call).refundId}`, call, async () => {
        const refusal = call.body as Schemas['RefundRefusal']
        const refund = await refuseRefund(deps, { ...refundOf(call), ...refusal })
        return refund.ok ? ok({ status: 200, body: refundOnWire(refund.value) }) : refund
      }),

    exportRefunds: (call) =>
      once(deps, 'exportRefunds', call, async (tx) => {
        const input = call.body as Schemas['RefundExportInput']
        const made = await exportRefunds(deps, tx, { creditorId: call.creditorId, ...input })
        return made.ok ? ok({ status: 201, body: exportOnWire(made.value) }) : made
      }),

    async getRefundExport(call) {
      const made = await readRefundExport(deps, exportOf(call))
      return made.ok ? ok({ status: 200, body: exportOnWire(made.value) }) : made
    },

    async getRefundExportFile(call) {
      const file = await readRefundFile(deps, exportOf(call))
      const headers = {
        'cache-control': 'no-store',
        'content-disposition': `attachment; filename="${exportOf(call).exportId}.xml"`,
      }
      const contentType = 'application/xml; charset=utf-8'
      return file.ok ? ok({ status: 200, contentType, headers, body: file.value }) : file
    },
  }
}

type Made<F extends (...args: never) => unknown> =
  Awaited<ReturnType<F>> extends infer R
    ? R extends { ok: true; value: infer V }
      ? V
      : never
    : never

function creditNoteOnWire(note: Made<typeof issueCreditNote>): Schemas['CreditNote'] {
  const money = (minor: bigint) => formatAmount({ minor, currency: note.currency })
  return {
    id: note.creditNoteId,
    paymentRequestId: note.claimId,
    number: note.number,
    amount: money(note.amount),
    owedToCustomer: money(note.freed),
    reason: note.reason,
    document: note.document,
    createdAt: instant(note.createdAt),
  }
}

function creditOnWire(offer: CreditOffer): Schemas['Credit'] {
  const { amount: minor, currency } = offer
  return {
    id: offer.creditId,
    paymentRequestId: offer.claimId,
    debtorId: offer.debtorId,
    amount: formatAmount({ minor, currency }),
    choices: [...offer.choices],
    defaultChoice: offer.defaultChoice,
    defaultOn: instant(offer.defaultAt),
    state: offer.state,
    choice: offer.choice,
    chosenBy: offer.chosenBy,
    createdAt: instant(offer.createdAt),
  }
}

function exportOnWire(made: Made<typeof readRefundExport>): Schemas['RefundExport'] {
  const { controlSum: minor, currency, exportId } = made
  return {
    id: exportId,
    messageId: made.messageId,
    numberOfTransactions: made.numberOfTransactions,
    controlSum: formatAmount({ minor, currency }),
    executionDate: made.executionDate,
    by: made.createdBy,
    createdAt: instant(made.createdAt),
    fileUrl: `/v1/refund-exports/${exportId}/file`,
  }
}
