import { verifyMessage } from '@parley/sdk/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { messageAt } from '../../src/storage/threads.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { type PushDeps, pushToAgent } from '../../src/use-cases/push-to-agent.ts'
import { readJwks } from '../../src/use-cases/read-metadata.ts'
import { openFileWorld, startInbox } from '../support/file-world.ts'
import { answer, type Receiver } from '../support/http-receiver.ts'
import {
  claimNow,
  enrolTestAgent,
  eventsOf,
  issueClaim,
  outboxOf,
  type TestAgent,
} from '../support/test-world.ts'

const world = await openFileWorld()
let inbox: Receiver
let deps: PushDeps
let agent: TestAgent
let debtorId: string

beforeEach(async () => {
  ;({ inbox, deps } = await startInbox(world))
  debtorId = (await issueClaim(world)).debtorId
  agent = await enrolTestAgent(world, debtorId)
  await setInbox(`${inbox.origin}/inbox`)
})

async function setInbox(url: string | null): Promise<void> {
  const { db } = world.deps
  await db
    .updateTable('enrolments')
    .set({ inbox: url, inbox_proven_at: url === null ? null : 1 })
    .where('enrolment_id', '=', agent.enrolmentId)
    .execute()
}

async function deliveries() {
  const { db } = world.deps
  return await db.selectFrom('agent_deliveries').selectAll().orderBy('delivery_id').execute()
}

async function push(index = 0) {
  const delivery = (await deliveries())[index]
  const deliveryId = delivery?.delivery_id ?? 0
  return await pushToAgent(deps, { creditorId: world.creditorId, deliveryId })
}

describe('pushing to an inbox', () => {
  it('posts the signed message, marks it and moves the conversation on', async () => {
    expect(await push()).toEqual({ kind: 'done' })
    expect(inbox.received).toMatchObject([
      { method: 'POST', path: '/inbox', headers: { 'content-type': 'application/jose' } },
    ])
    const verified = await verifyMessage(inbox.received[0]?.body, {
      typ: 'parley-request+jwt',
      keys: await readJwks(world.deps),
      now: world.deps.clock.now(),
      audience: agent.iss,
      issuer: world.deps.publicUrl,
    })
    expect(verified).toMatchObject({ ok: true, value: { payload: { sub: agent.sub } } })
    const [delivery] = await deliveries()
    expect(delivery).toMatchObject({
      state: 'delivered',
      attempts: 1,
      delivered_at: world.deps.clock.now(),
    })
    const claim = await claimNow(world, delivery?.claim_id ?? '')
    expect(claim.conversation).toBe('received')
    const events = await eventsOf(world, claim.claimId)
    expect(events.at(-1)).toMatchObject({ type: 'payment-request.delivered', data: { by: 'push' } })
  })

  it('sends everything that waits, in the order in which it was said', async () => {
    const second = await issueClaim(world, { debtorId })
    const key = { creditorId: world.creditorId, claimId: second.claimId }
    await cancelPaymentRequest(world.deps, { ...key, reason: 'AM09' })
    const waiting = await deliveries()
    expect(waiting.length).toBeGreaterThanOrEqual(3)
    expect(await push(waiting.length - 1)).toEqual({ kind: 'done' })
    const { creditorId } = world
    const stored = await Promise.all(
      waiting.map(({ thr, seq }) => messageAt(world.deps.db, { creditorId, thr, seq })),
    )
    const expected = stored.map((message) => message?.jws)
    expect(inbox.received.map(({ body }) => body)).toEqual(expected)
  })

  it('does nothing the second time', async () => {
    await push()
    const events = await outboxOf(world, 'fan-out-event')
    expect(await push()).toEqual({ kind: 'done' })
    expect(inbox.received).toHaveLength(1)
    expect(await outboxOf(world, 'fan-out-event')).toEqual(events)
  })

  it('sends each message once when many jobs of one agent run together', async () => {
    for (let i = 0; i < 5; i++) await issueClaim(world, { debtorId })
    const waiting = await deliveries()
    await Promise.all(waiting.map((_, index) => push(index)))
    expect(inbox.received).toHaveLength(waiting.length)
    expect((await deliveries()).every(({ state }) => state === 'delivered')).toBe(true)
  })

  it('says outbox rows wait after a delivery', async () => {
    let woken = 0
    deps = { ...deps, outboxChanged: () => (woken += 1) }
    await push()
    expect(woken).toBe(1)
  })

  it('leaves a claim alone that has moved on meanwhile', async () => {
    const [delivery] = await deliveries()
    const { db } = world.deps
    await db.updateTable('claims').set({ conversation: 'negotiating' }).execute()
    await push()
    expect((await claimNow(world, delivery?.claim_id ?? '')).conversation).toBe('negotiating')
  })
})

describe('an inbox that does not take a message', () => {
  it.each([408, 409, 425, 429, 500, 503])('tries again after %i', async (status) => {
    inbox.reply = answer(status)
    expect(await push()).toMatchObject({ kind: 'again' })
    expect(await deliveries()).toMatchObject([{ state: 'waiting', attempts: 1 }])
    inbox.reply = answer(202)
    expect(await push()).toEqual({ kind: 'done' })
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  it.each([400, 401, 404, 410, 422])('gives the push up after %i', async (status) => {
    inbox.reply = answer(status)
    expect(await push()).toEqual({ kind: 'done' })
    expect(await deliveries()).toMatchObject([{ state: 'failed', attempts: 1 }])
    expect(await push()).toEqual({ kind: 'done' })
    expect(inbox.received).toHaveLength(1)
  })

  it('goes on with the next message after one that was turned away', async () => {
    await issueClaim(world, { debtorId })
    inbox.reply = (request, response) =>
      answer(inbox.received.length === 1 ? 422 : 202)(request, response)
    expect(await push()).toEqual({ kind: 'done' })
    expect((await deliveries()).map(({ state }) => state)).toEqual(['failed', 'delivered'])
  })

  it('does not send the next message before the one before it is there', async () => {
    await issueClaim(world, { debtorId })
    inbox.reply = answer(503)
    await push(1)
    expect(inbox.received).toHaveLength(1)
    expect(await deliveries()).toMatchObject([{ attempts: 1 }, { attempts: 0 }])
  })

  it('tries again when nobody answers, when a reply is late, and after a redirect', async () => {
    inbox.reply = () => {}
    expect(await push()).toMatchObject({ kind: 'again', reason: 'the inbox: timeout' })
    inbox.reply = answer(302, '', { location: 'https://elsewhere.example/' })
    expect(await push()).toMatchObject({ kind: 'again' })
    await inbox.close()
    expect(await push()).toMatchObject({ kind: 'again', reason: 'the inbox: unreachable' })
    expect(await deliveries()).toMatchObject([{ state: 'waiting', attempts: 3 }])
  })

  it('counts a message as delivered when only the reply was too large', async () => {
    inbox.reply = answer(202, 'x'.repeat(100_000))
    expect(await push()).toEqual({ kind: 'done' })
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }])
  })

  it('never calls an address that may not be called', async () => {
    await setInbox('https://169.254.169.254/latest')
    expect(await push()).toMatchObject({ kind: 'again', reason: 'the inbox: address-blocked' })
  })

  it('sends nothing to an agent without an inbox, or whose enrolment ended', async () => {
    await setInbox(null)
    expect(await push()).toEqual({ kind: 'done' })
    await setInbox(`${inbox.origin}/inbox`)
    await world.deps.db.updateTable('enrolments').set({ ended_at: 1 }).execute()
    expect(await push()).toEqual({ kind: 'done' })
    expect(inbox.received).toEqual([])
    expect(await deliveries()).toMatchObject([{ state: 'waiting', attempts: 0 }])
  })

  it('does not push a delivery of another creditor', async () => {
    const deliveryId = (await deliveries())[0]?.delivery_id ?? 0
    const outcome = await pushToAgent(deps, { creditorId: 'cr_other', deliveryId })
    expect(outcome).toEqual({ kind: 'done' })
    expect(inbox.received).toEqual([])
  })
})
