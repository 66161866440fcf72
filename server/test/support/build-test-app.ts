// The whole server in this process, composed as in production, without a socket: on a database of
// its own, with a clock that tests move. Every reply is held against openapi.yaml.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect } from 'vitest'
import { loadCatalog } from '../../src/catalog-files.ts'
import { createFileClock, systemClock } from '../../src/clock.ts'
import { compose, type Server } from '../../src/compose.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Problem } from '../../src/http/problems.ts'
import { createIdSource } from '../../src/ids.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { openStore, type Store } from '../../src/storage/database.ts'
import { createCreditor, type NewCreditor } from '../../src/use-cases/create-creditor.ts'
import { assertReply } from './assert-reply.ts'
import { freshDatabase } from './fresh-database.ts'

type App = Server['app']

/** Tuesday 10 March 2026, 10:00 in Brussels. */
export const NOW = '2026-03-10T09:00:00Z'

export interface TestCreditor {
  creditorId: string
  apiKey: string
}

export interface Sent {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  url: string
  /** JSON by default; text and bytes go out as they are. */
  body?: unknown
  type?: string
  /** Who calls: the first creditor by default, nobody for null. */
  as?: TestCreditor | string | null
  /** The Idempotency-Key: a new one for every POST by default, none for null. */
  key?: string | null
  headers?: Record<string, string>
}

export interface Reply<Body> {
  status: number
  headers: Record<string, unknown>
  text: string
  /** The parsed body of a JSON type, undefined for others. */
  json: Body
}

export interface TestApp {
  app: App
  creditor: TestCreditor
  /** Connections of the test's own, for looking. */
  store: Store
  addCreditor(given?: Partial<NewCreditor>): Promise<TestCreditor>
  // The type of the body is what the test expects of it.
  send<Body = Record<string, unknown>>(sent: Sent): Promise<Reply<Body>>
  goTo(instant: string): Promise<void>
  close(): Promise<void>
}

/** Composes a server. `env` replaces settings of the environment. */
export async function buildTestApp(env: Record<string, string> = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-app-'))
  const clockFile = join(folder, 'clock')
  const goTo = (instant: string) => writeFile(clockFile, instant)
  await goTo(NOW)
  const database = await freshDatabase()
  const own = { PARLEY_ERASURE_LIST: join(folder, 'erasures.jsonl') }
  const config = loadConfig({ ...settings(database.url, clockFile), ...own, ...env })
  const server = await compose(config, pino({ level: 'silent' }))
  const store = await openStore(config.store, createVault(config.masterKey))
  const addCreditor: TestApp['addCreditor'] = (given) => insertCreditor(store, config, given)
  const creditor = await addCreditor()
  return {
    app: server.app,
    creditor,
    store,
    addCreditor,
    goTo,
    send: (sent) => send(server.app, creditor, sent),
    async close() {
      await server.close()
      await store.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function settings(databaseUrl: string, clockFile: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    PARLEY_CLOCK_FILE: clockFile,
    PARLEY_SWEEP_INTERVAL_MS: '3600000',
    PARLEY_OPERATOR_TOKEN: 'the-operator',
    PARLEY_DB_POOL: '4',
  }
}

/** Adds a creditor straight to a store; `given` replaces settings of it. */
export async function insertCreditor(
  store: Store,
  config: Config,
  given: Partial<NewCreditor> = {},
): Promise<TestCreditor> {
  const { clockFile } = config
  const clock = clockFile === undefined ? systemClock : createFileClock(clockFile)
  const { journeys } = loadCatalog()
  const created = await createCreditor(
    { db: store.db, clock, ids: createIdSource(clock), journeys },
    {
      name: 'Blue Water',
      account: { iban: 'BE71096123456769' },
      timeZone: 'Europe/Brussels',
      language: 'en',
      contact: { email: 'bills@blue-water.example' },
      ...given,
    },
  )
  if (!created.ok) throw new Error(created.error.detail)
  return created.value
}

/** Sends one request and holds its reply against the document. */
export async function send<Body>(
  app: App,
  creditor: TestCreditor,
  sent: Sent,
): Promise<Reply<Body>> {
  const { method = 'GET', url, body, as = creditor } = sent
  const key = sent.key === undefined && method === 'POST' ? randomUUID() : (sent.key ?? null)
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const type = sent.type ?? (body === undefined ? undefined : 'application/json')
  const reply = await app.inject({
    method,
    url,
    headers: {
      ...(as === null
        ? {}
        : { authorization: `Bearer ${typeof as === 'string' ? as : as.apiKey}` }),
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...sent.headers,
    },
    ...(body === undefined ? {} : { payload: isRaw ? body : JSON.stringify(body) }),
  })
  assertReply({ method, url }, reply)
  const isJson = String(reply.headers['content-type']).includes('json')
  const text = reply.body
  const json = (isJson && !text.includes('}\n') ? JSON.parse(text) : undefined) as Body
  return { status: reply.statusCode, headers: reply.headers, text, json }
}

/** Expects a problem of a code and returns it. */
export function expectProblem(
  reply: Reply<unknown>,
  status: number,
  code: string,
): Problem & { errors: NonNullable<Problem['errors']> } {
  const problem = reply.json as Problem
  expect({ status: reply.status, code: problem?.code }, reply.text).toEqual({ status, code })
  return { ...problem, errors: problem.errors ?? [] }
}
