import { addDays, compareDays, weekday } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CollectionFacts,
  decideCollectionFailure,
} from '../../../src/domain/claim/collection-failure.ts'

/** A Tuesday; Good Friday and Easter Monday are the next days on which banks rest. */
const FACTS: CollectionFacts = {
  today: '2026-03-24',
  payDay: null,
  maxTimes: 2,
  bankHolidays: new Set(['2026-04-03', '2026-04-06']),
}
const NEVER = { last: null, timesAgain: 0 }
const FUNDS = { reason: 'insufficient-funds' } as const

function decide(facts: Partial<CollectionFacts> = {}, before: typeof NEVER | object = {}) {
  return decideCollectionFailure(FUNDS, { ...NEVER, ...before }, { ...FACTS, ...facts })
}

describe('a collection that failed for lack of funds', () => {
  it.each([
    ['on the next pay day', { payDay: 27 }, '2026-03-27', '2026-04-07'],
    ['next month, when the day is too close', { payDay: 25 }, '2026-04-27', '2026-05-04'],
    ['on the bank day after a pay day on a holiday', { payDay: 3 }, '2026-04-07', '2026-04-14'],
    ['on the last of a short month', { payDay: 31 }, '2026-03-31', '2026-04-09'],
    ['after a week, without a known pay day', {}, '2026-03-31', '2026-04-09'],
  ])('is tried again %s', (_title, facts, againOn, restsUntil) => {
    expect(decide(facts)).toEqual({ ok: true, value: { againOn, restsUntil } })
  })

  it('is not tried more often than the journey says, and reminders rest for returns alone', () => {
    const value = { againOn: null, restsUntil: '2026-03-31' }
    expect(decide({}, { timesAgain: 2 })).toEqual({ ok: true, value })
    expect(decide({ maxTimes: 0 })).toEqual({ ok: true, value })
  })

  it('is known already while the next try is still to come', () => {
    expect(decide({}, { last: { againOn: '2026-03-31' }, timesAgain: 1 })).toEqual({
      ok: true,
      value: undefined,
    })
    expect(decide({}, { last: { againOn: '2026-03-24' }, timesAgain: 1 })).toMatchObject({
      value: { againOn: '2026-03-31' },
    })
  })

  it('is tried on a bank day, two bank days from now at the earliest', () => {
    const days = fc.integer({ min: 0, max: 400 }).map((count) => addDays('2026-01-01', count))
    const payDays = fc.option(fc.integer({ min: 1, max: 31 }))
    fc.assert(
      fc.property(days, payDays, (today, payDay) => {
        const decided = decide({ today, payDay })
        if (!decided.ok || decided.value === undefined) throw new Error('refused')
        const { againOn, restsUntil } = decided.value
        if (againOn === null) throw new Error('not tried')
        expect(weekday(againOn)).toBeLessThan(6)
        expect(FACTS.bankHolidays.has(againOn)).toBe(false)
        expect(compareDays(againOn, addDays(today, 2))).toBeGreaterThanOrEqual(0)
        expect(compareDays(againOn, addDays(today, 40))).toBeLessThan(0)
        expect(compareDays(restsUntil, addDays(againOn, 5))).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('a card or mandate that was refused', () => {
  it('is not tried again', () => {
    expect(decideCollectionFailure({ reason: 'refused' }, NEVER, FACTS)).toEqual({
      ok: true,
      value: { againOn: null, restsUntil: '2026-03-31' },
    })
  })
})

describe('the day of a failure', () => {
  it.each([
    ['2026-03-25', 'date-outside-window'],
    ['2025-12-23', 'date-outside-window'],
    ['2026-02-30', 'date-invalid'],
  ])('%s is refused as %s', (on, code) => {
    expect(decideCollectionFailure({ ...FUNDS, on }, NEVER, FACTS)).toMatchObject({
      ok: false,
      error: { code, pointer: '/on' },
    })
  })

  it.each(['2026-03-24', '2025-12-24'])('%s is taken', (on) => {
    expect(decideCollectionFailure({ ...FUNDS, on }, NEVER, FACTS)).toMatchObject({ ok: true })
  })
})
