// Writes a credit notification of the bank: ISO 20022 camt.054.001.08. Pure: bookings in, XML out.
// One notification a currency, with the sums that the reader checks.
import { formatDecimal } from '@parley/sdk/protocol'
import type { Booking } from './ledger-bank.ts'

/** What a file is about. */
export interface CamtFacts {
  /** Unique for the account; at most 25 characters. */
  readonly messageId: string
  /** RFC 3339. */
  readonly createdAt: string
  readonly iban: string
  readonly bookings: readonly Booking[]
}

/** Writes the bookings as credits of an account, in the order in which they came. */
export function writeCamt054({ messageId, createdAt, iban, bookings }: CamtFacts): string {
  const byCurrency = Map.groupBy(bookings, ({ amount }) => amount.currency)
  const notifications = [...byCurrency].map(([currency, own]) =>
    element('Ntfctn', [
      element('Id', [`${messageId}-${currency}`]),
      element('CreDtTm', [createdAt]),
      element('Acct', [element('Id', [element('IBAN', [iban])]), element('Ccy', [currency])]),
      summary(own, currency),
      ...own.map(entry),
    ]),
  )
  const header = element('GrpHdr', [element('MsgId', [messageId]), element('CreDtTm', [createdAt])])
  const message = element('BkToCstmrDbtCdtNtfctn', [header, ...notifications])
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">${message}</Document>`,
    '',
  ].join('\n')
}

function summary(bookings: readonly Booking[], currency: string): string {
  const sum = bookings.reduce((total, { amount }) => total + amount.minor, 0n)
  return element('TxsSummry', [
    element('TtlCdtNtries', [
      element('NbOfNtries', [String(bookings.length)]),
      element('Sum', [formatDecimal({ minor: sum, currency })]),
    ]),
  ])
}

function entry(booking: Booking): string {
  const { bookingId, amount, day } = booking
  const dated = element('Dt', [day])
  return element('Ntry', [
    `<Amt Ccy="${amount.currency}">${formatDecimal(amount)}</Amt>`,
    element('CdtDbtInd', ['CRDT']),
    element('Sts', [element('Cd', ['BOOK'])]),
    element('BookgDt', [dated]),
    element('ValDt', [dated]),
    element('AcctSvcrRef', [bookingId]),
    // Payments, received credit transfers, domestic (ISO 20022 ExternalBankTransaction codes).
    element('BkTxCd', [
      element('Domn', [
        element('Cd', ['PMNT']),
        element('Fmly', [element('Cd', ['RCDT']), element('SubFmlyCd', ['DMCT'])]),
      ]),
    ]),
    element('NtryDtls', [details(booking)]),
  ])
}

function details(booking: Booking): string {
  const { bookingId, amount, endToEndId, debtorName, debtorIban, creditor, reference } = booking
  const account = (iban: string) => element('Id', [element('IBAN', [iban])])
  const party = (name: string) => element('Pty', [element('Nm', [text(name)])])
  return element('TxDtls', [
    element('Refs', [
      element('AcctSvcrRef', [bookingId]),
      element('EndToEndId', [text(endToEndId ?? 'NOTPROVIDED')]),
    ]),
    `<Amt Ccy="${amount.currency}">${formatDecimal(amount)}</Amt>`,
    element('CdtDbtInd', ['CRDT']),
    element('RltdPties', [
      element('Dbtr', [party(debtorName)]),
      element('DbtrAcct', [account(debtorIban)]),
      element('Cdtr', [party(creditor.name)]),
      element('CdtrAcct', [account(creditor.iban)]),
    ]),
    element('RmtInf', [
      element('Strd', [
        element('CdtrRefInf', [
          element('Tp', [element('CdOrPrtry', [element('Cd', ['SCOR'])])]),
          element('Ref', [text(reference)]),
        ]),
      ]),
    ]),
  ])
}

/** Children are markup already; `text` makes markup of a text. */
function element(name: string, children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function text(value: string): string {
  return value.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
}
