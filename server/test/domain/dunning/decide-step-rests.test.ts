import { describe, expect, it } from 'vitest'
import { decideStep } from '../../../src/domain/dunning/decide-step.ts'
import type { HoldReason } from '../../../src/domain/dunning/journey.ts'
import type { JourneyDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import { at, DAY, type FactChanges, factsOf, HOUR, NOW, stepOf } from './support-facts.ts'
import { journeyOf, made, message } from './support-journeys.ts'

function decide(journey: JourneyDefinition, id: string, changes: FactChanges = {}) {
  return decideStep({ journey, step: stepOf(journey, id), facts: factsOf(changes) })
}

const until = (reason: HoldReason, end: number | null = null) => ({ reason, until: end })

describe('a journey of a life', () => {
  const dispute = journeyOf('dispute')

  it('speaks during its own hold and rests during another', () => {
    const own = { holds: [until('dispute')] }
    expect(decide(dispute, 'received', own)).toMatchObject({ kind: 'take', channels: ['email'] })
    const pause = { holds: [until('dispute'), until('pause', at('2026-03-12', '10:00'))] }
    expect(decide(dispute, 'received', pause)).toEqual({
      kind: 'defer',
      until: at('2026-03-12', '10:00'),
      reason: 'held-pause',
    })
  })

  it('answers and has its tasks while something lighter rests, and not something heavier', () => {
    const hardship = journeyOf('hardship')
    const both = { holds: [until('hardship'), until('dispute')] }
    expect(decide(hardship, 'help', both)).toMatchObject({ kind: 'take', channels: ['email'] })
    expect(decide(dispute, 'received', both)).toMatchObject({ reason: 'held-hardship' })
  })

  it('asks nobody for money while something lighter rests', () => {
    const asking = made(message('ask', 0, { anchor: 'trigger' }))
    const journey = { ...asking, triggers: ['hardship'], speaksDuring: ['hardship'] } as const
    const own = { holds: [until('hardship')] }
    expect(decide(journey, 'ask', own)).toMatchObject({ kind: 'take' })
    const both = { holds: [until('hardship'), until('promise')] }
    expect(decide(journey, 'ask', both)).toMatchObject({ reason: 'held-promise' })
  })

  it('goes on in the journey before only when its own hold is over', () => {
    const paid = journeyOf('already-paid')
    const late = { now: at('2026-03-25', '10:00') }
    const stands = { ...late, holds: [until('already-paid')] }
    expect(decide(paid, 'go-on', stands)).toEqual({
      kind: 'defer',
      until: null,
      reason: 'held-already-paid',
    })
    expect(decide(paid, 'go-on', late)).toMatchObject({ kind: 'take', channels: [] })
  })
})

describe('the end of a hold', () => {
  const moratorium = journeyOf('moratorium')
  const own = [until('moratorium')]

  it('is waited for by what counts from it, and looked for each day', () => {
    expect(decide(moratorium, 'soft-start', { holds: own })).toEqual({
      kind: 'defer',
      until: NOW + DAY,
      reason: 'not-due-yet',
    })
  })

  it('makes it due', () => {
    const anchors = { holdEndedAt: at('2026-03-10', '03:00') }
    expect(decide(moratorium, 'soft-start', { anchors })).toEqual({
      kind: 'defer',
      until: at('2026-03-11', '09:00'),
      reason: 'not-due-yet',
    })
    const next = { anchors, now: at('2026-03-11', '09:00') }
    expect(decide(moratorium, 'soft-start', next)).toMatchObject({ kind: 'take' })
  })

  it('that never was leaves it out', () => {
    expect(decide(moratorium, 'soft-start')).toEqual({ kind: 'skip', reason: 'anchor-unknown' })
  })
})

describe('a hold that was lifted early', () => {
  const dispute = journeyOf('dispute')
  // Raised on Monday the 9th, decided on Tuesday the 10th.
  const anchors = { triggerAt: at('2026-03-09', '10:00'), holdEndedAt: NOW - HOUR }
  const decided = { anchors, known: { dispute: 'upheld' }, issuedAt: at('2026-01-09', '10:00') }

  it('leaves out what would only have been said meanwhile', () => {
    const left = { kind: 'skip', reason: 'rest-is-over' }
    expect(decide(dispute, 'evidence', decided)).toEqual(left)
    expect(decide(dispute, 'decide', decided)).toEqual(left)
    const stands = { ...decided, holds: [until('dispute')] }
    expect(decide(dispute, 'evidence', stands)).toMatchObject({ reason: 'not-due-yet' })
    expect(
      decide(dispute, 'evidence', { ...stands, now: at('2026-03-12', '10:00') }),
    ).toMatchObject({ kind: 'take' })
  })

  it('has the decision told at once, and not two weeks later', () => {
    expect(decide(dispute, 'result', decided)).toMatchObject({ kind: 'take', channels: ['email'] })
    const other = { ...decided, known: { dispute: 'withdrawn' } }
    expect(decide(dispute, 'result', other)).toEqual({ kind: 'skip', reason: 'condition-not-met' })
  })

  it('goes on where the journey says so', () => {
    expect(decide(dispute, 'go-on', decided)).toMatchObject({ until: at('2026-03-11', '00:00') })
    const next = { ...decided, now: at('2026-03-11', '00:00') }
    expect(decide(dispute, 'go-on', next)).toMatchObject({ kind: 'take' })
  })

  it('moves no day that was promised', () => {
    const promise = journeyOf('promise-to-pay')
    const broken = {
      known: { promise: 'broken', 'broken-promises': 1 },
      anchors: { anchorDay: '2026-03-09', holdEndedAt: NOW - HOUR },
    }
    expect(decide(promise, 'new-date', broken)).toMatchObject({
      reason: 'not-due-yet',
      until: at('2026-03-11', '09:00'),
    })
    const due = { ...broken, now: at('2026-03-11', '09:00') }
    expect(decide(promise, 'new-date', due)).toMatchObject({ kind: 'take' })
  })
})

describe('a condition', () => {
  const promise = journeyOf('promise-to-pay')
  const anchors = { anchorDay: '2026-03-20' }

  it('is asked when the step is due, and not before', () => {
    const ended = { anchorDay: '2026-03-20', holdEndedAt: at('2026-03-24', '00:00') }
    const early = { anchors, known: { promise: 'open' }, holds: [until('promise')] }
    expect(decide(promise, 'new-date', early)).toMatchObject({
      kind: 'defer',
      reason: 'not-due-yet',
    })
    const due = { anchors: ended, known: { promise: 'kept' }, now: at('2026-03-25', '09:00') }
    expect(decide(promise, 'new-date', due)).toEqual({ kind: 'skip', reason: 'condition-not-met' })
    const known = { promise: 'broken', 'broken-promises': 1 }
    expect(decide(promise, 'new-date', { ...due, known })).toMatchObject({ kind: 'take' })
  })

  it('of which nothing is known is not met', () => {
    const ended = { anchorDay: '2026-03-20', holdEndedAt: at('2026-03-24', '00:00') }
    const due = { anchors: ended, now: at('2026-03-25', '09:00') }
    expect(decide(promise, 'new-date', due)).toEqual({ kind: 'skip', reason: 'condition-not-met' })
  })
})
