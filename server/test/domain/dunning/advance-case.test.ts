import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advanceCase, type CaseAdvance } from '../../../src/domain/dunning/advance-case.ts'
import type { Contact } from '../../../src/domain/dunning/contact-budget.ts'
import type { StepDone } from '../../../src/domain/dunning/journey.ts'
import { at, type FactChanges, factsOf, NOW } from './support-facts.ts'
import { journeyOf } from './support-journeys.ts'

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
