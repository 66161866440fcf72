// A bank transaction in the wire forms of openapi.yaml.
import type { components } from '@parley/sdk/creditor'
import { formatAmount } from '@parley/sdk/protocol'
import type { EvidenceCode } from '../../domain/matching/evidence-weights.ts'
import type { BankTransaction } from '../../use-cases/list-bank-transactions.ts'
import type { BankTransactionDetailView } from '../../use-cases/read-bank-transaction.ts'
import { instant } from './wire.ts'

type Schemas = components['schemas']

export function bankTransactionOnWire(booking: BankTransaction): Schemas['BankTransaction'] {
  return {
    id: booking.transactionId,
    amount: formatAmount({ minor: booking.amount, currency: booking.currency }),
    direction: booking.direction,
    bookingDate: booking.bookingDate,
    state: booking.state,
    reason: booking.reason,
    paymentRequestId: booking.claimId,
    candidates: booking.candidates.map(({ claimId, score, reasons }) => ({
      paymentRequestId: claimId,
      score,
      reasons: [...reasons],
    })),
  }
}

export function bankTransactionDetailOnWire(
  view: BankTransactionDetailView,
): Schemas['BankTransactionDetail'] {
  const { booking, payments, cautions, history } = view
  const money = (minor: bigint) => formatAmount({ minor, currency: booking.currency })
  const { debtorName = null, debtorIban = null } = booking.details
  return {
    bankTransaction: bankTransactionOnWire(booking),
    payer: { name: debtorName, iban: debtorIban },
    texts: [...booking.details.structuredReferences, ...booking.details.unstructured],
    payments: payments.map(({ paymentId, claimId, amount, overpaid }) => ({
      id: paymentId,
      paymentRequestId: claimId,
      amount: money(amount),
      overpaid: money(overpaid),
    })),
    cautions: [...cautions],
    history: history.map(({ at, state, by, reason, note, data }) => ({
      at: instant(at),
      state,
      by,
      reason,
      note,
      allocations: (data.shares ?? []).map(({ claimId, minor }) => ({
        paymentRequestId: claimId,
        amount: money(BigInt(minor)),
      })),
      evidence: [...((data.evidence ?? []) as EvidenceCode[])],
    })),
  }
}
