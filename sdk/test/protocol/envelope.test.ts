import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from '../../src/protocol/days.ts'
import { envelopeRows, isSoundEnvelope } from '../../src/protocol/envelope.ts'
import type { Envelope } from '../../src/protocol/generated/messages.ts'
import { planOf } from '../../src/protocol/menu.ts'
import { formatAmount } from '../../src/protocol/money.ts'
import {
  type BrutePlan,
  bruteDays,
  bruteLawful,
  bruteLines,
  bruteShapes,
} from '../support/brute-force.ts'

const START = '2026-01-28'
const ENVELOPE: Envelope = {
  ...{ countedFrom: START, firstDueFrom: START, firstDueTo: '2026-03-31', lastDueTo: '2026-07-31' },
  maxInstalments: 6,
  minInstalment: { value: '20.00', currency: 'EUR' },
  intervals: ['P1W', 'P2W', 'P1M'],
  prices: [{ priceBps: 0 }],
  law: { freeOfChargeOnly: true },
  tiers: [8400, 0],
}

const day = (most: number) => fc.integer({ min: 0, max: most }).map((days) => addDays(START, days))
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 })
const principalMinor = fc.oneof(fc.bigInt(1n, 30_000n), fc.bigInt(10_000n, 90_000n))
const price = fc
  .record({
    priceBps: fc.integer({ min: -300, max: 300 }),
    lastDueFrom: maybe(day(80)),
    lastDueTo: maybe(fc.integer({ min: 20, max: 200 }).map((n) => addDays(START, n))),
  })
  .map(({ priceBps, lastDueFrom, lastDueTo }) => ({
    priceBps,
    ...(lastDueFrom === undefined ? {} : { lastDueFrom }),
    ...(lastDueTo === undefined ? {} : { lastDueTo }),
  }))

// Often so small a down payment that it alone falls below the least instalment.
const share = fc.oneof(fc.integer({ min: 1, max: 1_200 }), fc.integer({ min: 1, max: 9_999 }))
const envelope: fc.Arbitrary<Envelope> = fc
  .record({
    countedFrom: day(40),
    from: fc.integer({ min: 0, max: 20 }),
    length: fc.integer({ min: 0, max: 50 }),
    lastDueTo: fc.integer({ min: 20, max: 260 }).map((days) => addDays(START, days)),
    maxInstalments: fc.integer({ min: 1, max: 4 }),
    least: fc.bigInt({ min: 0n, max: 3_000n }),
    intervals: fc.uniqueArray(fc.constantFrom('P1W' as const, 'P2W' as const, 'P1M' as const)),
    prices: fc.uniqueArray(price, { minLength: 1, maxLength: 3, selector: (one) => one.priceBps }),
    downPaymentsBps: maybe(fc.uniqueArray(share, { minLength: 1, maxLength: 2 })),
    payDay: maybe(fc.integer({ min: 1, max: 31 })),
    isFree: fc.boolean(),
    maxAprBps: fc.integer({ min: 0, max: 3_000 }),
    maxFee: fc.bigInt({ min: 1n, max: 500n }),
  })
  .map(({ from, length, least, isFree, maxAprBps, maxFee, downPaymentsBps, payDay, ...rest }) => ({
    ...rest,
    firstDueFrom: addDays(START, from),
    firstDueTo: addDays(START, from + length),
    minInstalment: formatAmount({ minor: least, currency: 'EUR' }),
    law: {
      ...{ freeOfChargeOnly: isFree, maxAprBps },
      maxFee: formatAmount({ minor: maxFee, currency: 'EUR' }),
    },
    ...(downPaymentsBps === undefined ? {} : { downPaymentsBps }),
    ...(payDay === undefined ? {} : { payDay }),
    tiers: [0],
  }))

const minorOf = ({ value }: { value: string }) => BigInt(value.replace('.', ''))

/** Whether a plan lies inside an envelope, condition by condition. */
function isInside(bounds: Envelope, principal: bigint, plan: BrutePlan): boolean {
  const lines = bruteLines(principal, plan)
  const last = lines.at(-1)?.day ?? ''
  const least = minorOf(bounds.minInstalment)
  const { lastDueFrom = '', lastDueTo = '9999' } =
    bounds.prices.find(({ priceBps }) => priceBps === plan.priceBps) ?? {}
  const { freeOfChargeOnly, maxAprBps, maxFee } = bounds.law
  const law = {
    freeOfChargeOnly,
    countedFrom: bounds.countedFrom,
    ...(maxAprBps === undefined ? {} : { maxAprBps }),
    ...(maxFee === undefined ? {} : { maxFee: minorOf(maxFee) }),
  }
  return (
    lines.every(({ amount }) => amount > 0n) &&
    (lines.length === 1 || lines.every(({ amount }) => amount >= least)) &&
    last <= bounds.lastDueTo &&
    last >= lastDueFrom &&
    last <= lastDueTo &&
    bruteLawful(principal, plan, law)
  )
}

const nameOf = (plan: BrutePlan) => JSON.stringify(plan, Object.keys(plan).sort())

describe('the rows of an envelope', () => {
  it('[NEG-17] stand for exactly the plans that its conditions allow, day by day', () => {
    let seen = 0
    fc.assert(
      fc.property(envelope, principalMinor, (bounds, minor) => {
        const rows = envelopeRows(bounds, { minor, currency: 'EUR' })
        const offered = rows.flatMap((row) =>
          [...bruteDays(row.firstDueFrom, row.firstDueTo)].map((first) =>
            nameOf(planOf(row, first)),
          ),
        )
        const inside: string[] = []
        const space = { ...bounds, prices: bounds.prices.map(({ priceBps }) => priceBps) }
        for (const shape of bruteShapes(space)) {
          for (const firstDueDate of bruteDays(bounds.firstDueFrom, bounds.firstDueTo)) {
            const plan = { ...shape, firstDueDate }
            if (isInside(bounds, minor, plan)) inside.push(nameOf(plan))
          }
        }
        expect(offered.toSorted()).toEqual(inside.toSorted())
        seen += offered.length
      }),
      { numRuns: 60 },
    )
    expect(seen).toBeGreaterThan(2_000)
  }, 120_000)

  it('have ids of their own, and windows that are none have no row', () => {
    fc.assert(
      fc.property(envelope, principalMinor, (bounds, minor) => {
        const rows = envelopeRows(bounds, { minor, currency: 'EUR' })
        expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(rows.length)
        expect(rows.filter((row) => row.firstDueFrom > row.firstDueTo)).toEqual([])
      }),
    )
  })
})

describe('an envelope', () => {
  it('is sound within the limits', () => {
    expect(isSoundEnvelope(ENVELOPE, 'EUR')).toBe(true)
    expect(isSoundEnvelope({ ...ENVELOPE, firstDueTo: ENVELOPE.firstDueFrom }, 'EUR')).toBe(true)
    expect(
      isSoundEnvelope({ ...ENVELOPE, minInstalment: { value: '0.00', currency: 'EUR' } }, 'EUR'),
    ).toBe(true)
  })

  it.each<[string, Partial<Envelope>]>([
    ['days out of order', { firstDueFrom: '2026-04-01' }],
    ['a day that does not exist', { countedFrom: '2026-02-29' }],
    ['a price from a day that does not exist', { prices: [{ priceBps: 0, lastDueFrom: 'soon' }] }],
    ['a price that stands twice', { prices: [{ priceBps: 0 }, { priceBps: 0 }] }],
    ['tiers that end above 0', { tiers: [8400] }],
    ['tiers that rise', { tiers: [1, 2, 0] }],
    ['tiers twice alike', { tiers: [1, 1, 0] }],
    ['no tiers', { tiers: [] }],
    ['a foreign currency', { minInstalment: { value: '20.00', currency: 'USD' } }],
    ['an amount that is none', { minInstalment: { value: '20', currency: 'EUR' } }],
  ])('is refused for %s', (_, change) => {
    expect(isSoundEnvelope({ ...ENVELOPE, ...change }, 'EUR')).toBe(false)
  })

  it('has at most 240 rows', () => {
    // One instalment, and weeks, fortnights and months of each other number: 1 + 3 × 59 = 178.
    const wide = { ...ENVELOPE, maxInstalments: 60, lastDueTo: '2036-12-31' }
    expect(isSoundEnvelope(wide, 'EUR')).toBe(true)
    const prices = [{ priceBps: 0 }, { priceBps: -100 }]
    expect(isSoundEnvelope({ ...wide, prices }, 'EUR')).toBe(false)
    // With two prices (1 + 3 × 39) × 2 = 236 and (1 + 3 × 40) × 2 = 242.
    expect(isSoundEnvelope({ ...wide, maxInstalments: 40, prices }, 'EUR')).toBe(true)
    expect(isSoundEnvelope({ ...wide, maxInstalments: 41, prices }, 'EUR')).toBe(false)
  })

  it('has at most 1,000 shapes, also when hardly any of them has a row', () => {
    const narrow = {
      ...{ ...ENVELOPE, maxInstalments: 60, firstDueTo: START, lastDueTo: START },
      downPaymentsBps: [1000, 2000, 3000, 4000],
    }
    // (1 + 59 × 3 × 5) × 1 = 886, and twice as many with two prices.
    expect(isSoundEnvelope(narrow, 'EUR')).toBe(true)
    const prices = [{ priceBps: 0 }, { priceBps: -100 }]
    expect(isSoundEnvelope({ ...narrow, prices }, 'EUR')).toBe(false)
  })
})
