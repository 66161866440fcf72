// What the other side says to a cancellation: ResolutionOfInvestigation, camt.029.
// Source: ISO 20022 camt.029.001.09.
import type { Result } from '../protocol/result.ts'
import { type Assignment, MAX_PAYMENTS, readAssignment, writeAssignment } from './assignment.ts'
import { all, at, createFieldReader, type FieldReader, given } from './field-reader.ts'
import { createFieldWriter } from './field-writer.ts'
import type { IsoRefusal } from './iso-refusal.ts'
import { readReasons, type StatusReason, statusReasons } from './status-reasons.ts'
import { element } from './xml-element.ts'
import { readMessage, type XmlNode } from './xml-reader.ts'

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
      writeAssignment(write, answer.assignment),
      element('Sts', [write.code('Conf', 'confirmation', confirmation ?? '')]),
      element('CxlDtls', details),
    ]),
  )
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
  return read.finish({
    assignment: readAssignment(read, root),
    ...given({ confirmation: at(root, 'Sts', 'Conf')?.text.trim() }),
    payments: all(root, 'CxlDtls').flatMap((details) => readDetails(read, details)),
  })
}

/** What is said to transactions, to groups of them, and to the whole message. */
function readDetails(read: FieldReader, details: XmlNode): PaymentCancellation[] {
  const whole = all(details, 'OrgnlGrpInfAndSts').map((group) => ({
    ...given({ status: read.maybeText(group, 'GrpCxlSts') }),
    reasons: readReasons(read, group, 'CxlStsRsnInf'),
  }))
  const single = all(details, 'TxInfAndSts').map((node) => readTransaction(read, node))
  const groups = all(details, 'OrgnlPmtInfAndSts').flatMap((group) => readGroup(read, group))
  const payments = [...groups, ...single]
  return payments.length > 0 ? payments : whole
}

/** One for each transaction, or one for the group when it names none. */
function readGroup(read: FieldReader, group: XmlNode): PaymentCancellation[] {
  const own = given({
    originalPaymentInformationId: read.maybeText(group, 'OrgnlPmtInfId'),
    status: read.maybeText(group, 'PmtInfCxlSts'),
  })
  const reasons = readReasons(read, group, 'CxlStsRsnInf')
  const transactions = all(group, 'TxInfAndSts').map((node) => readTransaction(read, node))
  if (transactions.length === 0) return [{ ...own, reasons }]
  return transactions.map((transaction) => ({
    ...own,
    ...transaction,
    reasons: [...transaction.reasons, ...reasons],
  }))
}

function readTransaction(read: FieldReader, transaction: XmlNode): PaymentCancellation {
  return {
    ...given({
      originalEndToEndId: read.maybeText(transaction, 'OrgnlEndToEndId'),
      status: read.maybeText(transaction, 'TxCxlSts'),
    }),
    reasons: readReasons(read, transaction, 'CxlStsRsnInf'),
  }
}
