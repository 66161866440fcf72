import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { JobData, JobHandler, JobHandlers } from '../../src/jobs/handlers.ts'
import type { QueueSettings } from '../../src/jobs/queue-settings.ts'
import { type Jobs, startJobs } from '../../src/jobs/start-jobs.ts'
import type { Sweep } from '../../src/jobs/sweeps.ts'
import type { Store } from '../../src/storage/database.ts'
import { enqueue, type QueueName } from '../../src/storage/events.ts'
import { again, DONE, never, type WorkOutcome } from '../../src/use-cases/work-outcome.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { type RecordingLog, recordingLog } from '../support/recording-log.ts'
import { openTestStore } from '../support/test-store.ts'

const NAMES: readonly QueueName[] = [
  'fan-out-event',
  'deliver-webhook',
  'push-to-agent',
  'send-message',
  'address-open-claims',
  'thank-debtor',
]

describe.each(['embedded', 'postgres'] as const)('jobs on the %s store', (kind) => {
  let database: FreshDatabase | undefined
  let store: Store
  let log: RecordingLog
  let started: Jobs[]

  beforeAll(async () => {
    if (kind === 'postgres') database = await freshDatabase()
    store = await openTestStore(database === undefined ? { embedded: true } : { url: database.url })
  })

  afterAll(async () => {
    await store.close()
    await database?.drop()
  })

  beforeEach(() => {
    log = recordingLog()
    started = []
  })

  afterEach(async () => {
    await Promise.all(started.map((jobs) => jobs.stop(1_000)))
    await sql`delete from outbox`.execute(store.db)
    await sql`delete from pgboss.job`.execute(store.db)
  })

  async function start(
    handlers: Partial<Record<QueueName, JobHandler>>,
    settings: Partial<Record<QueueName, Partial<QueueSettings>>> = {},
    sweeps: readonly Sweep[] = [],
  ): Promise<Jobs> {
    const idle = { run: async () => DONE }
    const all = { ...Object.fromEntries(NAMES.map((name) => [name, idle])), ...handlers }
    const jobs = await startJobs({
      store,
      handlers: all as JobHandlers,
      sweeps,
      sweepIntervalMs: 60_000,
      wallClock: systemClock,
      log,
      settings,
    })
    started.push(jobs)
    return jobs
  }

  async function ask(queue: QueueName, ...payloads: Record<string, string | number>[]) {
    await store.db.transaction().execute(async (tx) => {
      for (const payload of payloads) await enqueue(tx, 'cr_1', queue, payload)
    })
  }

  async function settle(jobs: Jobs): Promise<void> {
    while ((await jobs.pending()) > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  /** A handler that keeps what it got, and gives its outcomes one after another. */
  function recorder(...outcomes: WorkOutcome[]) {
    const ran: JobData[] = []
    const givenUp: JobData[] = []
    const handler: JobHandler = {
      run: async (batch) => {
        ran.push(...batch)
        return outcomes.shift() ?? DONE
      },
      giveUp: async (job) => {
        givenUp.push(job)
      },
    }
    return { handler, ran, givenUp }
  }

  it('brings what a commit asked for to its handler, with the creditor', async () => {
    const { handler, ran } = recorder()
    const jobs = await start({ 'thank-debtor': handler })
    await ask('thank-debtor', { claimId: 'pr_1', paymentId: 'pay_1' })
    expect(await jobs.pending()).toBe(1)
    jobs.wake()
    await settle(jobs)
    expect(ran).toEqual([{ creditorId: 'cr_1', claimId: 'pr_1', paymentId: 'pay_1' }])
    expect(await jobs.pending()).toBe(0)
  })

  // Polls alone would need one second of the relay for each job, and longer than this test has.
  it('is woken by a commit and does not wait for a poll', { timeout: 30_000 }, async () => {
    const { handler, ran } = recorder()
    const jobs = await start({ 'deliver-webhook': handler })
    for (let i = 0; i < 40; i++) {
      await ask('deliver-webhook', { deliveryId: `wd_${i}` })
      jobs.wake()
      await settle(jobs)
    }
    expect(ran).toHaveLength(40)
  })

  it('takes up what is due and ends all of it when it is asked to settle', async () => {
    const { handler, ran } = recorder()
    let due = 0
    const run = async () => {
      const found = due
      due = 0
      if (found > 0) await ask('send-message', { messageId: 'hm_1' })
      return found
    }
    const jobs = await start({ 'send-message': handler }, {}, [{ name: 'due', batchSize: 9, run }])
    expect([await jobs.settle(5_000), ran]).toEqual([0, []])
    due = 1
    expect(await jobs.settle(5_000)).toBe(0)
    expect(ran).toEqual([{ creditorId: 'cr_1', messageId: 'hm_1' }])
  })

  it('settles no longer than it may, and says what is pending', async () => {
    const gate = Promise.withResolvers<WorkOutcome>()
    const jobs = await start({ 'send-message': { run: () => gate.promise } })
    await ask('send-message', { messageId: 'hm_1' })
    jobs.wake()
    expect(await jobs.settle(300)).toBe(1)
    gate.resolve(DONE)
    expect(await jobs.settle(5_000)).toBe(0)
  })

  it('looks once for each job that it was told of', async () => {
    const { handler, ran } = recorder()
    const jobs = await start({ 'thank-debtor': handler })
    const query = vi.spyOn(store.pool, 'query')
    for (let i = 0; i < 20; i++) {
      await ask('thank-debtor', { claimId: `pr_${i}` })
      jobs.wake()
      await settle(jobs)
    }
    const looks = query.mock.calls.filter(([statement]) =>
      JSON.stringify(statement).includes("name = 'thank-debtor' AND j.state < 'active'"),
    )
    query.mockRestore()
    expect(ran).toHaveLength(20)
    // A scout may have looked meanwhile.
    expect(looks.length).toBeLessThan(30)
  })

  it('runs what another process, or one that ended, left in the outbox', async () => {
    await ask('thank-debtor', { claimId: 'pr_1', paymentId: 'pay_1' })
    const { handler, ran } = recorder()
    await settle(await start({ 'thank-debtor': handler }))
    expect(ran).toHaveLength(1)
  })

  it('runs each of many jobs once, a batch at a time where the queue says so', async () => {
    const batches: number[] = []
    const seen: unknown[] = []
    const run = async (batch: readonly JobData[]) => {
      batches.push(batch.length)
      seen.push(...batch.map((job) => job['eventId']))
      return DONE
    }
    const jobs = await start({ 'fan-out-event': { run } })
    const payloads = Array.from({ length: 700 }, (_, eventId) => ({ eventId }))
    await ask('fan-out-event', ...payloads)
    jobs.wake()
    await settle(jobs)
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(payloads.map((p) => p.eventId))
    expect(Math.max(...batches)).toBe(200)
  })

  it('tries again what may pass later', async () => {
    const { handler, ran, givenUp } = recorder(again('not yet'))
    const jobs = await start({ 'push-to-agent': handler }, { 'push-to-agent': QUICK })
    await ask('push-to-agent', { deliveryId: 7 })
    jobs.wake()
    await settle(jobs)
    expect(ran).toEqual([ran[0], ran[0]])
    expect(givenUp).toEqual([])
    expect(log.lines).toMatchObject([
      { level: 'warn', facts: { queue: 'push-to-agent', reason: 'not yet' } },
    ])
  })

  it('tries again after a handler that threw', async () => {
    let runs = 0
    const run = async () => {
      runs += 1
      if (runs === 1) throw new Error('no store')
      return DONE
    }
    const jobs = await start({ 'thank-debtor': { run } }, { 'thank-debtor': QUICK })
    await ask('thank-debtor', { claimId: 'pr_1' })
    jobs.wake()
    await settle(jobs)
    expect(runs).toBe(2)
    expect(log.lines).toMatchObject([{ level: 'error', facts: { queue: 'thank-debtor' } }])
  })

  it('gives up after the last try, once, and says so', async () => {
    const { handler, ran, givenUp } = recorder(again('no'), again('no'), again('no'))
    const jobs = await start(
      { 'send-message': handler },
      { 'send-message': { ...QUICK, tries: 2 } },
    )
    await ask('send-message', { messageId: 'hm_1' })
    jobs.wake()
    await settle(jobs)
    expect(ran).toHaveLength(2)
    expect(givenUp).toEqual([{ creditorId: 'cr_1', messageId: 'hm_1' }])
    expect(log.lines.at(-1)).toMatchObject({
      level: 'error',
      facts: { queue: 'send-message', jobs: [{ messageId: 'hm_1' }], tries: 2 },
    })
  })

  it('gives up at once what will never pass', async () => {
    const { handler, ran, givenUp } = recorder(never('refused'))
    const jobs = await start({ 'send-message': handler })
    await ask('send-message', { messageId: 'hm_1' })
    jobs.wake()
    await settle(jobs)
    expect(ran).toHaveLength(1)
    expect(givenUp).toHaveLength(1)
  })

  it('gives up what has no state to leave behind, too', async () => {
    const { handler } = recorder(never('refused'))
    const jobs = await start({ 'thank-debtor': { run: handler.run } })
    await ask('thank-debtor', { claimId: 'pr_1' })
    jobs.wake()
    await settle(jobs)
    expect(log.lines.at(-1)).toMatchObject({ message: 'work was given up' })
  })

  it('lets slow receivers hold up only the creditor that named them', async () => {
    const gate = Promise.withResolvers<void>()
    let slowNow = 0
    let slowMost = 0
    const fast: unknown[] = []
    const run = async (batch: readonly JobData[]) => {
      for (const job of batch) {
        if (job.creditorId === 'cr_2') fast.push(job['deliveryId'])
        else {
          slowNow += 1
          slowMost = Math.max(slowMost, slowNow)
          await gate.promise
          slowNow -= 1
        }
      }
      return DONE
    }
    const jobs = await start({ 'deliver-webhook': { run } })
    const slow = Array.from({ length: 40 }, (_, i) => ({
      deliveryId: `s${i}`,
      endpointId: `slow${i % 5}`,
    }))
    await ask('deliver-webhook', ...slow)
    const fastOne = { deliveryId: 'f1', endpointId: 'fast' }
    await store.db.transaction().execute((tx) => enqueue(tx, 'cr_2', 'deliver-webhook', fastOne))
    jobs.wake()
    while (fast.length < 1) await new Promise((resolve) => setTimeout(resolve, 5))
    gate.resolve()
    await settle(jobs)
    // Four of the creditor, and the one worker that takes from every lane.
    expect(slowMost).toBeLessThanOrEqual(5)
  })

  it('ends the work under way when it stops', async () => {
    const gate = Promise.withResolvers<void>()
    const running = Promise.withResolvers<void>()
    const run = async () => {
      running.resolve()
      await gate.promise
      return DONE
    }
    const jobs = await start({ 'send-message': { run } })
    await ask('send-message', { messageId: 'hm_1' })
    jobs.wake()
    await running.promise
    const stopping = jobs.stop(10_000)
    gate.resolve()
    await stopping
    expect(await jobs.pending()).toBe(0)
  })

  it('stops at the deadline, and leaves what is not done for later', async () => {
    const running = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const run = async () => {
      running.resolve()
      await gate.promise
      return DONE
    }
    const first = await start({ 'send-message': { run } }, { 'send-message': QUICK })
    await ask('send-message', { messageId: 'hm_1' })
    first.wake()
    await running.promise
    await first.stop(50)
    expect(await first.pending()).toBe(1)
    gate.resolve()
    const { handler, ran } = recorder()
    await settle(await start({ 'send-message': handler }, { 'send-message': QUICK }))
    expect(ran).toEqual([{ creditorId: 'cr_1', messageId: 'hm_1' }])
  })

  if (kind === 'embedded') {
    it('takes up at once what a killed process left', async () => {
      const running = Promise.withResolvers<void>()
      const run = async () => {
        running.resolve()
        return await new Promise<WorkOutcome>(() => {})
      }
      const killed = await start({ 'deliver-webhook': { run } })
      await ask('deliver-webhook', { deliveryId: 'wd_1' })
      killed.wake()
      await running.promise
      const { handler, ran } = recorder()
      await settle(await start({ 'deliver-webhook': handler }))
      expect(ran).toEqual([{ creditorId: 'cr_1', deliveryId: 'wd_1' }])
    })
  }

  if (kind === 'postgres') {
    it('shares the work of one outbox between two processes', async () => {
      const ran: unknown[] = []
      const handler = {
        run: async (batch: readonly JobData[]) => {
          ran.push(...batch.map((job) => job['eventId']))
          return DONE
        },
      }
      const payloads = Array.from({ length: 1_200 }, (_, eventId) => ({ eventId }))
      await ask('fan-out-event', ...payloads)
      const both = await Promise.all([
        start({ 'fan-out-event': handler }),
        start({ 'fan-out-event': handler }),
      ])
      await Promise.all(both.map(settle))
      expect(ran.toSorted((a, b) => Number(a) - Number(b))).toEqual(payloads.map((p) => p.eventId))
    })
  }
})

/** One second is the shortest delay that pg-boss knows with a growing one. */
const QUICK: Partial<QueueSettings> = { firstDelaySeconds: 1 }
