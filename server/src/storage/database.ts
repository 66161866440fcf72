// Opens the store: PostgreSQL by URL, or the embedded PGlite in a directory. Both are reached
// through a pg Pool, so the same statements run on both. No other file knows which one it is.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { Kysely, PostgresDialect, type PostgresPool, type Transaction } from 'kysely'
import pg from 'pg'
import { Keyring, type KeyWrap } from './keyring.ts'
import { isStoreAway } from './store-away.ts'
import type { Tables } from './tables.ts'
import { inWholeRoundTrips } from './whole-round-trips.ts'

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>

export type StoreLocation =
  | {
      kind: 'postgres'
      url: string
      poolSize: number
      /** How long a statement may go without an answer (35,000): longer than PostgreSQL lets it run. */
      patienceMs?: number
    }
  | { kind: 'embedded'; directory: string | 'memory' }

export interface Store {
  kind: StoreLocation['kind']
  db: Database
  pool: pg.Pool
  close(): Promise<void>
}

const OID = { int8: 20, date: 1082, numeric: 1700 } as const

/**
 * How values arrive: numeric (money, always scale 0 here) as bigint, int8 (instants, counts) as
 * number, date as its text. No calendar day ever becomes a `Date`.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === OID.numeric) return (text: string) => BigInt(text)
    if (oid === OID.int8) return (text: string) => Number(text)
    if (oid === OID.date) return (text: string) => text
    return pg.types.getTypeParser(oid, format) as (text: string) => unknown
  },
}

/**
 * Opens the store; the caller closes it. Personal fields are sealed under data keys that `wrap` wraps.
 * Throws when it cannot be reached.
 */
export async function openStore(location: StoreLocation, wrap: KeyWrap): Promise<Store> {
  const ring = new Keyring(wrap)
  if (location.kind === 'postgres') return openPostgres(location, ring)
  return openEmbedded(location.directory, ring)
}

const PATIENCE_MS = 35_000

async function openPostgres(
  location: Extract<StoreLocation, { kind: 'postgres' }>,
  ring: Keyring,
): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: location.url,
    max: location.poolSize,
    types,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    // Packets that are dropped are no error to a socket for many minutes.
    query_timeout: location.patienceMs ?? PATIENCE_MS,
    keepAlive: true,
    idle_in_transaction_session_timeout: 30_000,
  })
  return await storeOf('postgres', { pool, ring }, async () => {})
}

async function openEmbedded(directory: string, ring: Keyring): Promise<Store> {
  if (directory !== 'memory') await mkdir(directory, { recursive: true })
  const pglite = new PGlite(directory === 'memory' ? 'memory://' : join(directory, 'db'))
  await pglite.waitReady
  const settings = { max: 1, idleTimeoutMillis: 0, types }
  const pool = new pg.Pool({
    ...createPgConfig(inWholeRoundTrips(pglite)),
    ...settings,
  } as pg.PoolConfig)
  keepClientAfterErrors(pool)
  return await storeOf('embedded', { pool, ring }, () => pglite.close())
}

/**
 * `Pool.query` ends the client of a statement that failed. The bridge to PGlite has one connection
 * for all clients, and what it still had to tell the old one it would tell the next.
 */
function keepClientAfterErrors(pool: pg.Pool): void {
  pool.query = (async (...statement: Parameters<pg.ClientBase['query']>) => {
    const client = await pool.connect()
    try {
      return await client.query(...statement)
    } finally {
      client.release()
    }
  }) as unknown as pg.Pool['query']
}

async function storeOf(
  kind: Store['kind'],
  { pool, ring }: { pool: pg.Pool; ring: Keyring },
  closeEngine: () => Promise<void>,
): Promise<Store> {
  // A lost connection would otherwise end the process, while it is idle and while it is in use: a
  // statement under way fails by itself, and the pool replaces the client.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  await pool.query('select 1')
  const dialect = new PostgresDialect({ pool: namedStatements(pool) })
  const db = new Kysely<Tables>({ dialect, plugins: [ring] })
  const close = async () => {
    await pool.end()
    await closeEngine()
  }
  return { kind, db, pool, close }
}

const nameByText = new Map<string, string>()
const MAX_NAMES = 1_000

/**
 * The prepared-statement name of a SQL text. PostgreSQL plans a named statement once per connection,
 * an unnamed one at every call (up to 1.8 times slower); the cap bounds the server's memory.
 */
function nameOf(text: string): string | undefined {
  const known = nameByText.get(text)
  if (known !== undefined) return known
  if (nameByText.size >= MAX_NAMES) return undefined
  const name = `p${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`
  nameByText.set(text, name)
  return name
}

/** Runs one prepared statement outside Kysely, for the statements of the hot path. */
export async function queryNamed<Row extends object>(
  client: Pick<pg.Pool, 'query'>,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const name = nameOf(text)
  const config = name === undefined ? { text, values } : { name, text, values }
  return (await client.query<Row>(config)).rows
}

function namedStatements(pool: pg.Pool): PostgresPool {
  return {
    connect: async () => {
      const client = await pool.connect()
      let lost: unknown
      return {
        async query(text: string, values: readonly unknown[]) {
          // Whatever is asked behind a statement without an answer, a rollback too, would wait for it.
          if (lost !== undefined) throw lost
          const name = nameOf(text)
          const statement = { text, values: [...values] }
          try {
            return await client.query(name === undefined ? statement : { name, ...statement })
          } catch (error) {
            if (isStoreAway(error)) lost = error
            throw error
          }
        },
        release: () => client.release(lost !== undefined),
      } as never
    },
    end: async () => {},
  } as unknown as PostgresPool
}
