// The household as its agent sees it: what comes in, what goes out, day by day. Stays with the
// agent: no number of this file ever goes on the wire.

import { type DayNumber, dayNumberOf, daysInMonth, toCivil } from '../protocol/day-number.ts'
import type { Day } from '../protocol/days.ts'
import type { Currency } from '../protocol/money.ts'

/** When a regular flow happens. */
export type Recurrence =
  /** Every month; day 31 means the last day in shorter months. Not before the day `from`, if given. */
  | { readonly dayOfMonth: number; readonly from?: Day }
  /** Every `everyDays` days, counted from the day `from`, which is the first. */
  | { readonly everyDays: number; readonly from: Day }

/** An income or a charge that comes back; `amount` is positive, in minor units. */
export type RegularFlow = Recurrence & { readonly amount: bigint; readonly label?: string }

/** A single flow; `amount` in minor units, negative for money that leaves. */
export interface OneOffFlow {
  readonly day: Day
  readonly amount: bigint
  readonly label?: string
}

/** What is known of a household's money, in one currency and its minor units. */
export interface CashFlow {
  readonly currency: Currency
  /** The day at whose end `balance` was right; flows count from the day after. */
  readonly asOf: Day
  readonly balance: bigint
  readonly incomes: readonly RegularFlow[]
  readonly charges: readonly RegularFlow[]
  /** What everyday life costs a day. */
  readonly dailySpend: bigint
  readonly oneOffs?: readonly OneOffFlow[]
  /** Day of the last income before `asOf`, if known; only a preference depends on it. */
  readonly lastIncome?: Day
}

/** End-of-day balances; index 0 is today, index n the day n days later. */
export interface Forecast {
  readonly today: Day
  readonly balances: readonly bigint[]
  /** Days since the latest income; `Infinity` when there was none. */
  readonly daysSinceIncome: readonly number[]
}

/** Longest forecast, and the most days between `asOf` and today. */
export const MAX_FORECAST_DAYS = 4000

/**
 * Projects a household's balance for today and the `horizonDays` days after it.
 *
 * Deterministic and exact: the balance of `asOf` plus every flow after it up to the end of each
 * day. Days up to `asOf` have its balance.
 *
 * @throws {RangeError} for a horizon, a rhythm or an `asOf` out of range.
 *
 * @example
 * import { type CashFlow, forecast } from '@parley/sdk'
 * const home: CashFlow = {
 *   currency: 'EUR',
 *   asOf: '2026-03-01',
 *   balance: 90_000n,
 *   incomes: [{ dayOfMonth: 3, amount: 50_000n }],
 *   charges: [],
 *   dailySpend: 1_000n,
 * }
 * forecast(home, '2026-03-01', 3).balances // => [90_000n, 89_000n, 138_000n, 137_000n]
 */
export function forecast(cashFlow: CashFlow, today: Day, horizonDays: number): Forecast {
  checkCashFlow(cashFlow)
  const from = dayNumberOf(cashFlow.asOf)
  const first = dayNumberOf(today)
  const isInRange =
    horizonDays >= 0 && horizonDays <= MAX_FORECAST_DAYS && first - from <= MAX_FORECAST_DAYS
  if (!isInRange) throw new RangeError('the forecast is too long')

  const flowOn = flowsByDay(cashFlow)
  const balances: bigint[] = []
  const daysSinceIncome: number[] = []
  let balance = cashFlow.balance
  let lastIncome = cashFlow.lastIncome === undefined ? -Infinity : dayNumberOf(cashFlow.lastIncome)
  for (let number = Math.min(from + 1, first); number <= first + horizonDays; number++) {
    if (number > from) {
      const flow = flowOn(number)
      balance += flow.net
      if (flow.isPayday) lastIncome = number
    }
    if (number >= first) {
      balances.push(balance)
      daysSinceIncome.push(number - lastIncome)
    }
  }
  return { today, balances, daysSinceIncome }
}

interface DayFlow {
  readonly net: bigint
  readonly isPayday: boolean
}

function flowsByDay(cashFlow: CashFlow): (number: DayNumber) => DayFlow {
  const { incomes, charges, dailySpend, oneOffs = [] } = cashFlow
  const single = new Map<DayNumber, bigint>()
  for (const { day, amount } of oneOffs) {
    const number = dayNumberOf(day)
    single.set(number, (single.get(number) ?? 0n) + amount)
  }
  return (number) => {
    const income = sumOn(incomes, number)
    const net = income - sumOn(charges, number) - dailySpend + (single.get(number) ?? 0n)
    return { net, isPayday: income > 0n }
  }
}

function sumOn(flows: readonly RegularFlow[], number: DayNumber): bigint {
  return flows.reduce((sum, flow) => (isOn(flow, number) ? sum + flow.amount : sum), 0n)
}

function isOn(recurrence: Recurrence, number: DayNumber): boolean {
  if ('everyDays' in recurrence) {
    const elapsed = number - dayNumberOf(recurrence.from)
    return elapsed >= 0 && elapsed % recurrence.everyDays === 0
  }
  if (recurrence.from !== undefined && number < dayNumberOf(recurrence.from)) return false
  const { year, month, day } = toCivil(number)
  return day === Math.min(recurrence.dayOfMonth, daysInMonth(year, month))
}

function checkCashFlow({ incomes, charges }: CashFlow): void {
  for (const flow of [...incomes, ...charges]) {
    const [rhythm, most] =
      'everyDays' in flow ? [flow.everyDays, MAX_FORECAST_DAYS] : [flow.dayOfMonth, 31]
    if (!Number.isSafeInteger(rhythm) || rhythm < 1 || rhythm > most) {
      throw new RangeError('a flow needs a day of the month or a number of days')
    }
    if (flow.amount < 0n) throw new RangeError('a regular flow has a positive amount')
  }
}
