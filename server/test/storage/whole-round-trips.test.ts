import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../src/storage/database.ts'
import { TEST_VAULT } from '../support/test-store.ts'

let store: Store

beforeAll(async () => {
  store = await openStore({ kind: 'embedded', directory: 'memory' }, TEST_VAULT)
  await store.pool.query('create table things (id int primary key, note text)')
})

afterAll(() => store.close())

const insert = (id: number) =>
  store.pool.query({
    name: 'insert',
    text: 'insert into things values ($1, $2) returning id',
    values: [id, `thing ${id}`],
  })

describe('statements of the embedded store', () => {
  it('answer each with its own rows when many are asked at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, id) => insert(id)))
    expect(answers.map(({ rows }) => rows[0].id)).toEqual(Array.from({ length: 50 }, (_, id) => id))
  })

  it('go on after one that failed, prepared or not', async () => {
    await expect(insert(7)).rejects.toMatchObject({ code: '23505' })
    expect((await insert(50)).rows).toEqual([{ id: 50 }])
    const divide = (by: number) => store.pool.query('select 10 / $1::int as n', [by])
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' })
    expect((await divide(2)).rows).toEqual([{ n: 5 }])
    await expect(store.pool.query('select nonsense')).rejects.toMatchObject({ code: '42703' })
    expect((await insert(51)).rows).toEqual([{ id: 51 }])
  })

  it('of a transaction that failed are all taken back', async () => {
    const client = await store.pool.connect()
    await client.query('begin')
    await client.query('insert into things values ($1, $2)', [60, 'lost'])
    await expect(
      client.query('insert into things values ($1, $2)', [60, 'again']),
    ).rejects.toMatchObject({ code: '23505' })
    await expect(client.query('select $1::int', [1])).rejects.toMatchObject({ code: '25P02' })
    await client.query('rollback')
    client.release()
    expect((await store.pool.query('select id from things where id = 60')).rows).toEqual([])
  })
})
