// The second wall between creditors, against whoever gets to write statements into a creditor's session.
// Tables come from the catalog: one that a later migration adds is attacked like the others.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acrossCreditors, forCreditor, forNobody } from '../../src/storage/creditor-scope.ts'
import { openServerStore, type Store } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { makeMigratedDirectory } from '../support/embedded-directory.ts'
import { fillTables, type TableOfCreditors } from '../support/filled-tables.ts'
import { connect, type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { openTestStore, TEST_VAULT } from '../support/test-store.ts'

const MINE = 'cr_A'
const THEIRS = 'cr_B'
const NEW = 'cr_C'
const DENIED = '42501'

interface Attempt {
  rows: Record<string, unknown>[]
  changed: number
  /** The code of the refusal, if it was refused. */
  code: string | undefined
  message: string
}

class Undone extends Error {
  readonly attempt: Attempt
  constructor(attempt: Attempt) {
    super('undone')
    this.attempt = attempt
  }
}

/** Runs statements of a hostile session; nothing that they do stays. */
async function attempt({ db }: Store, ...statements: string[]): Promise<Attempt> {
  try {
    return await db.transaction().execute(async (tx) => {
      let last: Attempt = { rows: [], changed: 0, code: undefined, message: '' }
      for (const text of statements) {
        const { rows, numAffectedRows = 0n } = await sql
          .raw<Record<string, unknown>>(text)
          .execute(tx)
        last = { rows, changed: Number(numAffectedRows), code: undefined, message: '' }
      }
      throw new Undone(last)
    })
  } catch (error) {
    if (error instanceof Undone) return error.attempt
    const { code, message } = error as { code: string; message: string }
    return { rows: [], changed: 0, code, message }
  }
}

describe.each(['embedded', 'postgres'] as const)('the wall on the store %s', (kind) => {
  let store: Store
  let tables: TableOfCreditors[]
  let database: FreshDatabase | undefined
  let folder: string | undefined

  beforeAll(async () => {
    if (kind === 'embedded') {
      folder = await mkdtemp(join(tmpdir(), 'parley-wall-'))
      const directory = join(folder, 'data')
      await makeMigratedDirectory(directory)
      store = await openServerStore({ kind, directory }, TEST_VAULT)
      tables = await fillTables(store, [MINE, THEIRS])
      return
    }
    database = await freshDatabase({ migrated: true })
    const owner = await openTestStore(database)
    tables = await fillTables(owner, [MINE, THEIRS])
    await owner.close()
    store = await openServerStore({ kind, url: database.url, poolSize: 4 }, TEST_VAULT)
  })
  afterAll(async () => {
    await store?.close()
    await database?.drop()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  const mine = (...statements: string[]) => forCreditor(MINE, () => attempt(store, ...statements))
  /** The names of the tables of which something does not hold. */
  const tablesWhere = async (holdsNot: (table: TableOfCreditors) => Promise<boolean>) => {
    const found: string[] = []
    for (const table of tables) if (await holdsNot(table)) found.push(table.name)
    return found
  }

  it('stands around every table with a creditor_id', async () => {
    expect(tables.length).toBeGreaterThan(45)
    const unwalled = `
      select c.relname as name from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'creditor_id')
        and not (c.relrowsecurity and c.relforcerowsecurity
          and (select array_agg(p.polname || '>' || p.polroles::regrole[]::text order by p.polname)
               from pg_policy p where p.polrelid = c.oid)
            = array['every_row>{parley_across}', 'own_rows>{parley_creditor}'])`
    const { rows } = await acrossCreditors(() => attempt(store, unwalled))
    expect(rows).toEqual([])
  })

  it('shows own rows alone to a query that forgets whose they are', async () => {
    const leaks = await tablesWhere(async ({ name }) => {
      const { rows } = await mine(`select creditor_id from ${name}`)
      return JSON.stringify(rows) !== JSON.stringify([{ creditor_id: MINE }])
    })
    expect(leaks).toEqual([])
  })

  it('shows both to work across creditors, so that there is something to hide', async () => {
    const missing = await tablesWhere(async ({ name }) => {
      const read = () => attempt(store, `select creditor_id from ${name}`)
      return (await acrossCreditors(read)).rows.length !== 2
    })
    expect(missing).toEqual([])
  })

  it.each([
    ['for nobody', forNobody],
    ['in no scope', <T>(work: () => T) => work()],
  ])('shows nothing %s', async (_, scope) => {
    const leaks = await tablesWhere(async ({ name }) => {
      const { rows, code } = await scope(() => attempt(store, `select * from ${name}`))
      return rows.length > 0 || code !== undefined
    })
    expect(leaks).toEqual([])
  })

  it.each([
    ['read', (name: string) => `select creditor_id from ${name} where creditor_id = '${THEIRS}'`],
    [
      'lock',
      (name: string) =>
        `select creditor_id from ${name} where creditor_id = '${THEIRS}' for update`,
    ],
    [
      'change',
      (name: string) =>
        `update ${name} set creditor_id = creditor_id where creditor_id = '${THEIRS}' returning 1`,
    ],
    ['delete', (name: string) => `delete from ${name} where creditor_id = '${THEIRS}' returning 1`],
  ])('lets nobody %s a row of another creditor', async (_, statement) => {
    const broken = await tablesWhere(async ({ name }) => {
      const foreign = await mine(statement(name))
      const own = await mine(statement(name).replace(THEIRS, MINE))
      return foreign.rows.length > 0 || foreign.code !== undefined || own.rows.length !== 1
    })
    expect(broken).toEqual([])
  })

  it('lets nobody write a row for another creditor', async () => {
    const broken = await tablesWhere(async ({ insertFor }) => {
      const foreign = await mine(insertFor(NEW))
      const own = await forCreditor(NEW, () => attempt(store, insertFor(NEW)))
      return !isWall(foreign) || own.code !== undefined
    })
    expect(broken).toEqual([])
  })

  it('lets nobody give a row away', async () => {
    const broken = await tablesWhere(
      async ({ name }) => !isWall(await mine(`update ${name} set creditor_id = '${NEW}'`)),
    )
    expect(broken).toEqual([])
  })

  it('lets nobody empty a table', async () => {
    const broken = await tablesWhere(
      async ({ name }) => (await mine(`truncate ${name}`)).code !== DENIED,
    )
    expect(broken).toEqual([])
  })

  it('keeps foreign rows from functions that would tell of what they are given', async () => {
    const told: string[] = []
    const text = `
      create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as
        $$ begin perform set_config('told.last', current_setting('told.last', true) || $1, true); return true; end $$`
    const { rows } = await mine(
      text,
      `select set_config('told.last', '', true)`,
      'select from debtors where pg_temp.tell(debtor_id)',
      `select current_setting('told.last') as told`,
    )
    told.push(String(rows[0]?.['told']))
    expect(told).toEqual([`debtor_id of ${MINE}`])
  })

  it('leaves what creditors share unwritten, and secrets unread', async () => {
    const shared = (
      await acrossCreditors(() =>
        attempt(
          store,
          `select c.relname as name from pg_class c
         where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace = 'public'::regnamespace
         and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'creditor_id')`,
        ),
      )
    ).rows.map(({ name }) => String(name))
    const readable: string[] = []
    for (const name of shared) {
      if ((await mine(`select * from ${name}`)).code === undefined) readable.push(name)
      expect((await mine(`delete from ${name}`)).code, name).toBe(DENIED)
    }
    expect(shared.toSorted()).toEqual([
      'hop_nonces',
      'journey_versions',
      'schema_migrations',
      'server_secrets',
      'signing_keys',
    ])
    expect(readable).toEqual(['journey_versions'])
    expect((await mine('select encrypted_private_jwk from signing_keys')).code).toBe(DENIED)
    expect((await mine('select public_jwk from signing_keys')).code).toBeUndefined()
  })

  it('has no view and no function of an owner to go through', async () => {
    const ways = `
      select relname::text as name from pg_class
      where relkind in ('v', 'm', 'f') and relnamespace = 'public'::regnamespace
      union all
      select proname::text from pg_proc where prosecdef and pronamespace = 'public'::regnamespace`
    expect((await acrossCreditors(() => attempt(store, ways))).rows).toEqual([])
  })

  it('keeps apart what many creditors ask at once over few connections', async () => {
    const ask = (creditorId: string, inTransaction: boolean) =>
      forCreditor(creditorId, async () => {
        const read = (db: Store['db']) => db.selectFrom('debtors').select('creditor_id').execute()
        return inTransaction
          ? await store.db.transaction().execute((tx) => read(tx))
          : await read(store.db)
      })
    const asked = Array.from({ length: 60 }, (_, n) => ({
      creditorId: n % 2 === 0 ? MINE : THEIRS,
      inTransaction: n % 3 === 0,
    }))
    const answers = await Promise.all(
      asked.map(({ creditorId, inTransaction }) => ask(creditorId, inTransaction)),
    )
    expect(answers).toEqual(asked.map(({ creditorId }) => [{ creditor_id: creditorId }]))
    expect((await attempt(store, 'select * from debtors')).rows).toEqual([])
  })

  it('holds for statements past Kysely, and after one that failed', async () => {
    const read = () =>
      store.statements.query({ text: 'select creditor_id from debtors', values: [] })
    const fail = () => store.statements.query({ text: 'select 1 / $1::int', values: [0] })
    await expect(forCreditor(MINE, fail)).rejects.toThrow('division by zero')
    expect((await forCreditor(MINE, read)).rows).toEqual([{ creditor_id: MINE }])
    expect((await read()).rows).toEqual([])
  })

  it('takes a creditor for a name, whatever is in it', async () => {
    const hostile = `${MINE}', true); select set_config('parley.creditor', '${THEIRS}`
    const read = () => attempt(store, 'select creditor_id from debtors')
    expect((await forCreditor(hostile, read)).rows).toEqual([])
  })

  it('is set up once: a start on a store that has it changes nothing', async () => {
    if (database === undefined) return
    const owner = await openTestStore({ url: database.url })
    await expect(migrate(owner.pool)).resolves.toEqual([])
    await owner.close()
  })
})

const isWall = ({ code, message }: Attempt) =>
  code === DENIED && message.includes('row-level security')

describe('the logins of a server on PostgreSQL', () => {
  let database: FreshDatabase
  let store: Store

  beforeAll(async () => {
    database = await freshDatabase({ migrated: true })
    const owner = await openTestStore(database)
    await fillTables(owner, [MINE, THEIRS])
    await owner.close()
    store = await openServerStore({ kind: 'postgres', url: database.url, poolSize: 2 }, TEST_VAULT)
  })
  afterAll(async () => {
    await store?.close()
    await database?.drop()
  })

  const loginOf = (role: string) => {
    const url = new URL(database.url)
    url.username = `${role}_${url.pathname.slice(1)}`
    return url.href
  }

  it('own no table, pass no policy, and cannot become each other or the owner', async () => {
    const { rows } = await acrossCreditors(() =>
      attempt(
        store,
        `select r.rolname as role, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
           or r.rolreplication as is_mighty,
           (select count(*)::int from pg_class c where c.relowner = r.oid
            and c.relnamespace = 'public'::regnamespace) as owns
         from pg_roles r where r.rolname like 'parley%' and r.rolname not like '%template'
         order by 1`,
      ),
    )
    expect(rows.length).toBeGreaterThanOrEqual(4)
    expect(rows.filter(({ is_mighty, owns }) => is_mighty === true || owns !== 0)).toEqual([])
  })

  const REFUSED = [
    'set role parley_across',
    'set role postgres',
    `select set_config('role', 'parley_across', true)`,
    'set session authorization postgres',
    'alter table debtors disable row level security',
    'alter table debtors no force row level security',
    'drop policy own_rows on debtors',
    'create policy mine on debtors using (true)',
    'alter policy own_rows on debtors using (true)',
    'alter role current_user bypassrls',
    'grant parley_across to current_user',
    'create table public.copies (a int)',
    'create function public.f() returns int language sql security definer as $$ select 1 $$',
    'set session_replication_role = replica',
    'select * from pgboss.job',
    'select * from pg_authid',
    `select pg_read_file('PG_VERSION')`,
    `copy (select 1) to program 'true'`,
    `copy debtors to '/tmp/debtors'`,
    'create extension dblink',
  ]

  it.each(REFUSED)('refuse to a creditor: %s', async (text) => {
    const { code } = await forCreditor(MINE, () => attempt(store, text))
    expect([DENIED, '22023'], text).toContain(code)
  })

  it('refuse to a creditor to switch policies off', async () => {
    const found = await forCreditor(MINE, () =>
      attempt(store, 'set local row_security = off', 'select * from debtors'),
    )
    expect(found.code).toBe(DENIED)
    const control = await forCreditor(MINE, () => attempt(store, 'select * from debtors'))
    expect(control.rows).toHaveLength(1)
  })

  it.each(['reset role', 'set role none', 'reset parley.creditor', 'reset all', 'discard all'])(
    'show nothing to a session that says: %s',
    async (text) => {
      const client = await connect(loginOf('parley_creditor'))
      await client.query(`select set_config('parley.creditor', '${MINE}', false)`)
      expect((await client.query('select * from debtors')).rows).toHaveLength(1)
      await client.query(text)
      const isSet = text.includes('role')
      expect((await client.query('select * from debtors')).rows).toHaveLength(isSet ? 1 : 0)
    },
  )

  it('let the way across change rows, and no rule', async () => {
    const across = (text: string) => acrossCreditors(() => attempt(store, text))
    expect((await across('delete from debtors returning 1')).rows).toHaveLength(2)
    for (const text of ['alter table debtors disable row level security', 'set role postgres']) {
      expect((await across(text)).code, text).toBe(DENIED)
    }
  })

  it('stand behind a table that a later migration adds', async () => {
    const owner = await openTestStore({ url: database.url })
    await owner.pool.query('create table later (creditor_id text, n int)')
    await owner.pool.query(`insert into later values ('${MINE}', 1), ('${THEIRS}', 2)`)
    await migrate(owner.pool)
    await owner.close()
    const { rows } = await forCreditor(MINE, () => attempt(store, 'select n from later'))
    expect(rows).toEqual([{ n: 1 }])
  })
})
