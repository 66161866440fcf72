import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { dayNumberOf, dayOf } from '../../src/protocol/day-number.ts'
import { addDays } from '../../src/protocol/days.ts'
import {
  lastPlanDay,
  type PlanInterval,
  type PlanRhythm,
  planDays,
} from '../../src/protocol/plan-days.ts'

const STEPS = { P1W: { days: 7 }, P2W: { days: 14 }, P1M: { months: 1 } } as const

const first = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('2000-01-01', days))
const rhythm: fc.Arbitrary<PlanRhythm> = fc
  .record({
    instalments: fc.integer({ min: 1, max: 24 }),
    step: fc.constantFrom<PlanInterval>('P1W', 'P2W', 'P1M'),
    payDay: fc.option(fc.integer({ min: 1, max: 31 }), { nil: undefined }),
  })
  .map(({ instalments, step, payDay }) => ({
    instalments,
    interval: instalments === 1 ? null : step,
    ...(payDay === undefined || step !== 'P1M' || instalments === 1 ? {} : { payDay }),
  }))

/** The days by the calendar arithmetic of ECMAScript, and the pay day by going from day to day. */
function daysByTemporal({ instalments, interval, payDay }: PlanRhythm, from: string): string[] {
  const start = Temporal.PlainDate.from(from)
  if (interval === null) return [from]
  const count = Array.from({ length: instalments }, (_, index) => index)
  if (payDay === undefined) {
    const { days = 0, months = 0 } = STEPS[interval] as { days?: number; months?: number }
    return count.map((n) => start.add({ days: days * n, months: months * n }).toString())
  }
  const days = [from]
  let day = start.add({ days: 14 })
  while (days.length < instalments) {
    if (day.day === Math.min(payDay, day.daysInMonth)) days.push(day.toString())
    day = day.add({ days: 1 })
  }
  return days
}

describe('the days of a plan', () => {
  it('[DAY-03] [DAY-06] are those of the calendar', () => {
    fc.assert(
      fc.property(rhythm, first, (one, from) => {
        const days = planDays(one, dayNumberOf(from)).map(dayOf)
        expect(days).toEqual(daysByTemporal(one, from))
      }),
      { numRuns: 500 },
    )
  })

  it('never come earlier when the first comes later', () => {
    fc.assert(
      fc.property(rhythm, first, (one, from) => {
        const day = dayNumberOf(from)
        const [earlier, later] = [planDays(one, day), planDays(one, day + 1)]
        expect(later.filter((due, index) => due < (earlier[index] ?? 0))).toEqual([])
        expect(lastPlanDay(one, day)).toBe(earlier.at(-1))
      }),
      { numRuns: 500 },
    )
  })

  it('rise, and leave fourteen days before the first pay day', () => {
    fc.assert(
      fc.property(rhythm, first, (one, from) => {
        const days = planDays(one, dayNumberOf(from))
        const gaps = days.slice(1).map((day, index) => day - (days[index] ?? 0))
        expect(gaps.filter((gap) => gap < 7)).toEqual([])
        if (one.payDay !== undefined) expect(gaps[0]).toBeGreaterThanOrEqual(14)
        if (one.payDay !== undefined) expect(gaps[0]).toBeLessThan(14 + 31)
      }),
    )
  })
})
