// Writes the request for payment that banks carry: CreditorPaymentActivationRequest, pain.013.
// Source: ISO 20022 pain.013.001.07. The execution day stands at `PmtInf` there, so that every
// instalment is a `PmtInf` of its own with one transaction.
import type { Day } from '../protocol/days.ts'
import type { Money } from '../protocol/money.ts'
import type { Result } from '../protocol/result.ts'
import type { DayOrInstant } from './field-reader.ts'
import { type CharacterSet, createFieldWriter, type FieldWriter } from './field-writer.ts'
import type { IsoRefusal } from './iso-refusal.ts'
import {
  agent,
  type InitiatingParty,
  type IsoAccount,
  type IsoParty,
  initiatingParty,
  party,
} from './parties.ts'
import { documentLocation, type ReferredDocument, referredDocument } from './referred-documents.ts'
import { element, type XmlElement } from './xml-element.ts'

/** What the debtor may do, and what comes of being late or early. Source: PaymentCondition1. */
export interface PaymentConditions {
  /** `AmtModAllwd` */
  readonly amountModificationAllowed: boolean
  /** `EarlyPmtAllwd` */
  readonly earlyPaymentAllowed: boolean
  /** `GrntedPmtReqd` */
  readonly guaranteedPaymentRequested: boolean
  /** `DelyPnlty`, at most 140 characters. */
  readonly delayPenalty?: string
  /** `ImdtPmtRbt`: an amount, or basis points of the amount that is asked for. */
  readonly immediatePaymentRebate?: Money | { readonly bps: number }
}

/** A signed message of Parley that travels along, for a bank that verifies it itself. */
export interface SignedOriginal {
  /** Such as `parley-request+jwt`. */
  readonly typ: string
  /** The JWS: compact, or the JSON of an agreement. */
  readonly jws: string
}

/** One payment that is asked for. */
export interface ActivationPayment {
  readonly paymentInformationId: string
  readonly endToEndId: string
  readonly executionDay: Day
  /** Until when the request can be answered; the debt does not end by it. */
  readonly expiry?: DayOrInstant
  readonly amount: Money
}

/** A whole message: one debtor, one creditor, one reference, and a payment for each day. */
export interface PaymentActivation {
  readonly messageId: string
  /** Epoch seconds. */
  readonly createdAt: number
  readonly initiatingParty: InitiatingParty
  readonly debtor: { readonly name: string; readonly account?: IsoAccount }
  readonly creditor: IsoParty
  /** Whose claim it is, when somebody else is paid for it. */
  readonly ultimateCreditor?: { readonly name: string }
  readonly conditions: PaymentConditions
  /** ISO 11649 creditor reference. */
  readonly reference: string
  readonly documents?: readonly ReferredDocument[]
  readonly payments: readonly ActivationPayment[]
  readonly signed?: SignedOriginal
}

/** The namespace of what `signed` is carried in. */
export const SIGNED_NAMESPACE = 'urn:parley:message:1.0'

/** An agreement has at most 60 instalments. */
const MAX_PAYMENTS = 60
const MAX_DOCUMENTS = 10
const MAX_TEXT = 140
const VERSION = '013.001.07'

/**
 * Writes a pain.013.001.07 message. Refuses the first value that does not fit, as
 * `writeCreditTransfer` does; `iso-count` for none or more than 60 payments or more than 10 documents.
 *
 * @example
 * import { type PaymentActivation, writePaymentActivation } from '@parley/sdk/iso20022'
 * declare const activation: PaymentActivation
 * const file = writePaymentActivation(activation)
 * if (!file.ok) console.log(file.error.code, file.error.at)
 */
export function writePaymentActivation(
  activation: PaymentActivation,
  { characters = 'sepa' }: { readonly characters?: CharacterSet } = {},
): Result<string, IsoRefusal> {
  const write = createFieldWriter(characters)
  refuseUnsound(write, activation)
  const { messageId, createdAt, payments, signed } = activation
  const [
    {
      amount: { currency },
    } = { amount: { currency: '' } },
  ] = payments
  const minor = payments.reduce((sum, { amount }) => sum + amount.minor, 0n)
  const header = element('GrpHdr', [
    write.id('MsgId', 'messageId', messageId),
    write.instant('CreDtTm', 'createdAt', createdAt),
    element('NbOfTxs', String(payments.length)),
    write.sum('CtrlSum', 'payments', { minor, currency }),
    initiatingParty(write, 'initiatingParty', activation.initiatingParty),
  ])
  return write.finish(
    `urn:iso:std:iso:20022:tech:xsd:pain.${VERSION}`,
    element('CdtrPmtActvtnReq', [
      header,
      ...payments.map((payment, index) =>
        paymentInformation(write, `payments/${index}`, { activation, payment }),
      ),
      signed === undefined ? undefined : supplementaryData(signed),
    ]),
  )
}

function refuseUnsound(write: FieldWriter, { payments, documents = [] }: PaymentActivation) {
  if (payments.length === 0 || payments.length > MAX_PAYMENTS) write.refuse('iso-count', 'payments')
  if (documents.length > MAX_DOCUMENTS) write.refuse('iso-count', 'documents')
  for (const ids of [
    payments.map(({ endToEndId }) => endToEndId),
    payments.map(({ paymentInformationId }) => paymentInformationId),
  ]) {
    if (new Set(ids).size !== ids.length) write.refuse('iso-duplicate', 'payments')
  }
  const currencies = new Set(payments.map(({ amount }) => amount.currency))
  if (currencies.size > 1) write.refuse('iso-currency', 'payments')
}

interface Asked {
  readonly activation: PaymentActivation
  readonly payment: ActivationPayment
}

function paymentInformation(write: FieldWriter, at: string, asked: Asked): XmlElement {
  const { activation, payment } = asked
  const { debtor } = activation
  return element('PmtInf', [
    write.id('PmtInfId', `${at}/paymentInformationId`, payment.paymentInformationId),
    element('PmtMtd', 'TRF'),
    element('ReqdExctnDt', [write.day('Dt', `${at}/executionDay`, payment.executionDay)]),
    payment.expiry && expiry(write, `${at}/expiry`, payment.expiry),
    party(write, 'Dbtr', 'debtor', debtor),
    debtor.account &&
      element('DbtrAcct', [write.account('debtor/account/iban', debtor.account.iban)]),
    agent(write, 'DbtrAgt', 'debtor', { bic: debtor.account?.bic, version: VERSION }),
    element('ChrgBr', 'SLEV'),
    creditTransfer(write, at, asked),
  ])
}

function expiry(write: FieldWriter, at: string, moment: DayOrInstant): XmlElement {
  const content =
    'day' in moment ? write.day('Dt', at, moment.day) : write.instant('DtTm', at, moment.instant)
  return element('XpryDt', [content])
}

function creditTransfer(
  write: FieldWriter,
  at: string,
  { activation, payment }: Asked,
): XmlElement {
  const { creditor, ultimateCreditor, conditions, documents = [], reference } = activation
  const { account } = creditor
  const isEuro = payment.amount.currency === 'EUR'
  return element('CdtTrfTx', [
    element('PmtId', [
      write.id('InstrId', `${at}/endToEndId`, payment.endToEndId),
      write.id('EndToEndId', `${at}/endToEndId`, payment.endToEndId),
    ]),
    isEuro ? element('PmtTpInf', [element('SvcLvl', [element('Cd', 'SEPA')])]) : undefined,
    paymentConditions(write, conditions),
    element('Amt', [write.amount('InstdAmt', `${at}/amount`, payment.amount)]),
    element('ChrgBr', 'SLEV'),
    agent(write, 'CdtrAgt', 'creditor', { bic: account.bic, version: VERSION }),
    party(write, 'Cdtr', 'creditor', creditor),
    element('CdtrAcct', [write.account('creditor/account/iban', account.iban)]),
    ultimateCreditor && party(write, 'UltmtCdtr', 'ultimateCreditor', ultimateCreditor),
    ...documents.map((document, index) => documentLocation(write, `documents/${index}`, document)),
    element('RmtInf', [
      write.creditorReference(
        'reference',
        reference,
        documents.map((document, index) => referredDocument(write, `documents/${index}`, document)),
      ),
    ]),
  ])
}

function paymentConditions(write: FieldWriter, conditions: PaymentConditions): XmlElement {
  const { delayPenalty, immediatePaymentRebate: rebate } = conditions
  return element('PmtCond', [
    element('AmtModAllwd', String(conditions.amountModificationAllowed)),
    element('EarlyPmtAllwd', String(conditions.earlyPaymentAllowed)),
    delayPenalty === undefined
      ? undefined
      : write.text('DelyPnlty', 'conditions/delayPenalty', delayPenalty, MAX_TEXT),
    rebate && element('ImdtPmtRbt', [rebateOf(write, rebate)]),
    element('GrntedPmtReqd', String(conditions.guaranteedPaymentRequested)),
  ])
}

function rebateOf(write: FieldWriter, rebate: Money | { readonly bps: number }): XmlElement {
  const at = 'conditions/immediatePaymentRebate'
  return 'bps' in rebate ? write.rate('Rate', at, rebate.bps) : write.amount('Amt', at, rebate)
}

function supplementaryData({ typ, jws }: SignedOriginal): XmlElement {
  const message = element('Message', jws, { xmlns: SIGNED_NAMESPACE, typ })
  return element('SplmtryData', [
    element('PlcAndNm', 'CdtrPmtActvtnReq'),
    element('Envlp', [message]),
  ])
}
