// What a creditor's software reads of the events that come to its webhook.
import { MatchersV3 } from '@pact-foundation/pact'
import { Webhook } from 'standardwebhooks'
import { afterAll, expect, it } from 'vitest'
import { verifyWebhook } from '../../src/creditor/index.ts'
import { openContract } from './support/contract.ts'

const { like, regex } = MatchersV3
const contract = openContract('parley-webhook-receiver')
afterAll(() => contract.close())

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const ID = 'pr_01ARZ3NDEKTSV4RRFFQ69G5FAV'

/** The event as it comes in, signed for this endpoint. */
function arrived(content: object): Request {
  const body = JSON.stringify(content)
  const now = new Date()
  return new Request('https://books.example/webhook', {
    method: 'POST',
    headers: {
      'webhook-id': 'ev_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('ev_1', now, body),
    },
    body,
  })
}

const EVENTS: readonly { type: string; given: string; data?: object }[] = [
  { type: 'payment-request.issued', given: 'an invoice was issued' },
  { type: 'payment-request.revised', given: 'an invoice was revised' },
  { type: 'payment-request.cancelled', given: 'an invoice was withdrawn' },
  { type: 'hold.set', given: 'reminders rest', data: { reason: like('other') } },
  { type: 'negotiation.agreed', given: 'an agent agreed to a plan' },
  { type: 'payment.received', given: 'an invoice was paid' },
  { type: 'payment-request.settled', given: 'an invoice is settled' },
  { type: 'dispute.raised', given: 'a person disputes an invoice' },
]

it.each(EVENTS)('reads $type', ({ type, given, data }) =>
  contract.message(
    {
      given,
      what: type,
      content: {
        type,
        timestamp: regex('\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ', '2026-03-10T09:00:00Z'),
        data: { eventId: like('ev_1'), paymentRequestId: regex('[A-Za-z0-9_-]+', ID), ...data },
      },
    },
    async (content) => {
      const event = await verifyWebhook(arrived(content), SECRET)
      expect(event).toMatchObject({ ok: true, value: { type, data: { paymentRequestId: ID } } })
    },
  ),
)

it('is what is committed', () => {
  const { now, committed } = contract.texts()
  expect(now).toBe(committed)
})
