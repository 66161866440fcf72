// What a run stands on: PostgreSQL, two servers as an operator runs them, well-behaved creditors with
// enrolled customers and webhooks, two that are a burden, and the bare server that is the ceiling.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { peekClaims } from '@parley/sdk/protocol'
import pg from 'pg'
import { type EnrolledDebtor, enrolDebtors, post } from '../bench/enrolled-debtors.ts'
import { CEILING, CLI, createCreditor, freePort } from '../bench/processes.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { type Neighbourhood, openNeighbourhood } from './neighbourhood.ts'
import type { Victims } from './neighbours/neighbour.ts'
import type { LoadCreditor } from './parley-target.ts'
import { startWatched, type WatchedProcess } from './watched-process.ts'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

const CREDITORS = 5
const DEBTORS_OF_EACH = 40

export interface World {
  databaseUrl: string
  servers: readonly [WatchedProcess, WatchedProcess]
  ceiling: WatchedProcess
  creditors: readonly LoadCreditor[]
  receiver: WebhookReceiver
  neighbours: Neighbourhood
  victims: Victims
  /** Ends the bad webhooks, so that nothing is tried again for hours. */
  removeBadWebhooks(): Promise<void>
  /** Jobs and outbox rows that wait, in both servers. */
  pendingWork(): Promise<number>
  /** Ends everything; how each server ended. */
  close(): Promise<(number | NodeJS.Signals)[]>
}

/** Builds all of it; says on the way what it does. */
export async function buildWorld(say: (what: string) => void): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-load-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  say('starting PostgreSQL and two servers')
  const postgres = await startPostgres({ durable: true })
  const databaseUrl = await newDatabase(postgres.url, 'parley')
  const operatorToken = randomBytes(24).toString('base64url')
  const ports = [await freePort(), await freePort()] as const
  const publicUrl = `http://127.0.0.1:${ports[0]}`
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    PARLEY_DATA_DIR: folder,
    PARLEY_MASTER_KEY: randomBytes(32).toString('base64'),
    PARLEY_PUBLIC_URL: publicUrl,
    PARLEY_ALLOW_LOOPBACK: 'true',
    PARLEY_OPERATOR_TOKEN: operatorToken,
    PARLEY_LOG_LEVEL: 'error',
  }
  const startServer = (n: 0 | 1) =>
    startWatched({
      name: `server ${n + 1}`,
      args: [CLI, 'serve'],
      env: { ...env, PARLEY_PORT: String(ports[n]) },
      origin: `http://127.0.0.1:${ports[n]}`,
      readyPath: '/health/ready',
      logFile: join(folder, `server-${n + 1}.log`),
    })
  const servers = [await startServer(0), await startServer(1)] as const
  const ceiling = await startCeiling(await newDatabase(postgres.url, 'ceiling'), folder)
  say(`enrolling ${CREDITORS * DEBTORS_OF_EACH} customers of ${CREDITORS} creditors`)
  const receiver = await startWebhookReceiver()
  const creditors: LoadCreditor[] = []
  for (let n = 0; n < CREDITORS; n++) {
    const apiKey = await createCreditor(databaseUrl, env)
    const { secret } = await addWebhook(publicUrl, apiKey, receiver.urlOf(n))
    receiver.setSecret(n, secret)
    creditors.push({ apiKey, debtors: await enrolDebtors(publicUrl, apiKey, DEBTORS_OF_EACH) })
  }
  const neighbours = await openNeighbourhood()
  const newAccount = async () => {
    const apiKey = await createCreditor(databaseUrl, env)
    const [debtor] = (await enrolDebtors(publicUrl, apiKey, 1)) as [EnrolledDebtor]
    const { debtorId, enrolment, enrolled } = debtor
    return { account: { apiKey, debtorId }, agent: { inbox: inboxIn(enrolled), enrolment } }
  }
  const { account: flooding, agent } = await newAccount()
  const { account: unreachable } = await newAccount()
  const bad: string[] = []
  for (const url of neighbours.receiverUrls) {
    bad.push((await addWebhook(publicUrl, unreachable.apiKey, url)).id)
  }
  return {
    ...{ databaseUrl, servers, ceiling, creditors, receiver, neighbours },
    victims: { origins: servers.map(({ origin }) => origin), flooding, agent, unreachable },
    async removeBadWebhooks() {
      const authorization = `Bearer ${unreachable.apiKey}`
      for (const id of bad) {
        const url = `${publicUrl}/v1/webhook-endpoints/${id}`
        await fetch(url, { method: 'DELETE', headers: { authorization } })
      }
    },
    async pendingWork() {
      const headers = { authorization: `Bearer ${operatorToken}` }
      const reply = await fetch(`${publicUrl}/health/work`, { headers })
      return ((await reply.json()) as { queued: number }).queued
    },
    async close() {
      await neighbours.leave()
      const ends = await Promise.all(servers.map((server) => server.stop()))
      await ceiling.stop()
      await receiver.close()
      await postgres.stop()
      return ends
    },
  }
}

/** The path of the pull inbox that an answer to an enrolment names. */
function inboxIn(enrolled: string): string {
  const peeked = peekClaims(enrolled)
  const pull = peeked.ok ? String(peeked.value.payload['pull']) : ''
  return new URL(pull).pathname
}

async function startCeiling(databaseUrl: string, folder: string): Promise<WatchedProcess> {
  const port = String(await freePort())
  return await startWatched({
    name: 'ceiling',
    args: [CEILING],
    env: { DATABASE_URL: databaseUrl, PORT: port },
    origin: `http://127.0.0.1:${port}`,
    readyPath: '/',
    logFile: join(folder, 'ceiling.log'),
  })
}

async function addWebhook(
  origin: string,
  apiKey: string,
  url: string,
): Promise<{ id: string; secret: string }> {
  const headers = {
    ...{ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    'idempotency-key': url,
  }
  const made = await post(`${origin}/v1/webhook-endpoints`, headers, JSON.stringify({ url }))
  return JSON.parse(made) as { id: string; secret: string }
}

async function newDatabase(postgresUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(postgresUrl), { pathname: name }).href
}
