import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Booking,
  cashFlowFromBookings,
  forecast,
  type LearnedCashFlow,
  MAX_BOOKINGS,
} from '../../src/index.ts'
import { addDays, addMonthsAnchored } from '../../src/protocol/index.ts'

const AS_OF = '2026-03-02'

function learn(bookings: readonly Booking[], asOf = AS_OF): LearnedCashFlow {
  const learned = cashFlowFromBookings({ bookings, currency: 'EUR', asOf, balance: 100_000n })
  if (!learned.ok) throw new Error(learned.error.code)
  return learned.value
}

function on(counterparty: string, amount: bigint, ...days: string[]): Booking[] {
  return days.map((day) => ({ day, amount, counterparty }))
}

function monthly(counterparty: string, amount: bigint, first: string, times: number): Booking[] {
  return every(times, (index) => ({
    day: addMonthsAnchored(first, index),
    amount,
    counterparty,
  }))
}

function daily(every_: number, times: number, first: string, booking: Omit<Booking, 'day'>) {
  return every(times, (index): Booking => ({ day: addDays(first, index * every_), ...booking }))
}

function every<T>(times: number, make: (index: number) => T): T[] {
  return Array.from({ length: times }, (_, index) => make(index))
}

describe('a flow that comes back', () => {
  it.each([
    ['weekly', 7, 9],
    ['two-weekly', 14, 5],
    ['four-weekly', 28, 3],
  ] as const)('is found when %s, and expected next', (rhythm, days, times) => {
    const first = addDays(AS_OF, 3 - days * times)
    const { flows, cashFlow } = learn(daily(days, times, first, { amount: 5n, counterparty: 'A' }))
    expect(flows).toEqual([
      {
        kind: 'income',
        label: 'A',
        rhythm,
        amount: 5n,
        bookings: times,
        lastDay: addDays(AS_OF, 3 - days),
        nextDay: '2026-03-05',
      },
    ])
    expect(cashFlow.incomes).toEqual([
      { everyDays: days, from: '2026-03-05', amount: 5n, label: 'A' },
    ])
    expect(cashFlow.lastIncome).toBe(addDays(AS_OF, 3 - days))
  })

  it('is found on the last day of the month', () => {
    const days = [
      '2025-09-30',
      '2025-10-31',
      '2025-11-30',
      '2025-12-31',
      '2026-01-31',
      '2026-02-28',
    ]
    const { cashFlow } = learn(on('Employer', 200_000n, ...days))
    expect(cashFlow.incomes).toEqual([
      { dayOfMonth: 31, from: '2026-03-31', amount: 200_000n, label: 'Employer' },
    ])
  })

  it('comes on the latest of its days if an income and on the earliest if a charge', () => {
    // The 25th, moved to the Friday before; the 1st, moved to the Monday after.
    const paid = ['2025-10-24', '2025-11-25', '2025-12-25', '2026-01-23', '2026-02-25']
    const owed = ['2025-10-01', '2025-11-03', '2025-12-01', '2026-01-01', '2026-02-02']
    const { cashFlow } = learn([...on('Employer', 9n, ...paid), ...on('Landlord', -7n, ...owed)])
    expect(cashFlow.incomes).toMatchObject([{ dayOfMonth: 25, from: '2026-03-25' }])
    // 1 March was a Sunday: overdue, so tomorrow, and then the 1st again.
    expect(cashFlow.charges).toMatchObject([{ dayOfMonth: 1, from: '2026-04-01' }])
    expect(cashFlow.oneOffs).toEqual([{ day: '2026-03-03', amount: -7n, label: 'Landlord' }])
  })

  it('is not counted again in the days around its pay day', () => {
    const days = ['2025-11-28', '2025-12-28', '2026-01-28', '2026-02-26']
    const { flows } = learn(on('Employer', 9n, ...days), '2026-02-26')
    expect(flows).toMatchObject([{ nextDay: '2026-03-28' }])
  })

  it('is not counted on when it is late and an income', () => {
    const income = learn(monthly('Employer', 9n, '2025-10-01', 5))
    expect(income.cashFlow.incomes).toMatchObject([{ dayOfMonth: 1, from: '2026-04-01' }])
    expect(income.cashFlow.oneOffs).toEqual([])
  })

  it('survives an account that wants two things, other cases and references', () => {
    const names = ['Woon BV 4411', 'WOON B.V. ref/99', 'woon bv 2025-11', 'Woon  BV 7', 'woon bv']
    const rent = names.map((name, index) => ({
      day: addMonthsAnchored('2025-10-05', index),
      amount: -80_000n,
      counterparty: name.replace('B.V.', 'BV'),
    }))
    const parking = names.map((name, index) => ({
      day: addMonthsAnchored('2025-10-19', index),
      amount: -6_000n,
      counterparty: name.replace('B.V.', 'BV'),
    }))
    const { flows } = learn([...rent, ...parking])
    expect(flows.map(({ amount, bookings, nextDay }) => [amount, bookings, nextDay])).toEqual([
      [80_000n, 5, '2026-03-05'],
      [6_000n, 5, '2026-03-19'],
    ])
  })

  it('is told apart by text where no counterparty is named', () => {
    const bookings = monthly('', -900n, '2025-10-12', 5)
    const gym = bookings.map((booking, index) => ({ ...booking, text: `Gym member 88${index}` }))
    expect(learn(gym).flows).toMatchObject([{ label: 'Gym member 884', rhythm: 'monthly' }])
  })

  it.each([
    ['two months', monthly('A', -9n, '2026-01-15', 2)],
    ['eight weeks less one', daily(7, 8, '2026-01-06', { amount: -9n, counterparty: 'A' })],
    ['an irregular one', on('A', -9n, '2025-09-02', '2025-10-29', '2025-11-11', '2026-02-20')],
  ])('is none after %s', (_, bookings) => {
    expect(learn(bookings).flows).toEqual([])
  })
})

describe('the amount of a flow', () => {
  it('is the new one after a rise of a charge', () => {
    const rent = [
      ...monthly('L', -80_000n, '2025-03-05', 8),
      ...monthly('L', -110_000n, '2025-11-05', 4),
    ]
    expect(learn(rent).flows).toMatchObject([{ amount: 110_000n, bookings: 12 }])
  })

  it('is the new one after a cut of an income, and at once', () => {
    const wage = [
      ...monthly('E', 200_000n, '2025-03-25', 11),
      ...monthly('E', 170_000n, '2026-02-25', 1),
    ]
    expect(learn(wage).flows).toMatchObject([{ amount: 170_000n }])
  })

  it('is low for an income that varies and high for such a charge', () => {
    const sizes = [120n, 90n, 200n, 150n, 80n, 130n, 170n, 110n, 140n, 100n]
    const varied = (sign: bigint) =>
      monthly('V', sign, '2025-05-20', 10).map((booking, index) => ({
        ...booking,
        amount: sign * (sizes[index] ?? 0n),
      }))
    expect(learn(varied(1n)).flows).toMatchObject([{ kind: 'income', amount: 90n }])
    expect(learn(varied(-1n)).flows).toMatchObject([{ kind: 'charge', amount: 170n }])
  })

  it('leaves a bonus out', () => {
    const bonus = on('Employer', 380_000n, '2025-12-27')
    const wage = monthly('Employer', 190_000n, '2025-07-27', 8)
    const { flows, leftOut } = learn([...wage.filter(({ day }) => day !== '2025-12-27'), ...bonus])
    expect(flows).toMatchObject([{ amount: 190_000n, bookings: 7 }])
    expect(leftOut).toMatchObject([{ reason: 'too-little', total: 380_000n, bookings: 1 }])
  })
})

describe('charges of a quarter or a year', () => {
  it('are one-off flows for as long as decisions look ahead', () => {
    const water = on('Water', -9_000n, '2025-05-15', '2025-08-15', '2025-11-15', '2026-02-16')
    const insurer = on('Insurer', -30_000n, '2024-06-01', '2025-06-03')
    const { flows, cashFlow } = learn([...water, ...insurer])
    expect(cashFlow.charges).toEqual([])
    expect(flows).toMatchObject([
      { rhythm: 'yearly', bookings: 2, nextDay: expect.stringMatching(/^2026-06-0[1-3]$/) },
      { rhythm: 'quarterly', bookings: 4, nextDay: '2026-05-15' },
    ])
    const sums = ['2027-03-02', '2031-03-02'].map((end) =>
      cashFlow.oneOffs?.reduce((sum, { day, amount }) => (day <= end ? sum - amount : sum), 0n),
    )
    expect(sums).toEqual([4n * 9_000n + 30_000n, 20n * 9_000n + 5n * 30_000n])
  })

  it('never count as income', () => {
    const { cashFlow, flows, leftOut } = learn(
      on('Fund', 9_000n, '2025-05-15', '2025-08-15', '2025-11-15', '2026-02-15'),
    )
    expect([cashFlow.incomes, cashFlow.oneOffs, flows]).toEqual([[], [], []])
    expect(leftOut).toMatchObject([{ reason: 'rare', label: 'Fund', total: 36_000n }])
  })
})

describe('what is left out', () => {
  it('is a flow that has stopped, and said', () => {
    const gym = monthly('Gym', -2_500n, '2025-06-10', 7)
    const { flows, leftOut, cashFlow } = learn(gym)
    expect(flows).toEqual([])
    expect(leftOut).toMatchObject([
      { reason: 'stopped', label: 'Gym', bookings: 7, lastDay: '2025-12-10' },
    ])
    expect(cashFlow.dailySpend).toBe(0n)
    expect(learn(gym, '2026-01-14').flows).toHaveLength(1)
  })

  it('is irregular income', () => {
    const days = ['2025-06-02', '2025-06-29', '2025-09-11', '2026-02-20']
    const { flows, leftOut } = learn(on('Friend', 5_000n, ...days))
    expect(flows).toEqual([])
    expect(leftOut).toMatchObject([{ reason: 'irregular', label: 'Friend', total: 20_000n }])
  })

  it('is a booking with the id of another, one of the future and one of long ago', () => {
    const rent = monthly('L', -7n, '2025-10-05', 5).map((it, index) => ({ ...it, id: `${index}` }))
    const bookings = [
      ...rent,
      ...rent,
      ...on('L', -7n, '2026-03-05'),
      ...on('L', -7n, '2019-03-05'),
    ]
    const { flows, leftOut } = learn(bookings)
    expect(flows).toMatchObject([{ amount: 7n, bookings: 5 }])
    expect(leftOut.map(({ reason, bookings: count }) => [reason, count])).toEqual([
      ['later', 1],
      ['too-old', 1],
      ['duplicate', 5],
    ])
  })

  it('has no label that may not be shown', () => {
    const { leftOut } = learn(on('\u202egnipoohs', 5n, '2026-02-20'))
    expect(leftOut).toEqual([
      { reason: 'too-little', bookings: 1, total: 5n, lastDay: '2026-02-20' },
    ])
  })
})

describe('the daily spend', () => {
  const groceries = daily(2, 90, '2025-09-04', { amount: -3_000n, counterparty: 'Grocer' })

  it('is all that leaves in no rhythm', () => {
    const { spend, cashFlow } = learn(groceries)
    expect(spend).toEqual({ days: 180, bookings: 90, total: 270_000n, perDay: 1_500n })
    expect(cashFlow.dailySpend).toBe(1_500n)
  })

  it('leaves a single big purchase out, and says so', () => {
    const { cashFlow, leftOut } = learn([...groceries, ...on('Cycles', -240_000n, '2026-01-09')])
    expect(cashFlow.dailySpend).toBe(1_500n)
    expect(leftOut).toMatchObject([{ reason: 'single', label: 'Cycles', total: -240_000n }])
  })

  it('counts big purchases that are a way of life', () => {
    const days = ['2025-11-03', '2025-12-19', '2026-01-09', '2026-01-28', '2026-02-20']
    const trips = days.flatMap((day, index) => on(`Airline ${'abcde'[index]}`, -240_000n, day))
    const { spend, leftOut } = learn([...groceries, ...trips])
    expect(leftOut).toEqual([])
    expect(spend.total).toBe(270_000n + 5n * 240_000n)
    expect(spend.perDay).toBeGreaterThanOrEqual(spend.total / 180n)
  })

  it('takes a few days for four weeks', () => {
    expect(learn(on('Grocer', -2_801n, AS_OF)).cashFlow.dailySpend).toBe(101n)
  })
})

describe('bookings', () => {
  it('may be none: the balance alone', () => {
    expect(learn([])).toEqual({
      cashFlow: {
        currency: 'EUR',
        asOf: AS_OF,
        balance: 100_000n,
        incomes: [],
        charges: [],
        dailySpend: 0n,
        oneOffs: [],
      },
      flows: [],
      spend: { days: 1, bookings: 0, total: 0n, perDay: 0n },
      leftOut: [],
    })
  })

  const good: Booking = { day: AS_OF, amount: 10n ** 18n - 1n }
  it.each([
    ['date-format', { ...good, day: '2026-02-30' }],
    ['date-format', { ...good, day: '1899-12-31' }],
    ['amount-range', { ...good, amount: 10n ** 18n }],
    ['amount-range', { ...good, amount: -(10n ** 18n) }],
    ['amount-range', { ...good, amount: 12.5 as unknown as bigint }],
  ])('are refused with %s and their index', (code, bad) => {
    const facts = { currency: 'EUR', asOf: AS_OF, balance: 0n }
    expect(cashFlowFromBookings({ ...facts, bookings: [good] }).ok).toBe(true)
    const refused = cashFlowFromBookings({ ...facts, bookings: [good, bad] })
    expect(refused).toEqual({ ok: false, error: { code, index: 1 } })
  })

  it.each([
    ['currency-unknown', { currency: 'EURO' }],
    ['date-format', { asOf: 'today' }],
    ['amount-range', { balance: 10n ** 18n }],
    ['too-many-bookings', { bookings: every(MAX_BOOKINGS + 1, () => good) }],
  ])('are refused with %s as a whole', (code, change) => {
    const facts = { currency: 'EUR', asOf: AS_OF, balance: 0n, bookings: [good] }
    expect(cashFlowFromBookings(facts).ok).toBe(true)
    expect(cashFlowFromBookings({ ...facts, ...change })).toEqual({ ok: false, error: { code } })
  })

  it('give a cash flow that can be forecast, whatever they are and in whatever order', () => {
    const booking = fc.record(
      {
        id: fc.string({ maxLength: 2 }),
        day: fc.integer({ min: -1000, max: 20 }).map((days) => addDays(AS_OF, days)),
        amount: fc.oneof(fc.bigInt(-9n, 9n), fc.bigInt(-(10n ** 18n) + 1n, 10n ** 18n - 1n)),
        counterparty: fc.oneof(fc.constantFrom('A', 'a 1', 'B'), fc.string({ unit: 'binary' })),
        text: fc.string(),
      },
      { requiredKeys: ['day', 'amount'] },
    )
    const shuffled = fc
      .array(booking, { maxLength: 60 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      )
    fc.assert(
      fc.property(shuffled, ([bookings, others]) => {
        const learned = learn(bookings)
        expect(learn(others)).toEqual(learned)
        expect(forecast(learned.cashFlow, AS_OF, 400).balances).toHaveLength(401)
        for (const { amount, bookings: count } of learned.flows) {
          expect(amount > 0n && count >= 2).toBe(true)
        }
      }),
    )
  })
})
