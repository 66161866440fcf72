// Two server processes on one database: whatever reaches both at once has one effect.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invoiceOf, invoiceWithDebtor, newNumber } from '../support/api-samples.ts'
import { expectOneReply } from '../support/expect-one-reply.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { enrolHttpAgent, type Wire } from '../support/http-agent.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { freePort } from '../support/postgres.ts'
import {
  type ClockFile,
  clockFile,
  createCreditor,
  type ServerProcess,
  startServer,
} from '../support/server-process.ts'
import { untilQuiet } from '../support/until-quiet.ts'

let database: FreshDatabase
let mails: MailServer
let clock: ClockFile
let servers: [ServerProcess, ServerProcess]
/** The key of a creditor whose webhooks lead nowhere. */
let otherKey: string

beforeAll(async () => {
  database = await freshDatabase()
  mails = await startMailServer()
  clock = await clockFile('2026-03-10T09:00:00Z')
  const port = String(await freePort())
  const env = {
    DATABASE_URL: database.url,
    PARLEY_PUBLIC_URL: `http://127.0.0.1:${port}`,
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_SWEEP_INTERVAL_MS: '50',
    PARLEY_SMTP_URL: mails.url,
    PARLEY_OPERATOR_TOKEN: 'operator',
    PARLEY_DB_POOL: '8',
  }
  const { apiKey } = await createCreditor(env)
  otherKey = (await createCreditor(env)).apiKey
  servers = await Promise.all([
    startServer({ ...env, PARLEY_PORT: port }, apiKey),
    startServer(env, apiKey),
  ])
}, 120_000)
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.end('SIGTERM')))
  await mails?.close()
  await clock?.remove()
  await database?.drop()
})

/** Sends the same to both at once. */
const toBoth = (request: Parameters<ServerProcess['send']>[0]) =>
  Promise.all(servers.map((server) => server.send(request)))

const issueAt = async (body: object) => {
  const reply = await servers[0].send({ method: 'POST', path: '/v1/payment-requests', body })
  expect(reply.status, reply.text).toBe(201)
  return reply.json
}

async function claims(query = ''): Promise<Record<string, unknown>[]> {
  const path = `/v1/payment-requests?limit=200${query}`
  return (await servers[0].send<{ data: Record<string, unknown>[] }>({ path })).json.data
}

describe('the same Idempotency-Key at both', () => {
  it('makes one claim, twenty times, and one reply each', async () => {
    const shared = invoiceWithDebtor().debtor
    const acts = Array.from({ length: 20 }, (_, i) => ({
      method: 'POST',
      path: '/v1/payment-requests',
      key: newNumber(),
      // Half of them make the same new debtor, in the middle of the others.
      body: { ...invoiceWithDebtor(), ...(i % 2 === 0 ? { debtor: shared } : {}) },
    }))
    const there = Promise.all(acts.map((act) => servers[0].send(act)))
    const back = Promise.all(acts.toReversed().map((act) => servers[1].send(act)))
    const [one, other] = [await there, (await back).toReversed()]
    for (const [i, first] of one.entries()) expectOneReply([first, other[i]])

    const again = await Promise.all(acts.map(toBoth))
    for (const [first, second] of again) {
      expect([first?.status, second?.status]).toEqual([201, 201])
      expect(second?.text).toBe(first?.text)
    }
    const numbers = acts.map(({ body }) => body.invoiceNumber)
    const made = (await claims()).filter(({ invoiceNumber }) =>
      numbers.includes(String(invoiceNumber)),
    )
    expect(made).toHaveLength(20)
    expect(new Set(made.map(({ debtorId }) => debtorId)).size).toBe(11)
  })

  it('makes one debtor, one endpoint and one activation code', async () => {
    for (let time = 0; time < 5; time += 1) {
      const body = { externalId: newNumber(), name: 'Ann' }
      const debtors = await toBoth({ method: 'POST', path: '/v1/debtors', key: newNumber(), body })
      const debtor = expectOneReply(debtors)
      const path = `/v1/debtors/${debtor['id']}/activation-codes`
      expectOneReply(await toBoth({ method: 'POST', path, key: newNumber() }))
      const url = { url: `https://example.org/${newNumber()}` }
      const hook = { method: 'POST', path: '/v1/webhook-endpoints', key: newNumber(), body: url }
      expectOneReply(await toBoth({ ...hook, apiKey: otherKey }))
    }
    const path = '/v1/webhook-endpoints'
    const { json } = await servers[0].send<{ data: unknown[] }>({ path, apiKey: otherKey })
    expect(json.data).toHaveLength(5)
  })
})

describe('the same bulk file at both', () => {
  it('is issued once, also when one of them has it backwards', async () => {
    const shared = Array.from({ length: 40 }, () => invoiceWithDebtor().debtor)
    const lines = Array.from({ length: 400 }, (_, i) => {
      const paymentRequest = { ...invoiceWithDebtor(), debtor: shared[i % 40] }
      return JSON.stringify({ lineKey: newNumber(), paymentRequest })
    })
    const bulk = (server: ServerProcess, some: readonly string[]) => {
      const path = '/v1/payment-requests/bulk'
      const [body, type] = [some.join('\n'), 'application/x-ndjson']
      return server.send({ method: 'POST', path, body, type })
    }
    const replies = await Promise.all([
      bulk(servers[0], lines),
      bulk(servers[1], lines.toReversed()),
    ])
    const results = replies.map(({ text }) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { lineKey: string; paymentRequestId: string })
        .slice(0, -1),
    )
    const ids = results.map((some) => new Map(some.map((it) => [it.lineKey, it.paymentRequestId])))
    expect(ids.map(({ size }) => size)).toEqual([400, 400])
    expect(new Set(ids.flatMap((some) => [...some.values()])).size).toBe(400)
    const created = replies.map(({ text }) => text.match(/"result":"created"/g)?.length ?? 0)
    expect(created[0]).toBe(400 - Number(created[1]))
  })
})

describe('an acceptance at both', () => {
  const wireTo =
    (server: ServerProcess): Wire =>
    async (path, body) => {
      const type = 'application/jose'
      const reply = await server.send(
        body === undefined ? { path } : { method: 'POST', path, body, type },
      )
      const contentType = reply.headers.get('content-type') ?? ''
      return { status: reply.status, contentType, text: reply.text }
    }

  async function enrolled() {
    const { json } = await servers[0].send({
      method: 'POST',
      path: '/v1/debtors',
      body: { externalId: newNumber(), name: 'Ann' },
    })
    const code = await servers[0].send({
      method: 'POST',
      path: `/v1/debtors/${json['id']}/activation-codes`,
    })
    const options = { wire: wireTo(servers[1]), server: servers[0].origin, now: clock.now }
    const agent = await enrolHttpAgent(options, { activationCode: String(code.json['code']) })
    expect(agent.enrolled.status, agent.enrolled.text).toBe(201)
    return { agent, debtorId: String(json['id']) }
  }

  async function agreementsOf(id: unknown) {
    const path = `/v1/payment-requests/${id}`
    const { json } = await servers[1].send<{ agreements: unknown[] }>({ path: `${path}/evidence` })
    type Events = { data: { type: string }[] }
    const events = await servers[0].send<Events>({ path: `${path}/events` })
    const agreed = events.json.data.filter(({ type }) => type === 'negotiation.agreed')
    return { agreements: json.agreements, agreed: agreed.length }
  }

  it('makes one agreement, whose bytes both answer with', async () => {
    const { agent, debtorId } = await enrolled()
    for (let time = 0; time < 10; time += 1) {
      const claim = await issueAt(invoiceOf(debtorId))
      const accept = await agent.accept(String(claim['signedRequest']))
      const replies = await Promise.all(
        servers.map((server) => wireTo(server)('/parley/messages', accept)),
      )
      expect(replies.map(({ status }) => status)).toEqual([200, 200])
      expect(replies[1]?.text).toBe(replies[0]?.text)
      expect(await agreementsOf(claim['id'])).toEqual({
        agreements: [JSON.parse(replies[0]?.text ?? '')],
        agreed: 1,
      })
    }
  })

  it('wins over another acceptance of the same request', async () => {
    const { agent, debtorId } = await enrolled()
    for (let time = 0; time < 5; time += 1) {
      const claim = await issueAt(invoiceOf(debtorId))
      const request = String(claim['signedRequest'])
      const accepts = [await agent.accept(request), await agent.accept(request)]
      const replies = await Promise.all(
        servers.map((server, i) => wireTo(server)('/parley/messages', accepts[i])),
      )
      const texts = replies.map(({ text }) => text).join('\n')
      expect(replies.map(({ status }) => status).toSorted(), texts).toEqual([200, 409])
      expect((await agreementsOf(claim['id'])).agreed).toBe(1)
    }
  })
})

describe('a due step at both', () => {
  it('is one message to the person', async () => {
    // At night nobody is written to: all of them wait for the morning.
    await clock.goTo('2026-03-11T03:00:00Z')
    await untilQuiet(servers[0])
    mails.mails.length = 0
    const addresses = Array.from({ length: 30 }, (_, i) => `p${i}@example.org`)
    for (const email of addresses) {
      const debtor = { externalId: newNumber(), name: 'Ann', contact: { email } }
      await issueAt({ ...invoiceWithDebtor(), debtor })
    }
    await untilQuiet(servers[0])
    expect(mails.mails).toEqual([])

    await clock.goTo('2026-03-11T10:00:00Z')
    await untilQuiet(servers[0])
    const to = mails.mails.flatMap(({ recipients }) => recipients)
    expect(to.toSorted()).toEqual(addresses.toSorted())
    const ids = mails.mails.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1])
    expect(new Set(ids).size).toBe(30)
  })

  it('leaves nothing unexpected in the logs of either', () => {
    const levels = servers.map((server) => server.logs().match(/^\{"level":(50|60).*$/gm))
    expect(levels).toEqual([null, null])
  })
})
