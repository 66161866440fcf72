// The bank's store in a real PostgreSQL: a database for a test file, a schema a store.
import pg from 'pg'
import { freshDatabase } from '../../../server/test/support/fresh-database.ts'
import { createPostgresBankStore, createPostgresTables } from '../../src/bank/postgres-store.ts'
import type { BankStore } from '../../src/index.ts'

export interface OpenedPostgres {
  /** An empty store over several connections. */
  store(): Promise<BankStore>
  /** The address of an empty store, for other processes. */
  url(): Promise<string>
  close(): Promise<void>
}

const CONNECTIONS = 8

export async function openPostgres(): Promise<OpenedPostgres> {
  const database = await freshDatabase()
  const pools: pg.Pool[] = []

  async function url(): Promise<string> {
    const schema = `bank_${crypto.randomUUID().replaceAll('-', '')}`
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(`create schema ${schema}`)
    await client.end()
    const address = new URL(database.url)
    address.searchParams.set('options', `-c search_path=${schema}`)
    return address.href
  }

  return {
    url,
    async store() {
      for (const pool of pools.splice(0)) await pool.end()
      const pool = new pg.Pool({ connectionString: await url(), max: CONNECTIONS })
      // The last connections end while their database is dropped.
      pool.on('error', () => undefined)
      pools.push(pool)
      const query = (statement: string, parameters: readonly unknown[]) =>
        pool.query(statement, [...parameters])
      await createPostgresTables(query)
      await createPostgresTables(query)
      return createPostgresBankStore(query)
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()))
      await database.drop()
    },
  }
}
