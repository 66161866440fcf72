import { addDays, dayInZone, instantInZone, weekday } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import type { Journey } from '../../../src/domain/dunning/journey.ts'
import { nextStep, type PlanFacts } from '../../../src/domain/dunning/next-step.ts'

const ZONE = 'Europe/Brussels'
const { journeys } = loadCatalog()
const friendly = journeys.get('friendly-default') as Journey
const botFirst = journeys.get('bot-first') as Journey

function at(day: string, time: string, zone = ZONE) {
  return instantInZone(day, time, zone)
}

// A claim issued on Monday 9 March 2026, due on Friday 27 March.
const FACTS: PlanFacts = {
  issuedAt: at('2026-03-09', '10:00'),
  respondBy: at('2026-03-10', '10:00'),
  dueDate: '2026-03-27',
  timeZone: ZONE,
  holds: [],
}

function plan(
  changes: Partial<PlanFacts> = {},
  done: [string, number][] = [],
  closed: string[] = [],
) {
  return nextStep({
    journey: friendly,
    stepsDone: done.map(([stepId, when]) => ({ stepId, at: when })),
    facts: { ...FACTS, ...changes },
    closedDays: new Set(closed),
  })
}

describe('nextStep', () => {
  it('addresses the person when the agent’s time to answer is over', () => {
    expect(plan()).toMatchObject({ at: at('2026-03-10', '10:00'), step: { id: 'first-notice' } })
  })

  it('waits a day longer when the bot goes first', () => {
    const input = { journey: botFirst, stepsDone: [], facts: FACTS, closedDays: new Set<string>() }
    expect(nextStep(input)?.at).toBe(at('2026-03-11', '09:00'))
  })

  it('waits for the morning when the time to answer ends at night', () => {
    expect(plan({ respondBy: at('2026-03-10', '23:30') })?.at).toBe(at('2026-03-11', '09:00'))
    expect(plan({ respondBy: at('2026-03-10', '05:30') })?.at).toBe(at('2026-03-10', '09:00'))
  })

  it('treats the end of the window as closed', () => {
    expect(plan({ respondBy: at('2026-03-10', '17:59') })?.at).toBe(at('2026-03-10', '17:59'))
    expect(plan({ respondBy: at('2026-03-10', '18:00') })?.at).toBe(at('2026-03-11', '09:00'))
  })

  it('waits over the weekend and over closed days', () => {
    const friday = { respondBy: at('2026-03-13', '20:00') }
    expect(plan(friday)?.at).toBe(at('2026-03-16', '09:00'))
    expect(plan(friday, [], ['2026-03-16', '2026-03-17'])?.at).toBe(at('2026-03-18', '09:00'))
  })

  it('reminds seven days after the legal term, and again after twenty-one', () => {
    const done: [string, number][] = [['first-notice', at('2026-03-10', '10:00')]]
    expect(plan({}, done)).toMatchObject({
      at: at('2026-04-03', '09:00'),
      step: { id: 'reminder' },
    })
    done.push(['reminder', at('2026-04-03', '09:00')])
    expect(plan({}, done)).toMatchObject({
      at: at('2026-04-17', '09:00'),
      step: { id: 'second-reminder' },
    })
  })

  it('keeps nine o’clock on the wall when the clocks change in between', () => {
    const before = plan({ dueDate: '2026-03-20' }, [['first-notice', at('2026-03-10', '10:00')]])
    const after = plan({ dueDate: '2026-03-23' }, [['first-notice', at('2026-03-10', '10:00')]])
    expect(before?.at).toBe(Date.parse('2026-03-27T08:00:00Z') / 1000)
    expect(after?.at).toBe(Date.parse('2026-03-30T07:00:00Z') / 1000)
  })

  it('works in the person’s own zone', () => {
    const step = plan({ timeZone: 'America/New_York', respondBy: at('2026-03-10', '10:00') })
    expect(step?.at).toBe(at('2026-03-10', '09:00', 'America/New_York'))
  })

  it('catches a missed day up, with the stated days between two messages', () => {
    const overdue = { dueDate: '2026-01-05' }
    expect(plan(overdue, [['first-notice', at('2026-03-10', '10:00')]])?.at).toBe(
      at('2026-03-17', '09:00'),
    )
  })

  it('plans nothing before the claim was issued', () => {
    expect(plan({ issuedAt: at('2026-03-12', '11:00') })?.at).toBe(at('2026-03-12', '11:00'))
  })

  it('waits for the end of a hold', () => {
    const pause = { reason: 'pause', until: at('2026-03-20', '12:00') } as const
    const promise = { reason: 'promise', until: at('2026-03-12', '12:00') } as const
    expect(plan({ holds: [pause, promise] })?.at).toBe(at('2026-03-20', '12:00'))
  })

  it('plans nothing while a hold has no end', () => {
    expect(plan({ holds: [{ reason: 'dispute', until: null }] })).toBeNull()
  })

  it('plans nothing after the last step', () => {
    expect(plan({}, [['second-reminder', at('2026-04-17', '09:00')]])).toBeNull()
  })

  it('never goes back to a step before the last one done', () => {
    const next = plan({}, [['reminder', at('2026-04-03', '09:00')]])
    expect(next?.step.id).toBe('second-reminder')
  })

  it('never schedules a step outside its window, on a closed day or too early', () => {
    const days = fc.integer({ min: -40, max: 400 }).map((n) => addDays('2026-01-01', n))
    const facts = fc.record({
      respondBy: fc.integer({ min: 1_767_225_600, max: 1_830_000_000 }),
      dueDate: days,
      timeZone: fc.constantFrom(
        ZONE,
        'America/New_York',
        'Pacific/Apia',
        'Asia/Kathmandu',
        'America/Santiago',
        'Africa/Cairo',
        'Australia/Lord_Howe',
      ),
      issuedAt: fc.integer({ min: 1_767_225_600, max: 1_790_000_000 }),
      heldUntil: fc.option(fc.integer({ min: 1_767_225_600, max: 1_810_000_000 })),
      doneAt: fc.option(fc.integer({ min: 1_767_225_600, max: 1_810_000_000 })),
      closed: fc.array(days, { maxLength: 12 }),
    })
    fc.assert(
      fc.property(facts, ({ heldUntil, doneAt, closed, ...rest }) => {
        const planned = nextStep({
          journey: friendly,
          stepsDone: doneAt === null ? [] : [{ stepId: 'first-notice', at: doneAt }],
          facts: {
            ...rest,
            holds: heldUntil === null ? [] : [{ reason: 'pause', until: heldUntil }],
          },
          closedDays: new Set(closed),
        })
        if (planned === null) throw new Error('a step is planned')
        const { window } = planned.step
        const day = dayInZone(planned.at, rest.timeZone)
        expect(window.weekdays).toContain(weekday(day))
        expect(closed).not.toContain(day)
        const wall = new Intl.DateTimeFormat('en-GB', {
          timeZone: rest.timeZone,
          hour: '2-digit',
          minute: '2-digit',
        }).format(planned.at * 1000)
        expect(wall >= window.from && wall < window.to).toBe(true)
        expect(planned.at).toBeGreaterThanOrEqual(Math.max(rest.issuedAt, heldUntil ?? 0))
        if (doneAt !== null) expect(planned.at).toBeGreaterThan(doneAt)
      }),
      { numRuns: 400 },
    )
  })
})
