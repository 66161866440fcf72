// Small statements for the tests: the frame of a file around the entries that a test is about.

import { parseCamt } from '../../../src/domain/statement/camt.ts'
import type {
  BankStatement,
  StatementEntry,
} from '../../../src/domain/statement/statement-types.ts'

export interface FrameOptions {
  kind?: '053' | '054'
  version?: string
  namespace?: string
  /** Replaces the account. */
  account?: string
  /** Goes between account and entries: balances, totals, pagination. */
  head?: string
}

const ACCOUNT = '<Acct><Id><IBAN>BE68539007547034</IBAN></Id><Ccy>EUR</Ccy></Acct>'

/** A file with one statement. Entries start on line 5. */
export function camtFile(entries: string, options: FrameOptions = {}): string {
  const { kind = '053', version = '08', account = ACCOUNT, head = '' } = options
  const namespace =
    options.namespace ?? `urn:iso:std:iso:20022:tech:xsd:camt.${kind}.001.${version}`
  const [message, statement] =
    kind === '053' ? ['BkToCstmrStmt', 'Stmt'] : ['BkToCstmrDbtCdtNtfctn', 'Ntfctn']
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Document xmlns="${namespace}"><${message}>`,
    '<GrpHdr><MsgId>MESSAGE-1</MsgId><CreDtTm>2026-03-02T06:00:00+01:00</CreDtTm></GrpHdr>',
    `<${statement}><Id>STATEMENT-1</Id>${account}${head}`,
    entries,
    `</${statement}></${message}></Document>`,
  ].join('\n')
}

export interface EntryOptions {
  amount?: string
  currency?: string
  sign?: string
  status?: string
  reference?: string
  /** Elements between status and details. */
  more?: string
  /** `TxDtls` elements. */
  details?: string
}

/** One `Ntry`, by default a booked credit of 120.50 EUR without details. */
export function entryXml(options: EntryOptions = {}): string {
  const { amount = '120.50', currency = 'EUR', sign = 'CRDT', more = '', details } = options
  const { status = '<Sts><Cd>BOOK</Cd></Sts>', reference = 'BANK-1' } = options
  return [
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd>`,
    status,
    '<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-01</Dt></ValDt>',
    reference === '' ? '' : `<AcctSvcrRef>${reference}</AcctSvcrRef>`,
    more,
    details === undefined ? '' : `<NtryDtls>${details}</NtryDtls>`,
    '</Ntry>',
  ].join('')
}

/** One `TxDtls` with an amount in EUR, and whatever else belongs in it. */
export function detailXml(amount: string, more = '', references = ''): string {
  return `<TxDtls><Refs>${references}</Refs><Amt Ccy="EUR">${amount}</Amt>${more}</TxDtls>`
}

/** A booked balance. */
export function balanceXml(type: string, amount: string, sign = 'CRDT', currency = 'EUR'): string {
  const indicator = sign === '' ? '' : `<CdtDbtInd>${sign}</CdtDbtInd>`
  return [
    `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp>`,
    `<Amt Ccy="${currency}">${amount}</Amt>${indicator}<Dt><Dt>2026-03-02</Dt></Dt></Bal>`,
  ].join('')
}

/** Parses a file that must be accepted and returns its only statement. */
export function onlyStatement(file: string): BankStatement {
  const result = parseCamt(file)
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
  const [statement] = result.value
  if (statement === undefined || result.value.length > 1) throw new Error('not one statement')
  return statement
}

/** Parses a file that must be accepted and returns its only entry. */
export function onlyEntry(file: string): StatementEntry {
  const { entries } = onlyStatement(file)
  const [entry] = entries
  if (entry === undefined || entries.length > 1) throw new Error('not one entry')
  return entry
}

/** Code and line of the refusal, or the word "accepted". */
export function refusalOf(file: string): string {
  const result = parseCamt(file)
  return result.ok ? 'accepted' : `${result.error.code} in line ${result.error.line}`
}
