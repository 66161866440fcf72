import { describe, expect, it } from 'vitest'
import {
  type DecisionSources,
  explainDecisions,
  isExplained,
} from '../../../src/domain/desk/explain-decisions.ts'
import { readApiDocument } from '../../../src/http/api-document.ts'

const NOTHING: DecisionSources = {
  events: [],
  messages: [],
  menus: [],
  bookings: [],
  wished: null,
  start: { at: 0, journey: 'friendly-default', arm: null },
}

const event = (type: string, data: DecisionSources['events'][number]['data'] = {}) => ({
  ...{ id: '7', at: 10, type, data },
})

const explained = (sources: Partial<DecisionSources>) =>
  explainDecisions({ ...NOTHING, ...sources }).filter(
    ({ decision }) => decision !== 'journey-given',
  )

describe('an automatic decision', () => {
  const { EventType } = readApiDocument().components.schemas as unknown as {
    EventType: { enum: string[] }
  }

  it.each(EventType.enum)('is told from what somebody did: %s', (type) => {
    expect(isExplained(type)).toBe(true)
  })

  it('begins with the journey that the bill was given', () => {
    expect(explainDecisions(NOTHING)).toMatchObject([
      { decision: 'journey-given', what: 'The journey friendly-default was given' },
    ])
  })

  it('names the step and the channel of a message', () => {
    const [sent] = explained({
      wished: 'sms',
      events: [event('reminder.sent', { step: 'reminder', channel: 'sms' })],
      messages: [
        {
          ...{ messageId: 'hm_1', step: 'reminder', channel: 'sms' },
          ...{ journeyId: 'friendly-default', journeyVersion: 2 },
        },
      ],
    })
    expect(sent).toMatchObject({
      grounds: ['7'],
      why: [
        'The step reminder of the journey friendly-default, version 2, was due, and nothing stood against it.',
        'By sms, as the customer wishes.',
      ],
    })
  })

  it.each([
    [
      'reminder.skipped',
      'calmer-path',
      'The customer needs a calmer path: firm words are left to a person.',
    ],
    ['reminder.deferred', 'held-dispute', 'Reminders rest: dispute.'],
    ['reminder.deferred', 'contact-budget', 'The customer was written to as often as is allowed.'],
    ['reminder.deferred', 'journey-against-law', 'Choose a lawful journey.'],
  ])('says why a step did not go: %s %s', (type, reason, why) => {
    const [decision] = explained({ events: [event(type, { step: 'one', reason })] })
    expect(decision?.why).toEqual([why])
  })

  it('says by which rule and evidence money was matched', () => {
    const booking = { transactionId: 'bt_1', paymentId: 'pay_1' }
    const events = [event('payment.received', { paymentId: 'pay_1' })]
    const [matched] = explained({
      events,
      bookings: [{ ...booking, rule: 'evidence', evidence: ['same-name'] }],
    })
    expect(matched?.why).toEqual([
      'Placed by rule: matched by evidence.',
      'Because the payer has the customer’s name.',
    ])
    const [byHand] = explained({ events, bookings: [{ ...booking, rule: null, evidence: [] }] })
    expect(byHand?.why).toEqual(['A person placed it.'])
  })

  it('is none where a member of staff acted, signed', () => {
    const data = { rule: 'interest', formula: 'x', by: 'Kim', jws: 'signature' }
    expect(explained({ events: [event('charge.reversed', data)] })).toEqual([])
  })
})
