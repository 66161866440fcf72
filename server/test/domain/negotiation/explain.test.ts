// The sentences that a creditor reads: in the timeline, and about the rows and gaps of a policy.
import { envelopeRows, envelopeWindows, type MenuRow } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { explainMissing } from '../../../src/domain/negotiation/explain-missing.ts'
import {
  explainEnd,
  explainMenu,
  explainNextMenu,
  placeOf,
} from '../../../src/domain/negotiation/explain-negotiation.ts'
import { explainRow } from '../../../src/domain/negotiation/explain-row.ts'
import {
  DEFAULT_POLICY,
  type PolicyTerms,
  policyBounds,
} from '../../../src/domain/negotiation/policy.ts'

const CLAIM = { currency: 'EUR', dueDate: '2026-03-27', offeredOn: '2026-03-10' }
const TIERS = [6_600, 4_150, 0]

describe('a menu', () => {
  it('is told by its place and what its plans are worth', () => {
    expect(explainMenu(placeOf({ tier: 1 }, TIERS))).toBe(
      'menu 2 of 3: the plans worth at least 41.5 % to you, on a scale from your worst plan to your best',
    )
    expect(explainMenu(placeOf({ tier: 2 }, TIERS))).toBe(
      'menu 3 of 3: every plan that your policy and the law allow',
    )
  })

  it.each([
    ['decline', 'The agent declined the menu before, so it was offered menu 3 of 3: every plan'],
    ['counter', 'The agent proposed a plan outside your policy, so it was offered menu 3 of 3:'],
  ] as const)('that follows a %s says so', (answer, text) => {
    expect(explainNextMenu(answer, placeOf({ tier: 2 }, TIERS))).toContain(text)
  })
})

describe('an end', () => {
  const last = placeOf({ tier: 2 }, TIERS)
  it.each([
    ['refused', 'decline', 'The agent declined your last offer, after menu 3 of 3.'],
    ['impasse', 'decline', 'The agent said that no plan at all can be paid, after menu 3 of 3.'],
    ['impasse', 'counter', 'The agent proposed plans outside your policy only, after menu 3 of 3.'],
  ] as const)('that is %s after a %s says so', (ends, answer, text) => {
    expect(explainEnd(ends, answer, last)).toBe(text)
  })
})

function told(terms: Partial<PolicyTerms>, payDay?: number, minor = 12_000n) {
  const bounds = policyBounds(
    { ...DEFAULT_POLICY, ...terms },
    { ...CLAIM, ...(payDay === undefined ? {} : { payDay }) },
  )
  const principal = { minor, currency: 'EUR' }
  const rows = envelopeRows(bounds, principal)
  const windows = envelopeWindows(bounds)
  const rowOf = (id: string, among = rows) => among.find(({ rowId }) => rowId === id) as MenuRow
  return {
    missing: explainMissing({ bounds, principal, rows }),
    why: (id: string, shown: Partial<MenuRow> = {}) =>
      explainRow(
        { ...rowOf(id), ...shown },
        { bounds, share: 6_600, widest: rowOf(id), window: rowOf(id, windows) },
      ),
  }
}

const FEES = { law: { freeOfChargeOnly: false, maxAprBps: 1_000, maxFee: '2.00' } }

describe('a row', () => {
  it.each<[string, string, string]>([
    [
      '1',
      'as late as the policy defers',
      'One payment, from 2026-03-10 to 2026-04-26: maxDeferralDays allows no later first day.',
    ],
    [
      '6-P1M',
      'as late as the policy lasts',
      '6 monthly instalments, the first from 2026-03-10 to 2026-04-23: started later, it would end after 2026-09-23, the last day of maxDurationDays.',
    ],
    [
      '3-P1M-d2000-p25',
      'with all that it has',
      '3 monthly instalments with 20 % first and the others on day 25 of the month, the first from 2026-03-10 to 2026-04-26: maxDeferralDays allows no later first day.',
    ],
    [
      '1-r250',
      'as late as its price allows',
      'One payment with a rebate of 2.5 %, from 2026-03-10 to 2026-04-10: started later, it would end too late for a rebate of 2.5 %.',
    ],
    [
      '2-P1M-f100',
      'as early as its price allows',
      '2 monthly instalments with a fee of 1 %, the first on 2026-04-26: started earlier, it would end too early for a fee of 1 %, and maxDeferralDays allows no later first day.',
    ],
    [
      '3-P1M-f100',
      'as early as the law allows',
      '3 monthly instalments with a fee of 1 %, the first from 2026-04-03 to 2026-04-26: started earlier, a fee of 1 % would be above what law.maxAprBps allows a year, and maxDeferralDays allows no later first day.',
    ],
  ])('%s is told to be %s', (id, _what, text) => {
    const prices = [
      { priceBps: 0 },
      { priceBps: -250, lastDueWithinDays: 14 },
      { priceBps: 100, lastDueAfterDays: 59 },
    ]
    expect(told({ ...FEES, prices, downPaymentsBps: [2_000] }, 25).why(id)).toBe(text)
  })

  it('that its menu cuts short is told to be', () => {
    expect(told({}).why('2-P1M', { firstDueTo: '2026-03-31' })).toBe(
      '2 monthly instalments, the first from 2026-03-10 to 2026-03-31: started later, it would be worth less than 66 % to you.',
    )
  })
})

describe('what is in no menu', () => {
  it('is nothing when every shape has a row', () => {
    expect(told({}).missing).toEqual([])
  })

  it.each<[string, Partial<PolicyTerms>, string[]]>([
    [
      'instalments that are too small, as one range',
      { minInstalment: '25.00', maxInstalments: 6 },
      ['5 to 6 monthly instalments are not offered: each would be below 25.00 EUR.'],
    ],
    [
      'plans that last too long',
      { maxDurationDays: 40 },
      [
        '3 to 6 monthly instalments are not offered: the last instalment would come after 2026-05-06, the last day of maxDurationDays.',
      ],
    ],
    [
      'a down payment that leaves too little',
      { downPaymentsBps: [9_000], maxInstalments: 2, minInstalment: '20.00' },
      [
        '2 monthly instalments with 90 % first are not offered: each of the others would be below 20.00 EUR.',
      ],
    ],
    [
      'a down payment that is too small',
      { downPaymentsBps: [1_000], maxInstalments: 2, minInstalment: '20.00' },
      [
        '2 monthly instalments with 10 % first are not offered: the first would be below 20.00 EUR.',
      ],
    ],
    [
      'a fee above the cap',
      {
        law: { ...FEES.law, maxAprBps: 10_000 },
        prices: [{ priceBps: 0 }, { priceBps: 200 }],
        maxInstalments: 1,
      },
      [
        'One payment with a fee of 2 % is not offered: a fee of 2.40 EUR is above the 2.00 that law.maxFee allows.',
      ],
    ],
    [
      'a fee above the cap a year',
      { ...FEES, prices: [{ priceBps: 0 }, { priceBps: 100 }], maxInstalments: 1 },
      [
        'One payment with a fee of 1 % is not offered: the fee is above what law.maxAprBps allows a year.',
      ],
    ],
    [
      'a price for other days',
      {
        ...FEES,
        prices: [{ priceBps: 0 }, { priceBps: 100, lastDueAfterDays: 60 }],
        maxInstalments: 1,
      },
      [
        'One payment with a fee of 1 % is not offered: that price is for plans that end on 2026-05-27 or later.',
      ],
    ],
  ])('names %s', (_what, terms, sentences) => {
    expect(told(terms).missing).toEqual(sentences)
  })

  it('names a variant only where the plain shape is there or misses for another reason', () => {
    const { missing } = told(
      { minInstalment: '50.00', maxInstalments: 3, downPaymentsBps: [2_000] },
      25,
    )
    expect(missing).toEqual([
      '2 monthly instalments with 20 % first are not offered: the first would be below 50.00 EUR.',
      '3 monthly instalments are not offered: each would be below 50.00 EUR.',
    ])
  })
})
