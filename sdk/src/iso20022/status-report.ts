// What became of requests for payment: CreditorPaymentActivationRequestStatusReport, pain.014.
// Source: ISO 20022 pain.014.001.07.
import type { Money } from '../protocol/money.ts'
import type { Result } from '../protocol/result.ts'
import { all, at, createFieldReader, type FieldReader, given } from './field-reader.ts'
import { createFieldWriter, type FieldWriter } from './field-writer.ts'
import type { IsoRefusal } from './iso-refusal.ts'
import { type InitiatingParty, initiatingParty } from './parties.ts'
import { readReasons, type StatusReason, statusReasons } from './status-reasons.ts'
import { element, type XmlElement } from './xml-element.ts'
import { readMessage, type XmlNode } from './xml-reader.ts'

/** What became of one transaction. */
export interface TransactionStatus {
  readonly originalInstructionId?: string
  readonly originalEndToEndId?: string
  /** As in ISO 20022 ExternalPaymentTransactionStatus1Code, such as `ACCP`. */
  readonly status?: string
  readonly reasons: readonly StatusReason[]
  /** What the debtor said to the conditions of the request. */
  readonly conditions?: {
    readonly acceptedAmount?: Money
    readonly guaranteedPayment: boolean
    readonly earlyPayment: boolean
  }
  /** When the debtor decided, in epoch seconds; null for a local time without its offset. */
  readonly decidedAt?: number | null
  /** When the bank accepted, likewise. */
  readonly acceptedAt?: number | null
}

/** What became of one group of transactions. */
export interface PaymentStatus {
  readonly originalPaymentInformationId: string
  readonly status?: string
  readonly reasons: readonly StatusReason[]
  readonly transactions: readonly TransactionStatus[]
}

/** A whole report. */
export interface StatusReport {
  readonly messageId: string
  /** Epoch seconds; null when it was read as a local time without its offset. */
  readonly createdAt: number | null
  readonly initiatingParty: InitiatingParty
  readonly originalMessageId: string
  /** Such as `pain.013.001.07`. */
  readonly originalMessageName: string
  readonly groupStatus?: string
  readonly reasons: readonly StatusReason[]
  readonly payments: readonly PaymentStatus[]
}

const MAX_TRANSACTIONS = 100_000

/**
 * Writes a pain.014.001.07 message. Refuses the first value that does not fit, as
 * `writeCreditTransfer` does; `iso-instant` where a time is not known.
 *
 * @example
 * import { writeStatusReport } from '@parley/sdk/iso20022'
 * const report = writeStatusReport({
 *   messageId: 'STS-1',
 *   createdAt: 1_795_000_000,
 *   initiatingParty: { name: 'Bank' },
 *   originalMessageId: 'RTP-1',
 *   originalMessageName: 'pain.013.001.07',
 *   reasons: [],
 *   payments: [],
 * })
 * report.ok // => true
 */
export function writeStatusReport(report: StatusReport): Result<string, IsoRefusal> {
  const write = createFieldWriter('sepa')
  const { payments, groupStatus } = report
  if (payments.flatMap(({ transactions }) => transactions).length > MAX_TRANSACTIONS) {
    write.refuse('iso-count', 'payments')
  }
  const header = element('GrpHdr', [
    write.id('MsgId', 'messageId', report.messageId),
    write.instant('CreDtTm', 'createdAt', report.createdAt),
    initiatingParty(write, 'initiatingParty', report.initiatingParty),
  ])
  const group = element('OrgnlGrpInfAndSts', [
    write.id('OrgnlMsgId', 'originalMessageId', report.originalMessageId),
    write.id('OrgnlMsgNmId', 'originalMessageName', report.originalMessageName),
    groupStatus === undefined ? undefined : write.code('GrpSts', 'groupStatus', groupStatus),
    ...statusReasons(write, 'reasons', report.reasons),
  ])
  return write.finish(
    'urn:iso:std:iso:20022:tech:xsd:pain.014.001.07',
    element('CdtrPmtActvtnReqStsRpt', [
      header,
      group,
      ...payments.map((payment, index) => paymentStatus(write, `payments/${index}`, payment)),
    ]),
  )
}

function paymentStatus(write: FieldWriter, place: string, payment: PaymentStatus): XmlElement {
  const { originalPaymentInformationId: id, status, reasons, transactions } = payment
  return element('OrgnlPmtInfAndSts', [
    write.id('OrgnlPmtInfId', `${place}/originalPaymentInformationId`, id),
    status === undefined ? undefined : write.code('PmtInfSts', `${place}/status`, status),
    ...statusReasons(write, `${place}/reasons`, reasons),
    ...transactions.map((transaction, index) =>
      transactionStatus(write, `${place}/transactions/${index}`, transaction),
    ),
  ])
}

function transactionStatus(
  write: FieldWriter,
  place: string,
  transaction: TransactionStatus,
): XmlElement {
  const { originalInstructionId, originalEndToEndId, status, conditions, reasons } = transaction
  const { decidedAt, acceptedAt } = transaction
  return element('TxInfAndSts', [
    originalInstructionId === undefined
      ? undefined
      : write.id('OrgnlInstrId', `${place}/originalInstructionId`, originalInstructionId),
    originalEndToEndId === undefined
      ? undefined
      : write.id('OrgnlEndToEndId', `${place}/originalEndToEndId`, originalEndToEndId),
    status === undefined ? undefined : write.code('TxSts', `${place}/status`, status),
    ...statusReasons(write, `${place}/reasons`, reasons),
    conditions && conditionStatus(write, `${place}/conditions`, conditions),
    decidedAt === undefined
      ? undefined
      : write.instant('DbtrDcsnDtTm', `${place}/decidedAt`, decidedAt),
    acceptedAt === undefined
      ? undefined
      : write.instant('AccptncDtTm', `${place}/acceptedAt`, acceptedAt),
  ])
}

function conditionStatus(
  write: FieldWriter,
  place: string,
  conditions: NonNullable<TransactionStatus['conditions']>,
): XmlElement {
  const { acceptedAmount, guaranteedPayment, earlyPayment } = conditions
  return element('PmtCondSts', [
    acceptedAmount && write.amount('AccptdAmt', `${place}/acceptedAmount`, acceptedAmount),
    element('GrntedPmt', String(guaranteedPayment)),
    element('EarlyPmt', String(earlyPayment)),
  ])
}

/**
 * Reads a pain.014 message of version 01 or later by the elements of 07; what it does not know it
 * passes over. Refuses as `readPaymentActivation` does.
 *
 * @example
 * import { readStatusReport } from '@parley/sdk/iso20022'
 * readStatusReport('<!DOCTYPE x><Document/>') // => { ok: false, error: { code: 'iso-doctype', at: '' } }
 */
export function readStatusReport(xml: string): Result<StatusReport, IsoRefusal> {
  const message = readMessage(xml, 'pain.014', 'CdtrPmtActvtnReqStsRpt')
  if (!message.ok) return message
  const { root } = message.value
  const read = createFieldReader()
  const header = read.one(root, 'GrpHdr')
  const group = read.one(root, 'OrgnlGrpInfAndSts')
  return read.finish({
    messageId: read.text(header, 'MsgId'),
    createdAt: read.instant(header, 'CreDtTm'),
    initiatingParty: { name: at(header, 'InitgPty', 'Nm')?.text.trim() ?? '' },
    originalMessageId: read.text(group, 'OrgnlMsgId'),
    originalMessageName: read.text(group, 'OrgnlMsgNmId'),
    ...given({ groupStatus: read.maybeText(group, 'GrpSts') }),
    reasons: readReasons(read, group, 'StsRsnInf'),
    payments: all(root, 'OrgnlPmtInfAndSts').map((payment) => ({
      originalPaymentInformationId: read.text(payment, 'OrgnlPmtInfId'),
      ...given({ status: read.maybeText(payment, 'PmtInfSts') }),
      reasons: readReasons(read, payment, 'StsRsnInf'),
      transactions: all(payment, 'TxInfAndSts').map((transaction) =>
        readTransaction(read, transaction),
      ),
    })),
  })
}

function readTransaction(read: FieldReader, node: XmlNode): TransactionStatus {
  const conditions = read.maybe(node, 'PmtCondSts')
  return {
    ...given({
      originalInstructionId: read.maybeText(node, 'OrgnlInstrId'),
      originalEndToEndId: read.maybeText(node, 'OrgnlEndToEndId'),
      status: read.maybeText(node, 'TxSts'),
      conditions: conditions && readConditions(read, conditions),
    }),
    ...times(read, node),
    reasons: readReasons(read, node, 'StsRsnInf'),
  }
}

function times(
  read: FieldReader,
  node: XmlNode,
): Pick<TransactionStatus, 'decidedAt' | 'acceptedAt'> {
  const decidedAt = read.maybeInstant(node, 'DbtrDcsnDtTm')
  const acceptedAt = read.maybeInstant(node, 'AccptncDtTm')
  return {
    ...(decidedAt === undefined ? {} : { decidedAt }),
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
  }
}

function readConditions(
  read: FieldReader,
  node: XmlNode,
): NonNullable<TransactionStatus['conditions']> {
  const accepted = read.maybe(node, 'AccptdAmt')
  return {
    ...given({ acceptedAmount: accepted && read.amount(accepted) }),
    guaranteedPayment: read.flag(node, 'GrntedPmt'),
    earlyPayment: read.flag(node, 'EarlyPmt'),
  }
}
