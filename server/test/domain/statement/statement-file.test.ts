import { describe, expect, it } from 'vitest'
import { createKeyCounter } from '../../../src/domain/statement/key-counter.ts'
import { ownIbanOf } from '../../../src/domain/statement/own-account.ts'
import { createStatementFileReader } from '../../../src/domain/statement/statement-file.ts'
import type { StatementEntry } from '../../../src/domain/statement/statement-types.ts'
import { loadStatementProfiles } from '../../../src/statement-profile-files.ts'
import { balanceXml, camtFile, detailXml, entryXml, onlyEntry } from './camt-fixtures.ts'
import { ingFile, MT940 } from './statement-fixtures.ts'

const profiles = [...loadStatementProfiles().values()]

function read(file: string | Uint8Array) {
  const entries: StatementEntry[] = []
  const reader = createStatementFileReader((entry) => entries.push(entry), { profiles })
  reader.write(typeof file === 'string' ? new TextEncoder().encode(file) : file)
  return { result: reader.end(), entries }
}

function whole(file: string | Uint8Array) {
  const { result } = read(file)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'))

describe('a statement file', () => {
  it.each([
    ['camt', camtFile(entryXml()), '053'],
    ['camt in UTF-16', utf16(camtFile(entryXml()).replace('UTF-8', 'UTF-16')), '053'],
    ['camt after blank lines', `\n${camtFile(entryXml()).replace(/^<\?.*\n/, '')}`, '053'],
    ['MT940', MT940, 'mt940'],
    ['CSV', ingFile([{ amount: '1,00' }]), 'csv'],
  ])('of %s is recognised by its content', (_, file, kind) => {
    expect(whole(file).statements.map((it) => it.kind)).toEqual([kind])
  })

  it.each([
    ['a ZIP', 'PK\u0003\u0004xxxx', 'statement-format'],
    ['a picture', '\u0089PNG\u0000\u0000', 'statement-format'],
    ['a letter', 'Dear customer,\nyou owe us money\n', 'statement-format'],
    ['nothing', '', 'statement-empty'],
    ['CSV in UTF-16', utf16(ingFile([{ amount: '1,00' }])), 'text-encoding'],
    ['a line without an end', 'x'.repeat(70_000), 'text-size'],
  ])('that is %s is refused', (_, file, code) => {
    expect(read(file).result).toMatchObject({ ok: false, error: { code } })
  })

  it('of camt.052 is read and called information', () => {
    const report = camtFile(entryXml({ status: '' }))
      .replaceAll('camt.053', 'camt.052')
      .replaceAll('BkToCstmrStmt', 'BkToCstmrAcctRpt')
      .replaceAll('Stmt>', 'Rpt>')
    const { statements, problems } = whole(report)
    expect(statements).toMatchObject([{ kind: '052', totals: { entries: 1, booked: [] } }])
    expect(problems).toMatchObject([{ code: 'information-only', severity: 'note' }])
  })

  it('tells sums that do not add up, currencies that differ, and counts of batches', () => {
    const codes = (file: string) => whole(file).problems.map(({ code, line }) => [code, line])
    const head = balanceXml('OPBD', '0') + balanceXml('CLBD', '1')
    expect(codes(camtFile(entryXml(), { head }))).toEqual([['statement-unbalanced', 4]])
    const mixed = balanceXml('OPBD', '0', 'CRDT', 'CHF') + balanceXml('CLBD', '1', 'CRDT', 'CHF')
    expect(codes(camtFile(entryXml(), { head: mixed }))).toEqual([['currency-mixed', 4]])
    const batch = '<Btch><NbOfTxs>3</NbOfTxs></Btch>'
    expect(codes(camtFile(entryXml({ details: batch + detailXml('120.50') })))).toEqual([
      ['batch-count', 5],
    ])
  })

  it('balances a camt statement over all its pages', () => {
    const pages = (second: string) =>
      camtFile(entryXml({ reference: 'A' }), {
        head: `<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>${balanceXml('OPBD', '0')}`,
      }).replace(
        '</Stmt>',
        `</Stmt><Stmt><Id>STATEMENT-1</Id><StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>
        <Acct><Id><IBAN>BE68539007547034</IBAN></Id><Ccy>EUR</Ccy></Acct>${balanceXml('CLBD', '241')}${second}</Stmt>`,
      )
    const balancedOf = (file: string) => whole(file).statements.map(({ balanced }) => balanced)
    expect(balancedOf(pages(entryXml({ reference: 'B' })))).toEqual([true, true])
    expect(balancedOf(pages(entryXml({ amount: '1' })))).toEqual([false, false])
  })

  it('counts equal payments on over the pages of a statement', () => {
    const plain = entryXml({ reference: '' })
    const page = (number: number, last: boolean) =>
      `<Stmt><Id>S</Id><StmtPgntn><PgNb>${number}</PgNb><LastPgInd>${last}</LastPgInd></StmtPgntn>
      <Acct><Id><IBAN>BE68539007547034</IBAN></Id></Acct>${plain}</Stmt>`
    const file = camtFile('').replace(/<Stmt>[\s\S]*<\/Stmt>/, page(1, false) + page(2, true))
    const ids = read(file).entries.map(({ transactions }) => transactions[0]?.transactionId)
    expect(ids[1]).toBe(`${ids[0]}#2`)
  })
})

describe('facts of a camt payment', () => {
  it('keep exchange, ordered amount, documents, mandate, purpose, other parties and batch', () => {
    const more = `<AmtDtls><InstdAmt><Amt Ccy="USD">130.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">120.50</Amt>
      <CcyXchg><SrcCcy>USD</SrcCcy><TrgtCcy>EUR</TrgtCcy><UnitCcy>USD</UnitCcy><XchgRate>1.0788</XchgRate></CcyXchg></TxAmt></AmtDtls>
      <RltdPties><Cdtr><Nm>Blue Water</Nm></Cdtr><CdtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></CdtrAcct>
      <UltmtCdtr><Pty><Nm>Blue Water Gent</Nm></Pty></UltmtCdtr></RltdPties>
      <Purp><Cd>OTHR</Cd></Purp>
      <RmtInf><Strd><RfrdDocInf><Nb>INV-7</Nb></RfrdDocInf></Strd></RmtInf>
      <RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></RtrInf>`
    const details = `<Btch><MsgId>M</MsgId><PmtInfId>P</PmtInfId><NbOfTxs>1</NbOfTxs></Btch>${detailXml('120.50', more, '<MndtId>MANDATE-1</MndtId>')}`
    const entry = onlyEntry(camtFile(entryXml({ details })))
    expect(entry.batch).toEqual({ messageId: 'M', paymentInformationId: 'P', transactions: 1 })
    expect(entry.transactions[0]).toMatchObject({
      instructedAmount: { minor: 13_000n, currency: 'USD' },
      exchange: {
        sourceCurrency: 'USD',
        targetCurrency: 'EUR',
        unitCurrency: 'USD',
        rate: '1.0788',
      },
      documentNumbers: ['INV-7'],
      mandateId: 'MANDATE-1',
      purpose: 'OTHR',
      creditorName: 'Blue Water',
      creditorIban: 'BE68539007547034',
      ultimateCreditorName: 'Blue Water Gent',
      returnReason: 'AC04',
      returnInformation: 'closed',
    })
  })
})

describe('the own account of a statement', () => {
  const own = new Set(['DE89370400440532013000', 'NL91ABNA0417164300', 'BE71096123456769'])
  it.each([
    [{ iban: 'BE71096123456769' }, 'BE71096123456769'],
    [{ other: 'BE71 0961 2345 6769' }, 'BE71096123456769'],
    [{ other: '37040044/532013000' }, 'DE89370400440532013000'],
    [{ other: '417164300' }, 'NL91ABNA0417164300'],
    [{ other: '417164301' }, undefined],
    [{ other: '37040044/532013001' }, undefined],
    [{ iban: 'BE68539007547034', other: '417164300' }, undefined],
    [{}, undefined],
  ])('%j is %s', (account, iban) => {
    expect(ownIbanOf(account, own)).toBe(iban)
  })
})

describe('the counter of keys', () => {
  it('counts the same with fingerprints and without', () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => `key ${(i * 7) % 3_000}`)
    const fingerprint = (text: string) => BigInt(text.slice(4)) + 1n
    const [plain, hashed] = [createKeyCounter(), createKeyCounter(fingerprint)]
    expect(keys.map(hashed)).toEqual(keys.map(plain))
  })
})
