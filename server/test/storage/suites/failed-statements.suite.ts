// A statement that fails concerns nobody else: the next one on the same store gets its own answer.
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { queryNamed } from '../../../src/storage/database.ts'
import type { OpenedStore } from './opened-store.ts'

const FAILING: readonly [string, unknown[]][] = [
  ['select $1::int', ['x']],
  ['select $1::text', ['a\0b']],
  ['select 1 / $1::int', [0]],
  ['select nothing_there($1)', [1]],
  ['selec $1', [1]],
]

export function failedStatementsSuite(opened: OpenedStore): void {
  describe('a statement that fails', () => {
    it.each(FAILING)('%s leaves the store as it was', async (text, values) => {
      const { pool, db } = opened.get()
      for (let time = 1; time <= 3; time += 1) {
        await expect(queryNamed(pool, text, values)).rejects.toThrow()
        await expect(pool.query(text, values)).rejects.toThrow()
        expect(await queryNamed(pool, 'select $1::int + 1 as n', [time])).toEqual([{ n: time + 1 }])
        const { rows } = await sql`select ${time}::int as n`.execute(db)
        expect(rows).toEqual([{ n: time }])
      }
    })

    it('rolls its transaction back, and no other', async () => {
      const { pool, db } = opened.get()
      await pool.query('create table tried (n int primary key)')
      const insert = (...numbers: number[]) =>
        db.transaction().execute(async (tx) => {
          for (const n of numbers) await sql`insert into tried values (${n})`.execute(tx)
        })
      const written = await Promise.allSettled([insert(1, 2), insert(3, 3), insert(4)])
      expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      const { rows } = await pool.query('select n from tried order by n')
      expect(rows).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }])
      await pool.query('drop table tried')
    })

    it('gives statements that wait beside it their own answers', async () => {
      const { pool } = opened.get()
      const all = await Promise.allSettled(
        Array.from({ length: 30 }, (_, i) =>
          queryNamed<{ n: number }>(pool, `select 10 / $1::int as n`, [i % 3 === 0 ? 0 : i]),
        ),
      )
      const answers = all.map((one) => (one.status === 'fulfilled' ? one.value[0]?.n : 'failed'))
      const expected = all.map((_, i) => (i % 3 === 0 ? 'failed' : Math.trunc(10 / i)))
      expect(answers).toEqual(expected)
    })
  })
}
