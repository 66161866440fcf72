import { addDays, type Day, weekday } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isContact } from '../../../src/domain/dunning/journey-definition.ts'
import { scheduleJourney } from '../../../src/domain/dunning/schedule-journey.ts'
import { simulateClaim } from '../../../src/domain/dunning/simulate-journey.ts'
import { inForce, shipped } from '../compliance/support-law.ts'
import { compiled, JOURNEYS, journeyOf, made, message } from './support-journeys.ts'

const dutch = inForce(shipped('nl-b2c'))
const wik = compiled(journeyOf('nl-consumer-wik'), shipped('nl-b2c'))

function simulated(paidOn: Day | null, { journey = wik, days = 90 } = {}) {
  const claim = { invoiceNumber: 'A1', dueDay: '2026-03-01', paidOn }
  return simulateClaim({ journey, law: dutch, days }, claim)
}

describe('simulateClaim', () => {
  it.each<[string, Day | null, number]>([
    ['paid-untouched', '2026-03-03', 0],
    ['paid-after-contact', '2026-03-20', 3],
    ['hand-over-review', null, 6],
  ])('ends in the state %s', (state, paidOn, steps) => {
    const claim = simulated(paidOn)
    expect([claim.state, claim.taken.length]).toEqual([state, steps])
  })

  it('takes no step after its days, and nothing counts that was paid after them', () => {
    expect(simulated(null, { days: 12 })).toMatchObject({ state: 'running', taken: [{}, {}, {}] })
    expect(simulated('2026-05-01', { days: 12 }).state).toBe('running')
  })

  it('notes a reminder on the day of the payment', () => {
    expect(simulated('2026-03-04').crossed).toBe(true)
    expect(simulated('2026-03-05').crossed).toBe(false)
  })

  it('ends at a step that ends the journey, and leaves out what depends on the unknown', () => {
    const micro = compiled(journeyOf('micro-balance'), shipped('nl-b2c'))
    const claim = simulated(null, { journey: micro })
    expect(claim.state).toBe('carried-over')
    expect(claim.taken.map(({ step }) => step.step.id)).toEqual(['reminder', 'carry-over'])
    const courtesy = compiled(journeyOf('courtesy-good-payer'), shipped('nl-b2c'))
    expect(simulated(null, { journey: courtesy }).state).toBe('other-journey')
    const friendly = compiled(journeyOf('friendly-default'), shipped('nl-b2c'))
    expect(simulated(null, { journey: friendly }).state).toBe('all-steps-taken')
  })
})

describe('scheduleJourney', () => {
  it('counts a term that is given by e-mail and letter to the later of the two', () => {
    const day = { dueDay: '2026-03-01', issuedOn: '2026-01-30', respondBy: '2026-01-31' }
    const days = scheduleJourney(wik, dutch, day)
    expect(days.map(({ lastDay }) => lastDay)).toEqual([null, null, '2026-03-31', null, null, null])
  })

  it('never reaches anybody on a closed day, nor more often than the caps', () => {
    const mild = [...JOURNEYS.definitions.values()].filter(({ audience = [] }) => {
      return audience.every(({ fact, value }) => fact !== 'country' || value === 'NL')
    })
    const all = mild.filter(({ audience = [] }) => {
      return audience.every(({ fact, value }) => fact !== 'party' || value === 'b2c')
    })
    const offsets = fc.integer({ min: 0, max: 1_000 })
    fc.assert(
      fc.property(fc.constantFrom(...all), offsets, (journey, offset) => {
        const dueDay = addDays('2025-01-01', offset)
        const claim = { dueDay, issuedOn: addDays(dueDay, -30), respondBy: addDays(dueDay, -29) }
        const days = scheduleJourney(compiled(journey, shipped('nl-b2c')), dutch, claim)
        for (const [index, { step, day }] of days.entries()) {
          expect(day >= (days[index - 1]?.day ?? claim.issuedOn)).toBe(true)
          if (step.channels.length === 0) continue
          expect(weekday(day)).not.toBe(7)
          expect(dutch.holidays.has(day)).toBe(false)
        }
        const sure = days.filter(({ step }) => isContact(step.step) && !step.step.onlyIf)
        for (const [index, { day }] of sure.entries()) {
          const third = sure[index + 2]
          if (third !== undefined) expect(third.day >= addDays(day, 7)).toBe(true)
        }
      }),
    )
  })

  it('fails for a step whose weekdays the profile never opens', () => {
    const journey = made(message('one', 1))
    const { step, ...rest } = compiled(journey, shipped('nl-b2c')).steps[0] ?? {}
    const window = { from: '09:00', to: '10:00', weekdays: [7] }
    const steps = [{ ...rest, step: { ...step, window } }] as typeof wik.steps
    const claim = { dueDay: '2026-03-01', issuedOn: '2026-01-30', respondBy: '2026-01-31' }
    expect(() => scheduleJourney({ ...wik, steps }, dutch, claim)).toThrow('finds no open day')
  })
})
