import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  activationOfAgreement,
  activationOfRequest,
  isoMessageId,
  type PaymentActivation,
  paymentInformationId,
  readPaymentActivation,
  requestIdOf,
  writePaymentActivation,
} from '../../src/iso20022/index.ts'
import { addDays, parseAmount } from '../../src/protocol/index.ts'
import { agreed, CREDITOR, DEBTOR, must, REFERENCE, REQUEST, THREE } from './iso-fixtures.ts'

const asked = activationOfRequest(REQUEST, {
  messageId: 'RTP-1',
  createdAt: REQUEST.iat,
  debtor: DEBTOR,
})
const facts = { messageId: 'PLAN-1', createdAt: 1_772_500_000, debtor: DEBTOR }
const roundTrip = (activation: PaymentActivation) =>
  must(readPaymentActivation(must(writePaymentActivation(activation))))

describe('[ISO-03] a request as pain.013', () => {
  it('[ISO-05] asks for the whole amount, once, until it expires', () => {
    expect(roundTrip(asked)).toEqual({
      version: '07',
      messageId: 'RTP-1',
      createdAt: REQUEST.iat,
      initiatingParty: CREDITOR.name,
      payments: [
        {
          paymentInformationId: 'pr-01JD3Z5T7V9X1B3D5F7H9K1M3P',
          instructionId: '01JD3Z5T7V9X1B3D5F7H9K1M3P-1',
          endToEndId: '01JD3Z5T7V9X1B3D5F7H9K1M3P-1',
          executionDay: { day: '2026-03-20' },
          expiry: { instant: REQUEST.exp },
          debtor: { name: DEBTOR.name, iban: DEBTOR.account.iban },
          creditor: { name: CREDITOR.name, ...CREDITOR.account },
          amount: { minor: 24_001n, currency: 'EUR' },
          conditions: {
            amountModificationAllowed: false,
            earlyPaymentAllowed: true,
            guaranteedPaymentRequested: false,
          },
          reference: REFERENCE,
          texts: [],
          documents: [
            { type: 'CINV', number: '2026-17', issueDay: '2026-02-14' },
            { type: 'contract', number: 'C-9' },
          ],
          addresses: ['https://docs.example/i/17?a=1&b=%20'],
        },
      ],
    })
  })

  it('stands in the order of the schema', () => {
    const conditions = { delayPenalty: 'p', immediatePaymentRebate: { bps: 1 } }
    const ultimateCreditor = { name: 'U' }
    const signed = { typ: 't', jws: 'j' }
    const given = { ...facts, conditions, ultimateCreditor, signed }
    const file = must(writePaymentActivation(activationOfRequest(REQUEST, given)))
    const childrenOf = (depth: number, from: string) => {
      const lines = file.split('\n')
      const start = lines.findIndex((line) => line === `${' '.repeat(depth - 2)}<${from}>`)
      const end = lines.indexOf(`${' '.repeat(depth - 2)}</${from}>`, start)
      const own = new RegExp(`^ {${depth}}<([A-Za-z]+)`)
      return lines.slice(start + 1, end).flatMap((line) => own.exec(line)?.[1] ?? [])
    }
    expect(childrenOf(4, 'CdtrPmtActvtnReq').join(' ')).toBe('GrpHdr PmtInf SplmtryData')
    expect(childrenOf(6, 'PmtInf').join(' ')).toBe(
      'PmtInfId PmtMtd ReqdExctnDt XpryDt Dbtr DbtrAcct DbtrAgt ChrgBr CdtTrfTx',
    )
    expect(childrenOf(8, 'CdtTrfTx').join(' ')).toBe(
      'PmtId PmtTpInf PmtCond Amt ChrgBr CdtrAgt Cdtr CdtrAcct UltmtCdtr RltdRmtInf RmtInf',
    )
    expect(childrenOf(10, 'PmtCond').join(' ')).toBe(
      'AmtModAllwd EarlyPmtAllwd DelyPnlty ImdtPmtRbt GrntedPmtReqd',
    )
  })

  it('carries the signed original for a bank that verifies it', () => {
    const signed = { typ: 'parley-request+jwt', jws: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' }
    expect(roundTrip({ ...asked, signed }).signed).toEqual(signed)
    const agreement = { typ: 'parley-agreement+jwt', jws: '{"payload":"<&>"}' }
    expect(roundTrip({ ...asked, signed: agreement }).signed).toEqual(agreement)
    expect(roundTrip(asked)).not.toHaveProperty('signed')
  })

  it('keeps conditions, the other creditor and a debtor without an account', () => {
    const { payments } = roundTrip(
      activationOfRequest(REQUEST, {
        ...facts,
        debtor: { name: 'Ann' },
        initiatingParty: { name: 'Incasso BV' },
        ultimateCreditor: { name: 'Stadsenergie' },
        documents: [],
        conditions: { delayPenalty: '4 % a year', immediatePaymentRebate: { bps: 205 } },
      }),
    )
    expect(payments).toMatchObject([
      {
        debtor: { name: 'Ann' },
        ultimateCreditor: 'Stadsenergie',
        documents: [],
        conditions: {
          delayPenalty: '4 % a year'.replace('%', '.'),
          immediatePaymentRebate: { bps: 205 },
        },
      },
    ])
    expect(payments[0]?.debtor).not.toHaveProperty('iban')
  })

  it('keeps a rebate of an amount', () => {
    const rebate = { minor: 250n, currency: 'EUR' }
    const conditions = { immediatePaymentRebate: rebate }
    const { payments } = roundTrip(activationOfRequest(REQUEST, { ...facts, conditions }))
    expect(payments[0]?.conditions?.immediatePaymentRebate).toEqual(rebate)
  })
})

describe('[ISO-04] an agreement as pain.013', () => {
  it('is the same facts again, whatever the plan', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          minor: fc.bigInt(60n, 9_000_000_000n),
          instalments: fc.integer({ min: 2, max: 60 }),
          interval: fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const),
          priceBps: fc.integer({ min: -200, max: 200 }),
          firstDueDate: fc.integer({ min: 0, max: 900 }).map((days) => addDays('2026-01-01', days)),
          expiresAfterDays: fc.option(fc.nat(60), { nil: undefined }),
        }),
        async ({ minor, expiresAfterDays, ...plan }) => {
          const agreement = await agreed(plan, minor)
          const activation = activationOfAgreement(agreement, {
            ...facts,
            ...(expiresAfterDays === undefined ? {} : { expiresAfterDays }),
          })
          const { payments } = roundTrip(activation)
          expect(
            payments.map(({ endToEndId, executionDay, amount, expiry }) => ({
              ...{ endToEndId, executionDay, amount, expiry },
            })),
          ).toEqual(
            agreement.lines.map(({ endToEndId, dueDate, amount }) => ({
              endToEndId,
              executionDay: { day: dueDate },
              amount: valueOfAmount(amount),
              expiry:
                expiresAfterDays === undefined
                  ? undefined
                  : { day: addDays(dueDate, expiresAfterDays) },
            })),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  it('asks for the lines that are named', async () => {
    const agreement = await agreed(THREE)
    const { payments } = roundTrip(activationOfAgreement(agreement, { ...facts, lines: [2, 3] }))
    expect(payments.map(({ endToEndId }) => endToEndId)).toEqual([
      '01JD3Z5T7V9X1B3D5F7H9K1M3P-2',
      '01JD3Z5T7V9X1B3D5F7H9K1M3P-3',
    ])
  })

  it('is not asked for with amounts that nobody verified', async () => {
    const agreement = await agreed(THREE)
    const lines = agreement.lines.map((line) => ({
      ...line,
      amount: { value: '1', currency: 'EUR' },
    }))
    const spoilt = { ...agreement, lines: lines as typeof agreement.lines }
    expect(() => activationOfAgreement(spoilt, facts)).toThrow(TypeError)
  })
})

function valueOfAmount(amount: { value: string; currency: string }) {
  const money = parseAmount(amount)
  if (!money.ok) throw new Error('no amount')
  return money.value
}

const [payment] = asked.payments
if (payment === undefined) throw new Error('no payment')
const long = { type: 'invoice', number: 'n'.repeat(36) } as const
const REFUSED: readonly [string, Partial<PaymentActivation>, string, string][] = [
  ['no payment', { payments: [] }, 'iso-count', 'payments'],
  ['the same payment twice', { payments: [payment, payment] }, 'iso-duplicate', 'payments'],
  [
    'two currencies',
    {
      payments: [
        payment,
        {
          ...payment,
          ...{ endToEndId: 'E', paymentInformationId: 'P' },
          amount: { minor: 1n, currency: 'CHF' },
        },
      ],
    },
    'iso-currency',
    'payments',
  ],
  ['a wrong reference', { reference: 'RF19539007547034' }, 'iso-reference', 'reference'],
  ['a long document number', { documents: [long] }, 'iso-length', 'documents/0/number'],
  [
    'an address of no web',
    { documents: [{ type: 'other', number: '1', address: 'ftp://a' }] },
    'iso-characters',
    'documents/0/address',
  ],
  [
    'a blank in an address',
    { documents: [{ type: 'other', number: '1', address: 'https://a/b c' }] },
    'iso-characters',
    'documents/0/address',
  ],
  [
    'a long address',
    { documents: [{ type: 'other', number: '1', address: `https://a/${'b'.repeat(2048)}` }] },
    'iso-length',
    'documents/0/address',
  ],
  [
    'eleven documents',
    { documents: Array.from({ length: 11 }, () => ({ type: 'other', number: '1' }) as const) },
    'iso-count',
    'documents',
  ],
  [
    'a rebate of more than all',
    { conditions: { ...asked.conditions, immediatePaymentRebate: { bps: 10_001 } } },
    'iso-amount',
    'conditions/immediatePaymentRebate',
  ],
  [
    'a long penalty',
    { conditions: { ...asked.conditions, delayPenalty: 'p'.repeat(141) } },
    'iso-length',
    'conditions/delayPenalty',
  ],
]

describe('[ISO-01] a payment activation is refused for', () => {
  it.each(REFUSED)('%s', (_what, change, code, at) => {
    expect(writePaymentActivation(asked)).toMatchObject({ ok: true })
    const wrong = writePaymentActivation({ ...asked, ...change })
    expect(wrong).toEqual({ ok: false, error: { code, at } })
  })
})

describe('[ISO-02] the names of Parley', () => {
  it('come back from the names of ISO 20022', () => {
    for (const id of [REQUEST.requestId, 'abc_1', 'X1', 'A'.repeat(31)]) {
      expect(requestIdOf(paymentInformationId(id))).toBe(id)
    }
  })

  it('fit into 35 characters, each into its own', async () => {
    const ids = [
      'A'.repeat(22),
      'A'.repeat(35),
      'A'.repeat(36),
      `${'A'.repeat(21)}_`,
      'B'.repeat(128),
    ]
    const names = await Promise.all(ids.map(isoMessageId))
    expect(names.slice(0, 2)).toEqual(ids.slice(0, 2))
    expect(names.slice(2).every((name) => /^[0-9a-f]{32}$/.test(name))).toBe(true)
    expect(new Set(names).size).toBe(ids.length)
  })
})
