import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Channel } from '../../../src/domain/compliance/profile.ts'
import { advanceCase, type CaseAdvance } from '../../../src/domain/dunning/advance-case.ts'
import type { Contact } from '../../../src/domain/dunning/contact-budget.ts'
import type { HoldReason, StepDone } from '../../../src/domain/dunning/journey.ts'
import { at, DAY, type FactChanges, factsOf, HOUR, NOW } from './support-facts.ts'
import { journeyOf, made, message } from './support-journeys.ts'

const journey = journeyOf('friendly-default')

function advance(changes: FactChanges = {}, plannedStep = 'first-notice'): CaseAdvance {
  const facts = factsOf({ anchors: { respondBy: NOW }, issuedAt: NOW, ...changes })
  return advanceCase({ journey, plannedStep, facts, hasResume: false })
}

describe('advanceCase', () => {
  it('sends the planned step and plans the one after it', () => {
    expect(advance()).toMatchObject({
      kind: 'take',
      step: { id: 'first-notice' },
      stepsDone: [{ stepId: 'first-notice', at: NOW }],
      after: { kind: 'planned', next: { step: { id: 'reminder' }, at: at('2026-04-03', '09:00') } },
    })
  })

  it('is exhausted after the last step', () => {
    const stepsDone = [
      { stepId: 'first-notice', at: NOW },
      { stepId: 'reminder', at: NOW },
    ]
    const late = { now: at('2026-04-20', '10:00'), stepsDone }
    expect(advance(late, 'second-reminder')).toMatchObject({
      kind: 'take',
      after: { kind: 'exhausted' },
    })
  })

  it.each(['settled', 'cancelled', 'written-off', 'handed-over'] as const)(
    'stops for good when the claim is %s',
    (claim) => {
      const reason = claim
      expect(advance({ claim })).toMatchObject({ kind: 'skip', reason, after: { kind: 'stopped' } })
    },
  )

  it('stops for good when a plan was agreed or nothing is owed', () => {
    const stopped = { kind: 'skip', after: { kind: 'stopped' } }
    expect(advance({ conversation: 'agreed' })).toMatchObject(stopped)
    expect(advance({ outstandingMinor: 0n })).toMatchObject(stopped)
  })

  it('goes on to the next step when this one reaches nobody', () => {
    expect(advance({ reach: { known: new Set() } })).toMatchObject({
      kind: 'skip',
      reason: 'no-address',
      stepsDone: [{ stepId: 'first-notice', at: NOW }],
      after: { kind: 'planned', next: { step: { id: 'reminder' } } },
    })
  })

  it('does not take a step twice: the one after it has its turn', () => {
    const stepsDone = [{ stepId: 'first-notice', at: NOW }]
    expect(advance({ stepsDone })).toMatchObject({
      kind: 'defer',
      step: { id: 'reminder' },
      reason: 'not-due-yet',
      until: at('2026-04-03', '09:00'),
    })
  })

  it('puts a step off and leaves it planned', () => {
    const now = at('2026-03-14', '12:00')
    expect(advance({ now })).toMatchObject({
      kind: 'defer',
      step: { id: 'first-notice' },
      reason: 'outside-window',
      until: at('2026-03-16', '09:00'),
    })
  })

  it('looks again after a day at a hold that has no end', () => {
    expect(advance({ holds: [{ reason: 'dispute', until: null }] })).toMatchObject({
      kind: 'defer',
      reason: 'held-dispute',
      until: NOW + 86_400,
    })
  })

  it('takes the step after the last one done when the planned one left the journey', () => {
    const stepsDone = [{ stepId: 'first-notice', at: NOW }]
    const facts = { now: at('2026-04-20', '10:00'), stepsDone }
    expect(advance(facts, 'gone')).toMatchObject({ kind: 'take', step: { id: 'reminder' } })
  })

  it('ends when the planned step left the journey and none follows', () => {
    const stepsDone = [{ stepId: 'second-reminder', at: NOW }]
    expect(advance({ stepsDone }, 'gone')).toEqual({
      kind: 'end',
      after: { kind: 'exhausted' },
    })
  })

  it('takes each step once and in order, whenever it is looked at', () => {
    const hours = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(hours, (waits) => {
        const sent = sentOver(waits)
        const ids = journey.steps.map(({ id }) => id)
        expect(sent).toEqual(ids.slice(0, sent.length))
      }),
    )
  })
})

describe('advanceCase, under a hold without an end,', () => {
  const botFirst = journeyOf('bot-first')
  const holds = [{ reason: 'pause', until: null }] as const
  function look(changes: FactChanges) {
    const facts = factsOf({ anchors: { respondBy: NOW - 3 * DAY }, issuedAt: 0, holds, ...changes })
    return advanceCase({ journey: botFirst, plannedStep: 'first-notice', facts, hasResume: false })
  }

  it('leaves out what is wrong anyway and rests', () => {
    expect(look({})).toMatchObject({
      kind: 'skip',
      reason: 'other-segment',
      after: { kind: 'rest', until: NOW + DAY },
    })
  })

  it('is not at its end on the day after: the next step waits', () => {
    const stepsDone = [{ stepId: 'first-notice', at: NOW }]
    const refused = { now: NOW + DAY, stepsDone, conversation: 'refused' } as const
    expect(look(refused)).toMatchObject({
      kind: 'defer',
      step: { id: 'reminder' },
      reason: 'held-pause',
      until: NOW + 2 * DAY,
    })
    expect(look({ ...refused, holds: [] })).toMatchObject({
      step: { id: 'reminder' },
      reason: 'not-due-yet',
    })
  })
})

describe('advanceCase of a journey that has its turn', () => {
  const holds = (reason: HoldReason) => [{ reason, until: null }]
  function look(id: string, plannedStep: string, changes: FactChanges, hasResume = true) {
    return advanceCase({ journey: journeyOf(id), plannedStep, facts: factsOf(changes), hasResume })
  }
  const late = { now: at('2026-12-01', '10:00'), issuedAt: 0 }

  it('rests after its last step as long as its hold stands, and then gives way', () => {
    const stands = { ...late, holds: holds('hardship') }
    const now = NOW + 300 * DAY
    expect(look('hardship', 'second-review', { ...stands, now })).toMatchObject({
      kind: 'take',
      after: { kind: 'rest', until: now + DAY },
    })
    const stepsDone = [{ stepId: 'second-review', at: NOW }]
    expect(look('hardship', 'second-review', { ...stands, stepsDone })).toEqual({
      kind: 'end',
      after: { kind: 'rest', until: late.now + DAY },
    })
    expect(look('hardship', 'second-review', { ...late, stepsDone })).toEqual({
      kind: 'end',
      after: { kind: 'resume', levelsLower: 0 },
    })
    expect(look('hardship', 'second-review', { ...late, stepsDone }, false)).toEqual({
      kind: 'end',
      after: { kind: 'exhausted' },
    })
  })

  it('rests until a hold that has an end', () => {
    const until = late.now + 5 * DAY
    const stepsDone = [{ stepId: 'file-claim', at: NOW }]
    const own = { ...late, stepsDone, holds: [{ reason: 'insolvency', until } as const] }
    expect(look('deceased-or-insolvent', 'file-claim', own)).toMatchObject({
      after: { kind: 'rest', until },
    })
  })

  it('gives way with as many levels lower as its step says', () => {
    expect(look('already-paid', 'go-on', late)).toMatchObject({
      kind: 'take',
      after: { kind: 'resume', levelsLower: 1 },
    })
    expect(
      look('promise-to-pay', 'go-on', {
        ...late,
        anchors: { holdEndedAt: at('2026-03-20', '10:00') },
      }),
    ).toMatchObject({ kind: 'take', after: { kind: 'resume', levelsLower: 0 } })
  })

  it('leads to another journey, from a step of it', () => {
    expect(
      look('pay-day-aligned', 'go-on', { ...late, anchors: { payDay: 3 } }, false),
    ).toMatchObject({
      kind: 'take',
      after: { kind: 'follow', journey: 'consumer-mixed', fromStep: 'legal-reminder' },
    })
  })

  it('tells the decision of a dispute at once, past what was for the time before', () => {
    const told: string[] = []
    const now = at('2026-03-11', '10:00')
    let stepsDone: readonly StepDone[] = [{ stepId: 'received', at: at('2026-03-09', '11:00') }]
    let planned = 'evidence'
    for (;;) {
      const anchors = { triggerAt: at('2026-03-09', '10:00'), holdEndedAt: now - HOUR }
      const facts = { now, stepsDone, issuedAt: 0, anchors, known: { dispute: 'rejected' } }
      const move = look('dispute', planned, facts)
      if (move.kind !== 'take' && move.kind !== 'skip') {
        expect(move).toMatchObject({ kind: 'defer', until: at('2026-03-12', '00:00') })
        break
      }
      told.push(`${move.step.id} ${move.kind}`)
      stepsDone = move.stepsDone
      if (move.after.kind !== 'planned') break
      planned = move.after.next.step.id
      // Looked at in the same sweep, or the next.
      if (planned !== 'go-on') expect(move.after.next.at).toBeLessThanOrEqual(now)
    }
    expect(told).toEqual(['evidence skip', 'decide skip', 'result take'])
  })
})

describe('advanceCase of a step that asks the agent first', () => {
  const bot = { do: 'bot', message: 'reminder', waitHours: 24 } as const
  const own = made(
    message('first', 0, { anchor: 'trigger', acts: [bot] }),
    message('second', 9, { anchor: 'trigger' }),
  )
  const reach = { known: new Set<Channel>(['app', 'email']) }

  it('keeps the step planned until the agent has had its time, and takes it once', () => {
    const look = (changes: FactChanges) => {
      const facts = factsOf({ reach, ...changes })
      return advanceCase({ journey: own, plannedStep: 'first', facts, hasResume: false })
    }
    const asked = look({})
    expect(asked).toMatchObject({ kind: 'ask-agent', step: { id: 'first' }, until: NOW + DAY })
    if (asked.kind !== 'ask-agent') throw new Error('the agent is asked')
    const { stepsDone } = asked
    expect(look({ stepsDone, now: NOW + DAY - 1 })).toMatchObject({ reason: 'agent-asked-first' })
    expect(look({ stepsDone, now: NOW + DAY })).toMatchObject({
      kind: 'take',
      step: { id: 'first' },
      after: { kind: 'planned', next: { step: { id: 'second' } } },
    })
  })

  it('waits for the morning after a night', () => {
    const facts = factsOf({ reach, now: at('2026-03-13', '17:00'), issuedAt: 0 })
    const move = advanceCase({ journey: own, plannedStep: 'first', facts, hasResume: false })
    expect(move).toMatchObject({ kind: 'ask-agent', until: at('2026-03-16', '09:00') })
  })
})

/** Runs a case as the sweep does, waking it up after these hours; the steps that were sent. */
function sentOver(waits: readonly number[]): string[] {
  let [now, planned, due] = [NOW, 'first-notice', NOW]
  let stepsDone: readonly StepDone[] = []
  const contacts: Contact[] = []
  const sent: string[] = []
  for (const hours of waits) {
    now += hours * 3_600
    if (now < due) continue
    const move = advance({ now, stepsDone, contacts }, planned)
    if (move.kind === 'end') break
    if (move.kind === 'defer') {
      expect(move.until).toBeGreaterThan(now)
      due = move.until
      continue
    }
    if (move.kind === 'take') {
      sent.push(move.step.id)
      contacts.push({ at: now, channels: ['email'] })
    }
    stepsDone = move.stepsDone
    if (move.kind === 'ask-agent') throw new Error('there is no agent')
    if (move.after.kind !== 'planned') break
    planned = move.after.next.step.id
    due = move.after.next.at
  }
  return sent
}
