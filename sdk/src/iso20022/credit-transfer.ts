// Writes the order to a bank to pay: CustomerCreditTransferInitiation, pain.001.
// Sources: ISO 20022 pain.001.001.09; EPC132-08 (SEPA credit transfer, customer to bank), which is
// also what banks make of pain.001.001.03.
import type { Day } from '../protocol/days.ts'
import type { Money } from '../protocol/money.ts'
import type { Result } from '../protocol/result.ts'
import { type CharacterSet, createFieldWriter, type FieldWriter } from './field-writer.ts'
import type { IsoRefusal } from './iso-refusal.ts'
import {
  agent,
  type InitiatingParty,
  type IsoParty,
  type IsoRemittance,
  initiatingParty,
  party,
  remittance,
} from './parties.ts'
import { element, type XmlElement } from './xml-element.ts'

/** One credit transfer. */
export interface CreditTransfer {
  /** Travels to the receiver; unique in the message. At most 35 characters of the SEPA set. */
  readonly endToEndId: string
  /** For the sender's own bank; at most 35 characters. */
  readonly instructionId?: string
  readonly amount: Money
  readonly creditor: IsoParty
  /** ISO 20022 ExternalPurpose1Code. */
  readonly purpose?: string
  readonly remittance?: IsoRemittance
}

/** Credit transfers of one day, one account and one currency. */
export interface CreditTransferPayment {
  /** Unique in the message; at most 35 characters of the SEPA set. */
  readonly paymentInformationId: string
  /** Requested execution day; the bank moves it to a day on which it works. */
  readonly executionDay: Day
  readonly debtor: IsoParty
  /** One debit for all of them when true, one for each when false; the bank's own rule without it. */
  readonly batchBooking?: boolean
  readonly transactions: readonly CreditTransfer[]
}

/** A whole message. */
export interface CreditTransferMessage {
  /** A bank refuses a message whose id it has seen. At most 35 characters of the SEPA set. */
  readonly messageId: string
  /** Epoch seconds. */
  readonly createdAt: number
  readonly initiatingParty: InitiatingParty
  readonly payments: readonly CreditTransferPayment[]
}

/** `version` is the bank's; `characters` are `sepa` unless it has agreed to more. */
export interface CreditTransferOptions {
  readonly version?: '001.001.09' | '001.001.03'
  readonly characters?: CharacterSet
}

/** More in one message is an error of the caller and not an order. */
const MAX_TRANSACTIONS = 100_000

/**
 * Writes a pain.001 message: exact counts and control sums, charges shared as SEPA wants it (`SLEV`),
 * the service level `SEPA` for euros.
 *
 * Refuses the first value that does not fit, naming the member, and cuts nothing: `iso-identifier`,
 * `iso-length`, `iso-characters`, `iso-account`, `iso-agent`, `iso-amount` (also a sum of more than
 * 18 digits), `iso-currency` (unknown, or two in one payment), `iso-day`, `iso-instant`,
 * `iso-reference`, `iso-code`, `iso-count` (none, or more than 100,000 transactions), `iso-duplicate`
 * (an end-to-end or payment information id twice: nobody is paid twice by one file).
 *
 * @example
 * import { writeCreditTransfer } from '@parley/sdk/iso20022'
 * const account = { iban: 'BE68539007547034' }
 * const file = writeCreditTransfer({
 *   messageId: 'REFUNDS-20261122-1',
 *   createdAt: 1_795_000_000,
 *   initiatingParty: { name: 'Stadsenergie' },
 *   payments: [
 *     {
 *       paymentInformationId: 'REFUNDS-20261122-1-1',
 *       executionDay: '2026-11-23',
 *       debtor: { name: 'Stadsenergie', account },
 *       transactions: [
 *         {
 *           endToEndId: 'RF-1',
 *           amount: { minor: 1_250n, currency: 'EUR' },
 *           creditor: { name: 'Ann Peeters', account: { iban: 'NL91ABNA0417164300' } },
 *           remittance: { text: 'Refund of invoice 2026-17' },
 *         },
 *       ],
 *     },
 *   ],
 * })
 * if (!file.ok) console.log(file.error.code, file.error.at)
 */
export function writeCreditTransfer(
  message: CreditTransferMessage,
  { version = '001.001.09', characters = 'sepa' }: CreditTransferOptions = {},
): Result<string, IsoRefusal> {
  const write = createFieldWriter(characters)
  const transactions = message.payments.flatMap((payment) => payment.transactions)
  refuseUnsoundMessage(write, message, transactions)
  const paper: Paper = { write, version }
  const header = element('GrpHdr', [
    write.id('MsgId', 'messageId', message.messageId),
    write.instant('CreDtTm', 'createdAt', message.createdAt),
    ...totals(write, 'payments', transactions),
    initiatingParty(write, 'initiatingParty', message.initiatingParty),
  ])
  const payments = message.payments.map((payment, index) =>
    paymentInformation(paper, `payments/${index}`, payment),
  )
  return write.finish(
    `urn:iso:std:iso:20022:tech:xsd:pain.${version}`,
    element('CstmrCdtTrfInitn', [header, ...payments]),
  )
}

function refuseUnsoundMessage(
  write: FieldWriter,
  { payments }: CreditTransferMessage,
  transactions: readonly CreditTransfer[],
) {
  const isEmpty =
    payments.length === 0 || payments.some((payment) => payment.transactions.length === 0)
  if (isEmpty || transactions.length > MAX_TRANSACTIONS) write.refuse('iso-count', 'payments')
  const paymentIds = payments.map(({ paymentInformationId }) => paymentInformationId)
  const endToEndIds = transactions.map(({ endToEndId }) => endToEndId)
  for (const ids of [paymentIds, endToEndIds]) {
    if (new Set(ids).size !== ids.length) write.refuse('iso-duplicate', 'payments')
  }
  payments.forEach((payment, index) => {
    const currencies = new Set(payment.transactions.map(({ amount }) => amount.currency))
    if (currencies.size > 1) write.refuse('iso-currency', `payments/${index}`)
  })
}

interface Paper {
  readonly write: FieldWriter
  readonly version: NonNullable<CreditTransferOptions['version']>
}

/** The count, and the sum where all are of one currency: a sum over several says nothing. */
function totals(
  write: FieldWriter,
  at: string,
  transactions: readonly Pick<CreditTransfer, 'amount'>[],
): (XmlElement | undefined)[] {
  const currencies = new Set(transactions.map(({ amount }) => amount.currency))
  const [currency = ''] = currencies
  const minor = transactions.reduce((sum, { amount }) => sum + amount.minor, 0n)
  return [
    element('NbOfTxs', String(transactions.length)),
    currencies.size === 1 ? write.sum('CtrlSum', at, { minor, currency }) : undefined,
  ]
}

function paymentInformation(
  { write, version }: Paper,
  at: string,
  payment: CreditTransferPayment,
): XmlElement {
  const { transactions, debtor, batchBooking } = payment
  const isFormer = version === '001.001.03'
  const day = (tag: string) => write.day(tag, `${at}/executionDay`, payment.executionDay)
  const isEuro = transactions.every(({ amount }) => amount.currency === 'EUR')
  return element('PmtInf', [
    write.id('PmtInfId', `${at}/paymentInformationId`, payment.paymentInformationId),
    element('PmtMtd', 'TRF'),
    batchBooking === undefined ? undefined : element('BtchBookg', String(batchBooking)),
    ...totals(write, at, transactions),
    isEuro ? element('PmtTpInf', [element('SvcLvl', [element('Cd', 'SEPA')])]) : undefined,
    isFormer ? day('ReqdExctnDt') : element('ReqdExctnDt', [day('Dt')]),
    party(write, 'Dbtr', `${at}/debtor`, debtor),
    element('DbtrAcct', [write.account(`${at}/debtor/account/iban`, debtor.account.iban)]),
    // Mandatory; a bank knows itself by the account.
    agent(write, 'DbtrAgt', `${at}/debtor`, { ...debtor.account, version }),
    element('ChrgBr', 'SLEV'),
    ...transactions.map((transaction, index) =>
      creditTransfer({ write, version }, `${at}/transactions/${index}`, transaction),
    ),
  ])
}

function creditTransfer(
  { write, version }: Paper,
  at: string,
  { instructionId, endToEndId, amount, creditor, purpose, ...rest }: CreditTransfer,
): XmlElement {
  const { account } = creditor
  return element('CdtTrfTxInf', [
    element('PmtId', [
      instructionId === undefined
        ? undefined
        : write.id('InstrId', `${at}/instructionId`, instructionId),
      write.id('EndToEndId', `${at}/endToEndId`, endToEndId),
    ]),
    element('Amt', [write.amount('InstdAmt', `${at}/amount`, amount)]),
    account.bic === undefined
      ? undefined
      : agent(write, 'CdtrAgt', `${at}/creditor`, { ...account, version }),
    party(write, 'Cdtr', `${at}/creditor`, creditor),
    element('CdtrAcct', [write.account(`${at}/creditor/account/iban`, account.iban)]),
    purpose === undefined
      ? undefined
      : element('Purp', [write.code('Cd', `${at}/purpose`, purpose)]),
    rest.remittance === undefined
      ? undefined
      : remittance(write, `${at}/remittance`, rest.remittance),
  ])
}
