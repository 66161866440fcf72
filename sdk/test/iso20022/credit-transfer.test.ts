import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CreditTransfer,
  type CreditTransferMessage,
  type CreditTransferPayment,
  writeCreditTransfer,
} from '../../src/iso20022/index.ts'
import { formatDecimal } from '../../src/protocol/index.ts'

const transfer: CreditTransfer = {
  endToEndId: '01JD3Z5T7V9X1B3D5F7H9K1M3P-1',
  amount: { minor: 12_050n, currency: 'EUR' },
  creditor: { name: 'Zoë & Söhne', account: { iban: 'NL91ABNA0417164300', bic: 'ABNANL2A' } },
  remittance: { reference: 'RF18539007547034' },
}
const payment: CreditTransferPayment = {
  paymentInformationId: 'REFUNDS-1-1',
  executionDay: '2026-11-23',
  debtor: { name: 'Stadsenergie', account: { iban: 'BE68539007547034' } },
  transactions: [transfer],
}
const message: CreditTransferMessage = {
  messageId: 'REFUNDS-1',
  createdAt: 1_795_000_000,
  initiatingParty: { name: 'Stadsenergie' },
  payments: [payment],
}

const withTransfer = (change: Partial<CreditTransfer>): CreditTransferMessage => ({
  ...message,
  payments: [{ ...payment, transactions: [{ ...transfer, ...change }] }],
})
const withPayment = (change: Partial<CreditTransferPayment>): CreditTransferMessage => ({
  ...message,
  payments: [{ ...payment, ...change }],
})
const written = (...of: Parameters<typeof writeCreditTransfer>) => {
  const file = writeCreditTransfer(...of)
  if (!file.ok) throw new Error(JSON.stringify(file.error))
  return file.value
}

describe('a credit transfer', () => {
  it('is written element by element in the order of the schema', () => {
    expect(written(message)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>REFUNDS-1</MsgId>
      <CreDtTm>2026-11-18T11:06:40Z</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>120.50</CtrlSum>
      <InitgPty>
        <Nm>Stadsenergie</Nm>
      </InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>REFUNDS-1-1</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>120.50</CtrlSum>
      <PmtTpInf>
        <SvcLvl>
          <Cd>SEPA</Cd>
        </SvcLvl>
      </PmtTpInf>
      <ReqdExctnDt>
        <Dt>2026-11-23</Dt>
      </ReqdExctnDt>
      <Dbtr>
        <Nm>Stadsenergie</Nm>
      </Dbtr>
      <DbtrAcct>
        <Id>
          <IBAN>BE68539007547034</IBAN>
        </Id>
      </DbtrAcct>
      <DbtrAgt>
        <FinInstnId>
          <Othr>
            <Id>NOTPROVIDED</Id>
          </Othr>
        </FinInstnId>
      </DbtrAgt>
      <ChrgBr>SLEV</ChrgBr>
      <CdtTrfTxInf>
        <PmtId>
          <EndToEndId>01JD3Z5T7V9X1B3D5F7H9K1M3P-1</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="EUR">120.50</InstdAmt>
        </Amt>
        <CdtrAgt>
          <FinInstnId>
            <BICFI>ABNANL2A</BICFI>
          </FinInstnId>
        </CdtrAgt>
        <Cdtr>
          <Nm>Zoe + Sohne</Nm>
        </Cdtr>
        <CdtrAcct>
          <Id>
            <IBAN>NL91ABNA0417164300</IBAN>
          </Id>
        </CdtrAcct>
        <RmtInf>
          <Strd>
            <CdtrRefInf>
              <Tp>
                <CdOrPrtry>
                  <Cd>SCOR</Cd>
                </CdOrPrtry>
              </Tp>
              <Ref>RF18539007547034</Ref>
            </CdtrRefInf>
          </Strd>
        </RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
`)
  })

  it('names banks and days as the former version does, when asked', () => {
    const former = written(message, { version: '001.001.03' })
    expect(former).toContain('xsd:pain.001.001.03"')
    expect(former).toContain('<BIC>ABNANL2A</BIC>')
    expect(former).toContain('<ReqdExctnDt>2026-11-23</ReqdExctnDt>')
    expect(former).not.toContain('BICFI')
  })

  it('keeps every letter for a bank that takes them, escaped', () => {
    const text = 'Terugbetaling <Zoë> & "co"'
    const file = written(withTransfer({ remittance: { text } }), { characters: 'unicode' })
    expect(file).toContain('<Nm>Zoë &amp; Söhne</Nm>')
    expect(file).toContain('<Ustrd>Terugbetaling &lt;Zoë&gt; &amp; &quot;co&quot;</Ustrd>')
  })

  it('says more when it is given more', () => {
    const file = written({
      ...message,
      initiatingParty: {
        name: 'Stadsenergie',
        organisation: { id: '0403170701', issuer: 'KBO-BCE' },
      },
      payments: [
        {
          ...payment,
          batchBooking: true,
          debtor: { name: 'S', account: { iban: 'BE68539007547034', bic: 'BBRUBEBB' } },
          transactions: [{ ...transfer, instructionId: 'I-1', purpose: 'REFU' }],
        },
      ],
    })
    const lines = file.replaceAll(/\s+/g, '')
    expect(lines).toContain('<Othr><Id>0403170701</Id><Issr>KBO-BCE</Issr></Othr>')
    expect(lines).toContain('<BtchBookg>true</BtchBookg><NbOfTxs>')
    expect(lines).toContain('<DbtrAgt><FinInstnId><BICFI>BBRUBEBB</BICFI>')
    expect(lines).toContain('<PmtId><InstrId>I-1</InstrId><EndToEndId>')
    expect(lines).toContain('</CdtrAcct><Purp><Cd>REFU</Cd></Purp><RmtInf>')
  })

  it('leaves out what a sum over two currencies cannot say', () => {
    const swiss = { ...transfer, endToEndId: 'F-1', amount: { minor: 100n, currency: 'CHF' } }
    const file = written({
      ...message,
      payments: [payment, { ...payment, paymentInformationId: 'P-2', transactions: [swiss] }],
    })
    expect(file.match(/<NbOfTxs>2</g)).toHaveLength(1)
    expect(file.match(/<CtrlSum>[^<]+/g)).toEqual(['<CtrlSum>120.50', '<CtrlSum>1.00'])
    expect(file.match(/<Cd>SEPA</g)).toHaveLength(1)
  })

  it('[ISO-01] counts and sums exactly, whatever it holds', () => {
    const minors = fc.array(fc.array(fc.bigInt(1n, 99_999_999_999n), { minLength: 1 }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(minors, (groups) => {
        const payments = groups.map((group, at) => ({
          ...payment,
          paymentInformationId: `P-${at}`,
          transactions: group.map((minor, line) => ({
            ...transfer,
            endToEndId: `E-${at}-${line}`,
            amount: { minor, currency: 'EUR' },
          })),
        }))
        const file = written({ ...message, payments })
        const sums = [groups.flat(), ...groups].map((of) => of.reduce((sum, one) => sum + one, 0n))
        expect([...file.matchAll(/<CtrlSum>([^<]+)/g)].map(([, text]) => text)).toEqual(
          sums.map((minor) => formatDecimal({ minor, currency: 'EUR' })),
        )
        expect([...file.matchAll(/<NbOfTxs>([^<]+)/g)].map(([, text]) => Number(text))).toEqual(
          [groups.flat(), ...groups].map(({ length }) => length),
        )
      }),
    )
  })
})

const EMPTY: readonly CreditTransfer[] = []
const REFUSED: readonly [string, CreditTransferMessage, string, string][] = [
  ['a long message id', { ...message, messageId: 'M'.repeat(36) }, 'iso-identifier', 'messageId'],
  ['an empty message id', { ...message, messageId: '' }, 'iso-identifier', 'messageId'],
  [
    'an underscore in an id',
    withTransfer({ endToEndId: 'pr_1' }),
    'iso-identifier',
    'payments/0/transactions/0/endToEndId',
  ],
  [
    'two slashes in an id',
    withTransfer({ endToEndId: 'A//B' }),
    'iso-identifier',
    'payments/0/transactions/0/endToEndId',
  ],
  ['a half second', { ...message, createdAt: 0.5 }, 'iso-instant', 'createdAt'],
  [
    'a day that is none',
    withPayment({ executionDay: '2026-02-30' }),
    'iso-day',
    'payments/0/executionDay',
  ],
  [
    'a long name',
    withTransfer({ creditor: { ...transfer.creditor, name: 'n'.repeat(71) } }),
    'iso-length',
    'payments/0/transactions/0/creditor/name',
  ],
  [
    'a name that grows too long',
    withTransfer({ creditor: { ...transfer.creditor, name: 'Θ'.repeat(36) } }),
    'iso-length',
    'payments/0/transactions/0/creditor/name',
  ],
  [
    'a name that no bank can read',
    withTransfer({ creditor: { ...transfer.creditor, name: '株式会社' } }),
    'iso-characters',
    'payments/0/transactions/0/creditor/name',
  ],
  [
    'a control character',
    withTransfer({ remittance: { text: 'a\u0007b' } }),
    'iso-characters',
    'payments/0/transactions/0/remittance/text',
  ],
  [
    'a line feed',
    withTransfer({ remittance: { text: 'a\nb' } }),
    'iso-characters',
    'payments/0/transactions/0/remittance/text',
  ],
  [
    'a long text',
    withTransfer({ remittance: { text: 't'.repeat(141) } }),
    'iso-length',
    'payments/0/transactions/0/remittance/text',
  ],
  [
    'a wrong reference',
    withTransfer({ remittance: { reference: 'RF19539007547034' } }),
    'iso-reference',
    'payments/0/transactions/0/remittance/reference',
  ],
  [
    'wrong check digits',
    withTransfer({ creditor: { name: 'A', account: { iban: 'NL92ABNA0417164300' } } }),
    'iso-account',
    'payments/0/transactions/0/creditor/account/iban',
  ],
  [
    'a printed IBAN',
    withTransfer({ creditor: { name: 'A', account: { iban: 'NL91 ABNA 0417 1643 00' } } }),
    'iso-account',
    'payments/0/transactions/0/creditor/account/iban',
  ],
  [
    'a wrong BIC',
    withTransfer({ creditor: { name: 'A', account: { iban: 'NL91ABNA0417164300', bic: 'ABNA' } } }),
    'iso-agent',
    'payments/0/transactions/0/creditor/account/bic',
  ],
  ['nothing', withTransfer({ amount: { minor: 0n, currency: 'EUR' } }), 'iso-amount', 'payments'],
  [
    'less than nothing beside more',
    withPayment({
      transactions: [
        transfer,
        { ...transfer, endToEndId: 'E', amount: { minor: -1n, currency: 'EUR' } },
      ],
    }),
    'iso-amount',
    'payments/0/transactions/1/amount',
  ],
  [
    'more than SEPA moves',
    withTransfer({ amount: { minor: 100_000_000_000n, currency: 'EUR' } }),
    'iso-amount',
    'payments/0/transactions/0/amount',
  ],
  [
    'an unknown currency',
    withTransfer({ amount: { minor: 1n, currency: 'XXX' } }),
    'iso-currency',
    'payments',
  ],
  [
    'two currencies in one payment',
    withPayment({
      transactions: [
        transfer,
        { ...transfer, endToEndId: 'E', amount: { minor: 1n, currency: 'CHF' } },
      ],
    }),
    'iso-currency',
    'payments/0',
  ],
  [
    'a purpose that is none',
    withTransfer({ purpose: 'refund' }),
    'iso-code',
    'payments/0/transactions/0/purpose',
  ],
  ['no payment', { ...message, payments: [] }, 'iso-count', 'payments'],
  ['a payment of nothing', withPayment({ transactions: EMPTY }), 'iso-count', 'payments'],
  [
    'the same transfer twice',
    withPayment({ transactions: [transfer, transfer] }),
    'iso-duplicate',
    'payments',
  ],
  [
    'the same payment twice',
    {
      ...message,
      payments: [payment, { ...payment, transactions: [{ ...transfer, endToEndId: 'E' }] }],
    },
    'iso-duplicate',
    'payments',
  ],
]

describe('[ISO-01] a credit transfer is refused for', () => {
  it.each(REFUSED)('%s', (_what, wrong, code, at) => {
    expect(writeCreditTransfer(wrong)).toEqual({ ok: false, error: { code, at } })
  })

  it('nothing when nothing is wrong', () => {
    expect(writeCreditTransfer(message).ok).toBe(true)
  })
})
