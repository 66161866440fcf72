import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createHandlers, type PeopleWork } from '../../src/jobs/handlers.ts'
import { type Jobs, startJobs } from '../../src/jobs/start-jobs.ts'
import { createAddressGuard } from '../../src/outbound/address-guard.ts'
import { createGuardedClient, type GuardedClient } from '../../src/outbound/guarded-client.ts'
import { enqueue } from '../../src/storage/events.ts'
import { createWebhookEndpoint } from '../../src/use-cases/create-webhook-endpoint.ts'
import { listWebhookDeliveries } from '../../src/use-cases/list-webhook-deliveries.ts'
import { createSharedRuns } from '../../src/use-cases/shared-runs.ts'
import { DONE, never, type WorkOutcome } from '../../src/use-cases/work-outcome.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'
import { recordingLog } from '../support/recording-log.ts'
import {
  claimNow,
  enrolTestAgent,
  issueClaim,
  openTestWorld,
  type TestWorld,
} from '../support/test-world.ts'

let world: TestWorld
let http: GuardedClient
let jobs: Jobs
let agent: Receiver
let shop: Receiver
let people: { [K in keyof PeopleWork]: unknown[] }
let trained: { creditorId: string }[]

beforeAll(async () => {
  world = await openTestWorld()
  http = createGuardedClient({ allowLoopback: true })
})

afterAll(async () => {
  await http.close()
  await world.close()
})

beforeEach(async () => {
  await world.reset()
  agent = await startReceiver()
  shop = await startReceiver()
  trained = []
  people = {
    sendMessage: [],
    giveUpMessage: [],
    recomputeCharges: [],
    thankDebtor: [],
    settleCredit: [],
    takeCreditDefault: [],
    writeOffBalance: [],
  }
  world.deps.addresses = createAddressGuard({ allowLoopback: true })
})

async function start(): Promise<void> {
  world.deps.outboxChanged = () => jobs.wake()
  const deps = {
    ...world.deps,
    http,
    wallClock: world.deps.clock,
    pushes: createSharedRuns<WorkOutcome>(),
  }
  jobs = await startJobs({
    store: world.store,
    handlers: createHandlers(deps, recordingPeople(), {
      trainModel: async (key) => trained.push(key),
    }),
    sweeps: [],
    sweepIntervalMs: 60_000,
    wallClock: systemClock,
    log: recordingLog(),
    settings: { 'deliver-webhook': { firstDelaySeconds: 1 } },
  })
}

function recordingPeople(): PeopleWork {
  return {
    sendMessage: async (key) => {
      people.sendMessage.push(key)
      return key.messageId === 'hm_bad' ? never('refused') : DONE
    },
    giveUpMessage: async (key) => {
      people.giveUpMessage.push(key)
    },
    recomputeCharges: async (key) => {
      people.recomputeCharges.push(key)
    },
    thankDebtor: async (key) => people.thankDebtor.push(key),
    settleCredit: async (key) => {
      people.settleCredit.push(key)
    },
    takeCreditDefault: async (key) => {
      people.takeCreditDefault.push(key)
    },
    writeOffBalance: async (key) => people.writeOffBalance.push(key),
  }
}

afterEach(async () => {
  await jobs.stop(1_000)
  await agent.close()
  await shop.close()
})

async function settle(): Promise<void> {
  while ((await jobs.pending()) > 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function ask(...asked: Parameters<typeof enqueue> extends [unknown, ...infer R] ? R : never) {
  await world.deps.db.transaction().execute((tx) => enqueue(tx, ...asked))
  jobs.wake()
  await settle()
}

describe('work that a commit asked for', () => {
  it('brings an issued request to the agent, and every event to the shop', async () => {
    const { creditorId, deps } = world
    const made = await deps.db
      .transaction()
      .execute((tx) =>
        createWebhookEndpoint(deps, tx, { creditorId, input: { url: `${shop.origin}/hook` } }),
      )
    const { debtorId } = await issueClaim(world)
    const { enrolmentId } = await enrolTestAgent(world, debtorId)
    await deps.db
      .updateTable('enrolments')
      .set({ inbox: `${agent.origin}/inbox`, inbox_proven_at: 1 })
      .where('enrolment_id', '=', enrolmentId)
      .execute()
    await start()
    const claim = await issueClaim(world, { debtorId })
    await settle()
    expect(agent.received).toHaveLength(2)
    expect((await claimNow(world, claim.claimId)).conversation).toBe('received')
    const secret = made.ok ? made.value.secret : ''
    const events = shop.received.map(({ body, headers }) => {
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
      const signature = new Webhook(secret).sign(headers['webhook-id'] ?? '', at, body)
      expect(headers['webhook-signature']).toBe(signature)
      return JSON.parse(body) as { type: string; data: { paymentRequestId: string } }
    })
    const ofClaim = events.filter(({ data }) => data.paymentRequestId === claim.claimId)
    expect(ofClaim.map(({ type }) => type).toSorted()).toEqual([
      'payment-request.delivered',
      'payment-request.issued',
    ])
  })

  it('brings a webhook through on the next try', async () => {
    const { creditorId, deps } = world
    await deps.db
      .transaction()
      .execute((tx) =>
        createWebhookEndpoint(deps, tx, { creditorId, input: { url: `${shop.origin}/hook` } }),
      )
    shop.reply = (request, response) =>
      answer(shop.received.length === 1 ? 500 : 204)(request, response)
    await start()
    await issueClaim(world)
    await settle()
    const { data } = await listWebhookDeliveries(deps, { creditorId, limit: 10 })
    expect(data).toMatchObject([{ state: 'delivered', attempts: 2, lastStatus: 204 }])
  })

  it('trains the model of a creditor', async () => {
    await start()
    await ask('cr_1', 'train-model', {})
    expect(trained).toEqual([{ creditorId: 'cr_1' }])
  })

  it('hands messages to people and thanks to those who send them', async () => {
    await start()
    await ask('cr_1', 'send-message', { messageId: 'hm_1' })
    await ask('cr_1', 'recompute-charges', { claimId: 'pr_1' })
    await ask('cr_1', 'thank-debtor', { claimId: 'pr_1', paymentId: 'pay_1' })
    await ask('cr_1', 'settle-credit', { claimId: 'pr_1' })
    await ask('cr_1', 'take-default', { claimId: 'pr_1' })
    await ask('cr_1', 'write-off-balance', { claimId: 'pr_1' })
    expect(people).toEqual({
      sendMessage: [{ creditorId: 'cr_1', messageId: 'hm_1' }],
      giveUpMessage: [],
      recomputeCharges: [{ creditorId: 'cr_1', claimId: 'pr_1' }],
      thankDebtor: [{ creditorId: 'cr_1', claimId: 'pr_1', paymentId: 'pay_1' }],
      settleCredit: [{ creditorId: 'cr_1', claimId: 'pr_1' }],
      takeCreditDefault: [{ creditorId: 'cr_1', claimId: 'pr_1' }],
      writeOffBalance: [{ creditorId: 'cr_1', claimId: 'pr_1' }],
    })
  })

  it('marks a message to a person as given up when it will never go', async () => {
    await start()
    await ask('cr_1', 'send-message', { messageId: 'hm_bad' })
    expect(people.giveUpMessage).toEqual([{ creditorId: 'cr_1', messageId: 'hm_bad' }])
  })
})
