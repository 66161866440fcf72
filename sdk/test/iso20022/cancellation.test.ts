import { describe, expect, it } from 'vitest'
import {
  activationOfAgreement,
  type CancellationAnswer,
  type CancellationRequest,
  cancellationOf,
  cancellationStatusOf,
  cancelledAnswerOf,
  readCancellationAnswer,
  writeCancellationAnswer,
  writeCancellationRequest,
} from '../../src/iso20022/index.ts'
import { agreed, DEBTOR, must, THREE } from './iso-fixtures.ts'

const assignment = {
  id: 'CXL-1',
  assigner: { name: 'Stadsenergie' },
  assignee: { name: 'Bank' },
  createdAt: 1_772_600_000,
}
const activation = activationOfAgreement(await agreed(THREE), {
  ...{ messageId: 'PLAN-1', createdAt: 1_772_500_000, debtor: DEBTOR },
})
const request: CancellationRequest = cancellationOf(
  { reason: { code: 'PAID', text: 'by card' } },
  { activation, assignment },
)
const answer: CancellationAnswer = {
  assignment,
  confirmation: 'RJCR',
  payments: [
    {
      originalPaymentInformationId: 'P-1',
      originalEndToEndId: 'E-1',
      status: 'RJCR',
      reasons: [{ code: 'PATE', texts: ['too late'] }],
    },
    {
      originalPaymentInformationId: 'P-2',
      originalEndToEndId: 'E-2',
      status: 'ACCR',
      reasons: [],
    },
  ],
}

describe('[ISO-09] a cancellation', () => {
  it('takes back every payment that was asked for, element by element', () => {
    const file = must(writeCancellationRequest(request)).replaceAll(/\n */g, '')
    expect(file).toContain('xsd:camt.055.001.09"><CstmrPmtCxlReq><Assgnmt><Id>CXL-1</Id>')
    expect(file).toContain(
      '<Assgnr><Pty><Nm>Stadsenergie</Nm></Pty></Assgnr><Assgne><Pty><Nm>Bank</Nm></Pty></Assgne>' +
        '<CreDtTm>2026-03-04T04:53:20Z</CreDtTm></Assgnmt><Undrlyg><OrgnlPmtInfAndCxl>',
    )
    expect(file).toContain(
      '<OrgnlPmtInfId>01JD3Z5T7V9X1B3D5F7H9K1M3P-2</OrgnlPmtInfId>' +
        '<OrgnlGrpInf><OrgnlMsgId>PLAN-1</OrgnlMsgId><OrgnlMsgNmId>pain.013.001.07</OrgnlMsgNmId>' +
        '<OrgnlCreDtTm>2026-03-03T01:06:40Z</OrgnlCreDtTm></OrgnlGrpInf>' +
        '<TxInf><OrgnlEndToEndId>01JD3Z5T7V9X1B3D5F7H9K1M3P-2</OrgnlEndToEndId>' +
        '<OrgnlInstdAmt Ccy="EUR">80.00</OrgnlInstdAmt>' +
        '<OrgnlReqdExctnDt><Dt>2026-04-30</Dt></OrgnlReqdExctnDt>' +
        '<CxlRsnInf><Rsn><Cd>PAID</Cd></Rsn><AddtlInf>by card</AddtlInf></CxlRsnInf></TxInf>',
    )
    expect(file.match(/<OrgnlPmtInfAndCxl>/g)).toHaveLength(3)
  })

  it('keeps a reason that is no code of ISO 20022', () => {
    const { reason } = cancellationOf(
      { reason: { code: 'issued-twice' } },
      { activation, assignment },
    )
    const file = must(writeCancellationRequest({ ...request, reason }))
    expect(file).toContain('<Prtry>issued-twice</Prtry>')
  })

  it('of nothing is refused', () => {
    expect(writeCancellationRequest({ ...request, payments: [] })).toEqual({
      ok: false,
      error: { code: 'iso-count', at: 'payments' },
    })
  })
})

describe('[ISO-09] the answer to a cancellation', () => {
  it('is the same facts again', () => {
    expect(must(readCancellationAnswer(must(writeCancellationAnswer(answer))))).toEqual(answer)
  })

  it('is refused without what it answers', () => {
    const { confirmation: _, ...silent } = answer
    expect(writeCancellationAnswer(silent)).toEqual({
      ok: false,
      error: { code: 'iso-element', at: 'confirmation' },
    })
    expect(writeCancellationAnswer({ ...answer, payments: [] })).toEqual({
      ok: false,
      error: { code: 'iso-count', at: 'payments' },
    })
  })

  it('is read for the whole when it names no transaction', () => {
    const file = must(writeCancellationAnswer({ ...answer, confirmation: 'PDCR' }))
    const whole = file.replaceAll(/<TxInfAndSts>[\s\S]*?<\/TxInfAndSts>/g, '')
    const { confirmation, payments } = must(readCancellationAnswer(whole))
    expect(payments[0]).toEqual({ originalPaymentInformationId: 'P-1', reasons: [] })
    expect(payments.map((one) => cancelledAnswerOf(one, confirmation))).toEqual([
      { status: 'pending' },
      { status: 'pending' },
    ])
  })

  it('is read for the whole message, for a transaction alone, and from banks', () => {
    const bank = { ...answer, assignment: { ...assignment, assigner: { bic: 'BBRUBEBB' } } }
    const file = must(writeCancellationAnswer(bank))
    expect(must(readCancellationAnswer(file)).assignment.assigner).toEqual({ bic: 'BBRUBEBB' })
    const groups = /<CxlDtls>[\s\S]*<\/CxlDtls>/
    const reason = '<CxlStsRsnInf><Rsn><Cd>AEXR</Cd></Rsn></CxlStsRsnInf>'
    const whole = `<OrgnlGrpInfAndSts><GrpCxlSts>RJCR</GrpCxlSts>${reason}</OrgnlGrpInfAndSts>`
    const read = (details: string) =>
      must(readCancellationAnswer(file.replace(groups, `<CxlDtls>${details}</CxlDtls>`))).payments
    const reasons = [{ code: 'AEXR', texts: [] }]
    expect(read(whole)).toEqual([{ status: 'RJCR', reasons }])
    const single =
      '<TxInfAndSts><OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts></TxInfAndSts>'
    const one = [{ originalEndToEndId: 'E-1', status: 'ACCR', reasons: [] }]
    expect(read(single)).toEqual(one)
    expect(read(whole + single)).toEqual(one)
    expect(read('')).toEqual([])
  })

  it.each([
    ['CNCL', [], { status: 'CNCL' }],
    ['ACCR', [], { status: 'CNCL' }],
    ['RJCR', ['ACLR'], { status: 'CNCL', reason: { code: 'ACLR' } }],
    ['RJCR', ['AEXR'], { status: 'CNCL', reason: { code: 'AEXR' } }],
    ['RJCR', ['ARFR'], { status: 'CNCL', reason: { code: 'ARFR' } }],
    ['RJCR', ['ARJR'], { status: 'CNCL', reason: { code: 'ARJR' } }],
    ['RJCR', ['URTP'], { status: 'CNCL', reason: { code: 'URTP' } }],
    ['RJCR', ['PATE'], { status: 'RJCR', reason: { code: 'PATE' } }],
    ['RJCR', ['RR04'], { status: 'RJCR', reason: { code: 'RR04' } }],
    ['RJCR', ['NEWC'], { status: 'RJCR', reason: { code: 'NEWC' } }],
    ['RJCR', [], { status: 'RJCR' }],
    ['PDCR', [], { status: 'pending' }],
  ] as const)('%s %j means what `cancelled` says', (status, codes, meaning) => {
    const reasons = codes.map((code) => ({ code, texts: [] }))
    expect(cancelledAnswerOf({ status, reasons }, undefined)).toEqual(meaning)
    expect(cancelledAnswerOf({ reasons }, status)).toEqual(meaning)
  })

  it.each([
    [{ status: 'CNCL' }, { status: 'CNCL' }],
    [
      { status: 'RJCR', reason: { code: 'PATE', text: 'on its way' } },
      { status: 'RJCR', reason: { code: 'PATE', text: 'on its way' } },
    ],
  ] as const)('%j comes back', (cancelled, meaning) => {
    const { confirmation, ...payment } = cancellationStatusOf(cancelled)
    expect(cancelledAnswerOf(payment, confirmation)).toEqual(meaning)
  })
})
