// An empty database of its own for a test file, on the PostgreSQL server of the run.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { TEMPLATE } from './postgres-on-demand.ts'

export interface FreshDatabase {
  url: string
  /** Removes it, with the connections that are left. */
  drop(): Promise<void>
}

/** Makes the database, empty or migrated; the first call of a run starts the server. */
export async function freshDatabase({ migrated = false } = {}): Promise<FreshDatabase> {
  const reply = await fetch(new URL(migrated ? TEMPLATE : '', inject('postgresOnDemand')))
  const text = await reply.text()
  if (!reply.ok) throw new Error(text)
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(text, `create database ${name}${migrated ? ` template ${TEMPLATE}` : ''}`)
  const url = new URL(text)
  url.pathname = name
  return { url: url.href, drop: () => administer(text, `drop database ${name} with (force)`) }
}

/** A connection of a test's own, closed after it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  // A database is dropped with the connections that a failed test has left.
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
