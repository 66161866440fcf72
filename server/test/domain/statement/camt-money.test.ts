import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signedMinor } from '../../../src/domain/statement/statement-balance.ts'
import {
  balanceXml,
  camtFile,
  detailXml,
  entryXml,
  onlyEntry,
  onlyStatement,
  refusalOf,
} from './camt-fixtures.ts'

const entryWith = (options: Parameters<typeof entryXml>[0]) => camtFile(entryXml(options))

describe('an amount', () => {
  it.each([
    ['100', 'EUR', 10000n],
    ['100.000', 'EUR', 10000n],
    ['100.5', 'EUR', 10050n],
    ['0100.50', 'EUR', 10050n],
    ['.5', 'EUR', 50n],
    ['5.', 'EUR', 500n],
    ['0', 'EUR', 0n],
    [' 7.10 ', 'EUR', 710n],
    ['2700', 'JPY', 2700n],
    ['2700.00', 'JPY', 2700n],
    ['1.234', 'KWD', 1234n],
    ['9999999999999999.99', 'EUR', 999999999999999999n],
  ])('"%s" of %s is %s minor units', (amount, currency, minor) => {
    expect(onlyEntry(entryWith({ amount, currency })).amount).toEqual({ minor, currency })
  })

  it.each([
    '-5.00',
    '+5.00',
    '5,00',
    '1.234,00',
    '1 000.00',
    '1e3',
    '0x10',
    '٥.٠٠',
    'NaN',
    '.',
    '',
    '100.001',
    '12345678901234567890',
    '99999999999999999.99',
    `1${'0'.repeat(5_000)}`,
  ])('"%s" of EUR is refused', (amount) => {
    expect(refusalOf(entryWith({ amount }))).toBe('statement-amount in line 5')
  })

  it('with a digit that its currency does not have is refused, not rounded', () => {
    expect(refusalOf(entryWith({ amount: '2700.5', currency: 'JPY' }))).toContain(
      'statement-amount',
    )
    expect(refusalOf(entryWith({ amount: '1.2345', currency: 'KWD' }))).toContain(
      'statement-amount',
    )
  })

  it.each(['', 'XXX', 'XAU', 'eur', 'EURO', 'DEM', 'constructor'])(
    'in the currency "%s" is refused',
    (currency) => {
      expect(refusalOf(entryWith({ currency }))).toBe('statement-currency in line 5')
    },
  )

  it('that is missing is refused', () => {
    const xml = entryXml().replace('<Amt Ccy="EUR">120.50</Amt>', '')
    expect(refusalOf(camtFile(xml))).toBe('statement-amount in line 5')
  })
})

describe('a sign', () => {
  it.each(['crdt', 'C', '', 'CRDT DBIT'])('"%s" is refused', (sign) => {
    expect(refusalOf(entryWith({ sign }))).toBe('statement-sign in line 5')
  })

  it('that is missing on an entry is refused', () => {
    const xml = entryXml().replace('<CdtDbtInd>CRDT</CdtDbtInd>', '')
    expect(refusalOf(camtFile(xml))).toBe('statement-sign in line 5')
  })

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('reversal "%s" is %s', (flag, reversal) => {
    expect(onlyEntry(entryWith({ more: `<RvslInd>${flag}</RvslInd>` })).reversal).toBe(reversal)
  })

  it('reversal "maybe" is refused', () => {
    const file = entryWith({ more: '<RvslInd>maybe</RvslInd>' })
    expect(refusalOf(file)).toBe('statement-sign in line 5')
  })
})

describe('a day', () => {
  it.each(['2026-02-30', '02.03.2026', '2026-3-2', '20260302', '1026-03-02'])(
    '"%s" is refused',
    (day) => {
      const file = camtFile(entryXml().replace('2026-03-02', day))
      expect(refusalOf(file)).toBe('statement-date in line 5')
    },
  )

  it.each(['2026-03-02+01:00', '2026-03-02Z', '2026-03-02T10:00:00.123+01:00'])(
    '"%s" is 2 March',
    (day) => {
      expect(onlyEntry(camtFile(entryXml().replace('2026-03-02', day))).bookingDay).toBe(
        '2026-03-02',
      )
    },
  )

  it('that is missing stays unknown', () => {
    const xml = entryXml().replace(/<BookgDt>.*<\/ValDt>/, '')
    expect(onlyEntry(camtFile(xml))).not.toHaveProperty('bookingDay')
  })
})

describe('a batch', () => {
  it('splits into its transactions, which inherit the sign of the entry', () => {
    const details = detailXml('100.00') + detailXml('20.50')
    const { transactions } = onlyEntry(entryWith({ details }))
    expect(transactions.map(signedMinor)).toEqual([10000n, 2050n])
  })

  it('may hold returns of the opposite sign', () => {
    const details =
      detailXml('130.50', '<CdtDbtInd>CRDT</CdtDbtInd>') +
      detailXml('10.00', '<CdtDbtInd>DBIT</CdtDbtInd>')
    const { transactions } = onlyEntry(entryWith({ details }))
    expect(transactions.map(signedMinor)).toEqual([13050n, -1000n])
  })

  it('may be spread over several detail blocks', () => {
    const details = `${detailXml('100.00')}</NtryDtls><NtryDtls>${detailXml('20.50')}`
    expect(onlyEntry(entryWith({ details })).transactions).toHaveLength(2)
  })

  it('reads amounts from the details of version 02', () => {
    const detail = (amount: string) =>
      `<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">${amount}</Amt></TxAmt></AmtDtls></TxDtls>`
    const entry = onlyEntry(entryWith({ details: detail('100') + detail('20.5') }))
    expect(entry.transactions.map(signedMinor)).toEqual([10000n, 2050n])
  })

  it('is refused when its transactions do not add up', () => {
    const file = (second: string) => entryWith({ details: detailXml('100.00') + detailXml(second) })
    expect(refusalOf(file('20.50'))).toBe('accepted')
    expect(refusalOf(file('20.51'))).toBe('statement-totals in line 5')
    expect(refusalOf(file('-20.50'))).toBe('statement-amount in line 5')
  })

  it('is refused when its only transaction has the opposite sign', () => {
    const details = detailXml('120.50', '<CdtDbtInd>DBIT</CdtDbtInd>')
    expect(refusalOf(entryWith({ details }))).toBe('statement-sign in line 5')
  })

  it('stays whole, with all references, when amounts are missing', () => {
    const detail = (reference: string) =>
      `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs><RmtInf><Strd><CdtrRefInf>
       <Ref>${reference}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>`
    const entry = onlyEntry(entryWith({ details: detail('A') + detail('B') }))
    expect(entry.detailCount).toBe(2)
    expect(entry.transactions).toHaveLength(1)
    expect(entry.transactions[0]).toMatchObject({
      amount: { minor: 12050n },
      structuredReferences: ['A', 'B'],
    })
    expect(entry.transactions[0]).not.toHaveProperty('endToEndId')
  })

  it('stays whole when its transactions are in another currency', () => {
    const foreign = detailXml('99.00').replace('EUR', 'CHF')
    const entry = onlyEntry(entryWith({ details: foreign + foreign }))
    expect(entry.transactions.map(({ amount }) => amount)).toEqual([
      { minor: 12050n, currency: 'EUR' },
    ])
  })

  it('takes the counter value of a transaction in another currency', () => {
    const detail = (amount: string) =>
      `<TxDtls><Amt Ccy="CHF">1.00</Amt><AmtDtls><CntrValAmt><Amt Ccy="EUR">${amount}</Amt>
       </CntrValAmt></AmtDtls></TxDtls>`
    const split = onlyEntry(entryWith({ details: detail('100.00') + detail('20.50') }))
    expect(split.transactions.map(signedMinor)).toEqual([10000n, 2050n])
    const whole = onlyEntry(entryWith({ details: detail('100.00') + detail('20.00') }))
    expect(whole.transactions.map(signedMinor)).toEqual([12050n])
  })

  it('takes the booked amount of a single payment that was instructed in another currency', () => {
    const details = detailXml('140.00').replace('EUR', 'USD')
    expect(onlyEntry(entryWith({ details })).transactions.map(signedMinor)).toEqual([12050n])
  })

  it('splits to the cent or not at all, whatever the amounts are', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 12n })
    const parts = fc.array(fc.tuple(cents, fc.boolean()), { minLength: 1, maxLength: 8 })
    const decimal = (minor: bigint) => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`
    fc.assert(
      fc.property(parts, fc.constantFrom(0n, 1n, -1n), (pieces, error) => {
        const total = pieces.reduce((sum, [minor, credit]) => sum + (credit ? minor : -minor), 0n)
        const booked = total + error
        const details = pieces.map(([minor, credit]) =>
          detailXml(decimal(minor), `<CdtDbtInd>${credit ? 'CRDT' : 'DBIT'}</CdtDbtInd>`),
        )
        const file = entryWith({
          amount: decimal(booked < 0n ? -booked : booked),
          sign: booked < 0n ? 'DBIT' : 'CRDT',
          details: details.join(''),
        })
        if (error !== 0n) {
          expect(refusalOf(file)).toMatch(/^statement-(totals|sign) in line 5$/)
          return
        }
        const entry = onlyEntry(file)
        const sum = entry.transactions.reduce((so, part) => so + signedMinor(part), 0n)
        expect(sum).toBe(booked)
      }),
      { numRuns: 200 },
    )
  })
})

describe('charges', () => {
  const charge = (amount: string, sign = '') =>
    `<Chrgs><Rcrd><Amt Ccy="EUR">${amount}</Amt>${sign}</Rcrd></Chrgs>`

  it('that the bank kept back explain why the entry is less than the payment', () => {
    const entry = onlyEntry(
      entryWith({ amount: '118.00', details: detailXml('120.50', charge('2.50')) }),
    )
    expect(entry.transactions[0]?.amount.minor).toBe(12050n)
    expect(entry.transactions[0]?.charges).toEqual([
      { amount: { minor: 250n, currency: 'EUR' }, direction: 'debit' },
    ])
  })

  it('may stand on the entry, or be outside of all amounts', () => {
    const onEntry = entryWith({
      amount: '118.00',
      more: charge('2.50'),
      details: detailXml('100.00') + detailXml('20.50'),
    })
    expect(onlyEntry(onEntry).charges).toHaveLength(1)
    expect(refusalOf(entryWith({ details: detailXml('120.50', charge('2.50')) }))).toBe('accepted')
  })

  it('explain only their own amount', () => {
    const file = entryWith({ amount: '118.01', details: detailXml('120.50', charge('2.50')) })
    expect(refusalOf(file)).toBe('statement-totals in line 5')
  })

  it('are read in the form of version 02 and as a bare total', () => {
    const forms = [
      '<Chrgs><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>',
      '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">2.5</TtlChrgsAndTaxAmt></Chrgs>',
    ]
    for (const more of forms) {
      expect(onlyEntry(entryWith({ more })).charges).toEqual([
        { amount: { minor: 250n, currency: 'EUR' }, direction: 'debit' },
      ])
    }
  })
})

describe('balances', () => {
  const statement = (head: string) =>
    onlyStatement(camtFile(entryXml() + entryXml({ amount: '20.50', sign: 'DBIT' }), { head }))

  it('add up to the cent', () => {
    const head = balanceXml('OPBD', '900.00') + balanceXml('CLBD', '1000.00')
    expect(statement(head)).toMatchObject({
      balanced: true,
      opening: { amount: { minor: 90000n }, direction: 'credit', day: '2026-03-02' },
      closing: { amount: { minor: 100000n } },
    })
    expect(statement(head.replace('1000.00', '1000.01')).balanced).toBe(false)
  })

  it('of an overdrawn account count as negative', () => {
    const head = balanceXml('OPBD', '50.00', 'DBIT') + balanceXml('CLBD', '50.00')
    expect(statement(head).balanced).toBe(true)
  })

  it('may open with the closing balance of the day before, and leave out the sign', () => {
    const head = balanceXml('PRCD', '900', '') + balanceXml('CLBD', '1000', '')
    expect(statement(head).balanced).toBe(true)
  })

  it('are unknown when one is missing or in another currency', () => {
    expect(statement(balanceXml('OPBD', '900.00')).balanced).toBe('unknown')
    const mixed = balanceXml('OPBD', '900.00', 'CRDT', 'CHF') + balanceXml('CLBD', '1000.00')
    expect(statement(mixed).balanced).toBe('unknown')
  })

  it('leave out entries that are not booked', () => {
    const head = balanceXml('OPBD', '0') + balanceXml('CLBD', '0')
    const pending = entryXml({ status: '<Sts><Cd>PDNG</Cd></Sts>' })
    expect(onlyStatement(camtFile(pending, { head })).balanced).toBe(true)
  })

  it('of one page of several do not prove a fault', () => {
    const page = '<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>'
    const head = balanceXml('OPBD', '900.00') + balanceXml('CLBD', '5000.00')
    expect(statement(page + head).balanced).toBe('unknown')
    expect(statement(head).balanced).toBe(false)
  })
})

describe('control totals', () => {
  const summary = (credit: string, debit = '20.50') =>
    `<TxsSummry><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>${credit}</Sum></TtlCdtNtries>
<TtlDbtNtries><Sum>${debit}</Sum></TtlDbtNtries></TxsSummry>`
  const file = (head: string) =>
    camtFile(entryXml() + entryXml({ amount: '20.50', sign: 'DBIT' }), { head })

  it('that agree are accepted with any number of zeros', () => {
    expect(refusalOf(file(summary('120.5000')))).toBe('accepted')
  })

  it('that differ are refused: entries were lost or changed', () => {
    expect(refusalOf(file(summary('120.51')))).toBe('statement-totals in line 4')
    expect(refusalOf(file(summary('120.50', '20')))).toBe('statement-totals in line 5')
    expect(refusalOf(file(summary('much')))).toBe('statement-totals in line 4')
  })

  it('of a page among several are not compared', () => {
    const page = '<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>'
    expect(refusalOf(file(page + summary('999.00')))).toBe('accepted')
  })
})
