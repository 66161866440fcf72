import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NewJob } from '../../src/jobs/queue.ts'
import { relayBatch } from '../../src/jobs/relay-outbox.ts'
import { enqueue } from '../../src/storage/events.ts'
import { enrolTestAgent, issueClaim, openTestWorld, type TestWorld } from '../support/test-world.ts'

let world: TestWorld

beforeAll(async () => {
  world = await openTestWorld()
})

afterAll(async () => {
  await world.close()
})

afterEach(async () => {
  await world.reset()
})

/** A queue that keeps what it gets. */
function keeper() {
  const inserted: { queue: string; job: NewJob }[] = []
  const woken: [string, number][] = []
  return {
    inserted,
    woken,
    insert: async (_tx: unknown, queue: string, jobs: readonly NewJob[]) => {
      inserted.push(...jobs.map((job) => ({ queue, job })))
    },
    wake: (queue: string, count: number) => {
      woken.push([queue, count])
    },
  }
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from outbox`.execute(world.deps.db)
  return rows[0]?.n ?? 0
}

async function fill(count: number): Promise<void> {
  await sql`insert into outbox (creditor_id, queue, payload)
    select 'cr_1', 'fan-out-event', jsonb_build_object('eventId', g)
    from generate_series(1, ${count}::int) g`.execute(world.deps.db)
}

describe('the relay of the outbox', () => {
  it('moves rows with their creditor and wakes the workers of their queues', async () => {
    await world.deps.db.transaction().execute(async (tx) => {
      await enqueue(tx, 'cr_1', 'fan-out-event', { eventId: 1 })
      await enqueue(tx, 'cr_2', 'send-message', { messageId: 'hm_1' })
      await enqueue(tx, 'cr_1', 'fan-out-event', { eventId: 2 })
    })
    const queue = keeper()
    expect(await relayBatch(world.deps.db, queue)).toBe(3)
    const lane = null
    expect(queue.inserted).toEqual([
      { queue: 'fan-out-event', job: { data: { creditorId: 'cr_1', eventId: 1 }, lane } },
      { queue: 'fan-out-event', job: { data: { creditorId: 'cr_1', eventId: 2 }, lane } },
      { queue: 'send-message', job: { data: { creditorId: 'cr_2', messageId: 'hm_1' }, lane } },
    ])
    expect(queue.woken).toEqual([
      ['fan-out-event', 2],
      ['send-message', 1],
    ])
    expect(await waiting()).toBe(0)
  })

  it('moves at most 500 at once, the oldest first', async () => {
    await fill(700)
    const queue = keeper()
    expect(await relayBatch(world.deps.db, queue)).toBe(500)
    expect(await relayBatch(world.deps.db, queue)).toBe(200)
    expect(await relayBatch(world.deps.db, queue)).toBe(0)
    const ids = queue.inserted.map(({ job }) => job.data['eventId'])
    expect(ids).toEqual(Array.from({ length: 700 }, (_, i) => i + 1))
  })

  it('loses nothing when the queue cannot take the rows', async () => {
    await fill(3)
    const queue = keeper()
    const failing = {
      ...queue,
      insert: async () => {
        throw new Error('no queue')
      },
    }
    await expect(relayBatch(world.deps.db, failing)).rejects.toThrow('no queue')
    expect(await waiting()).toBe(3)
    expect(queue.woken).toEqual([])
    expect(await relayBatch(world.deps.db, queue)).toBe(3)
  })

  it('puts a push into the lane of its inbox, and a webhook into that of its creditor', async () => {
    const { debtorId } = await issueClaim(world)
    const { enrolmentId } = await enrolTestAgent(world, debtorId)
    const { db } = world.deps
    await db
      .updateTable('enrolments')
      .set({ inbox: 'https://inbox.agent.example/in/1' })
      .where('enrolment_id', '=', enrolmentId)
      .execute()
    await sql`delete from outbox`.execute(db)
    await issueClaim(world, { debtorId })
    await db
      .transaction()
      .execute((tx) =>
        enqueue(tx, 'cr_1', 'deliver-webhook', { deliveryId: 'wd_1', endpointId: 'we_1' }),
      )
    const queue = keeper()
    await relayBatch(db, queue)
    expect(
      queue.inserted.map((one) => [one.queue, one.job.lane]).filter(([, lane]) => lane !== null),
    ).toEqual([
      ['push-to-agent', 'inbox.agent.example'],
      ['deliver-webhook', 'cr_1'],
    ])
  })
})
