import { createConnection } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { debtorInput } from '../support/api-samples.ts'
import { connect, freshDatabase } from '../support/fresh-database.ts'
import { createCreditor, startServer } from '../support/server-process.ts'

const WAITING = `select count(*)::int as n from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`

it('SIGTERM lets 50 requests in flight end, each with its reply, and exits with 0', {
  timeout: 90_000,
}, async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const env = { DATABASE_URL: database.url, PARLEY_DB_POOL: '5' }
  const { apiKey } = await createCreditor(env)
  const server = await startServer(env, apiKey)
  const client = await connect(database.url)
  // A transaction sees the sessions that there were when it looked first.
  const watcher = await connect(database.url)

  // Nothing can be written until the lock is gone: the requests stay in flight.
  await client.query('begin')
  await client.query('lock table debtors in share mode')
  const body = () => ({ method: 'POST', path: '/v1/debtors', body: debtorInput() })
  const replies = Array.from({ length: 50 }, () => server.send(body()))
  while ((await watcher.query<{ n: number }>(WAITING)).rows[0]?.n !== 5) await pause(10)
  // A request that came later is answered, so that all of these have been read.
  expect((await server.send({ path: '/health/live' })).status).toBe(200)

  const ended = server.end('SIGTERM')
  while (!server.logs().includes('draining')) await pause(5)
  await expect(fetch(`${server.origin}/health/live`)).rejects.toThrow('fetch failed')
  await client.query('commit')

  expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(new Array(50).fill(201))
  expect(await ended).toBe(0)
  expect(server.logs()).toContain('stopped')
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from debtors')
  expect(rows[0]?.n).toBe(50)
})

it('SIGTERM cuts a request that does not end in time', { timeout: 60_000 }, async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const env = { DATABASE_URL: database.url, PARLEY_SHUTDOWN_SECONDS: '1' }
  const server = await startServer(env)
  const { hostname, port } = new URL(server.origin)
  const socket = createConnection(Number(port), hostname)
  const isCut = new Promise((resolve) => socket.once('close', resolve))
  socket.write('POST /parley/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf')
  expect((await server.send({ path: '/health/live' })).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
  await isCut
})
