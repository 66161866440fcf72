// A database that cuts its connections, as at a restart or a failover: the server answers what it
// could not do, lives on, and works again on new connections.
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { invoiceWithDebtor, newNumber } from '../support/api-samples.ts'
import { connect, freshDatabase } from '../support/fresh-database.ts'
import { createCreditor, startServer } from '../support/server-process.ts'

const CUT = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

it('a server whose connections are cut under load loses nothing that it answered', {
  timeout: 240_000,
}, async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const env = { DATABASE_URL: database.url, PARLEY_SWEEP_INTERVAL_MS: '50' }
  const { apiKey } = await createCreditor(env)
  const server = await startServer(env, apiKey)
  const client = await connect(database.url)

  const acts = Array.from({ length: 100 }, () => ({
    issue: { path: '/v1/payment-requests', body: invoiceWithDebtor(), key: newNumber() },
    debtor: {
      path: '/v1/debtors',
      body: { name: 'Ann', externalId: newNumber() },
      key: newNumber(),
    },
  })).flatMap(({ issue, debtor }) => [issue, debtor])
  const replies = new Map<string, { status: number; text: string }>()
  const work = async (mine: typeof acts) => {
    for (const act of mine) {
      const reply = await server.send({ method: 'POST', ...act })
      expect([201, 409, 503], reply.text).toContain(reply.status)
      replies.set(act.key, reply)
    }
  }
  let isDone = false
  const lanes = Array.from({ length: 10 }, (_, i) => work(acts.filter((_act, n) => n % 10 === i)))
  const cutting = (async () => {
    while (!isDone) {
      await client.query(CUT)
      await pause(40)
    }
  })()
  await Promise.all(lanes)
  isDone = true
  await cutting

  const statuses = [...replies.values()].map(({ status }) => status)
  expect(statuses).toContain(503)
  expect(statuses).toContain(201)
  for (const act of acts) {
    const again = await server.send({ method: 'POST', ...act })
    expect(again.status, again.text).toBe(201)
    const before = replies.get(act.key)
    if (before?.status === 201) expect(again.text).toBe(before.text)
  }
  const { rows } = await client.query('select count(*)::int as n from claims')
  expect(rows).toEqual([{ n: 100 }])
  expect((await server.send({ path: '/health/ready' })).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
})
