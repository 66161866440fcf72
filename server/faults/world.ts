// A world for one fault: a database of its own, two server processes behind proxies, a creditor, customers
// with agents of the SDK, a bank of the SDK, and the sinks. Everything is real but the money.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  type Agent,
  type AgentStore,
  BALANCED_WEIGHTS,
  createAgent,
  createMemoryAgentStore,
} from '@parley/sdk'
import { type Bank, createBank, createMemoryBankStore } from '@parley/sdk/bank'
import { toNodeListener } from '@parley/sdk/node'
import { dayInZone, generateSigningKey } from '@parley/sdk/protocol'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { createHistory, type History, recordingFetch } from './history.ts'
import { type MovedClock, startClock } from './moved-clock.ts'
import { type PostgresCluster, withClient } from './postgres-cluster.ts'
import { createRandom, type Random } from './random.ts'
import { createSlot, type ServerSlot } from './server-slot.ts'
import {
  type Mailbox,
  openMailbox,
  openRail,
  openWebhooks,
  type RailSink,
  type WebhookSink,
} from './sinks.ts'

const PARLEY = fileURLToPath(new URL('../src/cli/parley.ts', import.meta.url))
const CREDITOR = ['creditor', 'create', '--name', 'Stadsenergie', '--iban', 'NL91ABNA0417164300']
/** A Tuesday in daylight, so that letters and mails may leave. */
const STARTS_AT = '2026-03-10T09:00:00Z'
const AGENTS = 5
/** Longer than the servers wait for the keys of a bank. */
const SLOW_MS = 7_000
const PAY_TODAY = {
  maxDeferralDays: 0,
  maxInstalments: 1,
  maxDurationDays: 1,
  minInstalment: '10.00',
  intervals: ['P1M'],
  minNoticeDays: 0,
  prices: [{ priceBps: 0 }],
  downPaymentsBps: [],
  payDayPlans: false,
  law: { freeOfChargeOnly: false, maxAprBps: 1200, maxFee: '25.00' },
  value: {
    annualDiscountBps: 800,
    annualHazardBps: 600,
    recoveryBps: 6000,
    costPerInstalment: '1.00',
  },
  tiers: [0],
  publishEnvelope: true,
}
export const OPERATOR_TOKEN = 'the-operator-of-the-fault-run'

/** A customer whose agent answers by itself. */
export interface Customer {
  readonly debtorId: string
  readonly agent: Agent
  /** What the agent keeps. */
  readonly store: AgentStore
}

export interface World {
  readonly name: string
  readonly folder: string
  readonly random: Random
  readonly history: History
  readonly clock: MovedClock
  readonly cluster: PostgresCluster
  /** Past the proxy. */
  readonly databaseUrl: string
  /** Between the servers and PostgreSQL. */
  readonly toPostgres: FaultProxy
  /** Between a kind of client and the servers. */
  readonly toServers: Readonly<Record<ClientKind, FaultProxy>>
  readonly slots: readonly [ServerSlot, ServerSlot]
  readonly customers: readonly Customer[]
  readonly bank: Bank
  /** Another process of the same bank, on the same records. */
  readonly otherBank: Bank
  readonly bankSide: BankSide
  /** By how many seconds the clocks of others differ from that of the servers. */
  readonly skew: { agents: number; bank: number }
  readonly mailbox: Mailbox
  readonly webhooks: WebhookSink
  readonly rail: RailSink
  readonly secrets: readonly string[]
  /** The issuer: what the servers call themselves. */
  readonly origin: string
  /** A POST of the creditor, by its proxy; undefined when nobody answered. */
  post(path: string, body: object | undefined, key: string): Promise<CreditorReply | undefined>
  /** A GET of the creditor that must be answered. */
  get(path: string): Promise<unknown>
  delete(path: string): Promise<void>
  /** Uploads bytes; returns the status. */
  upload(path: string, bytes: string): Promise<number>
  fetchAs(kind: ClientKind): typeof fetch
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** The bank's own web server, as the servers meet it. */
export interface BankSide {
  manner: 'good' | 'down' | 'slow' | 'wrong'
  /** How often its keys were asked for. */
  asked: number
}

export type ClientKind = 'creditor' | 'agents' | 'bank'

export interface CreditorReply {
  readonly status: number
  readonly json: Record<string, never>
}

/** A migrated database with a creditor, of which every world gets a copy. */
export interface Template {
  readonly cluster: PostgresCluster
  readonly apiKey: string
}

export interface WorldOptions {
  readonly name: string
  readonly seed: number
  readonly template: Template
  /** Patches of the product in every process. */
  readonly patches: readonly string[]
  /** Statements that change the migrated database. */
  readonly schema: readonly string[]
}

let worlds = 0

/** Makes the template with the real command. */
export async function makeTemplate(cluster: PostgresCluster): Promise<Template> {
  await cluster.createDatabase('template_of_worlds')
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: cluster.url('template_of_worlds') }
  const args = [PARLEY, ...CREDITOR, '--json']
  const made = await promisify(execFile)(process.execPath, args, { env })
  return { cluster, apiKey: (JSON.parse(made.stdout) as { apiKey: string }).apiKey }
}

/** Makes the world and starts its servers. */
export async function makeWorld(options: WorldOptions): Promise<World> {
  const { name } = options
  const { cluster, apiKey } = options.template
  const folder = mkdtempSync(join(tmpdir(), 'parley-world-'))
  mkdirSync(join(folder, 'tmp'))
  const history = createHistory(join(folder, 'history.jsonl'))
  const clock = startClock(join(folder, 'clock'), STARTS_AT)
  const database = `world_${++worlds}`
  await cluster.createDatabase(database, 'template_of_worlds')
  const databaseUrl = cluster.url(database)
  const toPostgres = await startFaultProxy([cluster.port])
  const toServers = {
    creditor: await startFaultProxy([]),
    agents: await startFaultProxy([]),
    bank: await startFaultProxy([]),
  }
  const proxied = (proxy: FaultProxy) => `http://127.0.0.1:${proxy.port}`
  const origin = proxied(toServers.agents)
  const mailbox = await openMailbox(history.elapsed)
  const webhooks = await openWebhooks(history.elapsed)
  const env = {
    DATABASE_URL: databaseUrl.replace(`:${cluster.port}/`, `:${toPostgres.port}/`),
    PARLEY_PUBLIC_URL: origin,
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_SWEEP_INTERVAL_MS: '200',
    PARLEY_SMTP_URL: mailbox.url,
    PARLEY_OPERATOR_TOKEN: OPERATOR_TOKEN,
    PARLEY_DB_POOL: '8',
    PARLEY_ERASURE_LIST: join(folder, 'erasures.jsonl'),
    TMPDIR: join(folder, 'tmp'),
  }
  for (const statement of options.schema) {
    await withClient(databaseUrl, (client) => client.query(statement))
  }
  const changed = () => {
    const ports = slots.map(({ port }) => port).filter((port) => port !== undefined)
    for (const proxy of Object.values(toServers)) proxy.targets = ports
  }
  const slot = () => createSlot({ env: () => env, alwaysPatched: options.patches, changed })
  const slots = [slot(), slot()] as const
  await Promise.all(slots.map((one) => one.start()))

  const fetchAs = (kind: ClientKind) => {
    const reroute = (url: string) => url.replace(origin, proxied(toServers[kind]))
    return recordingFetch(history, kind, { reroute, now: clock.now })
  }
  const creditorFetch = fetchAs('creditor')
  async function post(path: string, body: object | undefined, key: string) {
    try {
      const reply = await creditorFetch(`${origin}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'idempotency-key': key,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      })
      return { status: reply.status, json: (await reply.json()) as Record<string, never> }
    } catch {
      return undefined
    }
  }
  async function get(path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${apiKey}` }
    const reply = await fetch(`${proxied(toServers.creditor)}${path}`, { headers })
    if (!reply.ok) throw new Error(`GET ${path}: ${reply.status}`)
    return await reply.json()
  }
  async function remove(path: string): Promise<void> {
    const headers = { authorization: `Bearer ${apiKey}` }
    const way = { method: 'DELETE', headers }
    const reply = await fetch(`${proxied(toServers.creditor)}${path}`, way)
    if (!reply.ok) throw new Error(`DELETE ${path}: ${reply.status}`)
  }
  async function upload(path: string, body: string): Promise<number> {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/octet-stream',
      'idempotency-key': randomUUID(),
    }
    const way = { method: 'POST', headers, body }
    const reply = await fetch(`${proxied(toServers.creditor)}${path}`, way)
    await reply.arrayBuffer()
    return reply.status
  }
  const secrets = [apiKey]
  const { sink: rail, rail: bankRail } = openRail(history.elapsed)
  const skew = { agents: 0, bank: 0 }
  const bankSide: BankSide = { manner: 'good', asked: 0 }
  const serveBank = toNodeListener((request) => bank.handle(request))
  const bankServer = createServer((request, response) => {
    if (request.url?.startsWith('/.well-known/') !== true) return serveBank(request, response)
    bankSide.asked += 1
    if (bankSide.manner === 'down') return void request.socket.destroy()
    if (bankSide.manner === 'wrong') return void response.end('{"jwks":{"keys":[]}}')
    setTimeout(() => serveBank(request, response), bankSide.manner === 'slow' ? SLOW_MS : 0)
  })
  bankServer.listen(0, '127.0.0.1')
  await once(bankServer, 'listening')
  const bankOrigin = `http://127.0.0.1:${(bankServer.address() as AddressInfo).port}`
  const bankParts = {
    ...{ issuer: bankOrigin, store: createMemoryBankStore(), rail: bankRail },
    clock: () => clock.now() + skew.bank,
    key: await generateSigningKey('ES256'),
    allowLoopbackHttp: true,
    fetch: fetchAs('bank'),
  }
  const bank = createBank(bankParts)
  await putPolicies()
  await expectOk(post('/v1/webhook-endpoints', { url: `${webhooks.origin}/hook` }, 'endpoint'))
  const customers: Customer[] = []
  for (let number = 0; number < AGENTS; number += 1) customers.push(await moveIn(number))

  /** Bills of the segment `now` are to be paid today; all others may be put off and divided. */
  async function putPolicies(): Promise<void> {
    const reply = await fetch(`${origin}/v1/negotiation-policies/now`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(PAY_TODAY),
    })
    if (!reply.ok) throw new Error(`the policy was refused: ${await reply.text()}`)
  }

  async function moveIn(number: number): Promise<Customer> {
    const body = { externalId: `C-${number}`, name: `Customer ${number}` }
    const { json: debtor } = await expectOk(post('/v1/debtors', body, `debtor-${number}`))
    const codes = `/v1/debtors/${debtor['id']}/activation-codes`
    const { json: issued } = await expectOk(post(codes, undefined, `code-${number}`))
    const key = await generateSigningKey('ES256')
    const store = createMemoryAgentStore()
    const agent = createAgent({
      ...{ key, store },
      policy: { buffer: 10_000n, comfortTarget: 20_000n, weights: BALANCED_WEIGHTS },
      cashFlow: {
        currency: 'EUR',
        asOf: dayInZone(clock.now(), 'UTC'),
        balance: 90_000_000n,
        incomes: [{ dayOfMonth: 25, amount: 900_000n }],
        charges: [],
        dailySpend: 100n,
      },
      clock: () => clock.now() + skew.agents,
      payBy: { bank: bankOrigin },
      allowLoopbackHttp: true,
      fetch: fetchAs('agents'),
    })
    await agent.enrol({ server: origin, activationCode: issued['code'] ?? '' })
    // On a busy machine the first answer may come after the agent's patience.
    await until(`customer ${number} is enrolled`, async () => {
      await agent.resume()
      return (await agent.enrolments()).some(({ state }) => state === 'active')
    })
    secrets.push(String(issued['code']))
    const iban = `NL02ABNA012345678${number}`
    const limit = 100_000_000n
    const limits = { perPayment: limit, perDay: limit, perMonth: limit, perCreditorMonth: limit }
    const registered = await bank.registerCustomer({
      customerId: `C-${number}`,
      agentJwk: key.publicJwk,
      debtorAccount: { iban },
      timeZone: 'UTC',
      limits: { newCreditor: 'allow', byCurrency: { EUR: limits } },
    })
    if (!registered.ok) throw new Error(`no account for ${number}: ${registered.error.code}`)
    return { debtorId: String(debtor['id']), agent, store }
  }

  return {
    ...{ name, folder, history, clock, cluster, databaseUrl, toPostgres, toServers, slots },
    ...{
      customers,
      bank,
      otherBank: createBank(bankParts),
      bankSide,
      skew,
      mailbox,
      webhooks,
      rail,
      secrets,
      origin,
      post,
      get,
      fetchAs,
    },
    ...{ delete: remove, upload },
    random: createRandom(options.seed),
    query: (text, values) =>
      withClient(databaseUrl, async (client) => (await client.query(text, values)).rows),
    async close() {
      await Promise.all(slots.map((one) => one.stop('SIGKILL')))
      clock.stop()
      await Promise.all([toPostgres, ...Object.values(toServers)].map((proxy) => proxy.close()))
      await Promise.all([mailbox.close(), webhooks.close()])
      bankServer.closeAllConnections()
      bankServer.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** While a world is made, a server may still be starting up. */
async function expectOk(reply: Promise<CreditorReply | undefined>): Promise<CreditorReply> {
  const came = await reply
  if (came === undefined || came.status >= 300) {
    throw new Error(`the world could not be made: ${JSON.stringify(came)}`)
  }
  return came
}

/** Waits until something holds. @throws after the deadline, with what was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in ${deadlineMs / 1000} s: ${what}`)
    await sleep(50)
  }
}
