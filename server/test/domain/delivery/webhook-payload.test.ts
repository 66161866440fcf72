import { describe, expect, it } from 'vitest'
import { webhookBody, webhookIdOf } from '../../../src/domain/delivery/webhook-payload.ts'

const EVENT = {
  eventId: 42,
  claimId: 'pr_1',
  type: 'payment.received',
  data: { amount: '12.50', currency: 'EUR' },
  at: 1_773_133_200,
}

describe('the body of a webhook', () => {
  it('has the type, the time and the facts of the event', () => {
    expect(JSON.parse(webhookBody(EVENT))).toEqual({
      type: 'payment.received',
      timestamp: '2026-03-10T09:00:00Z',
      data: { amount: '12.50', currency: 'EUR', eventId: '42', paymentRequestId: 'pr_1' },
    })
  })

  it('is the same text every time, because it is signed', () => {
    expect(webhookBody({ ...EVENT })).toBe(webhookBody(EVENT))
  })

  it('lets no fact of the event stand in for the ids', () => {
    const event = { ...EVENT, data: { eventId: '1', paymentRequestId: 'pr_other' } }
    expect(JSON.parse(webhookBody(event)).data).toEqual({
      eventId: '42',
      paymentRequestId: 'pr_1',
    })
  })

  it('names the event and not the try', () => {
    expect(webhookIdOf(42)).toBe('evt_42')
  })
})
