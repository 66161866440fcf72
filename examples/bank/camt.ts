// Writes what a bank tells about an account: ISO 20022 camt.054.001.08 when money comes or goes, and
// camt.053.001.08 for days with opening and closing balance. Pure: entries in, XML out. One notification
// or statement a currency, with the sums that the reader checks.
import { type Day, formatDecimal } from '@parley/sdk/protocol'
import type { Entry } from './ledger.ts'

/** What a file is about. */
export interface CamtFacts {
  /** Unique for the account; at most 25 characters. */
  readonly messageId: string
  /** RFC 3339. */
  readonly createdAt: string
  readonly iban: string
  readonly entries: readonly Entry[]
}

/** The balances that a statement begins and ends with, in minor units. */
export interface StatementFacts extends CamtFacts {
  readonly currency: string
  readonly from: Day
  readonly to: Day
  readonly opening: bigint
}

/** Writes the entries of an account as a notification, in the order in which they were booked. */
export function writeCamt054({ messageId, createdAt, iban, entries }: CamtFacts): string {
  const byCurrency = Map.groupBy(entries, ({ amount }) => amount.currency)
  const notifications = [...byCurrency].map(([currency, own]) =>
    element('Ntfctn', [
      element('Id', [`${messageId}-${currency}`]),
      element('CreDtTm', [createdAt]),
      accountOf(iban, currency),
      summary(own, currency),
      ...own.map(entryOf),
    ]),
  )
  return file('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn', { messageId, createdAt }, notifications)
}

/** Writes a statement of one currency; the closing balance is the opening one and all entries. */
export function writeCamt053(facts: StatementFacts): string {
  const { messageId, createdAt, iban, entries, currency, from, to, opening } = facts
  const own = entries.filter(({ amount }) => amount.currency === currency)
  const closing = own.reduce((sum, { amount }) => sum + amount.minor, opening)
  const statement = element('Stmt', [
    element('Id', [`${messageId}-${currency}`]),
    element('CreDtTm', [createdAt]),
    element('FrToDt', [
      element('FrDtTm', [`${from}T00:00:00Z`]),
      element('ToDtTm', [`${to}T23:59:59Z`]),
    ]),
    accountOf(iban, currency),
    balance('OPBD', { minor: opening, currency, day: from }),
    balance('CLBD', { minor: closing, currency, day: to }),
    summary(own, currency),
    ...own.map(entryOf),
  ])
  return file('camt.053.001.08', 'BkToCstmrStmt', { messageId, createdAt }, [statement])
}

function file(
  version: string,
  name: string,
  { messageId, createdAt }: Pick<CamtFacts, 'messageId' | 'createdAt'>,
  parts: readonly string[],
): string {
  const header = element('GrpHdr', [element('MsgId', [messageId]), element('CreDtTm', [createdAt])])
  const message = element(name, [header, ...parts])
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${version}">${message}</Document>`,
    '',
  ].join('\n')
}

function accountOf(iban: string, currency: string): string {
  return element('Acct', [element('Id', [element('IBAN', [iban])]), element('Ccy', [currency])])
}

function balance(
  code: string,
  {
    minor,
    currency,
    day,
  }: { readonly minor: bigint; readonly currency: string; readonly day: Day },
): string {
  return element('Bal', [
    element('Tp', [element('CdOrPrtry', [element('Cd', [code])])]),
    money({ minor: absolute(minor), currency }),
    sign(minor),
    element('Dt', [element('Dt', [day])]),
  ])
}

function summary(entries: readonly Entry[], currency: string): string {
  const total = (name: string, own: readonly Entry[]) => {
    const sum = own.reduce((total, { amount }) => total + absolute(amount.minor), 0n)
    return element(name, [
      element('NbOfNtries', [String(own.length)]),
      element('Sum', [formatDecimal({ minor: sum, currency })]),
    ])
  }
  const credits = entries.filter(({ amount }) => amount.minor > 0n)
  const debits = entries.filter(({ amount }) => amount.minor < 0n)
  return element('TxsSummry', [total('TtlCdtNtries', credits), total('TtlDbtNtries', debits)])
}

function entryOf(entry: Entry): string {
  const { bookingId, amount, day, kind } = entry
  const { minor, currency } = amount
  const dated = element('Dt', [day])
  // Payments, received or issued credit transfers, domestic or returned (ExternalBankTransaction codes).
  const family = minor > 0n === (kind !== 'return') ? 'RCDT' : 'ICDT'
  return element('Ntry', [
    money({ minor: absolute(minor), currency }),
    sign(minor),
    element('Sts', [element('Cd', ['BOOK'])]),
    element('BookgDt', [dated]),
    element('ValDt', [dated]),
    element('AcctSvcrRef', [bookingId]),
    element('BkTxCd', [
      element('Domn', [
        element('Cd', ['PMNT']),
        element('Fmly', [
          element('Cd', [family]),
          element('SubFmlyCd', [kind === 'return' ? 'RRTN' : 'DMCT']),
        ]),
      ]),
    ]),
    ...(kind === 'life' || kind === 'opening' ? [] : [element('NtryDtls', [details(entry)])]),
  ])
}

function details(entry: Entry): string {
  const { bookingId, amount, endToEndId, reference, returnCode } = entry
  // A return names the parties of the payment that it takes back.
  const isReturn = returnCode !== null
  const [debtor, creditor] = isReturn
    ? [entry.creditor, entry.debtor]
    : [entry.debtor, entry.creditor]
  const account = (iban: string) => element('Id', [element('IBAN', [iban])])
  const party = (name: string) => element('Pty', [element('Nm', [text(name)])])
  return element('TxDtls', [
    element('Refs', [
      element('AcctSvcrRef', [bookingId]),
      element('EndToEndId', [text(endToEndId ?? 'NOTPROVIDED')]),
    ]),
    money({ minor: absolute(amount.minor), currency: amount.currency }),
    sign(amount.minor),
    element('RltdPties', [
      element('Dbtr', [party(debtor.name)]),
      element('DbtrAcct', [account(debtor.iban)]),
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
    ...(isReturn ? [element('RtrInf', [element('Rsn', [element('Cd', [text(returnCode)])])])] : []),
  ])
}

function money(amount: { readonly minor: bigint; readonly currency: string }): string {
  return `<Amt Ccy="${amount.currency}">${formatDecimal(amount)}</Amt>`
}

function sign(minor: bigint): string {
  return element('CdtDbtInd', [minor < 0n ? 'DBIT' : 'CRDT'])
}

function absolute(minor: bigint): bigint {
  return minor < 0n ? -minor : minor
}

/** Children are markup already; `text` makes markup of a text. */
function element(name: string, children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function text(value: string): string {
  return value.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
}
