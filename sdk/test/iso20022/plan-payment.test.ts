import { describe, expect, it } from 'vitest'
import {
  creditTransferOfAgreement,
  creditTransferOfInstruction,
  writeCreditTransfer,
} from '../../src/iso20022/index.ts'
import { agreed, CREDITOR, DEBTOR, must, REFERENCE, THREE } from './iso-fixtures.ts'

const facts = { messageId: 'PLAN-1', createdAt: 1_772_500_000, debtor: DEBTOR }
const tags = (file: string, tag: string) =>
  [...file.matchAll(new RegExp(`<${tag}[^>]*>([^<]+)`, 'g'))].map(([, text]) => text)

describe('[ISO-06] a plan as pain.001', () => {
  it('pays every line on its day, with its amount and its name', async () => {
    const agreement = await agreed(THREE)
    const file = must(writeCreditTransfer(creditTransferOfAgreement(agreement, facts)))
    expect(tags(file, 'Dt')).toEqual(['2026-03-31', '2026-04-30', '2026-05-31'])
    expect(tags(file, 'InstdAmt')).toEqual(['80.01', '80.00', '80.00'])
    expect(tags(file, 'EndToEndId')).toEqual(agreement.lines.map(({ endToEndId }) => endToEndId))
    expect(tags(file, 'Ref')).toEqual([REFERENCE, REFERENCE, REFERENCE])
    expect(tags(file, 'CtrlSum')[0]).toBe('240.01')
    expect(tags(file, 'IBAN')).toContain(CREDITOR.account.iban)
  })

  it('leaves out the lines that were paid', async () => {
    const message = creditTransferOfAgreement(await agreed(THREE), { ...facts, lines: [3] })
    expect(tags(must(writeCreditTransfer(message)), 'Dt')).toEqual(['2026-05-31'])
  })

  it('of no line is refused', async () => {
    const message = creditTransferOfAgreement(await agreed(THREE), { ...facts, lines: [] })
    const refused = { ok: false, error: { code: 'iso-count', at: 'payments' } }
    expect(writeCreditTransfer(message)).toEqual(refused)
  })
})

describe('an instruction of the bank kit as pain.001', () => {
  it('is one payment under the name that it is given', () => {
    const payment = creditTransferOfInstruction(
      {
        endToEndId: 'E-1',
        debtorAccount: { iban: DEBTOR.account.iban, name: DEBTOR.name },
        creditor: { name: CREDITOR.name, ...CREDITOR.account },
        amount: { minor: 8_001n, currency: 'EUR' },
        remittance: { scheme: 'SCOR', reference: REFERENCE },
        executionDay: '2026-03-31',
      },
      'PAY-1',
    )
    const file = must(
      writeCreditTransfer({
        ...{ messageId: 'M-1', createdAt: 1, initiatingParty: { name: 'Bank' } },
        payments: [payment],
      }),
    )
    expect(tags(file, 'PmtInfId')).toEqual(['PAY-1'])
    expect(tags(file, 'InstrId')).toEqual(['PAY-1'])
    expect(tags(file, 'BICFI')).toEqual([CREDITOR.account.bic])
    expect(tags(file, 'Nm')).toEqual(['Bank', DEBTOR.name, CREDITOR.name])
  })
})
