import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startQueueUpkeep } from '../../src/jobs/queue-upkeep.ts'
import type { Store } from '../../src/storage/database.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { recordingLog } from '../support/recording-log.ts'
import { openTestStore } from '../support/test-store.ts'

describe('upkeep of the queue', () => {
  let database: FreshDatabase
  let store: Store

  beforeAll(async () => {
    database = await freshDatabase()
    store = await openTestStore({ url: database.url })
    await store.pool.query(`create schema queue;
      create table queue.job (id int) with (autovacuum_enabled = false);
      insert into queue.job select generate_series(1, 1000)`)
  })

  afterAll(async () => {
    await store.close()
    await database.drop()
  })

  /** Rows of the job table as the planner knows them; -1 when it was never told. */
  async function knownRows(): Promise<number> {
    const { rows } = await store.pool.query<{ reltuples: number }>(
      `select reltuples from pg_class where oid = 'queue.job'::regclass`,
    )
    return rows[0]?.reltuples ?? Number.NaN
  }

  it('tells the planner of the table once five thousand changes were made, not before', async () => {
    const upkeep = startQueueUpkeep({ pool: store.pool, schema: 'queue', log: recordingLog() })
    upkeep.changed(3_000)
    upkeep.changed(1_999)
    for (let i = 0; i < 20; i++) expect(await knownRows()).toBe(-1)
    upkeep.changed(1)
    while ((await knownRows()) === -1) await new Promise((resolve) => setTimeout(resolve, 5))
    await upkeep.stop()
    expect(await knownRows()).toBe(1_000)
  })
})
