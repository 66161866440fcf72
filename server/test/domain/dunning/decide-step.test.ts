import { instantInZone } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import {
  type DecideStepInput,
  decideStep,
  type SendFacts,
} from '../../../src/domain/dunning/decide-step.ts'
import type { Journey, JourneyStep } from '../../../src/domain/dunning/journey.ts'

const ZONE = 'Europe/Brussels'
const HOUR = 3_600
const { journeys } = loadCatalog()
const friendly = journeys.get('friendly-default') as Journey
const botFirst = journeys.get('bot-first') as Journey
const notice = friendly.steps[0] as JourneyStep

function at(day: string, time: string) {
  return instantInZone(day, time, ZONE)
}

const NOW = at('2026-03-10', '10:00')

const FACTS: SendFacts = {
  now: NOW,
  claim: 'open',
  outstandingMinor: 12_000n,
  paidMinor: 0n,
  conversation: 'timed-out',
  respondBy: NOW - HOUR,
  holds: [],
  stepsDone: [],
  emailAddress: 'anna@example.org',
  contactTimes: [],
  timeZone: ZONE,
}

function decide(changes: Partial<SendFacts> = {}, more: Partial<DecideStepInput> = {}) {
  const facts = { ...FACTS, ...changes }
  return decideStep({ journey: friendly, step: notice, facts, closedDays: new Set(), ...more })
}

describe('decideStep sends', () => {
  it('when the claim is owed, the person reachable and the hour good', () => {
    expect(decide()).toEqual({ kind: 'send', step: notice, to: 'anna@example.org' })
  })

  it.each(['none', 'refused', 'impasse', 'timed-out'] as const)(
    'after the conversation ended as %s',
    (conversation) => {
      expect(decide({ conversation }).kind).toBe('send')
    },
  )

  it.each(['sent', 'received', 'presented', 'negotiating'] as const)(
    'when an agent in state %s has used up its time',
    (conversation) => {
      expect(decide({ conversation }).kind).toBe('send')
    },
  )

  it('although some of the claim was paid', () => {
    expect(decide({ paidMinor: 4_000n, outstandingMinor: 8_000n }).kind).toBe('send')
  })

  it('after a hold has ended', () => {
    expect(decide({ holds: [{ reason: 'pause', until: NOW }] }).kind).toBe('send')
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
    const journey: Journey = { ...friendly, stopWhen: [...friendly.stopWhen, 'partly-paid'] }
    expect(decide({ paidMinor: 1n }, { journey })).toEqual({ kind: 'skip', reason: 'partly-paid' })
    expect(decide({ paidMinor: 0n }, { journey }).kind).toBe('send')
  })

  it('a step that was done before, so that a second worker sends nothing', () => {
    const stepsDone = [{ stepId: notice.id, at: NOW - HOUR }]
    expect(decide({ stepsDone })).toEqual({ kind: 'skip', reason: 'already-done' })
  })

  it('a person without an e-mail address', () => {
    expect(decide({ emailAddress: null })).toEqual({ kind: 'skip', reason: 'no-email-address' })
  })

  it('a situation of which the journey does not speak', () => {
    const bot = { journey: botFirst, step: botFirst.steps[0] as JourneyStep }
    expect(decide({ conversation: 'none' }, bot)).toEqual({ kind: 'skip', reason: 'other-segment' })
    expect(decide({ conversation: 'refused' }, bot).kind).toBe('send')
  })

  it('an agreed claim even in a journey that forgot to stop there', () => {
    const journey: Journey = { ...friendly, stopWhen: ['settled'] }
    expect(decide({ conversation: 'agreed' }, { journey })).toEqual({
      kind: 'skip',
      reason: 'other-segment',
    })
  })
})

describe('decideStep defers', () => {
  it('while an agent may still answer', () => {
    const respondBy = at('2026-03-10', '15:00')
    expect(decide({ conversation: 'presented', respondBy })).toEqual({
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
    expect(decide({ contactTimes: [at('2026-03-09', '10:00')] })).toEqual({
      kind: 'defer',
      until: at('2026-03-11', '10:00'),
      reason: 'contact-budget',
    })
  })

  it('when the person had two messages in seven days', () => {
    const contactTimes = [at('2026-03-04', '16:00'), at('2026-03-06', '16:00')]
    expect(decide({ contactTimes })).toEqual({
      kind: 'defer',
      until: at('2026-03-11', '16:00'),
      reason: 'contact-budget',
    })
  })

  it('at night, at the weekend and on closed days to the next opening', () => {
    expect(decide({ now: at('2026-03-10', '08:59') })).toEqual({
      kind: 'defer',
      until: at('2026-03-10', '09:00'),
      reason: 'outside-window',
    })
    expect(decide({ now: at('2026-03-14', '11:00') })).toMatchObject({
      until: at('2026-03-16', '09:00'),
    })
    expect(decide({}, { closedDays: new Set(['2026-03-10']) })).toMatchObject({
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
        const changes: Partial<SendFacts> = {
          respondBy: now + respondIn,
          holds: holdFor === null ? [] : [{ reason: 'pause', until: now + holdFor }],
          contactTimes: contactsAgo.map((ago) => now - ago),
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
        expect(decision.kind).toBe('send')
      }),
      { numRuns: 300 },
    )
  })
})
