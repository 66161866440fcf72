import { describe, expect, it } from 'vitest'
import { describeNextStep, type NextStepFacts } from '../../../src/domain/claim/next-step.ts'

const agreed: NextStepFacts = {
  state: 'open',
  conversation: 'agreed',
  respondBy: 0,
  now: 1_000,
  arm: null,
  planned: undefined,
  openLine: { line: 1, dueDate: '2026-12-20', dueAt: 900, isOver: false },
}
const late = { line: 1, dueDate: '2026-12-20', dueAt: 100, isOver: true }
const reminder = {
  journeyId: 'instalment-keeper',
  step: 'reminder',
  at: 2_000,
  channel: 'email',
  deferredFor: null,
} as const

describe('what comes next for an agreed plan', () => {
  it('is the next line, until its day is over', () => {
    expect(describeNextStep({ ...agreed, planned: reminder })).toEqual({
      action: 'wait-for-payment',
      at: 900,
      reason: 'A plan was agreed: line 1 is due on 2026-12-20.',
    })
  })

  it('is the step about a line that is late, or nothing with a day', () => {
    expect(describeNextStep({ ...agreed, openLine: late, planned: reminder })).toEqual({
      action: 'send-email',
      at: 2_000,
      reason:
        'A plan was agreed: line 1 was due on 2026-12-20 and is not paid. ' +
        'Step reminder of the journey instalment-keeper is due then, inside its window.',
    })
    expect(describeNextStep({ ...agreed, openLine: late })).toEqual({
      action: 'wait-for-payment',
      at: null,
      reason: 'A plan was agreed: line 1 was due on 2026-12-20 and is not paid.',
    })
  })

  it('is nothing once every line is paid', () => {
    expect(describeNextStep({ ...agreed, openLine: undefined })).toMatchObject({ action: 'none' })
  })
})
