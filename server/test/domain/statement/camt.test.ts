import { describe, expect, it } from 'vitest'
import { collectEntries, createCamtParser, parseCamt } from '../../../src/domain/statement/camt.ts'
import {
  balanceXml,
  camtFile,
  detailXml,
  entryXml,
  onlyEntry,
  onlyStatement,
  refusalOf,
} from './camt-fixtures.ts'

const payment = detailXml(
  '120.50',
  `<CdtDbtInd>CRDT</CdtDbtInd>
   <RltdPties><Dbtr><Pty><Nm>Maria  Peeters</Nm></Pty></Dbtr>
   <DbtrAcct><Id><IBAN>be71 0961 2345 6769</IBAN></Id></DbtrAcct>
   <UltmtDbtr><Pty><Nm>Peeters &amp; Co</Nm></Pty></UltmtDbtr></RltdPties>
   <RmtInf><Ustrd>electricity</Ustrd><Ustrd><![CDATA[March & April]]></Ustrd>
   <Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF18539007547034</Ref>
   </CdtrRefInf><AddtlRmtInf>thank you</AddtlRmtInf></Strd></RmtInf>`,
  '<AcctSvcrRef>TX-1</AcctSvcrRef><EndToEndId>E2E-1</EndToEndId><TxId>T-1</TxId>',
)

describe('a camt.053 statement', () => {
  it('is read with account, ids, days, and everything that a payment says about itself', () => {
    const head = `<ElctrncSeqNb>61</ElctrncSeqNb><CreDtTm>2026-03-02T05:59:00+01:00</CreDtTm>`
    const statement = onlyStatement(camtFile(entryXml({ details: payment }), { head }))
    expect(statement).toEqual({
      statementId: 'STATEMENT-1',
      messageId: 'MESSAGE-1',
      kind: '053',
      version: '08',
      account: { iban: 'BE68539007547034', currency: 'EUR' },
      createdAt: '2026-03-02T05:59:00+01:00',
      sequence: '61',
      electronicSequence: '61',
      totals: {
        entries: 1,
        transactions: 1,
        bookings: 1,
        reversals: 0,
        from: '2026-03-02',
        to: '2026-03-02',
        booked: [{ currency: 'EUR', credit: 12050n, debit: 0n }],
      },
      line: 4,
      balanced: 'unknown',
      entries: [
        {
          entryId: 'BANK-1',
          amount: { minor: 12050n, currency: 'EUR' },
          direction: 'credit',
          reversal: false,
          status: 'BOOK',
          bookingDay: '2026-03-02',
          valueDay: '2026-03-01',
          charges: [],
          detailCount: 1,
          line: 5,
          transactions: [
            {
              transactionId: 'TX-1',
              identifiedBy: 'bank-reference',
              bankReference: 'TX-1',
              amount: { minor: 12050n, currency: 'EUR' },
              direction: 'credit',
              endToEndId: 'E2E-1',
              otherIds: ['T-1'],
              structuredReferences: ['RF18539007547034'],
              unstructured: ['electricity', 'March & April', 'thank you'],
              debtorName: 'Maria Peeters',
              ultimateDebtorName: 'Peeters & Co',
              debtorIban: 'BE71096123456769',
              charges: [],
            },
          ],
        },
      ],
    })
  })

  it.each([
    ['02', '<Sts>BOOK</Sts>'],
    ['04', '<Sts>BOOK</Sts>'],
    ['08', '<Sts><Cd>BOOK</Cd></Sts>'],
    ['13', '<Sts><Prtry>BOOK</Prtry></Sts>'],
    ['08', ''],
  ])('of version %s with the status written %s counts as booked', (version, status) => {
    expect(onlyEntry(camtFile(entryXml({ status }), { version })).status).toBe('BOOK')
  })

  it('keeps a pending entry apart from booked ones', () => {
    expect(onlyEntry(camtFile(entryXml({ status: '<Sts><Cd>PDNG</Cd></Sts>' }))).status).toBe(
      'PDNG',
    )
  })

  it('takes the name of a debtor from versions without a party element', () => {
    const details = detailXml('120.50', '<RltdPties><Dbtr><Nm>Jan Maes</Nm></Dbtr></RltdPties>')
    const entry = onlyEntry(camtFile(entryXml({ details }), { version: '02' }))
    expect(entry.transactions[0]?.debtorName).toBe('Jan Maes')
  })

  it('takes the day of an instant as the bank wrote it', () => {
    const more = '<BookgDt><DtTm>2026-03-01T23:30:00-05:00</DtTm></BookgDt>'
    const xml = entryXml({ more }).replace('<BookgDt><Dt>2026-03-02</Dt></BookgDt>', '')
    expect(onlyEntry(camtFile(xml)).bookingDay).toBe('2026-03-01')
  })

  it('gives one transaction with the text of the entry when there are no details', () => {
    const more = '<AddtlNtryInf>TRANSFER RF18 5390 0754 7034</AddtlNtryInf>'
    const entry = onlyEntry(camtFile(entryXml({ more })))
    expect(entry.detailCount).toBe(0)
    expect(entry.transactions).toMatchObject([
      { transactionId: 'BANK-1', unstructured: ['TRANSFER RF18 5390 0754 7034'] },
    ])
  })

  it('reads a return with its reason and a reversal with its flag', () => {
    const details = detailXml('120.50', '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>')
    const xml = entryXml({ sign: 'DBIT', more: '<RvslInd>true</RvslInd>', details })
    const entry = onlyEntry(camtFile(xml))
    expect(entry).toMatchObject({ reversal: true, direction: 'debit' })
    expect(entry.transactions[0]).toMatchObject({ returnReason: 'AC04', direction: 'debit' })
  })

  it.each(['NOTPROVIDED', 'NONREF', '0000', 'n/a'])('takes %s for no end-to-end id', (word) => {
    const details = detailXml('120.50', '', `<EndToEndId>${word}</EndToEndId>`)
    expect(onlyEntry(camtFile(entryXml({ details }))).transactions[0]?.endToEndId).toBeUndefined()
  })

  it('keeps an account that has no IBAN', () => {
    const account = '<Acct><Id><Othr><Id>0961234567</Id></Othr></Id></Acct>'
    expect(onlyStatement(camtFile('', { account })).account).toEqual({ other: '0961234567' })
  })

  it('knows its page', () => {
    const head = '<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>'
    expect(onlyStatement(camtFile('', { head })).page).toEqual({ number: '2', isLast: false })
  })
})

describe('a camt.054 notification', () => {
  it('is read like a statement', () => {
    const statement = onlyStatement(camtFile(entryXml(), { kind: '054', version: '10' }))
    expect(statement).toMatchObject({ kind: '054', version: '10', balanced: 'unknown' })
    expect(statement.entries).toHaveLength(1)
  })

  it('without a status only informs, because it may announce what is not booked', () => {
    expect(onlyEntry(camtFile(entryXml({ status: '' }), { kind: '054' })).status).toBe('INFO')
  })
})

describe('tolerance', () => {
  it('reads several statements of a file, each with its own entries', () => {
    const file = camtFile(entryXml())
    const second = file.slice(file.indexOf('<Stmt>'), file.indexOf('</Stmt>') + 7)
    const both = file.replace('</Stmt>', `</Stmt>${second.replace('STATEMENT-1', 'STATEMENT-2')}`)
    const result = parseCamt(both)
    expect(result).toMatchObject({
      ok: true,
      value: [
        { statementId: 'STATEMENT-1', entries: [{ entryId: 'BANK-1' }] },
        { statementId: 'STATEMENT-2', entries: [{ entryId: 'BANK-1' }] },
      ],
    })
  })

  it('reads a document in an envelope, with prefixes, a byte order mark and comments', () => {
    const [declaration = '', ...lines] = camtFile(entryXml()).split('\n')
    const body = lines
      .join('\n')
      .replace('xmlns=', 'xmlns:c=')
      .replace(/<(\/?)([A-Z])/g, '<$1c:$2')
    const envelope = `<message xmlns="urn:bank"><AppHdr><GrpHdr/></AppHdr>${body}</message>`
    const file = `\uFEFF${declaration}<!-- of the day --><?bank note?>${envelope}`
    expect(onlyEntry(file).amount.minor).toBe(12050n)
  })

  it('skips supplementary data, even when it looks like entries', () => {
    const extension =
      '<SplmtryData><Envlp><x:Ntry xmlns:x="urn:bank"/><Ntry/></Envlp></SplmtryData>'
    expect(onlyStatement(camtFile(entryXml() + extension)).entries).toHaveLength(1)
  })

  it('skips elements of another namespace between its own', () => {
    const foreign = '<b:Amt xmlns:b="urn:bank" Ccy="EUR">999.00</b:Amt>'
    const xml = entryXml().replace('<Ntry>', `<Ntry>${foreign}`)
    expect(onlyEntry(camtFile(xml)).amount.minor).toBe(12050n)
  })

  it('does not mind another order of elements', () => {
    const details = `<NtryDtls>${payment}</NtryDtls>`
    const xml = entryXml().replace('<Ntry>', `<Ntry>${details}`)
    expect(onlyEntry(camtFile(xml)).transactions[0]?.endToEndId).toBe('E2E-1')
  })

  it('gives the same result for a file in chunks of any size', () => {
    const file = camtFile(entryXml({ details: payment }), { head: balanceXml('OPBD', '0') })
    const whole = parseCamt(file)
    for (const size of [1, 2, 7, 64]) {
      const read = collectEntries((take) => {
        const parser = createCamtParser(take)
        for (let at = 0; at < file.length; at += size) parser.write(file.slice(at, at + size))
        return parser.end()
      })
      expect(read).toEqual(whole)
    }
  })
})

describe('the document', () => {
  it.each([
    ['urn:iso:std:iso:20022:tech:xsd:camt.053.001.02', 'accepted'],
    ['urn:iso:std:iso:20022:tech:xsd:camt.053.001.13', 'accepted'],
    ['urn:iso:std:iso:20022:tech:xsd:camt.053.001.01', 'statement-version in line 2'],
    ['urn:iso:std:iso:20022:tech:xsd:camt.053.001.14', 'statement-version in line 2'],
    ['ISO:camt.053.001.02:APC:STUZZA:payments:003', 'accepted'],
    ['urn:iso:std:iso:20022:tech:xsd:pain.001.001.09', 'statement-namespace in line 2'],
    ['urn:iso:std:iso:20022:tech:xsd:camt.053.001.08.evil', 'statement-namespace in line 2'],
    ['', 'statement-namespace in line 2'],
  ])('of namespace "%s" is %s', (namespace, outcome) => {
    expect(refusalOf(camtFile(entryXml(), { namespace }))).toBe(outcome)
  })

  it('is refused when the file holds none', () => {
    expect(refusalOf('<html/>')).toBe('statement-namespace in line 1')
  })

  it('is refused when it holds no statement', () => {
    const file = camtFile('').replace(/<Stmt>[\s\S]*<\/Stmt>/, '')
    expect(refusalOf(file)).toBe('statement-empty in line 2')
  })

  it('is refused when a statement has no id or no account', () => {
    const withoutId = camtFile('').replace('<Id>STATEMENT-1</Id>', '')
    expect(refusalOf(withoutId)).toBe('statement-structure in line 4')
    expect(refusalOf(camtFile('', { account: '' }))).toBe('statement-account in line 4')
  })

  it('is refused when an entry stands where none may stand', () => {
    const nested = entryXml({ more: entryXml() })
    expect(refusalOf(camtFile(nested))).toBe('statement-structure in line 5')
    expect(refusalOf(camtFile('<TxDtls/>'))).toBe('statement-structure in line 5')
  })

  it('is refused when an entry is of another namespace: it would be lost', () => {
    const file = camtFile(entryXml().replace('<Ntry>', '<Ntry xmlns="">'))
    expect(refusalOf(file)).toBe('statement-structure in line 5')
  })

  it('of one kind does not hold the message of the other', () => {
    const file = camtFile(entryXml()).replaceAll('Stmt>', 'Ntfctn>')
    expect(refusalOf(file)).not.toBe('accepted')
  })
})
