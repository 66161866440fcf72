import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bossDatabase } from '../../src/jobs/boss-database.ts'
import type { Store } from '../../src/storage/database.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { openTestStore } from '../support/test-store.ts'

describe.each(['embedded', 'postgres'] as const)(
  'pg-boss over the pool of the %s store',
  (kind) => {
    let database: FreshDatabase | undefined
    let store: Store

    beforeAll(async () => {
      if (kind === 'postgres') database = await freshDatabase()
      store = await openTestStore(
        database === undefined ? { embedded: true } : { url: database.url },
      )
    })

    afterAll(async () => {
      await store.close()
      await database?.drop()
    })

    it('gives values in the types of the driver, not in those of the server', async () => {
      const statement = `select 1.5::numeric as fraction, 7::int8 as count, now() as at, $1::text as word`
      const { rows } = await bossDatabase(store.pool).executeSql(statement, ['hello'])
      expect(rows).toMatchObject([{ fraction: '1.5', count: '7', word: 'hello' }])
      expect(rows[0].at).toBeInstanceOf(Date)
      const own = await store.pool.query('select 7::int8 as count')
      expect(own.rows).toEqual([{ count: 7 }])
    })

    it('returns the rows of every statement of a script', async () => {
      const script = 'begin; select 1 as a; select 2 as a; commit;'
      expect((await bossDatabase(store.pool).executeSql(script)).rows).toEqual([{ a: 1 }, { a: 2 }])
    })

    it('leaves no transaction open behind a script that fails', async () => {
      const db = bossDatabase(store.pool)
      await expect(db.executeSql('begin; select 1/0; commit;')).rejects.toThrow(/division by zero/)
      const { rows } = await db.executeSql('select pg_current_xact_id_if_assigned() as xid, 1 as a')
      expect(rows).toMatchObject([{ a: 1 }])
    })
  },
)
