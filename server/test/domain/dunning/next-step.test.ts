import { addDays, dayInZone, weekday } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnchorFacts } from '../../../src/domain/dunning/anchors.ts'
import { nextStep, type PlanFacts } from '../../../src/domain/dunning/next-step.ts'
import { at, BELGIUM, closedOn, type FactChanges, factsOf, placeIn, ZONE } from './support-facts.ts'
import { journeyOf } from './support-journeys.ts'

const friendly = journeyOf('friendly-default')
const botFirst = journeyOf('bot-first')

// A claim issued on Monday 9 March 2026, due on Friday 27 March.
const ANCHORS = { respondBy: at('2026-03-10', '10:00'), dueDate: '2026-03-27' }
const FACTS: PlanFacts = factsOf({ issuedAt: at('2026-03-09', '10:00'), anchors: ANCHORS })

function plan(
  { anchors = {}, ...changes }: FactChanges = {},
  done: [string, number][] = [],
  closed: string[] = [],
) {
  return nextStep({
    journey: friendly,
    stepsDone: done.map(([stepId, when]) => ({ stepId, at: when })),
    facts: {
      ...FACTS,
      place: closed.length > 0 ? closedOn(...closed) : FACTS.place,
      ...changes,
      anchors: { ...FACTS.anchors, ...anchors },
    },
  })
}

const HOURS = { rule: BELGIUM.version.contact }

/** The plan of a claim that counts from something else. */
function planFrom(anchors: Partial<AnchorFacts>, done: [string, number][] = []) {
  return plan({ anchors }, done)
}

describe('nextStep', () => {
  it('addresses the person when the agent’s time to answer is over', () => {
    expect(plan()).toMatchObject({ at: at('2026-03-10', '10:00'), step: { id: 'first-notice' } })
  })

  it('waits a day longer when the bot goes first', () => {
    const input = { journey: botFirst, stepsDone: [], facts: FACTS }
    expect(nextStep(input)?.at).toBe(at('2026-03-11', '09:00'))
  })

  it('waits for the morning when the time to answer ends at night', () => {
    expect(planFrom({ respondBy: at('2026-03-10', '23:30') })?.at).toBe(at('2026-03-11', '09:00'))
    expect(planFrom({ respondBy: at('2026-03-10', '05:30') })?.at).toBe(at('2026-03-10', '09:00'))
  })

  it('treats the end of the window as closed', () => {
    expect(planFrom({ respondBy: at('2026-03-10', '17:59') })?.at).toBe(at('2026-03-10', '17:59'))
    expect(planFrom({ respondBy: at('2026-03-10', '18:00') })?.at).toBe(at('2026-03-11', '09:00'))
  })

  it('waits over the weekend and over closed days', () => {
    const friday = { anchors: { respondBy: at('2026-03-13', '20:00') } }
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
    const before = planFrom({ dueDate: '2026-03-20' }, [
      ['first-notice', at('2026-03-10', '10:00')],
    ])
    const after = planFrom({ dueDate: '2026-03-23' }, [['first-notice', at('2026-03-10', '10:00')]])
    expect(before?.at).toBe(Date.parse('2026-03-27T08:00:00Z') / 1000)
    expect(after?.at).toBe(Date.parse('2026-03-30T07:00:00Z') / 1000)
  })

  it('works in the person’s own zone', () => {
    const step = plan({
      place: placeIn(null, 'America/New_York'),
      anchors: { timeZone: 'America/New_York' },
    })
    expect(step?.at).toBe(at('2026-03-10', '09:00', 'America/New_York'))
  })

  it('catches a missed day up, with the stated days between two messages', () => {
    const overdue = { dueDate: '2026-01-05' }
    expect(planFrom(overdue, [['first-notice', at('2026-03-10', '10:00')]])?.at).toBe(
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
        const { respondBy, dueDate, timeZone, issuedAt } = rest
        const place = { zones: [timeZone], hours: { ...HOURS, holidays: new Set(closed) } } as const
        const planned = nextStep({
          journey: friendly,
          stepsDone: doneAt === null ? [] : [{ stepId: 'first-notice', at: doneAt }],
          facts: {
            issuedAt,
            anchors: { ...FACTS.anchors, respondBy, dueDate, timeZone },
            place,
            holds: heldUntil === null ? [] : [{ reason: 'pause', until: heldUntil }],
          },
        })
        if (planned === null) throw new Error('a step is planned')
        const { window } = planned.step
        if (window === undefined) throw new Error('the step has a window')
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
