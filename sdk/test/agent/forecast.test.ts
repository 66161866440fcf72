import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CashFlow, forecast } from '../../src/index.ts'
import {
  addMonths,
  dayNumberOf,
  dayOf,
  daysInMonth,
  toCivil,
} from '../../src/protocol/day-number.ts'
import { addDays, addMonthsAnchored, daysBetween } from '../../src/protocol/index.ts'
import { CASH_FLOW, TODAY } from '../support/fixtures.ts'

const anyDay = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('1930-01-01', days))

describe('day numbers', () => {
  it('agree with the calendar of the protocol', () => {
    fc.assert(
      fc.property(anyDay, anyDay, fc.integer({ min: 0, max: 72 }), (day, other, months) => {
        const number = dayNumberOf(day)
        expect(dayOf(number)).toBe(day)
        expect(dayNumberOf(other) - number).toBe(daysBetween(day, other))
        expect(dayOf(addMonths(toCivil(number), months))).toBe(addMonthsAnchored(day, months))
      }),
    )
  })

  it('know leap years', () => {
    expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29])
  })
})

describe('a forecast', () => {
  it('adds every flow on its day, exactly', () => {
    const { balances } = forecast(CASH_FLOW, TODAY, 26)
    expect(balances[0]).toBe(150_000n)
    // Rent on the 3rd, then 15.00 a day, then the salary on the 27th.
    expect(balances[1]).toBe(150_000n - 70_000n - 1_500n)
    expect(balances[24]).toBe(80_000n - 24n * 1_500n)
    expect(balances[25]).toBe(80_000n - 25n * 1_500n + 220_000n)
  })

  it('takes the last day of a short month for the 31st', () => {
    const cashFlow: CashFlow = {
      ...CASH_FLOW,
      asOf: '2026-01-31',
      incomes: [{ dayOfMonth: 31, amount: 100n }],
      charges: [],
      dailySpend: 0n,
    }
    const { balances, daysSinceIncome } = forecast(cashFlow, '2026-01-31', 59)
    expect(balances[27]).toBe(150_000n)
    expect(balances[28]).toBe(150_100n)
    expect(balances[59]).toBe(150_200n)
    expect([daysSinceIncome[27], daysSinceIncome[28], daysSinceIncome[30]]).toEqual([
      Infinity,
      0,
      2,
    ])
  })

  it('repeats every so many days from the first day on, not before', () => {
    const cashFlow: CashFlow = {
      ...CASH_FLOW,
      charges: [],
      dailySpend: 0n,
      incomes: [{ everyDays: 14, from: '2026-03-10', amount: 5n }],
    }
    const { balances } = forecast(cashFlow, TODAY, 30)
    expect([7, 8, 21, 22].map((index) => balances[index])).toEqual([
      150_000n,
      150_005n,
      150_005n,
      150_010n,
    ])
  })

  it('rolls an older balance forward to today', () => {
    const late = forecast(CASH_FLOW, addDays(TODAY, 10), 20)
    expect(late.balances).toEqual(forecast(CASH_FLOW, TODAY, 30).balances.slice(10))
  })

  it('is the sum of all flows up to a day, whatever the flows', () => {
    const flow = fc.record({
      dayOfMonth: fc.integer({ min: 1, max: 31 }),
      amount: fc.bigInt(0n, 10n ** 12n),
    })
    const facts = fc.record({
      incomes: fc.array(flow, { maxLength: 3 }),
      charges: fc.array(flow, { maxLength: 3 }),
      dailySpend: fc.bigInt(0n, 10n ** 9n),
      horizon: fc.integer({ min: 0, max: 120 }),
      asOf: anyDay,
    })
    fc.assert(
      fc.property(facts, ({ horizon, asOf, ...flows }) => {
        const cashFlow: CashFlow = { ...CASH_FLOW, ...flows, asOf }
        const { balances } = forecast(cashFlow, asOf, horizon)
        let expected = cashFlow.balance
        for (let index = 1; index <= horizon; index++) {
          const day = addDays(asOf, index)
          const isMonthEnd = addDays(day, 1).endsWith('-01')
          const isOn = ({ dayOfMonth }: { dayOfMonth: number }) =>
            Number(day.slice(8)) === dayOfMonth || (isMonthEnd && dayOfMonth > Number(day.slice(8)))
          const total = (list: { dayOfMonth: number; amount: bigint }[]) =>
            list.filter(isOn).reduce((sum, { amount }) => sum + amount, 0n)
          expected += total(flows.incomes) - total(flows.charges) - flows.dailySpend
          expect(balances[index]).toBe(expected)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('throws for a rhythm that is none', () => {
    const broken = { ...CASH_FLOW, incomes: [{ dayOfMonth: 0, amount: 1n }] }
    expect(() => forecast(broken, TODAY, 10)).toThrow(RangeError)
  })
})
