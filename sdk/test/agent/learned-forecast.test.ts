// What is learned from the past of a known household is held against its future.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Booking,
  cashFlowFromBookings,
  type FoundFlow,
  forecast,
  type LearnedCashFlow,
  MAX_BOOKINGS,
} from '../../src/index.ts'
import { dayNumberOf, dayOf } from '../../src/protocol/day-number.ts'
import {
  bookingsOf,
  createChance,
  type KnownFlow,
  purchases,
} from '../support/household-history.ts'

const FUTURE_DAYS = 60
/** A weekend, a holiday, and a day for what the past has not shown. */
const DRIFT_DAYS = 5

interface Household {
  seed: number
  asOf: number
  months: number
  flows: KnownFlow[]
}

const weeks = fc.constantFrom('weekly', 'two-weekly', 'four-weekly')
const rhythm = fc.oneof({ weight: 2, arbitrary: fc.constant('monthly') }, weeks)

function flow(
  name: string,
  { size, noise }: { size: fc.Arbitrary<number>; noise: number },
): fc.Arbitrary<KnownFlow> {
  return fc.record({
    name: fc.constant(name),
    rhythm: rhythm as fc.Arbitrary<KnownFlow['rhythm']>,
    day: fc.integer({ min: 1, max: 31 }),
    amount: size,
    weekend: fc.constantFrom('before', 'after', 'same'),
    noise: fc.constant(noise),
  })
}

const salary = flow('Employer', { size: fc.integer({ min: 90_000, max: 400_000 }), noise: 900 })
const rent = flow('Landlord', { size: fc.integer({ min: -120_000, max: -50_000 }), noise: 0 })
const parking = flow('Landlord', { size: fc.integer({ min: -9_000, max: -4_000 }), noise: 0 })
const phone = flow('Telecom', { size: fc.integer({ min: -6_000, max: -1_500 }), noise: 60 })
const energy = flow('Energy', { size: fc.integer({ min: -20_000, max: -8_000 }), noise: 700 })

const household: fc.Arbitrary<Household> = fc.record({
  seed: fc.integer(),
  asOf: fc.integer({ min: dayNumberOf('2024-01-01'), max: dayNumberOf('2027-12-31') }),
  months: fc.integer({ min: 5, max: 24 }),
  // Two charges that always meet on one day are one charge of both, whoever looks at them.
  flows: fc
    .tuple(salary, rent, parking, phone, energy)
    .filter(([, one, other]) => one.rhythm !== other.rhythm || isApart(one, other)),
})

/** Further apart than a weekend can hide. */
function isApart(one: KnownFlow, other: KnownFlow): boolean {
  const days = Math.abs(one.day - other.day)
  return one.rhythm === 'monthly' ? days >= 4 && days <= 24 : days % 7 === 3 || days % 7 === 4
}

const BALANCE = 500_000n

/** Whether a found flow is a known one, and is expected when it comes next. */
function isFlow(
  { label, amount, rhythm, nextDay }: FoundFlow,
  { known, next, asOf }: { known: KnownFlow; next: number; asOf: number },
): boolean {
  const isSame =
    label === known.name &&
    rhythm === known.rhythm &&
    Math.abs(Number(amount) - Math.abs(known.amount)) <= known.noise
  const off = dayNumberOf(nextDay) - next
  // A late income that is not counted until it comes is expected the time after.
  const isSkipped = known.amount > 0 && off > DRIFT_DAYS
  return isSame && (isSkipped ? next - asOf <= DRIFT_DAYS : Math.abs(off) <= DRIFT_DAYS)
}

function learn(bookings: readonly Booking[], asOf: number): LearnedCashFlow {
  const facts = { bookings, currency: 'EUR', asOf: dayOf(asOf), balance: BALANCE }
  const learned = cashFlowFromBookings(facts)
  if (!learned.ok) throw new Error(learned.error.code)
  return learned.value
}

/** The bookings of every flow, from the household's first to its last day and 60 days on. */
function live({ seed, asOf, months, flows }: Household) {
  const chance = createChance(seed)
  const span = { from: asOf - Math.round(months * 30.4), to: asOf + FUTURE_DAYS + DRIFT_DAYS }
  const all = flows.map((known) => bookingsOf(known, span, chance))
  const today = dayOf(asOf)
  return {
    chance,
    span: { from: span.from, to: asOf },
    past: all.map((list) => list.filter(({ day }) => day <= today)),
    future: all.map((list) => list.filter(({ day }) => day > today)),
  }
}

describe('learning from bookings', () => {
  it('finds 99 in 100 flows with rhythm and day, and invents fewer than 1 in 100', () => {
    const tally = { known: 0, missed: 0, invented: 0 }
    for (const facts of fc.sample(household, 300)) {
      const { past, future, span, chance } = live(facts)
      const { flows } = learn([...past.flat(), ...purchases(span, chance)], facts.asOf)
      const found = facts.flows.filter((known, index) => {
        const next = dayNumberOf(future[index]?.[0]?.day ?? '')
        return flows.some((flow) => isFlow(flow, { known, next, asOf: facts.asOf }))
      })
      tally.known += facts.flows.length
      tally.missed += facts.flows.length - found.length
      tally.invented += Math.max(0, flows.length - found.length)
    }
    expect(tally.known).toBeGreaterThan(600)
    expect(tally.missed / tally.known).toBeLessThan(0.01)
    expect(tally.invented / tally.known).toBeLessThan(0.01)
  })

  it('forecasts 60 days as if money came up to five days late, never as if it came early', () => {
    const outside = fc.sample(household, 300).filter((facts) => {
      const { past, future } = live(facts)
      const { cashFlow } = learn(past.flat(), facts.asOf)
      const { balances } = forecast(cashFlow, dayOf(facts.asOf), FUTURE_DAYS)
      const bookings = future.flat()
      // A cent's noise of each booking, and of what is forecast in its place.
      const noise = BigInt(2 * bookings.length * 900)
      // An income that was due when the past ended counts only when it has come.
      const late = BigInt(facts.flows[0]?.amount ?? 0)
      return balances.some((balance, index) => {
        const { least, most } = boundsOn(bookings, facts.asOf + index)
        return balance > most + noise || balance < least - noise - late
      })
    })
    expect(outside.length).toBeLessThanOrEqual(3)
  })

  it('takes everyday spending for no less than its average, and for little more', () => {
    fc.assert(
      fc.property(household, fc.double({ min: 0.3, max: 2, noNaN: true }), (facts, perDay) => {
        const { past, span, chance } = live(facts)
        const bought = purchases(span, chance, perDay)
        const { spend, leftOut } = learn([...past.flat(), ...bought], facts.asOf)
        const from = dayOf(facts.asOf - spend.days + 1)
        const total = bought.reduce((sum, it) => (it.day >= from ? sum - it.amount : sum), 0n)
        const singles = leftOut.filter(({ reason }) => reason === 'single')
        fc.pre(singles.reduce((sum, it) => sum - it.total, spend.total) === total)
        const average = Number(spend.total) / spend.days
        expect(Number(spend.perDay)).toBeGreaterThanOrEqual(average)
        expect(Number(spend.perDay)).toBeLessThanOrEqual(average * 1.6 + 300)
      }),
      { numRuns: 200 },
    )
  })

  it('never counts on income that comes at random', () => {
    const random = fc.record({
      seed: fc.integer(),
      asOf: fc.constant(dayNumberOf('2026-03-02')),
      perDay: fc.double({ min: 0.01, max: 0.3, noNaN: true }),
    })
    let invented = 0
    fc.assert(
      fc.property(random, ({ seed, asOf, perDay }) => {
        const chance = createChance(seed)
        const bought = purchases({ from: asOf - 700, to: asOf }, chance, perDay)
        const { flows } = learn(
          bought.map((it) => ({ ...it, amount: -it.amount })),
          asOf,
        )
        if (flows.length > 0) invented++
      }),
      { numRuns: 1000 },
    )
    // 3,000 senders at random; chance must be allowed its few.
    expect(invented).toBeLessThanOrEqual(10)
  })

  // A step that is quadratic in them takes longer than a test may.
  it('learns from as many bookings as it takes, however they are made', () => {
    const chance = createChance(1)
    const whole = (below: number) => Math.floor(chance() * below)
    const made = (make: (index: number) => Partial<Booking>) =>
      Array.from({ length: MAX_BOOKINGS }, (_, index) => ({
        day: dayOf(20_000 + whole(800)),
        amount: BigInt(whole(1e6) - 5e5),
        ...make(index),
      }))
    const long = 'ﷺ'.repeat(5_000)
    const hostile = {
      'one counterparty': made(() => ({})),
      'each its own': made((index) => ({
        counterparty: `sender ${'x'.repeat(index % 90)}${index}`,
      })),
      'three of each, monthly': made((index) => ({
        day: dayOf(20_700 + (index % 3) * 30),
        counterparty: `n${String.fromCharCode(...[...`${index % 33_333}`].map((d) => 97 + Number(d)))}`,
      })),
      'amounts that double': made((index) => ({ amount: 1n << BigInt(index % 59) })),
      'a century of days': made(() => ({ day: dayOf(whole(36_500)) })),
      'long names': made((index) => ({ counterparty: long, text: `${index}` })),
    }
    for (const [name, bookings] of Object.entries(hostile)) {
      expect(learn(bookings, 20_800).flows, name).toBeInstanceOf(Array)
    }
  })
})

/** What may have happened by the end of a day, if money came later or left earlier than it did. */
function boundsOn(bookings: readonly Booking[], on: number): { least: bigint; most: bigint } {
  let [least, most] = [BALANCE, BALANCE]
  for (const { day, amount } of bookings) {
    const number = dayNumberOf(day)
    const isIncome = amount > 0n
    if (number <= on + (isIncome ? -DRIFT_DAYS : DRIFT_DAYS)) least += amount
    if (number <= on + (isIncome ? DRIFT_DAYS : -DRIFT_DAYS)) most += amount
  }
  return { least, most }
}
