import { describe, expect, it } from 'vitest'
import {
  type PaymentFacts,
  paymentCautions,
} from '../../../src/domain/matching/payment-cautions.ts'

/** An over-payment of ten on a hundred by the debtor, from an account that it used before. */
const usual: PaymentFacts = {
  overpaid: 1000n,
  owed: 10_000n,
  debtorName: 'Jan Jansen',
  payerNames: ['J. JANSEN'],
  payerIban: 'NL91ABNA0417164300',
  isKnownIban: true,
  homeCountries: ['NL', 'BE'],
  otherDebtorsOfEqualPayments: 0,
  hasReturnedAtOnce: false,
}
const abroad = { payerIban: 'LT121000011101001000', isKnownIban: false }

describe('a payment', () => {
  it('is not odd when its debtor pays a little too much', () => {
    expect(paymentCautions(usual)).toEqual([])
  })

  it.each([
    ['overpaid-far', { overpaid: 5000n }, { overpaid: 4999n }],
    ['overpaid-far', { owed: 0n }, { owed: 0n, overpaid: 0n }],
    [
      'payer-unlike-debtor',
      { payerNames: ['Greta Lund'], isKnownIban: false },
      { payerNames: ['Greta Lund'], isKnownIban: true },
    ],
    [
      'payer-unlike-debtor',
      { payerNames: ['Greta Lund'], isKnownIban: false },
      { payerNames: ['Pay Co', 'Jan Jansen'], isKnownIban: false },
    ],
    [
      'one-account-many-debtors',
      { otherDebtorsOfEqualPayments: 2 },
      { otherDebtorsOfEqualPayments: 1 },
    ],
    ['returned-at-once', { hasReturnedAtOnce: true }, {}],
    ['foreign-account-first-seen', abroad, { ...abroad, isKnownIban: true }],
    ['foreign-account-first-seen', abroad, { ...abroad, overpaid: 0n }],
  ] as const)('is flagged %s, and not without its cause', (code, odd, plain) => {
    expect(paymentCautions({ ...usual, ...odd })).toEqual([code])
    expect(paymentCautions({ ...usual, ...plain })).toEqual([])
  })

  it('tells all that is odd about the usual refund fraud', () => {
    const fraud = { ...usual, ...abroad, overpaid: 90_000n, payerNames: ['Quick Trade UAB'] }
    expect(paymentCautions(fraud)).toEqual([
      'overpaid-far',
      'payer-unlike-debtor',
      'foreign-account-first-seen',
    ])
  })
})
