// Opens the store: PostgreSQL by URL, or the embedded PGlite in a directory. Both are reached
// through a pg Pool, so the same statements run on both. No other file knows which one it is.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { Keyring, type KeyWrap, keyringOf } from './keyring.ts'
import { migrate, withMigrationLock } from './migrate.ts'
import {
  prepareNaming,
  type StatementRunner,
  scopedPool,
  scopedRunner,
  type Ways,
} from './scoped-statements.ts'
import { makeLogins } from './server-logins.ts'
import type { Tables } from './tables.ts'
import { inWholeRoundTrips } from './whole-round-trips.ts'

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>

interface Postgres {
  kind: 'postgres'
  url: string
  poolSize: number
  /** How long a statement may go without an answer (35,000): longer than PostgreSQL lets it run. */
  patienceMs?: number
}

export type StoreLocation = Postgres | { kind: 'embedded'; directory: string | 'memory' }

export interface Store {
  kind: StoreLocation['kind']
  /** Obeys the scope of whoever asks. */
  db: Database
  /** The same for single statements that go past Kysely. */
  statements: StatementRunner
  /** Connections that work across creditors, whatever the scope. */
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
 * Opens the store with the login of its URL, for operators' commands and tests: what runs in no scope
 * works across creditors. The caller closes it. Personal fields are sealed under data keys that `wrap`
 * wraps. Throws when it cannot be reached.
 */
export async function openStore(location: StoreLocation, wrap: KeyWrap): Promise<Store> {
  const ring = new Keyring(wrap)
  if (location.kind === 'embedded') {
    return await openEmbedded(location.directory, { ring, outside: 'all-rows' })
  }
  const pool = postgresPool(location, { isShared: true })
  return await storeOf('postgres', {
    ring,
    ways: { creditor: pool, across: pool, isShared: true, outside: 'all-rows' },
  })
}

/**
 * Opens the store of a server, with its tables up to date: what runs in no scope sees no rows. On
 * PostgreSQL the server works with two logins of its own, which own no table; the embedded engine
 * knows one user, who takes up the role of a creditor's work for each transaction.
 */
export async function openServerStore(location: StoreLocation, wrap: KeyWrap): Promise<Store> {
  const ring = new Keyring(wrap)
  if (location.kind === 'embedded') {
    const store = await openEmbedded(location.directory, { ring, outside: 'no-rows' })
    await migrate(store.pool)
    return store
  }
  const logins = await prepareLogins(location, wrap)
  const as = (url: string) => postgresPool({ ...location, url }, { isShared: false })
  const ways: Ways = {
    creditor: as(logins.creditor),
    across: as(logins.across),
    isShared: false,
    outside: 'no-rows',
  }
  return await storeOf('postgres', { ring, ways })
}

/** As the owner: brings the tables up to date, and makes the logins of the server. */
async function prepareLogins(location: Postgres, wrap: KeyWrap) {
  const owner = await openStore(location, wrap)
  try {
    await migrate(owner.pool)
    const secret = await keyringOf(owner.db).secret(owner.db, 'database logins')
    return await withMigrationLock(owner.pool, (client) =>
      makeLogins(client, { url: location.url, secret }),
    )
  } finally {
    await owner.close()
  }
}

const PATIENCE_MS = 35_000

function postgresPool(
  { url, poolSize, patienceMs = PATIENCE_MS }: Postgres,
  { isShared }: Pick<Ways, 'isShared'>,
): pg.Pool {
  return new pg.Pool({
    connectionString: url,
    max: poolSize,
    types,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    // Packets that are dropped are no error to a socket for many minutes.
    query_timeout: patienceMs,
    keepAlive: true,
    idle_in_transaction_session_timeout: 30_000,
    onConnect: (client) => prepareNaming(client, { isShared }),
  })
}

async function openEmbedded(
  directory: string,
  { ring, outside }: { ring: Keyring; outside: Ways['outside'] },
): Promise<Store> {
  if (directory !== 'memory') await mkdir(directory, { recursive: true })
  const pglite = new PGlite(directory === 'memory' ? 'memory://' : join(directory, 'db'))
  await pglite.waitReady
  const pool = new pg.Pool({
    ...createPgConfig(inWholeRoundTrips(pglite)),
    max: 1,
    idleTimeoutMillis: 0,
    types,
    onConnect: (client: pg.ClientBase) => prepareNaming(client, { isShared: true }),
  } as pg.PoolConfig)
  keepClientAfterErrors(pool)
  const ways: Ways = { creditor: pool, across: pool, isShared: true, outside }
  return await storeOf('embedded', { ring, ways }, () => pglite.close())
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
  { ring, ways }: { ring: Keyring; ways: Ways },
  closeEngine: () => Promise<void> = async () => {},
): Promise<Store> {
  const pools = [...new Set([ways.across, ways.creditor])]
  for (const pool of pools) {
    // A lost connection would otherwise end the process, while it is idle and while it is in use: a
    // statement under way fails by itself, and the pool replaces the client.
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    await pool.query('select 1')
  }
  const named = (text: string) => {
    const name = nameOf(text)
    return name === undefined ? {} : { name }
  }
  const dialect = new PostgresDialect({ pool: scopedPool(ways, named) })
  const db = new Kysely<Tables>({ dialect, plugins: [ring] })
  const close = async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await closeEngine()
  }
  return { kind, db, statements: scopedRunner(ways), pool: ways.across, close }
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
  runner: StatementRunner,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const name = nameOf(text)
  const statement = name === undefined ? { text, values } : { name, text, values }
  return (await runner.query<Row>(statement)).rows
}
