// A store that does not answer is an outage, told from a defect; and a statement without an answer costs
// its connection, not the store.

import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { startFaultProxy } from '../../faults/fault-proxy.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { openStore } from '../../src/storage/database.ts'
import { isStoreAway } from '../../src/storage/store-away.ts'
import { freshDatabase } from '../support/fresh-database.ts'

const error = (message: string, code?: unknown) => Object.assign(new Error(message), { code })

it.each([
  ['terminating connection', '57P01'],
  ['the database system is starting up', '57P03'],
  ['could not extend file', '53100'],
  ['connect ECONNREFUSED', 'ECONNREFUSED'],
  ['Connection terminated unexpectedly', undefined],
  ['Query read timeout', undefined],
])('%s is an outage', (message, code) => {
  expect(isStoreAway(error(message, code))).toBe(true)
})

it.each([
  ['duplicate key value', '23505'],
  ['canceling statement due to statement timeout', '57014'],
  ['column does not exist', '42703'],
  ['not a function', undefined],
  ['a number', 57],
])('%s is none', (message, code) => {
  expect(isStoreAway(error(message, code))).toBe(false)
})

it('a transaction in a black hole ends, and the next one has another connection', async () => {
  const database = await freshDatabase()
  const there = new URL(database.url)
  const proxy = await startFaultProxy([Number(there.port)])
  there.port = String(proxy.port)
  const location = { kind: 'postgres', url: there.href, poolSize: 1, patienceMs: 1_500 } as const
  const store = await openStore(location, createVault(Buffer.alloc(32, 7)))
  onTestFinished(async () => {
    await store.close()
    await proxy.close()
    await database.drop()
  })
  const ask = () => store.db.transaction().execute((tx) => sql`select 1`.execute(tx))
  await ask()
  proxy.toxics = [{ type: 'timeout', way: 'down' }]
  const failed = await ask().catch((reason: unknown) => reason)
  expect(isStoreAway(failed)).toBe(true)
  proxy.toxics = []
  expect((await ask()).rows).toHaveLength(1)
})
