import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAddressGuard } from '../../src/outbound/address-guard.ts'
import { createGuardedClient, type GuardedClient } from '../../src/outbound/guarded-client.ts'
import { appendEvent } from '../../src/storage/events.ts'
import {
  createWebhookEndpoint,
  type WebhookEndpointInput,
} from '../../src/use-cases/create-webhook-endpoint.ts'
import { deleteWebhookEndpoint } from '../../src/use-cases/delete-webhook-endpoint.ts'
import {
  type DeliverWebhookDeps,
  deliverWebhook,
  giveUpWebhook,
} from '../../src/use-cases/deliver-webhook.ts'
import { fanOutEvents } from '../../src/use-cases/fan-out-event.ts'
import { listWebhookDeliveries } from '../../src/use-cases/list-webhook-deliveries.ts'
import { listWebhookEndpoints } from '../../src/use-cases/list-webhook-endpoints.ts'
import { replayWebhookDelivery } from '../../src/use-cases/replay-webhook-delivery.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'
import { openTestWorld, outboxOf, type TestWorld } from '../support/test-world.ts'

let world: TestWorld
let http: GuardedClient
let shop: Receiver
let deps: TestWorld['deps'] & DeliverWebhookDeps

beforeAll(async () => {
  world = await openTestWorld()
  http = createGuardedClient({ allowLoopback: true, deadlines: { headersMs: 300, totalMs: 500 } })
})

afterAll(async () => {
  await http.close()
  await world.close()
})

beforeEach(async () => {
  await world.reset()
  shop = await startReceiver()
  deps = {
    ...world.deps,
    addresses: createAddressGuard({ allowLoopback: true }),
    http,
    wallClock: { now: () => Math.floor(Date.now() / 1_000) },
  }
})

afterEach(async () => {
  await shop.close()
})

async function addEndpoint(input: Partial<WebhookEndpointInput> = {}, creditorId?: string) {
  const made = await deps.db.transaction().execute((tx) =>
    createWebhookEndpoint(deps, tx, {
      creditorId: creditorId ?? world.creditorId,
      input: { url: `${shop.origin}/hook`, ...input },
    }),
  )
  if (!made.ok) throw new Error(made.error.detail)
  return made.value
}

/** An event as a use-case leaves it behind, already taken from the outbox. */
async function addEvent(type = 'payment.received', creditorId = world.creditorId) {
  const event = {
    creditorId,
    claimId: 'pr_1',
    type,
    at: deps.clock.now(),
    data: { amount: '1.00' },
  }
  const eventId = await deps.db.transaction().execute((tx) => appendEvent(tx, event))
  await deps.db.deleteFrom('outbox').execute()
  return { creditorId, eventId }
}

async function deliveries(creditorId = world.creditorId) {
  return (await listWebhookDeliveries(deps, { creditorId, limit: 200 })).data
}

/** An endpoint, an event and the delivery of the one to the other. */
async function onePending() {
  const endpoint = await addEndpoint()
  const event = await addEvent()
  await fanOutEvents(deps, [event])
  const [delivery] = await deliveries()
  if (delivery === undefined) throw new Error('no delivery')
  return { endpoint, event, delivery }
}

describe('webhook endpoints', () => {
  it('adds one with a secret of 32 bytes that is stored sealed', async () => {
    const made = await addEndpoint()
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const row = await deps.db.selectFrom('webhook_endpoints').selectAll().executeTakeFirstOrThrow()
    expect(row.encrypted_secret.toString('latin1')).not.toContain(made.secret)
    expect(deps.vault.open(row.encrypted_secret)).toBe(made.secret)
    expect((await addEndpoint()).secret).not.toBe(made.secret)
  })

  it('lists the live ones without their secrets', async () => {
    const { secret: _, ...all } = await addEndpoint()
    const { secret: __, ...some } = await addEndpoint({ events: ['payment.received'] })
    await addEndpoint({}, 'cr_other')
    expect(await listWebhookEndpoints(deps, world.creditorId)).toEqual(
      [all, some].sort((a, b) => (a.endpointId < b.endpointId ? -1 : 1)),
    )
    expect(all.events).toBeNull()
    expect(some.events).toEqual(['payment.received'])
  })

  it.each([
    'http://shop.example/hook',
    'https://10.0.0.1/hook',
    'https://user:secret@shop.example/hook',
    'https://metadata.internal/',
  ])('refuses url-not-allowed for %s', async (url) => {
    const made = await deps.db
      .transaction()
      .execute((tx) =>
        createWebhookEndpoint(deps, tx, { creditorId: world.creditorId, input: { url } }),
      )
    expect(made).toMatchObject({ ok: false, error: { code: 'url-not-allowed', pointer: '/url' } })
    expect(await listWebhookEndpoints(deps, world.creditorId)).toEqual([])
  })

  it('removes one, and refuses not-found for one that is gone or of somebody else', async () => {
    const { endpointId } = await addEndpoint()
    const key = { creditorId: world.creditorId, endpointId }
    const refused = { ok: false, error: { code: 'not-found' } }
    const foreign = { ...key, creditorId: 'cr_other' }
    expect(await deleteWebhookEndpoint(deps, foreign)).toMatchObject(refused)
    expect(await deleteWebhookEndpoint(deps, key)).toMatchObject({ ok: true })
    expect(await deleteWebhookEndpoint(deps, key)).toMatchObject(refused)
    expect(await listWebhookEndpoints(deps, world.creditorId)).toEqual([])
  })
})

describe('fanning out events', () => {
  it('makes one delivery for each event and each endpoint that wants it', async () => {
    const all = await addEndpoint()
    const payments = await addEndpoint({ events: ['payment.received', 'payment.returned'] })
    await addEndpoint({ events: ['negotiation.agreed'] })
    const gone = await addEndpoint()
    await deleteWebhookEndpoint(deps, { ...gone, creditorId: world.creditorId })
    const received = await addEvent('payment.received')
    const issued = await addEvent('payment-request.issued')
    expect(await fanOutEvents(deps, [received, issued])).toBe(3)
    const made = (await deliveries()).map(({ endpointId, eventId, eventType, state }) => ({
      endpointId,
      eventId,
      eventType,
      state,
    }))
    const of = (endpointId: string, eventId: number, eventType: string) => ({
      endpointId,
      eventId,
      eventType,
      state: 'pending',
    })
    expect(made).toHaveLength(3)
    expect(made).toEqual(
      expect.arrayContaining([
        of(all.endpointId, received.eventId, 'payment.received'),
        of(payments.endpointId, received.eventId, 'payment.received'),
        of(all.endpointId, issued.eventId, 'payment-request.issued'),
      ]),
    )
  })

  it('asks for the work of each delivery, in the order of the events', async () => {
    const { endpointId } = await addEndpoint()
    const events = [await addEvent(), await addEvent(), await addEvent()]
    await fanOutEvents(deps, events.toReversed())
    const made = await deliveries()
    const expected = events.map(({ eventId }) => ({
      endpointId,
      deliveryId: made.find((delivery) => delivery.eventId === eventId)?.deliveryId,
    }))
    expect(await outboxOf(world, 'deliver-webhook')).toEqual(expected)
  })

  it('adds nothing the second time, and nothing when two do it together', async () => {
    await addEndpoint()
    const events = [await addEvent(), await addEvent()]
    const added = await Promise.all([fanOutEvents(deps, events), fanOutEvents(deps, events)])
    expect(added[0] + added[1]).toBe(2)
    expect(await fanOutEvents(deps, events)).toBe(0)
    expect(await deliveries()).toHaveLength(2)
    expect(await outboxOf(world, 'deliver-webhook')).toHaveLength(2)
  })

  it('never brings an event of one creditor to another', async () => {
    await addEndpoint({}, 'cr_other')
    const mine = await addEvent()
    expect(await fanOutEvents(deps, [mine])).toBe(0)
    expect(await fanOutEvents(deps, [{ ...mine, creditorId: 'cr_other' }])).toBe(0)
  })

  it('wakes the relay only when it added something', async () => {
    let woken = 0
    const counting = { ...deps, outboxChanged: () => (woken += 1) }
    const event = await addEvent()
    await fanOutEvents(counting, [event])
    expect(woken).toBe(0)
    await addEndpoint()
    await fanOutEvents(counting, [event])
    expect(woken).toBe(1)
  })
})

describe('delivering a webhook', () => {
  it('posts the event so that a Standard Webhooks library takes it', async () => {
    const { endpoint, event, delivery } = await onePending()
    expect(await deliverWebhook(deps, delivery)).toEqual({ kind: 'done' })
    const [request] = shop.received
    expect(request).toMatchObject({ method: 'POST', path: '/hook' })
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': `evt_${event.eventId}`,
    })
    const webhook = new Webhook(endpoint.secret)
    expect(webhook.verify(request?.body ?? '', request?.headers ?? {})).toEqual({
      type: 'payment.received',
      timestamp: '2026-03-10T09:00:00Z',
      data: { amount: '1.00', eventId: String(event.eventId), paymentRequestId: 'pr_1' },
    })
    expect(() => webhook.verify(`${request?.body} `, request?.headers ?? {})).toThrow()
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 1, lastStatus: 202 }])
  })

  it('sends nothing once it is delivered', async () => {
    const { delivery } = await onePending()
    await deliverWebhook(deps, delivery)
    expect(await deliverWebhook(deps, delivery)).toEqual({ kind: 'done' })
    expect(shop.received).toHaveLength(1)
  })

  it('keeps id and body over the tries, and signs each try at its own time', async () => {
    const { endpoint, delivery } = await onePending()
    shop.reply = answer(503)
    const start = Math.floor(Date.now() / 1_000)
    for (const now of [start - 120, start]) {
      await deliverWebhook({ ...deps, wallClock: { now: () => now } }, delivery)
    }
    const [first, second] = shop.received
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-timestamp']).toBe(String(start))
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature'])
    for (const { body, headers } of shop.received) {
      expect(new Webhook(endpoint.secret).verify(body, headers)).toBeTypeOf('object')
    }
  })

  it.each([302, 400, 404, 409, 429, 500, 503])('tries again after %i', async (status) => {
    const { delivery } = await onePending()
    shop.reply = answer(status, '', { location: 'https://elsewhere.example/' })
    expect(await deliverWebhook(deps, delivery)).toMatchObject({ kind: 'again' })
    expect(await deliveries()).toMatchObject([
      { state: 'pending', attempts: 1, lastStatus: status },
    ])
  })

  it('tries again when no reply comes', async () => {
    const { delivery } = await onePending()
    shop.reply = () => {}
    expect(await deliverWebhook(deps, delivery)).toMatchObject({ kind: 'again' })
    expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 1, lastStatus: null }])
  })

  it('counts as delivered when only the reply was too large', async () => {
    const { delivery } = await onePending()
    shop.reply = answer(200, 'x'.repeat(100_000))
    expect(await deliverWebhook(deps, delivery)).toEqual({ kind: 'done' })
    expect(await deliveries()).toMatchObject([{ state: 'delivered', lastStatus: 200 }])
  })

  it('removes an endpoint that answers 410, and ends the delivery', async () => {
    const { delivery } = await onePending()
    shop.reply = answer(410)
    expect(await deliverWebhook(deps, delivery)).toEqual({ kind: 'done' })
    expect(await deliveries()).toMatchObject([{ state: 'failed', attempts: 1, lastStatus: 410 }])
    expect(await listWebhookEndpoints(deps, world.creditorId)).toEqual([])
  })

  it('ends a delivery to an endpoint that was removed meanwhile, and calls nobody', async () => {
    const { endpoint, delivery } = await onePending()
    await deleteWebhookEndpoint(deps, { ...endpoint, creditorId: world.creditorId })
    expect(await deliverWebhook(deps, delivery)).toEqual({ kind: 'done' })
    expect(await deliveries()).toMatchObject([{ state: 'failed', attempts: 0 }])
    expect(shop.received).toEqual([])
  })

  it('does not take back a delivery when the giving up comes late', async () => {
    const { delivery } = await onePending()
    await deliverWebhook(deps, delivery)
    await giveUpWebhook(deps, delivery)
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }])
  })

  it('does not deliver for another creditor', async () => {
    const { delivery } = await onePending()
    await deliverWebhook(deps, { ...delivery, creditorId: 'cr_other' })
    expect(shop.received).toEqual([])
  })
})

describe('the list of deliveries', () => {
  it('pages from the newest to the oldest, each once', async () => {
    await addEndpoint()
    for (let i = 0; i < 7; i++) {
      await fanOutEvents(deps, [await addEvent()])
      world.pass(1)
    }
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const query = { creditorId: world.creditorId, limit: 3, cursor }
      const page = await listWebhookDeliveries(deps, query)
      seen.push(...page.data.map(({ eventId }) => eventId))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(seen).toHaveLength(7)
    expect(seen).toEqual(seen.toSorted((a, b) => b - a))
  })

  it('filters by state and shows nothing of other creditors', async () => {
    const { delivery } = await onePending()
    await fanOutEvents(deps, [await addEvent()])
    await deliverWebhook(deps, delivery)
    const of = async (state: 'pending' | 'delivered', creditorId = world.creditorId) =>
      (await listWebhookDeliveries(deps, { creditorId, state, limit: 10 })).data.length
    expect([await of('pending'), await of('delivered')]).toEqual([1, 1])
    expect(await of('delivered', 'cr_other')).toBe(0)
  })
})

describe('replaying a delivery', () => {
  const replay = (key: { creditorId: string; deliveryId: string }) =>
    deps.db.transaction().execute((tx) => replayWebhookDelivery(tx, key))

  it('sends the same event with the same id again', async () => {
    const { delivery } = await onePending()
    await deliverWebhook(deps, delivery)
    await deps.db.deleteFrom('outbox').execute()
    expect(await replay(delivery)).toMatchObject({
      ok: true,
      value: { deliveryId: delivery.deliveryId, state: 'pending', attempts: 1 },
    })
    const { deliveryId, endpointId } = delivery
    expect(await outboxOf(world, 'deliver-webhook')).toEqual([{ deliveryId, endpointId }])
    await deliverWebhook(deps, delivery)
    const [first, second] = shop.received
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  it('brings a failed delivery back', async () => {
    const { delivery } = await onePending()
    await giveUpWebhook(deps, delivery)
    expect(await replay(delivery)).toMatchObject({ ok: true, value: { state: 'pending' } })
  })

  it('refuses not-found for an unknown one, a foreign one, and one whose endpoint is gone', async () => {
    const { endpoint, delivery } = await onePending()
    const refused = { ok: false, error: { code: 'not-found' } }
    expect(await replay({ ...delivery, deliveryId: 'wd_unknown' })).toMatchObject(refused)
    expect(await replay({ ...delivery, creditorId: 'cr_other' })).toMatchObject(refused)
    expect(await replay(delivery)).toMatchObject({ ok: true })
    await deleteWebhookEndpoint(deps, { ...endpoint, creditorId: world.creditorId })
    expect(await replay(delivery)).toMatchObject(refused)
  })
})
