// Reads the request for payment that banks carry: CreditorPaymentActivationRequest, pain.013.
import type { Money } from '../protocol/money.ts'
import type { Result } from '../protocol/result.ts'
import {
  all,
  at,
  createFieldReader,
  type DayOrInstant,
  type FieldReader,
  given,
} from './field-reader.ts'
import type { IsoRefusal } from './iso-refusal.ts'
import {
  type PaymentConditions,
  SIGNED_NAMESPACE,
  type SignedOriginal,
} from './payment-activation.ts'
import { readMessage, type XmlNode } from './xml-reader.ts'

/** A party as a message names it; what is not stated is absent. */
export interface ReceivedParty {
  readonly name?: string
  readonly iban?: string
  /** An account that is no IBAN. */
  readonly otherAccount?: string
  readonly bic?: string
}

/** A document that a payment is about. */
export interface ReceivedDocument {
  /** As in ISO 20022 DocumentType6Code, or the sender's own word. */
  readonly type?: string
  readonly number?: string
  readonly issueDay?: string
}

/** One payment that is asked for. */
export interface ReceivedActivationPayment {
  readonly paymentInformationId?: string
  readonly executionDay: DayOrInstant
  readonly expiry?: DayOrInstant
  readonly debtor: ReceivedParty
  readonly creditor: ReceivedParty
  readonly ultimateCreditor?: string
  readonly instructionId?: string
  readonly endToEndId: string
  readonly amount: Money
  readonly conditions?: PaymentConditions
  /** Of type `SCOR`, unchecked. */
  readonly reference?: string
  readonly texts: readonly string[]
  readonly documents: readonly ReceivedDocument[]
  /** Where the documents can be seen: data, never to be fetched without being asked. */
  readonly addresses: readonly string[]
}

/** A message that was read. */
export interface ReceivedActivation {
  /** Such as `07`. */
  readonly version: string
  readonly messageId: string
  /** Epoch seconds; null for a local time without its offset. */
  readonly createdAt: number | null
  readonly initiatingParty?: string
  /** One for each transaction. */
  readonly payments: readonly ReceivedActivationPayment[]
  /** Unverified: verify it as any message of Parley before it means anything. */
  readonly signed?: SignedOriginal
}

/**
 * Reads a pain.013 message; what it does not know it passes over. Versions from 01 on are read by the
 * elements of 07; in later ones the execution day of a transaction goes before that of its group.
 *
 * Refuses `iso-size`, `iso-doctype`, `iso-xml`, `iso-message`, `iso-element` (mandatory and missing, or
 * twice), `iso-amount`, `iso-currency`, `iso-day`, `iso-instant` and `iso-count` (the stated number of
 * transactions is another one).
 *
 * @example
 * import { readPaymentActivation } from '@parley/sdk/iso20022'
 * readPaymentActivation('<Document/>') // => { ok: false, error: { code: 'iso-message', at: '' } }
 */
export function readPaymentActivation(xml: string): Result<ReceivedActivation, IsoRefusal> {
  const message = readMessage(xml, 'pain.013', 'CdtrPmtActvtnReq')
  if (!message.ok) return message
  const { root, version } = message.value
  const read = createFieldReader()
  const header = read.one(root, 'GrpHdr')
  const groups = all(root, 'PmtInf')
  if (groups.length === 0) read.refuse('iso-element', 'PmtInf')
  const payments = groups.flatMap((group) => {
    const transactions = all(group, 'CdtTrfTx')
    if (transactions.length === 0) read.refuse('iso-element', `${group.path}/CdtTrfTx`)
    return transactions.map((transaction) => readPayment(read, group, transaction))
  })
  read.count(header, 'NbOfTxs', payments.length)
  const initiatingParty = at(header, 'InitgPty', 'Nm')?.text.trim()
  return read.finish({
    version,
    messageId: read.text(header, 'MsgId'),
    createdAt: read.instant(header, 'CreDtTm'),
    ...given({ initiatingParty, signed: readSigned(root) }),
    payments,
  })
}

function readPayment(
  read: FieldReader,
  group: XmlNode,
  transaction: XmlNode,
): ReceivedActivationPayment {
  const id = read.one(transaction, 'PmtId')
  const expiry = read.maybe(group, 'XpryDt')
  const conditions = at(transaction, 'PmtCond') ?? at(group, 'PmtCond')
  const remittance = read.maybe(transaction, 'RmtInf')
  const structured = remittance === undefined ? [] : all(remittance, 'Strd')
  const day = read.maybe(transaction, 'ReqdExctnDt') ?? read.one(group, 'ReqdExctnDt')
  return {
    executionDay: read.dayOrInstant(day),
    debtor: readParty(group, 'Dbtr'),
    creditor: readParty(transaction, 'Cdtr'),
    endToEndId: read.text(id, 'EndToEndId'),
    amount: read.amount(read.one(read.one(transaction, 'Amt'), 'InstdAmt')),
    ...given({
      paymentInformationId: read.maybeText(group, 'PmtInfId'),
      expiry: expiry && read.dayOrInstant(expiry),
      ultimateCreditor: at(transaction, 'UltmtCdtr', 'Nm')?.text.trim(),
      instructionId: read.maybeText(id, 'InstrId'),
      conditions: conditions && readConditions(read, conditions),
      reference: referenceOf(structured),
    }),
    texts: remittance === undefined ? [] : all(remittance, 'Ustrd').map(({ text }) => text.trim()),
    documents: structured.flatMap((part) => all(part, 'RfrdDocInf').map(readDocument)),
    addresses: all(transaction, 'RltdRmtInf')
      .flatMap((related) => all(related, 'RmtLctnDtls'))
      .flatMap((details) => all(details, 'ElctrncAdr').map(({ text }) => text.trim())),
  }
}

function readParty(parent: XmlNode, role: 'Dbtr' | 'Cdtr'): ReceivedParty {
  const account = at(parent, `${role}Acct`, 'Id')
  return given({
    name: at(parent, role, 'Nm')?.text.trim(),
    iban: at(account, 'IBAN')?.text.trim(),
    otherAccount: at(account, 'Othr', 'Id')?.text.trim(),
    bic: at(parent, `${role}Agt`, 'FinInstnId', 'BICFI')?.text.trim(),
  })
}

function readConditions(read: FieldReader, node: XmlNode): PaymentConditions {
  const rebate = read.maybe(node, 'ImdtPmtRbt')
  const amount = rebate && at(rebate, 'Amt')
  return {
    amountModificationAllowed: read.flag(node, 'AmtModAllwd'),
    earlyPaymentAllowed: read.flag(node, 'EarlyPmtAllwd'),
    guaranteedPaymentRequested: read.flag(node, 'GrntedPmtReqd'),
    ...given({
      delayPenalty: read.maybeText(node, 'DelyPnlty'),
      immediatePaymentRebate:
        rebate && (amount ? read.amount(amount) : { bps: read.rate(read.one(rebate, 'Rate')) }),
    }),
  }
}

function referenceOf(structured: readonly XmlNode[]): string | undefined {
  const references = structured.map((part) => at(part, 'CdtrRefInf'))
  const isCreditorReference = (node: XmlNode | undefined) =>
    at(node, 'Tp', 'CdOrPrtry', 'Cd')?.text.trim() === 'SCOR'
  return at(references.find(isCreditorReference), 'Ref')?.text.trim()
}

function readDocument(node: XmlNode): ReceivedDocument {
  const kind = at(node, 'Tp', 'CdOrPrtry')
  return given({
    type: (at(kind, 'Cd') ?? at(kind, 'Prtry'))?.text.trim(),
    number: at(node, 'Nb')?.text.trim(),
    issueDay: at(node, 'RltdDt')?.text.trim(),
  })
}

function readSigned(root: XmlNode): SignedOriginal | undefined {
  const envelopes = all(root, 'SplmtryData').map((data) => at(data, 'Envlp', 'Message'))
  const message = envelopes.find((node) => node?.namespace === SIGNED_NAMESPACE)
  return message && { typ: message.attributes.typ ?? '', jws: message.text.trim() }
}
