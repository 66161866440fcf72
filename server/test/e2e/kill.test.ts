// A server that is killed at the worst moment, and started again: what it had answered is kept,
// what it had promised to send arrives once, and what it had not answered can be sent again.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { generateSigningKey } from '@parley/sdk/protocol'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../cli/run-parley.ts'
import { invoiceOf, invoiceWithDebtor, newNumber } from '../support/api-samples.ts'
import { makeMigratedDirectory } from '../support/embedded-directory.ts'
import { connect, freshDatabase } from '../support/fresh-database.ts'
import { answerChallenge, enrolHttpAgent, payloadOf } from '../support/http-agent.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'
import { startMailServer } from '../support/mail-server.ts'
import { freePort } from '../support/postgres.ts'
import {
  clockFile,
  createCreditor,
  type Environment,
  type ServerProcess,
  startServer,
} from '../support/server-process.ts'
import { untilQuiet } from '../support/until-quiet.ts'

const TIMEOUT = { timeout: 120_000 }

/** A world that outlives its servers: a store, a clock, an inbox, a mail server, a creditor. */
async function world(store: Environment) {
  const [inbox, mails] = [await startReceiver(), await startMailServer()]
  const clock = await clockFile('2026-03-10T09:00:00Z')
  onTestFinished(async () => {
    await inbox.close()
    await mails.close()
    await clock.remove()
  })
  const env = {
    ...store,
    PARLEY_PORT: String(await freePort()),
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_SWEEP_INTERVAL_MS: '50',
    PARLEY_SMTP_URL: mails.url,
    PARLEY_OPERATOR_TOKEN: 'operator',
  }
  const { apiKey } = await createCreditor(env)
  return { inbox, mails, clock, start: () => startServer(env, apiKey) }
}

async function onPostgres() {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const client = await connect(database.url)
  return { ...(await world({ DATABASE_URL: database.url })), client }
}

/** A debtor whose agent has an inbox. */
async function enrolDebtor(server: ServerProcess, inbox: Receiver, now: () => number) {
  const body = { externalId: newNumber(), name: 'Ann' }
  const { json } = await server.send({ method: 'POST', path: '/v1/debtors', body })
  const debtorId = String(json['id'])
  const path = `/v1/debtors/${debtorId}/activation-codes`
  const code = await server.send({ method: 'POST', path })
  const wire = async (to: string, jws?: string) => {
    const type = 'application/jose'
    const reply = await server.send({ method: 'POST', path: to, body: jws, type })
    return { status: reply.status, contentType: '', text: reply.text }
  }
  const activationCode = String(code.json['code'])
  const key = await generateSigningKey('ES256')
  const proven = new Promise<void>((resolve) => {
    inbox.reply = (request, response) => {
      void answerChallenge({ now }, key, request.body).then((noted) => {
        response.writeHead(200).end(noted)
        resolve()
      })
    }
  })
  const options = { wire, server: server.origin, now }
  const more = { activationCode, inbox: `${inbox.origin}/inbox` }
  const agent = await enrolHttpAgent(options, more, key)
  expect(agent.enrolled.status, agent.enrolled.text).toBe(201)
  await proven
  await untilQuiet(server)
  inbox.reply = answer(202)
  inbox.received.length = 0
  return debtorId
}

const issue = (server: ServerProcess, body: object, key = newNumber()) =>
  server.send({ method: 'POST', path: '/v1/payment-requests', body, key })

describe('a server that is killed', () => {
  it('after its reply sends what it promised, once', TIMEOUT, async () => {
    const { inbox, mails, clock, client, start } = await onPostgres()
    const first = await start()
    const debtorId = await enrolDebtor(first, inbox, clock.now)
    // What a commit asks for waits in the outbox as long as no job can be written. A lock would also hold up
    // those who look for jobs, until no connection is left for the sweep.
    await client.query(`create function refuse_job() returns trigger language plpgsql
      as 'begin raise exception ''no job can be written''; end'`)
    await client.query(`create trigger refuse_job before insert on pgboss.job
      for each row execute function refuse_job()`)
    const addressed = await issue(first, invoiceOf(debtorId))
    expect([addressed.status, (await issue(first, invoiceWithDebtor())).status]).toEqual([201, 201])
    const decided = `select message_id from human_messages where state = 'queued'`
    while ((await client.query(decided)).rows.length === 0) await pause(10)
    await first.end('SIGKILL')
    await client.query('drop trigger refuse_job on pgboss.job')
    expect([inbox.received, mails.mails]).toEqual([[], []])

    const second = await start()
    await untilQuiet(second)
    const request = String(addressed.json['signedRequest'])
    expect(inbox.received.map(({ body }) => body)).toEqual([request])
    expect(mails.mails.map(({ recipients }) => recipients)).toEqual([['anouk@example.org']])
    const path = `/v1/payment-requests/${addressed.json['id']}`
    expect((await second.send({ path })).json['conversation']).toBe('received')
    expect(await second.end('SIGTERM')).toBe(0)
  })

  it('while an inbox takes its time sends the same message again', TIMEOUT, async () => {
    const directory = join(await temporaryDirectory(), 'data')
    await makeMigratedDirectory(directory)
    const { inbox, clock, start } = await world({ PARLEY_DATA_DIR: directory })
    const first = await start()
    const debtorId = await enrolDebtor(first, inbox, clock.now)
    inbox.reply = () => {}
    const reply = await issue(first, invoiceOf(debtorId))
    while (inbox.received.length === 0) await pause(10)
    await first.end('SIGKILL')

    inbox.reply = answer(202)
    const second = await start()
    await untilQuiet(second)
    const jtis = inbox.received.map(({ body }) => payloadOf(body)['jti'])
    const { jti } = payloadOf<{ jti: string }>(String(reply.json['signedRequest']))
    expect(jtis).toEqual([jti, jti])
    const path = `/v1/payment-requests/${reply.json['id']}/events`
    const { json } = await second.send<{ data: { type: string }[] }>({ path })
    expect(json.data.map(({ type }) => type)).toEqual([
      'payment-request.issued',
      'payment-request.delivered',
    ])
    expect(await second.end('SIGTERM')).toBe(0)
  })

  it('under load has kept what it had answered, and takes the rest again', TIMEOUT, async () => {
    const { client, start } = await onPostgres()
    const first = await start()
    const acts = Array.from({ length: 60 }, () => ({ body: invoiceWithDebtor(), key: newNumber() }))
    const sent = acts.map(({ body, key }) => issue(first, body, key).catch(() => undefined))
    const one = await Promise.race(sent)
    await first.end('SIGKILL')
    expect(one?.status).toBe(201)
    const before = await Promise.all(sent)

    const second = await start()
    const after = await Promise.all(acts.map(({ body, key }) => issue(second, body, key)))
    expect(after.map(({ status }) => status)).toEqual(new Array(60).fill(201))
    before.forEach((reply, i) => {
      if (reply !== undefined) expect(after[i]?.text).toBe(reply.text)
    })
    const { rows } = await client.query('select count(*)::int as n from claims')
    expect(rows).toEqual([{ n: 60 }])
    expect(await second.end('SIGTERM')).toBe(0)
  })
})
