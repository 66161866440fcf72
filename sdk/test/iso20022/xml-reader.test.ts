import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  activationOfRequest,
  readCancellationAnswer,
  readPaymentActivation,
  readStatusReport,
  writePaymentActivation,
} from '../../src/iso20022/index.ts'
import { DEBTOR, must, REQUEST } from './iso-fixtures.ts'

const good = must(
  writePaymentActivation(
    activationOfRequest(REQUEST, { messageId: 'RTP-1', createdAt: 1, debtor: DEBTOR }),
  ),
)
const code = (xml: string) => {
  const read = readPaymentActivation(xml)
  return read.ok ? 'read' : `${read.error.code} ${read.error.at}`.trim()
}
const swap = (from: string | RegExp, to: string) => {
  const changed = good.replace(from, to)
  expect(changed).not.toBe(good)
  return code(changed)
}
const AMOUNT = 'PmtInf/CdtTrfTx/Amt/InstdAmt'

describe('[ISO-10] the reader', () => {
  it('reads prefixes, other declarations, comments and what it does not know', () => {
    expect(code(good)).toBe('read')
    const prefixed = good.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1x:').replace('xmlns=', 'xmlns:x=')
    expect(code(prefixed)).toBe('read')
    expect(swap(/<\?xml[^>]*\?>\n/, '')).toBe('read')
    expect(swap('<GrpHdr>', '<!-- & --><New>1</New><GrpHdr>')).toBe('read')
    expect(swap('RTP-1', '<![CDATA[RTP-1]]>')).toBe('read')
  })

  it.each([
    ['a document type', /<\?xml[^>]*\?>/, '<!DOCTYPE Document>', 'iso-doctype'],
    ['an entity', 'RTP-1', '&lol;', 'iso-xml GrpHdr/MsgId'],
    ['an entity of JavaScript', 'RTP-1', '&constructor;', 'iso-xml GrpHdr/MsgId'],
    ['a missing end', '</Document>', '', 'iso-xml'],
    ['another message', 'pain.013.001.07', 'pain.014.001.07', 'iso-message'],
    ['a namespace that only begins so', 'pain.013.001.07', 'pain.013.001.071', 'iso-message'],
    ['another root', /CdtrPmtActvtnReq>/g, 'CdtrPmtActvtnReqs>', 'iso-message'],
    ['a missing id', /<MsgId>.*<\/MsgId>/, '', 'iso-element GrpHdr/MsgId'],
    ['an empty id', /<MsgId>.*<\/MsgId>/, '<MsgId> </MsgId>', 'iso-element GrpHdr/MsgId'],
    ['two ids', '<MsgId>', '<MsgId>1</MsgId><MsgId>', 'iso-element GrpHdr/MsgId'],
    ['no time', /<CreDtTm>.*</, '<CreDtTm>today<', 'iso-instant GrpHdr/CreDtTm'],
    [
      'a time that is none',
      /<CreDtTm>.*</,
      '<CreDtTm>2026-02-30T00:00:00Z<',
      'iso-instant GrpHdr/CreDtTm',
    ],
    ['another count', '<NbOfTxs>1', '<NbOfTxs>2', 'iso-count GrpHdr/NbOfTxs'],
    ['a day that is none', '2026-03-20', '2026-02-30', 'iso-day PmtInf/ReqdExctnDt/Dt'],
    ['a finer amount', /240\.01</, '240.011<', `iso-amount ${AMOUNT}`],
    ['an exponent', /240\.01</, '2e2<', `iso-amount ${AMOUNT}`],
    ['less than nothing', /240\.01</, '-240.01<', `iso-amount ${AMOUNT}`],
    ['a huge amount', /240\.01</, `${'9'.repeat(18)}.00<`, `iso-amount ${AMOUNT}`],
    ['no currency', ' Ccy="EUR"', '', `iso-currency ${AMOUNT}`],
    ['an unknown currency', 'Ccy="EUR"', 'Ccy="XXX"', `iso-currency ${AMOUNT}`],
    [
      'no truth',
      '<AmtModAllwd>false',
      '<AmtModAllwd>maybe',
      'iso-element PmtInf/CdtTrfTx/PmtCond/AmtModAllwd',
    ],
    ['no payment', /<PmtInf>[\s\S]*<\/PmtInf>/, '', 'iso-element PmtInf'],
  ] as const)('refuses %s', (_what, from, to, expected) => {
    // The control sum goes first: only the amount of the transaction is in question.
    expect(good.replace(/<CtrlSum>.*<\/CtrlSum>/, '')).toContain('<CdtTrfTx>')
    const control = typeof from === 'string' ? from : new RegExp(from.source, from.flags)
    expect(code(good.replace(/\s*<CtrlSum>.*<\/CtrlSum>/, '').replace(control, to))).toBe(expected)
  })

  it('refuses what is too deep, too long or too much', () => {
    expect(swap('<GrpHdr>', `${'<A>'.repeat(40)}${'</A>'.repeat(40)}<GrpHdr>`)).toMatch(/^iso-size/)
    expect(swap('RTP-1', 'x'.repeat(200_000))).toBe('iso-size GrpHdr/MsgId')
    expect(swap('<GrpHdr>', `${'<A/>'.repeat(200_001)}<GrpHdr>`)).toMatch(/^iso-size/)
    expect(code(good + ' '.repeat(4 << 20))).toBe('iso-size')
  })

  it('takes a time without its offset for no instant', () => {
    const read = must(readPaymentActivation(good.replace(/(<CreDtTm>.*)Z</, '$1<')))
    expect(read.createdAt).toBeNull()
    const offset = must(readPaymentActivation(good.replace(/(<CreDtTm>.*)Z</, '$1.5-01:00<')))
    expect(offset.createdAt).toBe(3_601)
  })

  it('reads as many digits as there are', () => {
    const read = (text: string) => {
      const { payments } = must(readPaymentActivation(good.replace(/240\.01</g, `${text}<`)))
      return payments[0]?.amount.minor
    }
    expect(read('240')).toBe(24_000n)
    expect(read('240.1')).toBe(24_010n)
    expect(read('+0240.0100')).toBe(24_001n)
  })

  it('never throws, whatever it is given', () => {
    const cut = fc.record({ at: fc.nat(good.length), length: fc.nat(40), text: fc.string() })
    fc.assert(
      fc.property(fc.oneof(fc.string(), cut), (input) => {
        const xml =
          typeof input === 'string'
            ? input
            : good.slice(0, input.at) + input.text + good.slice(input.at + input.length)
        for (const read of [readPaymentActivation, readStatusReport, readCancellationAnswer]) {
          const result = read(xml)
          if (!result.ok) expect(result.error.code).toMatch(/^iso-/)
        }
      }),
      { numRuns: 500 },
    )
  })
})
