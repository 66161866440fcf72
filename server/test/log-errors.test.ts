import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { errorFacts } from '../src/log-errors.ts'
import { connect, freshDatabase } from './support/fresh-database.ts'

async function failureOf(statement: string): Promise<unknown> {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const client = await connect(database.url)
  await client.query('create table people (name text unique check (length(name) < 20), born date)')
  await client.query(`insert into people values ('Kanaria')`)
  return await client.query(statement).catch((error: unknown) => error)
}

describe('an error in the log', () => {
  it.each([
    [`insert into people values ('Kanaria')`, { code: '23505', constraint: 'people_name_key' }],
    [`insert into people values ('Kanaria${'a'.repeat(20)}')`, { code: '23514', table: 'people' }],
    [
      `insert into people values ('x', 'Kanaria')`,
      { code: '22007', routine: 'DateTimeParseError' },
    ],
    [`select 'Kanaria'::int`, { code: '22P02' }],
  ])('of %s says where, and not what', async (statement, places) => {
    const error = await failureOf(statement)
    expect(error).toBeInstanceOf(pg.DatabaseError)
    const facts = errorFacts(error)
    expect(facts).toMatchObject({ type: 'DatabaseError', severity: 'ERROR', ...places })
    expect(JSON.stringify(facts)).not.toContain('Kanaria')
    expect(JSON.stringify(facts)).toContain('    at ')
  })

  it('says as much of a copy, as the job queue hands it on', () => {
    const error = new Error('timeout exceeded')
    const copy = { ...error, message: error.message, stack: error.stack, queue: 'send-message' }
    const frames = expect.stringContaining('    at ')
    expect(errorFacts(copy)).toEqual({ type: 'Error', message: 'timeout exceeded', frames })
    expect(errorFacts({ detail: 'Kanaria' })).toEqual({ type: 'object' })
  })

  it('of our own keeps its message, its code and its cause', () => {
    const cause = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' })
    const error = new TypeError('the thread is broken', { cause })
    expect(errorFacts(error)).toMatchObject({
      type: 'TypeError',
      message: 'the thread is broken',
      frames: expect.stringContaining('    at '),
      cause: { type: 'Error', message: 'no route', code: 'EHOSTUNREACH' },
    })
  })

  it('that is no error names its type alone', () => {
    expect(errorFacts('Kanaria')).toEqual({ type: 'string' })
  })
})
