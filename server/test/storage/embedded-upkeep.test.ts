import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../src/storage/database.ts'
import { refreshChangedTables } from '../../src/storage/embedded-upkeep.ts'
import { TEST_VAULT } from '../support/test-store.ts'

let store: Store

beforeAll(async () => {
  store = await openStore({ kind: 'embedded', directory: 'memory' }, TEST_VAULT)
  await store.pool.query('create table busy (id int primary key, note text)')
  await store.pool.query('create table idle (id int primary key)')
})

afterAll(() => store.close())

async function estimatedRows(): Promise<number> {
  const { rows } = await store.pool.query(
    "select reltuples::float8 as rows from pg_class where relname = 'busy'",
  )
  return rows[0].rows
}

describe('the upkeep of the embedded store', () => {
  it('takes statistics of a table that has grown, and of no other', async () => {
    await store.pool.query("insert into busy select n, 'x' from generate_series(1, 2000) n")
    expect(await refreshChangedTables(store.pool)).toEqual(['public.busy'])
    expect(await estimatedRows()).toBe(2000)
  })

  it('does nothing while less than a fifth has changed', async () => {
    await store.pool.query("insert into busy select n, 'x' from generate_series(2001, 2300) n")
    expect(await refreshChangedTables(store.pool)).toEqual([])
    await store.pool.query("insert into busy select n, 'x' from generate_series(2301, 2600) n")
    expect(await refreshChangedTables(store.pool)).toEqual(['public.busy'])
  })

  it('clears dead rows away', async () => {
    await store.pool.query("update busy set note = 'y'")
    await refreshChangedTables(store.pool)
    await store.pool.query('select pg_stat_force_next_flush()')
    const { rows } = await store.pool.query(
      "select n_dead_tup as dead from pg_stat_user_tables where relname = 'busy'",
    )
    expect(rows).toEqual([{ dead: 0 }])
  })

  it('lets a prepared look-up use the key again', async () => {
    const text = 'select note from busy where id = $1'
    await store.pool.query({ name: 'look', text, values: [7] })
    const { rows } = await store.pool.query('explain execute look(7)')
    expect(JSON.stringify(rows)).toContain('Index Scan')
  })
})
