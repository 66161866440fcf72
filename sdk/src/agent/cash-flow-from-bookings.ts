// A household's cash flow from what its bank account really did, for a person who states nothing.
// Prudent throughout, and everything that it believes or leaves out is said.

import { dayOf } from '../protocol/day-number.ts'
import type { Result } from '../protocol/result.ts'
import { ok } from '../protocol/result.ts'
import {
  type BookingFacts,
  type BookingRefusal,
  type Entry,
  leaveOut,
  type ReadBookings,
  readBookings,
} from './booking.ts'
import { labelOf } from './booking-name.ts'
import type { CashFlow, OneOffFlow, RegularFlow } from './cash-flow.ts'
import { findDailySpend } from './daily-spend.ts'
import { expectFlow, oneOffsOf } from './expect-flow.ts'
import { findPatterns, type Pattern } from './find-flows.ts'
import type { FoundFlow, LearnedCashFlow, LeftOut } from './learned-cash-flow.ts'
import { prudentCharge, prudentIncome } from './prudent-amount.ts'
import { LEAST_SPAN_DAYS } from './rhythm.ts'

/**
 * Learns a household's cash flow from the bookings of its account.
 *
 * Counted are incomes and charges that come every week, two weeks, four weeks or month, for two
 * months and three times at least, and charges of every quarter or year as one-off flows. An income
 * counts with a low amount on the latest day on which it usually comes, a charge with a high one on the
 * earliest; irregular income never; what did not come when it was due no more; all other money that
 * left as daily spend, but for single big purchases. `flows`, `spend` and `leftOut` say so, for the
 * person to see. The order of the bookings does not matter.
 *
 * Three months are a start and two years are plenty; only the latest 800 days are used. At most
 * 100,000 bookings. Refuses `currency-unknown`, `date-format`, `amount-range` and
 * `too-many-bookings`, with the index of the booking.
 *
 * @example
 * import { type Booking, cashFlowFromBookings } from '@parley/sdk'
 * const bookings: Booking[] = ['2025-12-24', '2026-01-26', '2026-02-25'].map((day) => ({
 *   ...{ day, amount: 210_000n, counterparty: 'Harbour Works' },
 * }))
 * const facts = { bookings, currency: 'EUR', asOf: '2026-03-02', balance: 150_000n }
 * const learned = cashFlowFromBookings(facts)
 * if (learned.ok) console.log(learned.value.flows.map(({ rhythm, nextDay }) => [rhythm, nextDay]))
 */
export function cashFlowFromBookings(facts: BookingFacts): Result<LearnedCashFlow, BookingRefusal> {
  const read = readBookings(facts)
  return read.ok ? ok(learn(facts, read.value)) : read
}

function learn(facts: BookingFacts, { asOf, entries, leftOut }: ReadBookings): LearnedCashFlow {
  const incoming = findPatterns(entries.filter(({ amount }) => amount > 0n))
  const outgoing = findPatterns(entries.filter(({ amount }) => amount < 0n))
  const incomes = assess(incoming.patterns, 'income', asOf)
  const charges = assess(outgoing.patterns, 'charge', asOf)
  const since = entries[0]?.number ?? asOf
  const daily = findDailySpend({ rest: outgoing.rest, since, asOf })
  const lastIncome = incomes.counted
    .map(({ found }) => found.lastDay)
    .sort()
    .at(-1)
  const cashFlow: CashFlow = {
    currency: facts.currency,
    asOf: facts.asOf,
    balance: facts.balance,
    incomes: incomes.counted.flatMap(({ regular }) => regular),
    charges: charges.counted.flatMap(({ regular }) => regular),
    dailySpend: daily.spend.perDay,
    oneOffs: charges.counted.flatMap(({ oneOffs }) => oneOffs),
    ...(lastIncome === undefined ? {} : { lastIncome }),
  }
  return {
    cashFlow,
    flows: [...incomes.counted, ...charges.counted].map(({ found }) => found),
    spend: daily.spend,
    leftOut: [
      ...incomes.leftOut,
      ...charges.leftOut,
      ...incoming.rest.map(unreliable),
      ...daily.leftOut,
      ...leftOut,
    ],
  }
}

interface Counted {
  readonly found: FoundFlow
  readonly regular: readonly RegularFlow[]
  readonly oneOffs: readonly OneOffFlow[]
}

/** Counts the patterns of one kind that go on, the largest first. */
function assess(
  patterns: readonly Pattern[],
  kind: FoundFlow['kind'],
  asOf: number,
): { counted: Counted[]; leftOut: LeftOut[] } {
  const counted: Counted[] = []
  const leftOut: LeftOut[] = []
  for (const pattern of patterns) {
    const result = countOn(pattern, kind, asOf)
    if ('reason' in result) leftOut.push(result)
    else counted.push(result)
  }
  return { counted: counted.sort((a, b) => compareFlows(a.found, b.found)), leftOut }
}

function countOn(pattern: Pattern, kind: FoundFlow['kind'], asOf: number): Counted | LeftOut {
  const { fit, amounts, entries } = pattern
  const last = entries.at(-1)
  const shown = last === undefined ? undefined : labelOf(last.booking)
  const isRare = fit.rhythm === 'quarterly' || fit.rhythm === 'yearly'
  const expected = expectFlow(pattern, kind, asOf)
  if (expected === null) return leaveOut('stopped', entries, shown)
  if (isRare && kind === 'income') return leaveOut('rare', entries, shown)

  const amount = kind === 'income' ? prudentIncome(amounts) : prudentCharge(amounts)
  const label = shown === undefined ? {} : { label: shown }
  const { recurrence } = expected
  return {
    found: {
      kind,
      ...label,
      rhythm: fit.rhythm,
      amount,
      bookings: entries.length,
      lastDay: last?.booking.day ?? dayOf(asOf),
      nextDay: dayOf(expected.next),
    },
    regular: recurrence === undefined ? [] : [{ ...recurrence, amount, ...label }],
    oneOffs: oneOffsOf(expected, { amount, ...label }),
  }
}

/** Income of one counterparty that follows no rhythm. */
function unreliable(entries: readonly Entry[]): LeftOut {
  const [first] = entries
  const last = entries.at(-1)
  const span = first === undefined || last === undefined ? 0 : last.number - first.number
  const isLittle = entries.length < 3 || span < LEAST_SPAN_DAYS
  const label = last === undefined ? undefined : labelOf(last.booking)
  return leaveOut(isLittle ? 'too-little' : 'irregular', entries, label)
}

function compareFlows(a: FoundFlow, b: FoundFlow): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1
  if (a.nextDay !== b.nextDay) return a.nextDay < b.nextDay ? -1 : 1
  return 0
}
