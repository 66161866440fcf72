// A creditor's `cancel` as camt.055, and what camt.029 says to it as `cancelled`. Spec: ISO-09.
import type { CancelledMessage, CancelMessage } from '../protocol/generated/messages.ts'
import type { Assignment } from './assignment.ts'
import type { AnswerReason } from './bridge-answer.ts'
import type { PaymentCancellation } from './cancellation-answer.ts'
import type { CancellationRequest } from './cancellation-request.ts'
import type { PaymentActivation } from './payment-activation.ts'
import { reasonOf } from './status-reasons.ts'

/** The answer to a cancellation in the words of Parley; `pending` is none yet. */
export type CancelledAnswer =
  | { readonly status: CancelledMessage['status']; readonly reason?: AnswerReason }
  | { readonly status: 'pending' }

/** Reasons against a cancellation that say all the same that nothing will be paid any more. */
const NOTHING_LEFT = new Set(['ACLR', 'AEXR', 'ARFR', 'ARJR', 'URTP'])
const YES = new Set(['CNCL', 'ACCR'])

/**
 * Takes back by the same rails what an activation asked for: all of its payments, with the reason of
 * the signed `cancel`.
 *
 * @example
 * import { cancellationOf, type PaymentActivation } from '@parley/sdk/iso20022'
 * import type { CancelMessage } from '@parley/sdk/protocol'
 * declare const cancel: CancelMessage
 * declare const activation: PaymentActivation
 * const request = cancellationOf(cancel, {
 *   activation,
 *   assignment: {
 *     id: 'CXL-1',
 *     assigner: { name: 'Stadsenergie' },
 *     assignee: { name: 'Bank' },
 *     createdAt: cancel.iat,
 *   },
 * })
 * console.log(request.payments.length)
 */
export function cancellationOf(
  { reason }: Pick<CancelMessage, 'reason'>,
  facts: { readonly activation: PaymentActivation; readonly assignment: Assignment },
): CancellationRequest {
  const { activation, assignment } = facts
  const { messageId, createdAt, payments } = activation
  return {
    assignment,
    original: { messageId, messageName: 'pain.013.001.07', createdAt },
    reason: reasonOf(reason),
    payments: payments.map((payment) => ({
      originalPaymentInformationId: payment.paymentInformationId,
      originalEndToEndId: payment.endToEndId,
      amount: payment.amount,
      executionDay: payment.executionDay,
    })),
  }
}

/**
 * Reads what was said to the cancellation of one payment. A refusal because nothing is left to cancel
 * (`ACLR`, `AEXR`, `ARFR`, `ARJR`, `URTP`) means `CNCL`: nothing more will be paid; `PATE`, `RR04` and
 * any other means `RJCR`. The code stays the reason.
 *
 * @example
 * import { cancelledAnswerOf } from '@parley/sdk/iso20022'
 * const payment = { status: 'RJCR', reasons: [{ code: 'PATE', texts: [] }] }
 * cancelledAnswerOf(payment, undefined) // => { status: 'RJCR', reason: { code: 'PATE' } }
 */
export function cancelledAnswerOf(
  { status, reasons }: PaymentCancellation,
  confirmation: string | undefined,
): CancelledAnswer {
  const said = status ?? confirmation ?? ''
  if (YES.has(said)) return { status: 'CNCL' }
  if (said !== 'RJCR') return { status: 'pending' }
  const [first] = reasons
  const code = first?.code ?? first?.proprietary
  if (code === undefined) return { status: 'RJCR' }
  const [text] = first?.texts ?? []
  const reason = text === undefined ? { code } : { code, text }
  return { status: NOTHING_LEFT.has(code) ? 'CNCL' : 'RJCR', reason }
}

/**
 * Says by a camt.029 what `cancelled` says: the status and the confirmation that it goes with.
 *
 * @example
 * import { cancellationStatusOf } from '@parley/sdk/iso20022'
 * const answer = cancellationStatusOf({ status: 'CNCL' })
 * answer // => { confirmation: 'CNCL', status: 'ACCR', reasons: [] }
 */
export function cancellationStatusOf({
  status,
  reason,
}: Pick<CancelledMessage, 'status' | 'reason'>): {
  readonly confirmation: string
  readonly status: string
  readonly reasons: PaymentCancellation['reasons']
} {
  return {
    confirmation: status,
    status: status === 'CNCL' ? 'ACCR' : 'RJCR',
    reasons: reason === undefined ? [] : [reasonOf(reason)],
  }
}
