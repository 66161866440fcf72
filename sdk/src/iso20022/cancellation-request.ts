// The creditor takes a request for payment back: CustomerPaymentCancellationRequest, camt.055.
// Source: ISO 20022 camt.055.001.09.
import type { Day } from '../protocol/days.ts'
import type { Money } from '../protocol/money.ts'
import type { Result } from '../protocol/result.ts'
import { type Assignment, MAX_PAYMENTS, writeAssignment } from './assignment.ts'
import { createFieldWriter } from './field-writer.ts'
import type { IsoRefusal } from './iso-refusal.ts'
import { type StatusReason, statusReasons } from './status-reasons.ts'
import { element } from './xml-element.ts'

/** The message that first asked for the payments. */
export interface OriginalMessage {
  readonly messageId: string
  /** Such as `pain.013.001.07`. */
  readonly messageName: string
  /** Epoch seconds. */
  readonly createdAt: number
}

/** A payment that is no longer asked for. */
export interface CancelledPayment {
  readonly originalPaymentInformationId: string
  readonly originalEndToEndId: string
  readonly amount: Money
  readonly executionDay: Day
}

/** A whole camt.055 message. */
export interface CancellationRequest {
  readonly assignment: Assignment
  readonly original: OriginalMessage
  readonly reason: StatusReason
  readonly payments: readonly CancelledPayment[]
}

/**
 * Writes a camt.055.001.09 message. Refuses the first value that does not fit, as
 * `writeCreditTransfer` does; `iso-count` for none or more than 60 payments.
 *
 * @example
 * import { type CancellationRequest, writeCancellationRequest } from '@parley/sdk/iso20022'
 * declare const request: CancellationRequest
 * const file = writeCancellationRequest(request)
 * if (!file.ok) console.log(file.error.code, file.error.at)
 */
export function writeCancellationRequest(request: CancellationRequest): Result<string, IsoRefusal> {
  const write = createFieldWriter('sepa')
  const { payments, original, reason } = request
  if (payments.length === 0 || payments.length > MAX_PAYMENTS) write.refuse('iso-count', 'payments')
  const group = element('OrgnlGrpInf', [
    write.id('OrgnlMsgId', 'original/messageId', original.messageId),
    write.id('OrgnlMsgNmId', 'original/messageName', original.messageName),
    write.instant('OrgnlCreDtTm', 'original/createdAt', original.createdAt),
  ])
  const underlying = payments.map((payment, index) => {
    const place = `payments/${index}`
    const { originalPaymentInformationId: id, originalEndToEndId, amount, executionDay } = payment
    return element('OrgnlPmtInfAndCxl', [
      write.id('OrgnlPmtInfId', `${place}/originalPaymentInformationId`, id),
      group,
      element('TxInf', [
        write.id('OrgnlEndToEndId', `${place}/originalEndToEndId`, originalEndToEndId),
        write.amount('OrgnlInstdAmt', `${place}/amount`, amount),
        element('OrgnlReqdExctnDt', [write.day('Dt', `${place}/executionDay`, executionDay)]),
        ...statusReasons(write, 'reason', [reason], 'CxlRsnInf'),
      ]),
    ])
  })
  return write.finish(
    'urn:iso:std:iso:20022:tech:xsd:camt.055.001.09',
    element('CstmrPmtCxlReq', [
      writeAssignment(write, request.assignment),
      element('Undrlyg', underlying),
    ]),
  )
}
