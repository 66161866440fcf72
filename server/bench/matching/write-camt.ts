// Bookings of one day as a bank writes them: a camt.053 statement with balances.
import { formatAmount } from '@parley/sdk/protocol'
import type { YearBooking } from './year-types.ts'

/** A camt.053.001.08 file of one statement. */
export function writeCamt(account: string, day: string, bookings: readonly YearBooking[]): string {
  const sum = bookings.reduce(
    (all, { direction, minor }) => all + (direction === 'credit' ? minor : -minor),
    0n,
  )
  const opening = 1_000_000_000n
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>',
    `<GrpHdr><MsgId>M-${day}</MsgId><CreDtTm>${day}T21:00:00Z</CreDtTm></GrpHdr>`,
    `<Stmt><Id>S-${day}</Id><CreDtTm>${day}T21:00:00Z</CreDtTm>`,
    `<Acct><Id><IBAN>${account}</IBAN></Id><Ccy>EUR</Ccy></Acct>`,
    balance('OPBD', opening, day),
    balance('CLBD', opening + sum, day),
    ...bookings.map((booking) => entry(booking)),
    '</Stmt></BkToCstmrStmt></Document>',
  ].join('\n')
}

function balance(code: string, minor: bigint, day: string): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${decimalOf(minor)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`
}

function entry(booking: YearBooking): string {
  const { day, direction, minor, bankReference, payer, returnReason, structured, texts } = booking
  const sign = direction === 'credit' ? 'CRDT' : 'DBIT'
  const amount = `<Amt Ccy="EUR">${decimalOf(minor)}</Amt><CdtDbtInd>${sign}</CdtDbtInd>`
  const party =
    payer === undefined
      ? ''
      : `<RltdPties><Dbtr><Pty><Nm>${escaped(payer.name)}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>${payer.iban}</IBAN></Id></DbtrAcct></RltdPties>`
  const free = texts.map((text) => `<Ustrd>${escaped(text)}</Ustrd>`).join('')
  const reference =
    structured === undefined
      ? ''
      : `<Strd><CdtrRefInf><Ref>${escaped(structured)}</Ref></CdtrRefInf></Strd>`
  const remittance = free + reference === '' ? '' : `<RmtInf>${free}${reference}</RmtInf>`
  const returned =
    returnReason === undefined ? '' : `<RtrInf><Rsn><Cd>${returnReason}</Cd></Rsn></RtrInf>`
  return `<Ntry>${amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><AcctSvcrRef>${bankReference}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${amount}${party}${remittance}${returned}</TxDtls></NtryDtls></Ntry>`
}

function decimalOf(minor: bigint): string {
  return formatAmount({ minor, currency: 'EUR' }).value
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
