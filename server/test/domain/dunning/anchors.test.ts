import { addDays, type Day, dayInZone, daysBetween } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AnchorFacts,
  afterPrevious,
  anchorInstant,
} from '../../../src/domain/dunning/anchors.ts'
import type { StepDone } from '../../../src/domain/dunning/journey.ts'
import type { Anchor, StepDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import { askedAgent } from '../../../src/domain/dunning/step-key.ts'
import { at, factsOf, HOUR, ZONE } from './support-facts.ts'
import { message } from './support-journeys.ts'

/** Every anchor known, each at another time. */
const KNOWN: AnchorFacts = {
  respondBy: at('2026-03-10', '16:30'),
  dueDate: '2026-03-27',
  triggerAt: at('2026-03-09', '11:15'),
  anchorDay: '2026-04-15',
  payDay: 25,
  noticeLastDay: '2026-05-04',
  holdEndedAt: at('2026-06-01', '23:45'),
  timeZone: ZONE,
}
const DONE: StepDone[] = [{ stepId: 'before', at: at('2026-04-02', '17:59') }]

const task = { do: 'task', task: 'look', withinWorkingDays: 1 } as const

function acts(anchor: Anchor, offsetDays: number): StepDefinition {
  return { id: 'acts', anchor, offsetDays, daysAfterPrevious: 0, acts: [task] }
}

describe('a step counts from', () => {
  it.each<[Anchor, string, string, string, string]>([
    ['respond-by', '2026-03-10', '16:30', '2026-03-12', '09:00'],
    ['trigger', '2026-03-09', '11:15', '2026-03-11', '09:00'],
    ['hold-end', '2026-06-01', '23:45', '2026-06-03', '09:00'],
    ['legal-term', '2026-03-27', '09:00', '2026-03-29', '09:00'],
    ['previous-step', '2026-04-02', '09:00', '2026-04-04', '09:00'],
    ['notice-term-end', '2026-05-04', '09:00', '2026-05-06', '09:00'],
    ['pay-day', '2026-04-25', '09:00', '2026-04-27', '09:00'],
    ['promise-day', '2026-04-15', '09:00', '2026-04-17', '09:00'],
    ['instalment-day', '2026-04-15', '09:00', '2026-04-17', '09:00'],
  ])('%s: on the day itself, and two days later', (anchor, day, time, later, morning) => {
    const own = (offsetDays: number) => {
      return anchorInstant(message('one', offsetDays, { anchor }), DONE, KNOWN)
    }
    expect(own(0)).toBe(at(day, time))
    expect(own(2)).toBe(at(later, morning))
  })

  it('the start of the day where it only acts', () => {
    expect(anchorInstant(acts('legal-term', 3), [], KNOWN)).toBe(at('2026-03-30', '00:00'))
    expect(anchorInstant(acts('trigger', 0), [], KNOWN)).toBe(KNOWN.triggerAt)
  })

  it('what started the journey, where no step came before', () => {
    expect(anchorInstant(message('one', 1, { anchor: 'previous-step' }), [], KNOWN)).toBe(
      at('2026-03-10', '09:00'),
    )
  })

  it.each<[Anchor, Partial<AnchorFacts>]>([
    ['notice-term-end', { noticeLastDay: null }],
    ['pay-day', { payDay: null }],
    ['promise-day', { anchorDay: null }],
    ['instalment-day', { anchorDay: null }],
    ['hold-end', { holdEndedAt: null }],
  ])('%s: nothing while that is not known', (anchor, unknown) => {
    for (const offsetDays of [0, 2]) {
      const step = message('one', offsetDays, { anchor })
      expect(anchorInstant(step, DONE, { ...KNOWN, ...unknown })).toBeNull()
      expect(anchorInstant(step, DONE, KNOWN)).not.toBeNull()
    }
  })

  it('days before, across a month and a leap day', () => {
    const before = (dueDate: Day) => {
      return anchorInstant(message('one', -2, {}), [], { ...KNOWN, dueDate })
    }
    expect(before('2028-03-01')).toBe(at('2028-02-28', '09:00'))
    expect(before('2026-03-01')).toBe(at('2026-02-27', '09:00'))
  })
})

describe('the pay day', () => {
  it.each<[string, Day, number, Day]>([
    ['is on the due day', '2026-03-25', 25, '2026-03-25'],
    ['is later in the month', '2026-03-25', 26, '2026-03-26'],
    ['is past and comes next month', '2026-03-26', 25, '2026-04-25'],
    ['is past and comes next year', '2026-12-26', 25, '2027-01-25'],
    ['is the first of next year', '2026-12-02', 1, '2027-01-01'],
    ['is the 31st of a month of 30 days', '2026-04-01', 31, '2026-04-30'],
    ['is the 31st, due on the last of a month of 30 days', '2026-04-30', 31, '2026-04-30'],
    ['is the 31st of February', '2026-02-10', 31, '2026-02-28'],
    ['is the 30th of February in a leap year', '2028-02-10', 30, '2028-02-29'],
    ['is the 29th of February', '2026-02-10', 29, '2026-02-28'],
    ['is the 29th of February in a leap year', '2028-02-29', 29, '2028-02-29'],
    ['is the 28th, due on a leap day', '2028-02-29', 28, '2028-03-28'],
    ['is the 30th, past on the 31st of January', '2026-01-31', 30, '2026-02-28'],
    ['is the 29th of a century without a leap day', '2100-02-01', 29, '2100-02-28'],
  ])('%s', (_, dueDate, payDay, expected) => {
    const facts = { ...KNOWN, dueDate, payDay }
    expect(anchorInstant(message('one', 0, { anchor: 'pay-day' }), [], facts)).toBe(
      at(expected, '09:00'),
    )
  })

  it('comes within a month of the due day, on its date or the last of a shorter month', () => {
    const days = fc.integer({ min: 0, max: 9000 }).map((n) => addDays('2024-01-01', n))
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 31 }), (dueDate, payDay) => {
        const step = acts('pay-day', 0)
        const found = anchorInstant(step, [], { ...KNOWN, dueDate, payDay }) ?? Number.NaN
        const day = dayInZone(found, ZONE)
        expect(daysBetween(dueDate, day)).toBeGreaterThanOrEqual(0)
        expect(daysBetween(dueDate, day)).toBeLessThanOrEqual(31)
        const isLast = addDays(day, 1).endsWith('-01')
        const date = Number(day.slice(8))
        expect(date === payDay || (isLast && date < payDay)).toBe(true)
      }),
    )
  })
})

describe('on days on which the clocks change', () => {
  it('a step is due at its hour on the wall', () => {
    const due = (dueDate: Day) => anchorInstant(message('one', 0), [], { ...KNOWN, dueDate })
    expect(due('2026-03-29')).toBe(Date.parse('2026-03-29T07:00:00Z') / 1000)
    expect(due('2026-03-28')).toBe(Date.parse('2026-03-28T08:00:00Z') / 1000)
    expect(due('2026-10-25')).toBe(Date.parse('2026-10-25T08:00:00Z') / 1000)
    expect(due('2026-10-24')).toBe(Date.parse('2026-10-24T07:00:00Z') / 1000)
  })

  it('a day that begins at one o’clock has its steps, and on that day', () => {
    const timeZone = 'America/Santiago'
    const facts = { ...KNOWN, dueDate: '2026-09-06', timeZone }
    const due = anchorInstant(acts('legal-term', 0), [], facts) ?? Number.NaN
    expect(dayInZone(due, timeZone)).toBe('2026-09-06')
    expect(dayInZone(due - 1, timeZone)).toBe('2026-09-05')
  })

  it('days between two steps are days of the calendar', () => {
    const step = { ...message('two', 0), daysAfterPrevious: 2 }
    const before = (day: Day) => [{ stepId: 'one', at: at(day, '17:30') }]
    expect(afterPrevious(step, before('2026-10-24'), ZONE)).toBe(at('2026-10-26', '09:00'))
    expect(afterPrevious(step, before('2026-03-28'), ZONE)).toBe(at('2026-03-30', '09:00'))
  })
})

describe('a step after the one before', () => {
  const apart = (days: number) => ({ ...message('two', 0), daysAfterPrevious: days })

  it('waits for nothing where it is the first', () => {
    expect(afterPrevious(apart(5), [], ZONE)).toBe(Number.NEGATIVE_INFINITY)
  })

  it('may follow at once where no days are asked for', () => {
    expect(afterPrevious(apart(0), DONE, ZONE)).toBe(DONE[0]?.at)
    expect(afterPrevious(apart(1), DONE, ZONE)).toBe(at('2026-04-03', '09:00'))
  })

  it('counts from the last step, and not from asking the agent about itself', () => {
    const asked = { stepId: askedAgent('two'), at: at('2026-04-08', '10:00') }
    expect(afterPrevious(apart(5), [...DONE, asked], ZONE)).toBe(at('2026-04-07', '09:00'))
    const step = message('two', 5, { anchor: 'previous-step' })
    expect(anchorInstant(step, [...DONE, asked], KNOWN)).toBe(at('2026-04-07', '09:00'))
    const { anchors } = factsOf()
    expect(anchorInstant(step, [asked], anchors)).toBe(
      at(dayInZone(anchors.triggerAt + 5 * 24 * HOUR, ZONE), '09:00'),
    )
  })
})
