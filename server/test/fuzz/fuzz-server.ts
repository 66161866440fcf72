// The server that is fuzzed: composed as in production on the embedded store, behind a real listener, with
// one creditor who has something of everything, and with what its replies tell of new ids.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Pool } from 'undici'
import { compose, type Server } from '../../src/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { openStore } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import {
  CREDIT_CHOICE,
  debtorInput,
  EXPERIMENT,
  invoiceOf,
  PERSON_REPLY,
} from '../support/api-samples.ts'
import {
  insertCreditor,
  NOW,
  type Sent,
  send,
  type TestCreditor,
} from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { cookieOf } from '../support/desk-app.ts'
import { enrolHttpAgent, payloadOf } from '../support/http-agent.ts'
import type { FuzzCase } from './fuzz-cases.ts'
import type { GivenReply } from './judge-reply.ts'

export interface FuzzServer {
  /** The request with ids that exist, and with whatever lets its caller in. */
  fill(drawn: FuzzCase): FuzzCase
  send(filled: FuzzCase): Promise<GivenReply>
  /** A line that repeats a request from a shell. */
  curlOf(filled: FuzzCase): string
  close(): Promise<void>
}

const OPERATOR = 'the-operator'
const INCOMING = 'the-mail-server-knows-it'
const IBAN = 'BE71096123456769'

/** Starts it. Nothing but this machine is called: webhooks lead to a port on which nobody listens. */
export async function openFuzzServer(): Promise<FuzzServer> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-fuzz-'))
  const directory = join(folder, 'data')
  await writeFile(join(folder, 'clock'), NOW)
  const config = loadConfig({
    PARLEY_DATA_DIR: directory,
    PARLEY_CLOCK_FILE: join(folder, 'clock'),
    PARLEY_SWEEP_INTERVAL_MS: '3600000',
    PARLEY_OPERATOR_TOKEN: OPERATOR,
    PARLEY_INCOMING_SECRET: INCOMING,
  })
  const store = await openStore(config.store, createVault(config.masterKey))
  await migrate(store.pool)
  const creditor = await insertCreditor(store, config)
  await store.close()
  const { app, close } = await compose(config, pino({ level: 'silent' }))
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const ids = await seed(app, creditor)
  const sockets = new Pool(origin, { connections: 1 })
  let sent = 0
  return {
    fill(drawn) {
      sent += 1
      return fill(drawn, ids, sent)
    },
    async send({ target: path, method, headers, body = null }) {
      const reply = await sockets.request({ path, method: method as 'GET', headers, body })
      const given = {
        statusCode: reply.statusCode,
        headers: reply.headers,
        body: await reply.body.text(),
      }
      learn(ids, given)
      return given
    },
    curlOf: (filled) => curl(origin, filled),
    async close() {
      await sockets.destroy()
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What exists on the server, by the name of its stand-in. */
type Ids = Map<string, string[]>

const SEEDED = 8
const NEWEST = 24

function keep(ids: Ids, name: string, id: unknown): void {
  if (typeof id !== 'string') return
  const known = ids.get(name) ?? []
  if (known.includes(id)) return
  known.push(id)
  if (known.length > SEEDED + NEWEST) known.splice(SEEDED, 1)
  ids.set(name, known)
}

/** By what their ids begin with. */
const NAMES: Readonly<Record<string, string>> = {
  db: 'debtorId',
  pr: 'paymentRequestId',
  ex: 'experimentId',
  we: 'endpointId',
  wd: 'deliveryId',
  rf: 'refundId',
  re: 'exportId',
  bt: 'bankTransactionId',
  tk: 'taskId',
}

interface Told {
  id?: string
  portalUrl?: string
}

function learn(ids: Ids, { statusCode, headers, body }: GivenReply): void {
  const isJson = String(headers['content-type']).startsWith('application/json')
  if (statusCode >= 300 || !isJson) return
  const told = JSON.parse(body) as Told & { data?: Told[] }
  for (const { id = '', portalUrl } of [told, ...(told.data ?? [])]) {
    const name = NAMES[id.split('_')[0] ?? '']
    if (name !== undefined) keep(ids, name, id)
    if (portalUrl !== undefined) keep(ids, 'linkToken', new URL(portalUrl).pathname.slice(3))
  }
}

function fill(sent: FuzzCase, ids: Ids, count: number): FuzzCase {
  const named = (text: string) =>
    text.replaceAll(/ref_([A-Za-z]+)_(\d+)/g, (whole, name: string, which: string) => {
      const known = ids.get(name) ?? []
      return known[Number(which) % known.length] ?? whole
    })
  const { headers, target, body, security } = sent
  const [cookie] = ids.get('cookie') ?? []
  return {
    ...sent,
    target: named(target),
    body: body === undefined ? undefined : named(body),
    headers: {
      ...headers,
      // Each caller from an address of its own: what one address may do is limited.
      'x-forwarded-for': `198.51.${Math.floor(count / 250) % 250}.${count % 250}`,
      ...(sent.target.startsWith('/desk') ? { cookie: cookie ?? '' } : {}),
      ...authorization(security, ids),
    },
  }
}

function authorization(security: FuzzCase['security'], ids: Ids): Record<string, string> {
  const [apiKey = ''] = ids.get('apiKey') ?? []
  const token = { apiKey, operatorToken: OPERATOR, incomingSecret: INCOMING, none: '' }[security]
  return token === '' ? {} : { authorization: `Bearer ${token}` }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

function curl(origin: string, { method, target, headers, body }: FuzzCase): string {
  const fields = Object.entries(headers).map(([name, text]) => `-H ${quoted(`${name}: ${text}`)}`)
  const data = body === undefined ? [] : ['--data-binary', quoted(body)]
  return ['curl -i --path-as-is -X', method, ...fields, ...data, quoted(`${origin}${target}`)].join(
    ' ',
  )
}

/** Makes one of everything that a path may name. */
async function seed(app: Server['app'], creditor: TestCreditor): Promise<Ids> {
  const ids: Ids = new Map([['apiKey', [creditor.apiKey]]])
  const ask = async (sent: Sent) => {
    const reply = await send<Record<string, unknown>>(app, creditor, sent)
    if (reply.status >= 400) throw new Error(`not seeded: ${reply.text}`)
    learn(ids, { statusCode: reply.status, headers: reply.headers as never, body: reply.text })
    return reply
  }
  const make = async (url: string, body?: unknown) => {
    const { json } = await ask({ method: 'POST', url, body })
    return String(json['id'])
  }
  const book = (payment: { amount: string; bankReference: string; reference?: string }) => {
    const payer = { name: 'Ann Peeters', iban: 'BE68539007547034' }
    const body = camtNotification(IBAN, [{ ...payment, payer }])
    return ask({ method: 'POST', url: '/v1/statements', body, type: 'application/xml' })
  }
  await make('/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/hooks' })
  await make('/v1/experiments', EXPERIMENT)
  const debtorId = await make('/v1/debtors', debtorInput())
  keep(ids, 'pullToken', await enrol(app, creditor, debtorId))
  for (let count = 0; count < 4; count++) await make('/v1/payment-requests', invoiceOf(debtorId))
  const overpaid = await make('/v1/payment-requests', invoiceOf(debtorId))
  const { json } = await ask({ url: `/v1/payment-requests/${overpaid}` })
  const { reference } = json['remittance'] as { reference: string }
  await book({ amount: '3.00', bankReference: 'B-1' })
  await book({ amount: '999.00', bankReference: 'B-2', reference })
  await make(`/v1/payment-requests/${overpaid}/replies`, { ...PERSON_REPLY, kind: 'help' })
  await settled(app, creditor)
  await make(`/v1/payment-requests/${overpaid}/credit-choice`, CREDIT_CHOICE)
  const { json: refunds } = await ask({ url: '/v1/refunds' })
  const [refund] = refunds['data'] as Told[]
  await make(`/v1/refunds/${refund?.id}/approval`, { by: 'Eva' })
  await make('/v1/refund-exports', { by: 'Eva' })
  for (const list of ['bank-transactions', 'tasks', 'credits', 'webhook-deliveries']) {
    await ask({ url: `/v1/${list}` })
  }
  await logIn(app, creditor, ids)
  return ids
}

/** Waits until what the requests have set off is done. */
async function settled(app: Server['app'], creditor: TestCreditor): Promise<void> {
  const reply = await send(app, creditor, { url: '/health/work?wait=30', as: OPERATOR })
  if (reply.status !== 200) throw new Error(`not settled: ${reply.text}`)
}

async function enrol(
  app: Server['app'],
  creditor: TestCreditor,
  debtorId: string,
): Promise<string> {
  const url = `/v1/debtors/${debtorId}/activation-codes`
  const { json } = await send<{ code: string }>(app, creditor, { method: 'POST', url })
  const { enrolled } = await enrolHttpAgent(
    {
      server: 'http://127.0.0.1:8080',
      now: () => Date.parse(NOW) / 1000,
      async wire(path, body) {
        const type = 'application/jose'
        const sent: Sent = { method: 'POST', url: path, body, type, as: null }
        const { status, text } = await send(app, creditor, sent)
        return { status, contentType: type, text }
      },
    },
    { activationCode: json.code },
  )
  return new URL(payloadOf<{ pull: string }>(enrolled.text).pull).pathname.split('/').at(-1) ?? ''
}

async function logIn(app: Server['app'], creditor: TestCreditor, ids: Ids): Promise<void> {
  const body = new URLSearchParams({ by: 'Kim', apiKey: creditor.apiKey }).toString()
  const type = 'application/x-www-form-urlencoded'
  const form = { body, type, as: null, key: null }
  const reply = await send(app, creditor, { method: 'POST', url: '/desk/login', ...form })
  const cookie = cookieOf(reply)
  const desk = await send(app, creditor, { url: '/desk', as: null, headers: { cookie } })
  keep(ids, 'cookie', cookie)
  keep(ids, 'csrf', /name="csrf" value="([^"]+)"/.exec(desk.text)?.[1])
}
