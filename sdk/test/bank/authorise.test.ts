import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withLine } from '../../src/bank/customer.ts'
import {
  type AgreementRecord,
  authorise,
  type CustomerRecord,
  type LineRecord,
} from '../../src/index.ts'
import { addDays, formatAmount, parseAmount } from '../../src/protocol/index.ts'
import { CREDITOR_ORIGIN, IBAN, OTHER_IBAN, TODAY } from '../support/fixtures.ts'

const LINE: LineRecord = {
  line: 1,
  dueDate: TODAY,
  amount: { value: '100.00', currency: 'EUR' },
  endToEndId: 'INV1-1',
  state: 'scheduled',
  code: null,
  notBefore: null,
  fencing: null,
  leaseUntil: null,
  paidOn: null,
  executionDay: TODAY,
  reconcileBy: null,
  escalatedAt: null,
  railId: null,
  head: null,
  outgoing: null,
  owed: null,
}
const AGREEMENT: AgreementRecord = {
  agreementId: 'a'.repeat(43),
  issuer: CREDITOR_ORIGIN,
  sub: 'debtor-1',
  requestId: 'req_INV1',
  creditor: { id: 'cr1', name: 'Stadtwerke', account: { iban: IBAN } },
  remittance: { scheme: 'SCOR', reference: 'RF18539007547034' },
  agreedAt: 0,
  acceptedAt: 0,
  payee: null,
  approved: [],
  lines: [LINE],
}
const CUSTOMER: CustomerRecord = {
  customerId: 'customer-1',
  version: 1,
  journalSeq: 0,
  refused: [],
  agentKeys: [],
  debtorAccount: { iban: 'DE02120300000000202051' },
  timeZone: 'Europe/Berlin',
  limits: {
    newCreditor: 'refuse',
    byCurrency: {
      EUR: {
        perPayment: 10_000n,
        perDay: 10_000n,
        perMonth: 10_000n,
        perCreditorMonth: 10_000n,
      },
    },
  },
  mandates: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: IBAN }],
  stopped: false,
  agreements: [AGREEMENT],
}
const KEY = { agreementId: AGREEMENT.agreementId, line: 1 }

function verdict(customer: CustomerRecord, today = TODAY): unknown {
  const authorised = authorise({ customer, key: KEY, today })
  return authorised.ok ? authorised.value : authorised.error.code
}

function withLineChanges(changes: Partial<LineRecord>): CustomerRecord {
  return withLine(CUSTOMER, KEY.agreementId, { ...LINE, ...changes })
}

describe('an authorisation', () => {
  it('is given for a due line at its limits', () => {
    expect(verdict(CUSTOMER)).toEqual({ minor: 10_000n, currency: 'EUR' })
  })

  it('[DAY-04] is given on Monday for a line that fell due on Saturday', () => {
    const saturday = withLineChanges({ dueDate: addDays(TODAY, -2) })
    expect(verdict(saturday)).toEqual({ minor: 10_000n, currency: 'EUR' })
  })

  it.each([
    ['an unknown agreement', { ...CUSTOMER, agreements: [] }, 'agreement-unknown'],
    ['a line that is being paid', withLineChanges({ state: 'paying' }), 'line-done'],
    ['a line of unknown outcome', withLineChanges({ state: 'unknown' }), 'line-done'],
    ['a paid line', withLineChanges({ state: 'settled' }), 'line-done'],
    ['a rejected line', withLineChanges({ state: 'rejected' }), 'line-done'],
    ['a stopped line', withLineChanges({ state: 'stopped' }), 'line-done'],
    ['a day too early', withLineChanges({ dueDate: addDays(TODAY, 1) }), 'not-due'],
    ['a line put off', withLineChanges({ notBefore: addDays(TODAY, 1) }), 'not-due'],
    ['the kill switch', { ...CUSTOMER, stopped: true }, 'stopped'],
    ['a creditor without a pin', { ...CUSTOMER, mandates: [] }, 'creditor-unknown'],
    [
      'a creditor of the same id with another issuer',
      { ...CUSTOMER, mandates: [{ issuer: 'https://x.example', creditorId: 'cr1', iban: IBAN }] },
      'creditor-unknown',
    ],
    [
      'another account',
      {
        ...CUSTOMER,
        mandates: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: OTHER_IBAN }],
      },
      'account-changed',
    ],
    [
      'a currency without limits',
      withLineChanges({ amount: { value: '1.00', currency: 'USD' } }),
      'currency',
    ],
    [
      'a currency that is a name of every object',
      withLineChanges({ amount: { value: '1.00', currency: 'constructor' } }),
      'currency',
    ],
    [
      'one cent above the limit',
      withLineChanges({ amount: { value: '100.01', currency: 'EUR' } }),
      'limit-per-payment',
    ],
  ])('is refused for %s', (_, customer, code) => {
    expect(verdict(customer)).toBe(code)
  })

  it('[PAY-08] never lets any limit be broken, whatever comes in which order', () => {
    const bill = fc.record({
      creditor: fc.constantFrom('cr1', 'cr2'),
      minor: fc.bigInt(1n, 12_000n),
      day: fc.integer({ min: 0, max: 70 }),
      fate: fc.constantFrom('settled' as const, 'unknown' as const, 'rejected' as const),
    })
    const limit = fc.bigInt(0n, 30_000n)
    const limits = fc.record({
      perPayment: limit,
      perDay: limit,
      perMonth: limit,
      perCreditorMonth: limit,
    })
    fc.assert(
      fc.property(fc.array(bill, { maxLength: 20 }), limits, (bills, EUR) => {
        const pins = ['cr1', 'cr2'].map((creditorId) => ({
          ...{ issuer: CREDITOR_ORIGIN, creditorId, iban: IBAN },
        }))
        let customer: CustomerRecord = {
          ...CUSTOMER,
          mandates: pins,
          limits: { newCreditor: 'refuse', byCurrency: { EUR } },
          agreements: bills.map(({ creditor, minor, day }, index) => ({
            ...AGREEMENT,
            agreementId: `agreement-${index}`,
            creditor: { ...AGREEMENT.creditor, id: creditor },
            lines: [
              {
                ...LINE,
                dueDate: addDays(TODAY, day),
                amount: formatAmount({ minor, currency: 'EUR' }),
              },
            ],
          })),
        }
        for (const [index, { day, fate }] of bills.entries()) {
          const today = addDays(TODAY, day)
          const key = { agreementId: `agreement-${index}`, line: 1 }
          const line = customer.agreements[index]?.lines[0]
          if (line === undefined || !authorise({ customer, key, today }).ok) continue
          const paidOn = fate === 'rejected' ? null : today
          customer = withLine(customer, key.agreementId, { ...line, state: fate, paidOn })
        }
        expect(worst(customer, (paid) => paid.key)).toBeLessThanOrEqual(EUR.perPayment)
        expect(worst(customer, ({ day }) => day)).toBeLessThanOrEqual(EUR.perDay)
        expect(worst(customer, ({ day }) => day.slice(0, 7))).toBeLessThanOrEqual(EUR.perMonth)
        expect(
          worst(customer, ({ day, creditor }) => `${creditor} ${day.slice(0, 7)}`),
        ).toBeLessThanOrEqual(EUR.perCreditorMonth)
      }),
    )
  })
})

interface Paid {
  readonly key: string
  readonly day: string
  readonly creditor: string
}

/** The largest sum of what has left, grouped by a name. */
function worst(customer: CustomerRecord, nameOf: (paid: Paid) => string): bigint {
  const sums = new Map<string, bigint>()
  for (const { agreementId, creditor, lines } of customer.agreements) {
    for (const { state, paidOn, amount } of lines) {
      if ((state !== 'settled' && state !== 'unknown') || paidOn === null) continue
      const name = nameOf({ key: agreementId, day: paidOn, creditor: creditor.id })
      const parsed = parseAmount(amount)
      sums.set(name, (sums.get(name) ?? 0n) + (parsed.ok ? parsed.value.minor : 0n))
    }
  }
  return [...sums.values()].reduce((most, sum) => (sum > most ? sum : most), 0n)
}
