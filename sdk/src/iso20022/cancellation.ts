// The creditor takes a request for payment back, and what the other side says to it:
// CustomerPaymentCancellationRequest, camt.055, and ResolutionOfInvestigation, camt.029.
// Sources: ISO 20022 camt.055.001.09 and camt.029.001.09.
import type { Day } from '../protocol/days.ts'
import type { Money } from '../protocol/money.ts'
import type { Result } from '../protocol/result.ts'
import { all, at, createFieldReader, type FieldReader, given } from './field-reader.ts'
import { createFieldWriter, type FieldWriter } from './field-writer.ts'
import type { IsoRefusal } from './iso-refusal.ts'
import { party } from './parties.ts'
import { readReasons, type StatusReason, statusReasons } from './status-reasons.ts'
import { element, type XmlElement } from './xml-element.ts'
import { readMessage, type XmlNode } from './xml-reader.ts'

/** Who hands a case to whom, and when. */
export interface Assignment {
  readonly id: string
  readonly assigner: { readonly name: string }
  readonly assignee: { readonly name: string }
  /** Epoch seconds; null when it was read as a local time without its offset. */
  readonly createdAt: number | null
}

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

/** What was said to the cancellation of one payment. */
export interface PaymentCancellation {
  readonly originalPaymentInformationId?: string
  readonly originalEndToEndId?: string
  /** `ACCR`, `RJCR` or `PDCR`, where it is said for this payment alone. */
  readonly status?: string
  readonly reasons: readonly StatusReason[]
}

/** A whole camt.029 message. */
export interface CancellationAnswer {
  readonly assignment: Assignment
  /** For all of it, such as `CNCL`, `RJCR` or `PDCR`. */
  readonly confirmation?: string
  readonly payments: readonly PaymentCancellation[]
}

const MAX_PAYMENTS = 60

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
      assignmentOf(write, request.assignment),
      element('Undrlyg', underlying),
    ]),
  )
}

/**
 * Writes a camt.029.001.09 message. Refuses the first value that does not fit, as
 * `writeCreditTransfer` does; `iso-count` for none or more than 60 payments.
 *
 * @example
 * import { type CancellationAnswer, writeCancellationAnswer } from '@parley/sdk/iso20022'
 * declare const answer: CancellationAnswer
 * const file = writeCancellationAnswer(answer)
 * if (!file.ok) console.log(file.error.code, file.error.at)
 */
export function writeCancellationAnswer(answer: CancellationAnswer): Result<string, IsoRefusal> {
  const write = createFieldWriter('sepa')
  const { payments, confirmation } = answer
  if (payments.length === 0 || payments.length > MAX_PAYMENTS) write.refuse('iso-count', 'payments')
  if (confirmation === undefined) write.refuse('iso-element', 'confirmation')
  const details = payments.map((payment, index) => {
    const place = `payments/${index}`
    const { originalPaymentInformationId: id = '', originalEndToEndId, status } = payment
    return element('OrgnlPmtInfAndSts', [
      write.id('OrgnlPmtInfId', `${place}/originalPaymentInformationId`, id),
      element('TxInfAndSts', [
        originalEndToEndId === undefined
          ? undefined
          : write.id('OrgnlEndToEndId', `${place}/originalEndToEndId`, originalEndToEndId),
        status === undefined ? undefined : write.code('TxCxlSts', `${place}/status`, status),
        ...statusReasons(write, `${place}/reasons`, payment.reasons, 'CxlStsRsnInf'),
      ]),
    ])
  })
  return write.finish(
    'urn:iso:std:iso:20022:tech:xsd:camt.029.001.09',
    element('RsltnOfInvstgtn', [
      assignmentOf(write, answer.assignment),
      element('Sts', [write.code('Conf', 'confirmation', confirmation ?? '')]),
      element('CxlDtls', details),
    ]),
  )
}

function assignmentOf(write: FieldWriter, assignment: Assignment): XmlElement {
  const { id, assigner, assignee, createdAt } = assignment
  return element('Assgnmt', [
    write.id('Id', 'assignment/id', id),
    element('Assgnr', [party(write, 'Pty', 'assignment/assigner', assigner)]),
    element('Assgne', [party(write, 'Pty', 'assignment/assignee', assignee)]),
    write.instant('CreDtTm', 'assignment/createdAt', createdAt),
  ])
}

/**
 * Reads a camt.029 message that answers a cancellation, of any version, by the elements of 09; what it
 * does not know it passes over. Refuses as `readPaymentActivation` does.
 *
 * @example
 * import { readCancellationAnswer } from '@parley/sdk/iso20022'
 * readCancellationAnswer('no XML') // => { ok: false, error: { code: 'iso-xml', at: '' } }
 */
export function readCancellationAnswer(xml: string): Result<CancellationAnswer, IsoRefusal> {
  const message = readMessage(xml, 'camt.029', 'RsltnOfInvstgtn')
  if (!message.ok) return message
  const { root } = message.value
  const read = createFieldReader()
  const assignment = read.one(root, 'Assgnmt')
  const groups = all(root, 'CxlDtls').flatMap((details) => all(details, 'OrgnlPmtInfAndSts'))
  return read.finish({
    assignment: {
      id: read.text(assignment, 'Id'),
      assigner: { name: at(assignment, 'Assgnr', 'Pty', 'Nm')?.text.trim() ?? '' },
      assignee: { name: at(assignment, 'Assgne', 'Pty', 'Nm')?.text.trim() ?? '' },
      createdAt: read.instant(assignment, 'CreDtTm'),
    },
    ...given({ confirmation: at(root, 'Sts', 'Conf')?.text.trim() }),
    payments: groups.flatMap((group) => readGroup(read, group)),
  })
}

/** One for each transaction, or one for the group when it names none. */
function readGroup(read: FieldReader, group: XmlNode): PaymentCancellation[] {
  const own = given({ originalPaymentInformationId: read.maybeText(group, 'OrgnlPmtInfId') })
  const status = read.maybeText(group, 'PmtInfCxlSts')
  const reasons = readReasons(read, group, 'CxlStsRsnInf')
  const transactions = all(group, 'TxInfAndSts')
  if (transactions.length === 0) return [{ ...own, ...given({ status }), reasons }]
  return transactions.map((transaction) => ({
    ...own,
    ...given({
      originalEndToEndId: read.maybeText(transaction, 'OrgnlEndToEndId'),
      status: read.maybeText(transaction, 'TxCxlSts') ?? status,
    }),
    reasons: [...readReasons(read, transaction, 'CxlStsRsnInf'), ...reasons],
  }))
}
