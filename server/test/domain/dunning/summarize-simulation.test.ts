import { addDays, type Day } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPrices } from '../../../src/cli/journey/read-prices.ts'
import { simulateClaim } from '../../../src/domain/dunning/simulate-journey.ts'
import { summarizeSimulation } from '../../../src/domain/dunning/summarize-simulation.ts'
import { inForce, shipped } from '../compliance/support-law.ts'
import { compiled, JOURNEYS, journeyOf } from './support-journeys.ts'

const law = inForce(shipped('nl-b2c'))
const wik = compiled(journeyOf('nl-consumer-wik'), shipped('nl-b2c'))
const prices = readPrices('defaults', undefined)

function summary(
  paid: readonly (Day | null)[],
  { journey = wik, days = 90, dueDay = '2026-03-01' } = {},
) {
  const claims = paid.map((paidOn, n) => {
    return simulateClaim({ journey, law, days }, { invoiceNumber: `A${n}`, dueDay, paidOn })
  })
  return summarizeSimulation(claims, { days, prices })
}

const sum = (counts: Iterable<number>) => [...counts].reduce((a, b) => a + b, 0)

describe('a run of claims', () => {
  it('shows where each stands by day: waiting, reminded, and how it ends', () => {
    const { standings } = summary(['2026-02-20', '2026-03-10', null])
    const on = (day: number) => Object.fromEntries(standings[day + 30]?.count ?? [])
    expect(on(-30)).toEqual({ waiting: 3 })
    expect(on(-10)).toEqual({ waiting: 3 })
    expect(on(-9)).toEqual({ waiting: 2, 'paid-untouched': 1 })
    // The first reminder goes on the 4th.
    expect(on(3)).toEqual({ reminded: 2, 'paid-untouched': 1 })
    expect(on(9)).toEqual({ reminded: 1, 'paid-after-contact': 1, 'paid-untouched': 1 })
    expect(on(90)).toEqual({
      'hand-over-review': 1,
      'paid-after-contact': 1,
      'paid-untouched': 1,
    })
  })

  it('says on which day a step had to wait, and why', () => {
    const { blocksByDay } = summary([null], { dueDay: '2026-03-05' })
    // Good Friday, a Saturday without hours of the step, Easter Sunday and Monday.
    expect(
      Object.fromEntries([...blocksByDay].map(([day, why]) => [day, [...why.keys()]])),
    ).toEqual(
      expect.objectContaining({
        '2026-04-03': ['calendar'],
        '2026-04-04': ['hours'],
        '2026-04-05': ['calendar'],
        '2026-04-06': ['calendar'],
      }),
    )
  })

  it('says when the cap made a step wait', () => {
    const { steps } = wik
    const [first] = steps
    if (first === undefined) throw new Error('no step')
    const again = (id: string) => ({ ...first, step: { ...first.step, id } })
    const journey = { ...wik, steps: [again('a'), again('b'), again('c')] }
    const { blocksByDay } = summary([null], { journey })
    expect([...blocksByDay.values()].some((reasons) => reasons.has('cap'))).toBe(true)
  })

  it('adds up every message and what it costs, to the ten-thousandth', () => {
    const { costs, messages, messagesByDay } = summary([null, null])
    expect(sum([...messagesByDay.values()].flatMap((day) => [...day.values()]))).toBe(messages)
    const byPart = Object.fromEntries(costs?.byPart ?? [])
    expect(byPart).toMatchObject({ letter: { count: 2, amount: '3.20' } })
    const total = Object.values(byPart).map(({ amount }) => Math.round(Number(amount) * 10_000))
    expect(Math.round(Number(costs?.total) * 10_000)).toBe(sum(total))
    const days = [...(costs?.byDay.values() ?? [])].map((it) => Math.round(Number(it) * 10_000))
    expect(sum(days)).toBe(sum(total))
    expect(Number(costs?.perClaim)).toBeCloseTo(Number(costs?.total) / 2, 4)
  })

  it('loses no claim on any day, whatever was paid when, under any journey', () => {
    const mild = [...JOURNEYS.definitions.values()].filter(({ audience = [] }) => {
      return audience.every(
        ({ fact, value }) => !['country', 'party'].includes(fact) || value === 'NL',
      )
    })
    const paid = fc.option(fc.integer({ min: -40, max: 120 }), { nil: null })
    const days = fc.array(paid, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.constantFrom(...mild), days, (definition, offsets) => {
        const journey = compiled(definition, shipped('nl-b2c'))
        const paidOn = offsets.map((n) => (n === null ? null : addDays('2026-03-01', n)))
        const { standings, byState } = summary(paidOn, { journey })
        expect(sum(byState.values())).toBe(offsets.length)
        for (const { count } of standings) expect(sum(count.values())).toBe(offsets.length)
        const last = new Map<string, number>(standings.at(-1)?.count)
        for (const [state, n] of byState) {
          if (state !== 'running') expect([state, last.get(state)]).toEqual([state, n])
        }
      }),
      { numRuns: 60 },
    )
  })
})
