import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advanceCase, type CaseAdvance } from '../../../src/domain/dunning/advance-case.ts'
import { decideSending, decideStep } from '../../../src/domain/dunning/decide-step.ts'
import type { StepDone } from '../../../src/domain/dunning/journey.ts'
import {
  channelsOf,
  type JourneyDefinition,
  type StepDefinition,
} from '../../../src/domain/dunning/journey-definition.ts'
import type { DeferReason } from '../../../src/domain/dunning/reasons-to-wait.ts'
import type { StepFacts } from '../../../src/domain/dunning/step-facts.ts'
import { askedAgent } from '../../../src/domain/dunning/step-key.ts'
import { DAY, HOUR } from './support-facts.ts'
import { factsAt, instants, journeys } from './support-random-cases.ts'
import { asks, expectRightlyTaken } from './support-rightly-taken.ts'

const FAR = 400 * DAY

const cases = fc.tuple(journeys, instants).chain(([journey, now]) => {
  const ids = journey.steps.map(({ id }) => id)
  return fc.record({
    journey: fc.constant(journey),
    step: fc.constantFrom(...journey.steps),
    facts: factsAt(now, ids),
  })
})

describe('whatever the journey, the facts and the instant,', () => {
  it('a step is taken rightly, or left out, or put off to a day that comes', () => {
    const count = { asking: 0, answering: 0, put: 0, left: 0, open: 0 }
    fc.assert(
      fc.property(cases, ({ journey, step, facts }) => {
        let { now, isCovered } = facts
        for (let looks = 0; looks < 10; looks += 1) {
          const seen = { ...facts, now, isCovered }
          const decision = decideStep({ journey, step, facts: seen })
          if (decision.kind !== 'defer') {
            if (decision.kind === 'skip') count.left += 1
            if (decision.kind === 'ask-agent') expect(decision.waitUntil).toBeGreaterThan(now)
            if (decision.kind !== 'take') return
            const { channels } = decision
            expectRightlyTaken({ journey, step, channels, facts: seen })
            expect(facts.stepsDone.map(({ stepId }) => stepId)).not.toContain(step.id)
            if (asks({ step, channels })) count.asking += 1
            else if (channels.length > 0) count.answering += 1
            return
          }
          expectLater(decision.until, seen)
          count.put += 1
          if (decision.until === null || isOpenEnded(decision.reason, step, seen)) {
            count.open += 1
            return
          }
          now = decision.until
          // A credit has gone by the next day.
          isCovered = false
        }
        throw new Error('it is put off again and again')
      }),
      { numRuns: 4000 },
    )
    // Facts so wild that nothing ever happened would prove nothing.
    expect(Math.min(...Object.values(count)), JSON.stringify(count)).toBeGreaterThan(100)
  })

  it('a message leaves rightly, later, or never', () => {
    let left = 0
    fc.assert(
      fc.property(cases, fc.nat(), ({ journey, step, facts }, pick) => {
        const channel = channelsOf(step)[pick % Math.max(1, channelsOf(step).length)]
        if (channel === undefined) return
        const own = { ...step, channels: [channel] }
        let { now, isCovered } = facts
        for (let looks = 0; looks < 10; looks += 1) {
          const seen = { ...facts, now, isCovered }
          const decision = decideSending({ journey, step, facts: seen }, channel)
          if (decision.kind === 'take') {
            expect(decision.channels).toEqual([channel])
            expectRightlyTaken({ journey, step: own, channels: [channel], facts: seen })
            left += 1
          }
          if (decision.kind !== 'defer') return
          expectLater(decision.until, seen)
          if (decision.until === null) return
          now = decision.until
          // A credit has gone by the next day.
          isCovered = false
        }
        throw new Error('it is put off again and again')
      }),
      { numRuns: 3000 },
    )
    expect(left).toBeGreaterThan(300)
  })
})

describe('whenever a case is looked at, with clocks that go back,', () => {
  /** Hours to the next look, and what is true by then. */
  const looks = fc.tuple(journeys, instants).chain(([journey, start]) => {
    const look = fc
      .record({
        hours: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: -30, max: 0 })),
      })
      .chain(({ hours }) => factsAt(start).map((facts) => ({ hours, facts })))
    return fc.record({
      journey: fc.constant(journey),
      start: fc.constant(start),
      looks: fc.array(look, { minLength: 1, maxLength: 25 }),
      hasResume: fc.boolean(),
    })
  })

  it('no step is taken twice in a round, or after one that follows it', () => {
    const count = { taken: 0, rested: 0 }
    fc.assert(
      fc.property(looks, ({ journey, start, looks: seen, hasResume }) => {
        const run = runCase(journey, { start, looks: seen, hasResume })
        const order = journey.steps.map(({ id }) => id)
        const places = run.passed.map((id) => order.indexOf(id))
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        expect(new Set(run.passed).size).toBe(run.passed.length)
        expect(new Set(run.asked).size).toBe(run.asked.length)
        count.taken += run.passed.length
        count.rested += run.rests
      }),
      { numRuns: 800 },
    )
    expect(count.taken).toBeGreaterThan(500)
    expect(count.rested).toBeGreaterThan(10)
  })
})

/** What waits for an event and not for a day is looked at day by day. */
function isOpenEnded(reason: DeferReason, { anchor }: StepDefinition, { anchors }: StepFacts) {
  if (reason === 'notice-under-way') return true
  return reason === 'not-due-yet' && anchor === 'hold-end' && anchors.holdEndedAt === null
}

function expectLater(until: number | null, { now, holds }: StepFacts): void {
  if (until === null) {
    expect(holds.some((hold) => hold.until === null)).toBe(true)
    return
  }
  expect(until).toBeGreaterThan(now)
  expect(until).toBeLessThanOrEqual(now + FAR)
}

interface Run {
  /** The steps that were taken or left out, and those for which the agent was asked. */
  passed: string[]
  asked: string[]
  rests: number
}

/** Runs a case as the sweep does; the facts change with every look, and the person stays one. */
function runCase(
  journey: JourneyDefinition,
  how: { start: number; looks: { hours: number; facts: StepFacts }[]; hasResume: boolean },
): Run {
  const run: Run = { passed: [], asked: [], rests: 0 }
  let [now, planned] = [how.start, journey.steps[0]?.id ?? '']
  let stepsDone: readonly StepDone[] = []
  let contacts = how.looks[0]?.facts.contacts ?? []
  for (const { hours, facts: seen } of how.looks) {
    now += hours * HOUR
    const facts = { ...seen, now, stepsDone, contacts }
    const move = advanceCase({ journey, plannedStep: planned, facts, hasResume: how.hasResume })
    note(run, move, { journey, facts })
    if (move.kind === 'defer') continue
    if (move.kind === 'end') {
      expect(run.passed.at(-1)).toBe(journey.steps.at(-1)?.id)
      if (move.after.kind !== 'rest') break
      continue
    }
    stepsDone = move.stepsDone
    if (move.kind === 'ask-agent') continue
    if (move.kind === 'take' && asks(move)) {
      contacts = [
        ...contacts,
        ...move.channels.map((channel) => ({ at: now, channels: [channel] })),
      ]
    }
    if (move.after.kind === 'planned') planned = move.after.next.step.id
    else if (move.after.kind !== 'rest') break
  }
  return run
}

function note(
  run: Run,
  move: CaseAdvance,
  { journey, facts }: { journey: JourneyDefinition; facts: StepFacts },
): void {
  const { now } = facts
  if (move.kind === 'defer' || move.kind === 'ask-agent') expectLater(move.until, facts)
  if (move.kind === 'ask-agent') {
    run.asked.push(move.step.id)
    expect(move.stepsDone.at(-1)).toEqual({ stepId: askedAgent(move.step.id), at: now })
  }
  if (move.kind === 'take') {
    expectRightlyTaken({ journey, step: move.step, channels: move.channels, facts })
  }
  if (move.kind === 'take' || move.kind === 'skip') {
    run.passed.push(move.step.id)
    expect(move.stepsDone.at(-1)).toEqual({ stepId: move.step.id, at: now })
    if (move.after.kind === 'planned') expect(move.after.next.at).toBeLessThanOrEqual(now + FAR)
  }
  if ('after' in move && move.after.kind === 'rest') {
    run.rests += 1
    expect(move.after.until).toBeGreaterThan(now)
  }
}
