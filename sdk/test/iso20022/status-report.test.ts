import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  debtorAnswerOf,
  isoReasonOf,
  readStatusReport,
  refusalOfIsoReason,
  refuserOf,
  type StatusReport,
  statusOfAgreement,
  statusOfMessage,
  type TransactionStatus,
  writeStatusReport,
} from '../../src/iso20022/index.ts'
import type { CommonClaims } from '../../src/protocol/generated/messages.ts'
import { agreed, must, REQUEST, SINGLE, THREE } from './iso-fixtures.ts'

const report: StatusReport = {
  messageId: 'STS-1',
  createdAt: 1_772_500_000,
  initiatingParty: { name: 'Bank' },
  originalMessageId: 'RTP-1',
  originalMessageName: 'pain.013.001.07',
  reasons: [],
  payments: [
    {
      originalPaymentInformationId: 'pr-1',
      reasons: [],
      transactions: [{ originalEndToEndId: '1-1', status: 'ACCP', reasons: [] }],
    },
  ],
}
const withTransaction = (transaction: TransactionStatus): StatusReport => ({
  ...report,
  payments: [{ originalPaymentInformationId: 'pr-1', reasons: [], transactions: [transaction] }],
})

const id = fc.stringMatching(/^[A-Za-z0-9]{1,35}$/)
const code = fc.stringMatching(/^[A-Z0-9]{4}$/)
const text = fc.stringMatching(/^[A-Za-z0-9]{1,105}$/)
const seconds = fc.integer({ min: 0, max: 4_000_000_000 })
const reason = fc.record(
  {
    code,
    texts: fc.array(text, { maxLength: 3 }),
    originator: fc.stringMatching(/^[A-Za-z]{1,70}$/),
  },
  { requiredKeys: ['texts'] },
)
const transaction: fc.Arbitrary<TransactionStatus> = fc.record(
  {
    originalInstructionId: id,
    originalEndToEndId: id,
    status: code,
    reasons: fc.array(reason, { maxLength: 3 }),
    conditions: fc.record(
      {
        acceptedAmount: fc.record({
          minor: fc.bigInt(1n, 99_999_999_999n),
          currency: fc.constantFrom('EUR', 'JPY', 'TND'),
        }),
        guaranteedPayment: fc.boolean(),
        earlyPayment: fc.boolean(),
      },
      { requiredKeys: ['guaranteedPayment', 'earlyPayment'] },
    ),
    decidedAt: seconds,
    acceptedAt: seconds,
  },
  { requiredKeys: ['reasons'] },
)

describe('a status report', () => {
  it('is the same facts again', () => {
    const anyReport = fc.record(
      {
        messageId: id,
        createdAt: seconds,
        initiatingParty: fc.constant({ name: 'Bank' }),
        originalMessageId: id,
        originalMessageName: fc.constant('pain.013.001.07'),
        groupStatus: code,
        reasons: fc.array(reason, { maxLength: 2 }),
        payments: fc.array(
          fc.record(
            {
              originalPaymentInformationId: id,
              status: code,
              reasons: fc.array(reason, { maxLength: 2 }),
              transactions: fc.array(transaction, { maxLength: 4 }),
            },
            { requiredKeys: ['originalPaymentInformationId', 'reasons', 'transactions'] },
          ),
          { maxLength: 3 },
        ),
      },
      {
        noNullPrototype: true,
        requiredKeys: [
          'messageId',
          'createdAt',
          'initiatingParty',
          'originalMessageId',
          'originalMessageName',
          'reasons',
          'payments',
        ],
      },
    )
    fc.assert(
      fc.property(anyReport, (given) => {
        expect(must(readStatusReport(must(writeStatusReport(given))))).toEqual(given)
      }),
    )
  })

  it.each([
    ['a time that nobody knows', { ...report, createdAt: null }, 'iso-instant', 'createdAt'],
    [
      'a long id',
      { ...report, originalMessageId: 'M'.repeat(36) },
      'iso-identifier',
      'originalMessageId',
    ],
    [
      'a status that is none',
      withTransaction({ status: 'accepted', reasons: [] }),
      'iso-code',
      'payments/0/transactions/0/status',
    ],
    [
      'a long reason',
      withTransaction({ reasons: [{ texts: ['t'.repeat(106)] }] }),
      'iso-length',
      'payments/0/transactions/0/reasons/0/texts',
    ],
  ] as const)('is refused for %s', (_what, wrong, refused, at) => {
    expect(writeStatusReport(report).ok).toBe(true)
    expect(writeStatusReport(wrong)).toEqual({ ok: false, error: { code: refused, at } })
  })

  it('that answers nothing is refused', () => {
    const file = must(writeStatusReport(report)).replace(/<OrgnlMsgId>.*<\/OrgnlMsgId>/, '')
    expect(readStatusReport(file)).toEqual({
      ok: false,
      error: { code: 'iso-element', at: 'OrgnlGrpInfAndSts/OrgnlMsgId' },
    })
  })
})

const euro = { minor: 4_850n, currency: 'EUR' }
const accepted = { acceptedAmount: euro, guaranteedPayment: false, earlyPayment: true }

describe('[ISO-07] a status means', () => {
  it.each([
    ['RCVD', { status: 'RCVD' }, { kind: 'received' }],
    ['ACTC', { status: 'ACTC' }, { kind: 'received' }],
    ['PRES', { status: 'PRES' }, { kind: 'presented' }],
    ['ACCP', { status: 'ACCP', decidedAt: 7 }, { kind: 'accepted', decidedAt: 7 }],
    ['ACTC that was decided', { status: 'ACTC', decidedAt: 7 }, { kind: 'accepted', decidedAt: 7 }],
    [
      'ACTC with another amount',
      { status: 'ACTC', conditions: accepted },
      { kind: 'changed', acceptedAmount: euro, decidedAt: null },
    ],
    [
      'ACWC',
      { status: 'ACWC', conditions: accepted, decidedAt: 7 },
      { kind: 'changed', acceptedAmount: euro, decidedAt: 7 },
    ],
    [
      'ACWC of another day',
      { status: 'ACWC' },
      { kind: 'changed', acceptedAmount: null, decidedAt: null },
    ],
    ['PDNG', { status: 'PDNG' }, { kind: 'pending' }],
    ['ACSP', { status: 'ACSP' }, { kind: 'pending' }],
    ['ACSC', { status: 'ACSC' }, { kind: 'settled' }],
    ['CANC', { status: 'CANC' }, { kind: 'unclear', status: 'CANC' }],
    ['nothing', {}, { kind: 'unclear', status: '' }],
  ] as const)('%s', (_name, status, meaning) => {
    expect(debtorAnswerOf({ reasons: [], ...status })).toEqual(meaning)
  })

  it.each([
    [{ code: 'UCRD', texts: ['who is this'] }, 'debtor', { code: 'UCRD', text: 'who is this' }],
    [{ code: 'NRCH', texts: [] }, 'provider', { code: 'NRCH' }],
    [{ code: 'AM05', texts: [] }, 'provider', { code: 'AM05' }],
    [{ proprietary: 'E980', texts: [] }, 'provider', { code: 'E980' }],
    [{ proprietary: 'what is this?', texts: [] }, 'provider', { code: 'MS03' }],
  ] as const)('RJCT with %j', (said, by, meant) => {
    const answer = debtorAnswerOf({ status: 'RJCT', reasons: [said] })
    expect(answer).toEqual({ kind: 'refused', by, reason: meant })
    const decided = debtorAnswerOf({ status: 'RJCT', reasons: [said], decidedAt: 7 })
    expect(decided).toMatchObject({ by: 'debtor' })
  })

  it('no by a provider when nobody says why', () => {
    const answer = debtorAnswerOf({ status: 'RJCT', reasons: [] })
    expect(answer).toEqual({ kind: 'refused', by: 'provider', reason: { code: 'MS03' } })
  })
})

const claims: CommonClaims = { ...REQUEST, iat: 1_772_500_000 }
const { requestId } = REQUEST
const LINE = { originalEndToEndId: '01JD3Z5T7V9X1B3D5F7H9K1M3P-1' }

describe('a message says by a status', () => {
  it('that it was received or seen', () => {
    const ack = { ...claims, requestId, ref: 'A'.repeat(43) }
    for (const status of ['RCVD', 'PRES'] as const) {
      const said = statusOfMessage({ kind: 'ack', message: { ...ack, status } })
      expect(said).toEqual({ ...LINE, status, reasons: [] })
      expect(debtorAnswerOf(said).kind).toBe(status === 'RCVD' ? 'received' : 'presented')
    }
  })

  it.each([
    [undefined, 'MS02', []],
    [{ code: 'UCRD', text: 'unknown' }, 'UCRD', ['unknown']],
    [{ code: 'no-thanks' }, 'MS02', []],
  ] as const)('no, for %j', (given, iso, texts) => {
    const decline = { ...claims, requestId, menuId: 'v1-0', nothingAcceptable: true }
    const message = given === undefined ? decline : { ...decline, reason: given }
    const said = statusOfMessage({ kind: 'decline', message })
    const reasons = [{ code: iso, texts }]
    expect(said).toEqual({ ...LINE, status: 'RJCT', reasons, decidedAt: claims.iat })
    expect(debtorAnswerOf(said)).toMatchObject({ kind: 'refused', by: 'debtor' })
  })

  it('that it is disputed', () => {
    const disputed = { value: '10.00', currency: 'EUR' }
    const message = { ...claims, requestId, disputed, reason: { code: 'not-mine' } }
    expect(statusOfMessage({ kind: 'dispute', message })).toMatchObject({
      ...{ status: 'RJCT', reasons: [{ code: 'AM09' }], decidedAt: claims.iat },
    })
  })

  it.each(['ACCP', 'PDNG', 'ACSC', 'RJCT'] as const)('where a payment stands: %s', (status) => {
    const message = {
      ...{ ...claims, requestId, status, line: 2, endToEndId: 'E-2' },
      ...{ agreementId: 'A'.repeat(43), amount: { value: '1.00', currency: 'EUR' } },
    }
    const said = statusOfMessage({ kind: 'payment', message })
    expect(said).toEqual({ originalEndToEndId: 'E-2', status, reasons: [] })
    const failed = { ...message, reason: { code: 'expired' } }
    expect(statusOfMessage({ kind: 'payment', message: failed })).toMatchObject({
      reasons: [{ code: 'EDTR' }],
    })
  })

  it('yes to all of it, or to something else', async () => {
    expect(statusOfAgreement(await agreed(SINGLE), REQUEST)).toEqual({
      ...{ ...LINE, status: 'ACCP', reasons: [], decidedAt: 1_772_500_000 },
    })
    const conditions = {
      acceptedAmount: { minor: 24_001n, currency: 'EUR' },
      ...{ guaranteedPayment: false, earlyPayment: false },
    }
    const changed = { ...LINE, status: 'ACWC', reasons: [], conditions, decidedAt: 1_772_500_000 }
    expect(statusOfAgreement(await agreed(THREE), REQUEST)).toEqual(changed)
    const later = { ...SINGLE, firstDueDate: '2026-03-21' }
    expect(statusOfAgreement(await agreed(later), REQUEST)).toEqual(changed)
    const dearer = await agreed({ ...SINGLE, priceBps: 100 })
    expect(statusOfAgreement(dearer, REQUEST)).toMatchObject({ status: 'ACWC' })
  })
})

describe('[ISO-08] reason codes', () => {
  it.each([
    'currency-mismatch',
    'possible-duplicate',
    'amount-invalid',
    'expired',
    'schema',
    'unreachable',
  ])('%s comes back', (refusal) => {
    expect(refusalOfIsoReason(isoReasonOf(refusal, 'debtor'))).toBe(refusal)
  })

  it('are unspecified when there is none', () => {
    expect(isoReasonOf('whatever', 'provider')).toBe('MS03')
    expect(refusalOfIsoReason('MS03')).toBeUndefined()
    expect(refuserOf('whatever')).toBe('provider')
  })
})
