import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideStep } from '../../../src/domain/dunning/decide-step.ts'
import type { JourneyDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import type { StepInQuestion } from '../../../src/domain/dunning/step-facts.ts'
import { at, closedOn, type FactChanges, factsOf, HOUR, NOW, stepOf } from './support-facts.ts'
import { journeyOf } from './support-journeys.ts'

const friendly = journeyOf('friendly-default')
const botFirst = journeyOf('bot-first')
const notice = stepOf(friendly)

function decide(changes: FactChanges = {}, more: Partial<StepInQuestion> = {}) {
  const facts = factsOf({ conversation: 'timed-out', ...changes })
  return decideStep({ journey: friendly, step: notice, facts, ...more })
}

describe('decideStep takes a message', () => {
  it('when the claim is owed, the person reachable and the hour good', () => {
    expect(decide()).toEqual({ kind: 'take', step: notice, channels: ['email'] })
  })

  it.each(['none', 'refused', 'impasse', 'timed-out'] as const)(
    'after the conversation ended as %s',
    (conversation) => {
      expect(decide({ conversation }).kind).toBe('take')
    },
  )

  it.each(['sent', 'received', 'presented', 'negotiating'] as const)(
    'when an agent in state %s has used up its time',
    (conversation) => {
      expect(decide({ conversation }).kind).toBe('take')
    },
  )

  it('although some of the claim was paid', () => {
    expect(decide({ paidMinor: 4_000n, outstandingMinor: 8_000n }).kind).toBe('take')
  })

  it('after a hold has ended', () => {
    expect(decide({ holds: [{ reason: 'pause', until: NOW }] }).kind).toBe('take')
  })
})

describe('decideStep skips', () => {
  it.each(['settled', 'cancelled', 'handed-over', 'written-off'] as const)(
    'a %s claim',
    (claim) => {
      expect(decide({ claim })).toEqual({ kind: 'skip', reason: claim })
    },
  )

  it('a claim whose plan is agreed', () => {
    expect(decide({ conversation: 'agreed' })).toEqual({ kind: 'skip', reason: 'agreed' })
  })

  it('a claim of which nothing is outstanding, settled or not', () => {
    expect(decide({ outstandingMinor: 0n })).toEqual({
      kind: 'skip',
      reason: 'nothing-outstanding',
    })
  })

  it('a part-paid claim where the journey says so', () => {
    const journey: JourneyDefinition = {
      ...friendly,
      stopWhen: [...friendly.stopWhen, 'partly-paid'],
    }
    expect(decide({ paidMinor: 1n }, { journey })).toEqual({ kind: 'skip', reason: 'partly-paid' })
    expect(decide({ paidMinor: 0n }, { journey }).kind).toBe('take')
  })

  it('a step that was done before, so that a second worker sends nothing', () => {
    const stepsDone = [{ stepId: notice.id, at: NOW - HOUR }]
    expect(decide({ stepsDone })).toEqual({ kind: 'skip', reason: 'already-done' })
  })

  it('a person without an e-mail address', () => {
    expect(decide({ reach: { known: new Set() } })).toEqual({ kind: 'skip', reason: 'no-address' })
  })

  it('a situation of which the journey does not speak', () => {
    const bot = { journey: botFirst, step: stepOf(botFirst) }
    expect(decide({ conversation: 'none' }, bot)).toEqual({ kind: 'skip', reason: 'other-segment' })
    const anchors = { respondBy: at('2026-03-08', '10:00') }
    expect(decide({ conversation: 'refused', anchors }, bot).kind).toBe('take')
  })

  it('an agreed claim even in a journey that forgot to stop there', () => {
    const journey: JourneyDefinition = { ...friendly, stopWhen: ['settled'] }
    expect(decide({ conversation: 'agreed' }, { journey })).toEqual({
      kind: 'skip',
      reason: 'other-segment',
    })
  })
})

describe('decideStep defers', () => {
  it('while an agent may still answer', () => {
    const respondBy = at('2026-03-10', '15:00')
    const asked = { step: { ...notice, anchor: 'trigger' } } as const
    expect(
      decide({ conversation: 'presented', anchors: { respondBy, triggerAt: NOW } }, asked),
    ).toEqual({
      kind: 'defer',
      until: respondBy,
      reason: 'agent-may-answer',
    })
  })

  it('to the end of a negotiation that stopped the clock, and then to the morning', () => {
    const until = at('2026-03-11', '22:00')
    expect(
      decide({ conversation: 'negotiating', holds: [{ reason: 'negotiation', until }] }),
    ).toEqual({ kind: 'defer', until: at('2026-03-12', '09:00'), reason: 'held-negotiation' })
  })

  it('to the end of the longest hold, with its reason', () => {
    const holds = [
      { reason: 'promise', until: at('2026-03-12', '10:00') },
      { reason: 'already-paid', until: at('2026-03-17', '10:00') },
    ] as const
    expect(decide({ holds })).toEqual({
      kind: 'defer',
      until: at('2026-03-17', '10:00'),
      reason: 'held-already-paid',
    })
  })

  it('without an end while a hold has none', () => {
    const holds = [
      { reason: 'dispute', until: null },
      { reason: 'pause', until: at('2026-03-17', '10:00') },
    ] as const
    expect(decide({ holds })).toEqual({ kind: 'defer', until: null, reason: 'held-dispute' })
  })

  it('when the person was addressed less than 48 hours ago', () => {
    expect(decide({ contacts: [{ at: at('2026-03-09', '10:00'), channels: ['email'] }] })).toEqual({
      kind: 'defer',
      until: at('2026-03-11', '10:00'),
      reason: 'contact-budget',
    })
  })

  it('when the person had two messages in seven days', () => {
    const contacts = [at('2026-03-04', '16:00'), at('2026-03-06', '16:00')].map((when) => {
      return { at: when, channels: ['email' as const] }
    })
    expect(decide({ contacts })).toEqual({
      kind: 'defer',
      until: at('2026-03-11', '16:00'),
      reason: 'contact-budget',
    })
  })

  it('at night, at the weekend and on closed days to the next opening', () => {
    expect(
      decide({
        now: at('2026-03-10', '08:59'),
        anchors: { respondBy: NOW - 24 * HOUR },
        issuedAt: 0,
      }),
    ).toEqual({
      kind: 'defer',
      until: at('2026-03-10', '09:00'),
      reason: 'outside-window',
    })
    expect(decide({ now: at('2026-03-14', '11:00') })).toMatchObject({
      until: at('2026-03-16', '09:00'),
    })
    expect(decide({ place: closedOn('2026-03-10') })).toMatchObject({
      until: at('2026-03-11', '09:00'),
    })
  })

  it('to an instant at which the same facts let it go', () => {
    const facts = fc.record({
      now: fc.integer({ min: 1_767_225_600, max: 1_800_000_000 }),
      respondIn: fc.integer({ min: -100_000, max: 300_000 }),
      holdFor: fc.option(fc.integer({ min: 1, max: 900_000 })),
      contactsAgo: fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 4 }),
      conversation: fc.constantFrom('none', 'sent', 'negotiating', 'refused', 'timed-out'),
    } as const)
    fc.assert(
      fc.property(facts, ({ now, respondIn, holdFor, contactsAgo, conversation }) => {
        const changes: FactChanges = {
          anchors: { respondBy: now + respondIn },
          issuedAt: 0,
          holds: holdFor === null ? [] : [{ reason: 'pause', until: now + holdFor }],
          contacts: contactsAgo.map((ago) => ({ at: now - ago, channels: ['email' as const] })),
          conversation,
        }
        // Each deferral moves on, and a handful of them always ends in sending.
        let [clock, rounds] = [now, 0]
        let decision = decide({ ...changes, now: clock })
        while (decision.kind === 'defer' && rounds < 5) {
          if (decision.until === null) throw new Error('every hold here has an end')
          expect(decision.until).toBeGreaterThan(clock)
          ;[clock, rounds] = [decision.until, rounds + 1]
          decision = decide({ ...changes, now: clock })
        }
        expect(decision.kind).toBe('take')
      }),
      { numRuns: 300 },
    )
  })
})
