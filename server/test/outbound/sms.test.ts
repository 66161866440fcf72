import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGuardedClient, type GuardedClient } from '../../src/outbound/guarded-client.ts'
import { createTextMessenger, type TextProvider } from '../../src/outbound/sms.ts'
import { createTwilioProvider } from '../../src/outbound/sms-twilio.ts'
import { createWebhookTextProvider } from '../../src/outbound/sms-webhook.ts'
import type { TextMessage } from '../../src/use-cases/outbound-ports.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'

const MESSAGE: TextMessage = {
  to: '+31612345678',
  text: 'Wasserwerk Süd: 147,42 €. https://pay.example/p/7 STOP',
  reference: 'hm_1',
  idempotencyKey: 'step-1',
}
const RATE = { perSecond: 100, burst: 100 }
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const CREATED = JSON.stringify({ sid: 'SM1', num_segments: '1', price: null, price_unit: 'USD' })

let first: Receiver
let second: Receiver
let http: GuardedClient
let now = 1_773_100_000

beforeEach(async () => {
  ;[first, second] = [await startReceiver(), await startReceiver()]
  first.reply = answer(201, CREATED)
  second.reply = answer(200, '{"id":"gw-1"}')
  http = createGuardedClient({ allowLoopback: true, deadlines: { totalMs: 1_000 } })
})

afterEach(async () => {
  await http.close()
  await first.close()
  await second.close()
})

function twilioLike(change: Partial<TextProvider> = {}): TextProvider {
  const sender = createTwilioProvider({
    http,
    baseUrl: first.origin,
    accountSid: 'AC1',
    authToken: 'secret',
    from: '+3197010280000',
    statusCallback: 'https://parley.example/sms/reports?shop=1',
    pricePerSegment: { value: '0.0495', currency: 'EUR' },
  })
  return { name: 'twilio', rate: RATE, ...sender, ...change }
}

function gateway(change: Partial<TextProvider> = {}): TextProvider {
  const wallClock = { now: () => Math.floor(Date.now() / 1_000) }
  const url = `${second.origin}/sms`
  const sender = createWebhookTextProvider({ http, url, secret: SECRET, wallClock })
  return { name: 'gateway', rate: RATE, ...sender, ...change }
}

function messenger(...providers: TextProvider[]) {
  return createTextMessenger({ providers, clock: { now: () => now } })
}

describe('a Twilio-shaped provider', () => {
  it('gets a form, a login, and where to report', async () => {
    const outcome = await messenger(twilioLike()).send(MESSAGE)
    expect(outcome).toEqual({
      kind: 'accepted',
      provider: 'twilio',
      providerId: 'SM1',
      segments: 1,
      cost: { value: '0.0495', currency: 'EUR' },
    })
    const [request] = first.received
    expect(request?.path).toBe('/2010-04-01/Accounts/AC1/Messages.json')
    expect(request?.headers).toMatchObject({
      authorization: `Basic ${btoa('AC1:secret')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'idempotency-key': 'step-1',
    })
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      To: MESSAGE.to,
      From: '+3197010280000',
      Body: MESSAGE.text,
      StatusCallback: 'https://parley.example/sms/reports?shop=1&reference=hm_1',
    })
  })

  it('tells the price that it takes, where it names one', async () => {
    const told = { sid: 'SM1', num_segments: '2', price: '-0.01500', price_unit: 'usd' }
    first.reply = answer(201, JSON.stringify(told))
    expect(await messenger(twilioLike()).send(MESSAGE)).toMatchObject({
      segments: 2,
      cost: { value: '0.01500', currency: 'USD' },
    })
  })

  it.each([
    [400, '{"code":21211}', { kind: 'permanent', blames: 'recipient', code: 'number-invalid' }],
    [400, '{"code":21610}', { kind: 'permanent', blames: 'recipient', code: 'opted-out' }],
    [400, '{"code":99999}', { kind: 'permanent', blames: 'message', code: 'http-400' }],
    [401, '{"code":20003}', { kind: 'permanent', blames: 'provider', code: 'provider-login' }],
    [429, '{"code":20429}', { kind: 'temporary', blames: 'provider', code: 'provider-rate' }],
    [503, 'busy', { kind: 'temporary', blames: 'provider', code: 'http-503' }],
    [500, '{"code":20500}', { kind: 'unknown', blames: 'provider', code: 'provider-fault' }],
    [502, '<html>', { kind: 'unknown', blames: 'provider', code: 'http-502' }],
    [201, '<html>', { kind: 'unknown', blames: 'provider', code: 'answer-unreadable' }],
    [302, '', { kind: 'permanent', blames: 'provider', code: 'redirect' }],
  ])('answering %i %s is %j', async (status, body, expected) => {
    first.reply = answer(status, body)
    const outcome = await messenger(twilioLike()).send(MESSAGE)
    expect(outcome).toMatchObject({ ...expected, provider: 'twilio' })
    expect(JSON.stringify(outcome)).not.toContain(MESSAGE.to)
  })

  it('says how long to wait when the provider does', async () => {
    first.reply = answer(429, '{"code":20429}', { 'retry-after': '17' })
    expect(await messenger(twilioLike()).send(MESSAGE)).toMatchObject({ retryAfterSeconds: 17 })
  })

  it('that answers nothing may have sent it', async () => {
    first.reply = () => {}
    expect(await messenger(twilioLike()).send(MESSAGE)).toMatchObject({
      kind: 'unknown',
      code: 'timeout',
    })
  })

  it('that cannot be reached has sent nothing', async () => {
    await first.close()
    expect(await messenger(twilioLike()).send(MESSAGE)).toMatchObject({ kind: 'temporary' })
    first = await startReceiver()
  })

  it('is not called at an address that the guard closes', async () => {
    const closed = createGuardedClient({ allowLoopback: false })
    const options = {
      http: closed,
      baseUrl: first.origin,
      accountSid: 'A',
      authToken: 't',
      from: 'x',
    }
    const provider = { name: 'twilio', rate: RATE, ...createTwilioProvider(options) }
    const outcome = await messenger(provider).send(MESSAGE)
    expect(outcome).toMatchObject({ kind: 'permanent', code: 'address-blocked' })
    expect(first.received).toEqual([])
    await closed.close()
  })
})

describe('a generic provider', () => {
  it('gets signed JSON under the key of the step', async () => {
    const outcome = await messenger(gateway()).send(MESSAGE)
    expect(outcome).toEqual({
      kind: 'accepted',
      provider: 'gateway',
      providerId: 'gw-1',
      segments: 1,
    })
    const [request] = second.received
    const { headers = {}, body = '' } = request ?? {}
    expect(headers['idempotency-key']).toBe('step-1')
    expect(new Webhook(SECRET).verify(body, headers)).toEqual({
      type: 'sms.send',
      id: 'hm_1',
      to: MESSAGE.to,
      text: MESSAGE.text,
      segments: 1,
    })
  })

  it.each([
    [422, '{"error":{"kind":"permanent","blames":"recipient","code":"landline"}}', 'landline'],
    [400, '{"error":{"kind":"unknown","blames":"recipient","code":"x"}}', 'http-400'],
    [400, '{"error":{"kind":"permanent","blames":"nobody","code":"x"}}', 'http-400'],
    [400, 'no json', 'http-400'],
  ])('answering %i %s is refused with %s', async (status, body, code) => {
    second.reply = answer(status, body)
    expect(await messenger(gateway()).send(MESSAGE)).toMatchObject({ kind: 'permanent', code })
  })

  it('may be asked again where it may have sent: it keeps keys', async () => {
    second.reply = answer(500)
    expect(await messenger(gateway()).send(MESSAGE)).toMatchObject({
      kind: 'unknown',
      mayRepeat: true,
    })
  })
})

describe('the messenger', () => {
  it('asks the next provider where the first surely did not send', async () => {
    first.reply = answer(503)
    const outcome = await messenger(twilioLike(), gateway()).send(MESSAGE)
    expect(outcome).toMatchObject({ kind: 'accepted', provider: 'gateway' })
    expect(second.received[0]?.headers['idempotency-key']).toBe('step-1')
  })

  it.each([
    ['may have sent it', 502, ''],
    ['says that the person has opted out', 400, '{"code":21610}'],
  ])('asks nobody else when a provider %s', async (_title, status, body) => {
    first.reply = answer(status, body)
    await messenger(twilioLike(), gateway()).send(MESSAGE)
    expect(second.received).toEqual([])
  })

  it('asks one provider alone when told to', async () => {
    const send = messenger(twilioLike(), gateway()).send
    expect(await send({ ...MESSAGE, onlyAt: 'gateway' })).toMatchObject({ provider: 'gateway' })
    expect(first.received).toEqual([])
    expect(await send({ ...MESSAGE, onlyAt: 'gone' })).toMatchObject({ code: 'no-provider' })
  })

  it('tells who is about to carry the message, and whether that one knows it again', async () => {
    first.reply = answer(503)
    const told: unknown[] = []
    const note = async (carrier: unknown) => {
      told.push(carrier, first.received.length, second.received.length)
    }
    await messenger(twilioLike(), gateway()).send(MESSAGE, note)
    const [twilio, other] = [
      { provider: 'twilio', mayRepeat: false },
      { provider: 'gateway', mayRepeat: true },
    ]
    expect(told).toEqual([twilio, 0, 0, other, 1, 0])
  })

  it('hands nothing over when that cannot be written down', async () => {
    const fails = () => Promise.reject(new Error('the store is gone'))
    await expect(messenger(twilioLike()).send(MESSAGE, fails)).rejects.toThrow('the store is gone')
    expect(first.received).toEqual([])
  })

  it('hopes as long as one provider may take it later', async () => {
    first.reply = answer(401)
    second.reply = answer(503)
    const outcome = await messenger(twilioLike(), gateway()).send(MESSAGE)
    expect(outcome).toMatchObject({ kind: 'temporary', provider: 'gateway' })
  })

  it('keeps to the rate of each provider by its clock', async () => {
    const slow = { perSecond: 0.1, burst: 2 }
    const { send } = messenger(twilioLike({ rate: slow }))
    const kinds = [await send(MESSAGE), await send(MESSAGE), await send(MESSAGE)]
    expect(kinds.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'temporary'])
    expect(kinds[2]).toMatchObject({ code: 'our-rate', retryAfterSeconds: 10 })
    expect(first.received).toHaveLength(2)
    now += 10
    expect(await send(MESSAGE)).toMatchObject({ kind: 'accepted' })
  })

  it('passes to another provider when the rate of one is used up', async () => {
    const { send } = messenger(twilioLike({ rate: { perSecond: 1, burst: 1 } }), gateway())
    await send(MESSAGE)
    expect(await send(MESSAGE)).toMatchObject({ kind: 'accepted', provider: 'gateway' })
  })

  it.each([
    ['a national number', { to: '0612345678' }, 'number-invalid'],
    ['a number with a parameter', { to: '+31612345678&Body=x' }, 'number-invalid'],
    ['an empty text', { text: ' ' }, 'text-empty'],
    ['a control character', { text: 'a\u0007b' }, 'text-unsafe'],
    ['half a surrogate pair', { text: 'a\ud800' }, 'text-unsafe'],
    ['a long text', { text: 'a'.repeat(460) }, 'text-too-long'],
  ])('refuses %s before any provider', async (_title, change, code) => {
    const outcome = await messenger(twilioLike()).send({ ...MESSAGE, ...change })
    expect(outcome).toMatchObject({ kind: 'permanent', code })
    expect(first.received).toEqual([])
  })

  it('sends a text of exactly three segments', async () => {
    const outcome = await messenger(twilioLike()).send({ ...MESSAGE, text: 'a'.repeat(459) })
    expect(outcome).toMatchObject({ kind: 'accepted' })
  })
})
