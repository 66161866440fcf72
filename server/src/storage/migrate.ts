// Brings the store to the newest schema. One process at a time: an advisory lock is held while the
// statements of each migration and its row in schema_migrations commit together.
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'

const folder = new URL('./migrations/', import.meta.url)
const LOCK = 7_277_539_101

/**
 * Applies what is missing, in the order of the file names, puts every table behind the wall between
 * creditors, and returns the names applied.
 */
export async function migrate(pool: pg.Pool): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const wall = await readFile(new URL('./tenant-wall.sql', import.meta.url), 'utf8')
  return await withMigrationLock(pool, async (client) => {
    const applied = await applyMissing(client, files)
    await client.query(wall)
    return applied
  })
}

/** Runs `work` while no other process changes the schema of this database. */
export async function withMigrationLock<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    try {
      return await work(client)
    } finally {
      await client.query('select pg_advisory_unlock($1)', [LOCK])
    }
  } finally {
    client.release()
  }
}

async function applyMissing(client: pg.PoolClient, files: string[]): Promise<string[]> {
  await client.query(
    'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
  )
  const done = await client.query<{ name: string }>('select name from schema_migrations')
  const known = new Set(done.rows.map((row) => row.name))
  const missing = files.filter((name) => !known.has(name))
  for (const name of missing) await applyOne(client, name)
  return missing
}

async function applyOne(client: pg.PoolClient, name: string): Promise<void> {
  const text = await readFile(new URL(name, folder), 'utf8')
  await client.query('begin')
  try {
    await client.query(text)
    await client.query('insert into schema_migrations (name) values ($1)', [name])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`migration ${name} failed and changed nothing`, { cause })
  }
}
