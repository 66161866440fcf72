import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { verifyWebhook } from '../../src/creditor/verify-webhook.ts'

const SECRET = `whsec_${btoa('a secret of some length')}`
const BODY = JSON.stringify({ type: 'payment-request.settled', id: 'evt_1' })

function delivery(changes: { body?: string; at?: Date; signature?: string } = {}): Request {
  const { body = BODY, at = new Date() } = changes
  const signature = changes.signature ?? new Webhook(SECRET).sign('evt_1', at, body)
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': signature,
  }
  return new Request('https://shop.example/hook', { method: 'POST', headers, body })
}

describe('a webhook', () => {
  it('is read when its signature is right', async () => {
    const verified = await verifyWebhook(delivery(), SECRET)
    expect(verified).toMatchObject({ ok: true, value: { type: 'payment-request.settled' } })
  })

  it.each<[string, Parameters<typeof delivery>[0]]>([
    ['another signature', { signature: 'v1,AAAA' }],
    ['an old time', { at: new Date(Date.now() - 6 * 60_000) }],
    ['a time ahead', { at: new Date(Date.now() + 6 * 60_000) }],
  ])('is refused with %s', async (_what, changes) => {
    const verified = await verifyWebhook(delivery(changes), SECRET)
    expect(verified).toMatchObject({ ok: false, error: { code: 'webhook-signature' } })
  })

  it('is refused when its body was changed, or the secret is another', async () => {
    const signature = new Webhook(SECRET).sign('evt_1', new Date(), BODY)
    const changed = await verifyWebhook(delivery({ body: `${BODY} `, signature }), SECRET)
    expect(changed).toMatchObject({ error: { code: 'webhook-signature' } })
    const other = await verifyWebhook(delivery(), `whsec_${btoa('another secret, as long')}`)
    expect(other).toMatchObject({ error: { code: 'webhook-signature' } })
  })

  it('is refused when it is no JSON', async () => {
    const verified = await verifyWebhook(delivery({ body: 'hello' }), SECRET)
    expect(verified).toMatchObject({ ok: false, error: { code: 'webhook-body' } })
  })
})
