import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGuardedClient, type GuardedClient } from '../../src/outbound/guarded-client.ts'
import { createTextMessenger } from '../../src/outbound/sms.ts'
import { createTextProviders } from '../../src/outbound/sms-providers.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'

const RATE = { perSecond: 100, burst: 100 }
const clock = { now: () => 1_773_100_000 }

let receiver: Receiver
let http: GuardedClient

beforeEach(async () => {
  receiver = await startReceiver()
  http = createGuardedClient({ allowLoopback: true, deadlines: { totalMs: 1_000 } })
})

afterEach(async () => {
  await http.close()
  await receiver.close()
})

const MESSAGE = { to: '+31612345678', text: 'Hello', reference: 'hm_1', idempotencyKey: 'step-1' }

function messenger(provider: Parameters<typeof createTextProviders>[0][number]) {
  const deps = { http, wallClock: clock, publicUrl: 'https://pay.example' }
  return createTextMessenger({ providers: createTextProviders([provider], deps), clock })
}

describe('providers of the configuration', () => {
  it('of the Twilio shape send under their account and report to our address', async () => {
    receiver.reply = answer(201, JSON.stringify({ sid: 'SM1', num_segments: '1' }))
    const sent = await messenger({
      name: 'one',
      kind: 'twilio',
      url: `${receiver.origin}/`,
      account: 'AC1',
      from: '+3225550123',
      secret: 'token',
      rate: RATE,
      pricePerSegment: { value: '0.05', currency: 'EUR' },
    }).send(MESSAGE)
    expect(sent).toEqual({
      kind: 'accepted',
      provider: 'one',
      providerId: 'SM1',
      segments: 1,
      cost: { value: '0.05', currency: 'EUR' },
    })
    const [request] = receiver.received
    expect(request?.path).toBe('/2010-04-01/Accounts/AC1/Messages.json')
    expect(new URLSearchParams(request?.body).get('StatusCallback')).toBe(
      'https://pay.example/incoming/sms/one?reference=hm_1',
    )
  })

  it('behind a webhook are called with a signature', async () => {
    receiver.reply = answer(200, '{"id":"gw-1"}')
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const sent = await messenger({
      name: 'two',
      kind: 'webhook',
      url: receiver.origin,
      secret,
      rate: RATE,
    }).send(MESSAGE)
    expect(sent).toMatchObject({ kind: 'accepted', provider: 'two', providerId: 'gw-1' })
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,/)
  })
})
