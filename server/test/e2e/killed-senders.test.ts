// Two servers on one PostgreSQL and one mail server, killed again and again while a hundred and twenty
// reminders leave: no step has two mails, and one without any is a message whose sender died while its
// end was on its way: its delivery is unknown.
import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { invoiceWithDebtor, newNumber } from '../support/api-samples.ts'
import { connect, freshDatabase } from '../support/fresh-database.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import {
  type ClockFile,
  clockFile,
  createCreditor,
  type Environment,
  type ServerProcess,
  startServer,
} from '../support/server-process.ts'
import { untilQuiet } from '../support/until-quiet.ts'

const CLAIMS = 120
const ROUNDS = Number(process.env['PARLEY_KILL_ROUNDS'] ?? 2)
interface World {
  client: pg.Client
  mails: MailServer
  clock: ClockFile
  start(): Promise<ServerProcess>
}

/** Night in Brussels: what is issued now is due in the morning. */
async function world(): Promise<World> {
  const database = await freshDatabase()
  const mails = await startMailServer()
  const clock = await clockFile('2026-03-10T03:00:00Z')
  onTestFinished(async () => {
    await mails.close()
    await clock.remove()
    await database.drop()
  })
  const env: Environment = {
    DATABASE_URL: database.url,
    PARLEY_PUBLIC_URL: 'http://127.0.0.1:1',
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_SWEEP_INTERVAL_MS: '50',
    PARLEY_SMTP_URL: mails.url,
    PARLEY_OPERATOR_TOKEN: 'operator',
    PARLEY_DB_POOL: '8',
  }
  const { apiKey } = await createCreditor(env)
  const client = await connect(database.url)
  return { client, mails, clock, start: () => startServer(env, apiKey) }
}

async function issueAll(server: ServerProcess): Promise<void> {
  const replies = await Promise.all(
    Array.from({ length: CLAIMS }, () => {
      const body = invoiceWithDebtor()
      return server.send({ method: 'POST', path: '/v1/payment-requests', body, key: newNumber() })
    }),
  )
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]))
  await untilQuiet(server)
}

const count = async (client: pg.Client, text: string) =>
  Number((await client.query<{ n: string }>(`select count(*) as n from ${text}`)).rows[0]?.n)

describe('two servers that are killed while they send', () => {
  it('lose no message and take no step twice', { timeout: 180_000 }, async () => {
    const { client, mails, clock, start } = await world()
    let servers: ServerProcess[] = await Promise.all([start(), start()])
    const [first] = servers
    if (first === undefined) throw new Error('no server')
    await issueAll(first)
    expect(mails.mails).toEqual([])
    mails.slowness = 40
    await clock.goTo('2026-03-10T08:00:00Z')

    let kills = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      // First one of them dies, and the other goes on alone; then that one dies as well.
      for (const server of servers) {
        await untilMails(mails, Math.ceil((++kills * CLAIMS * 0.7) / (ROUNDS * 2)))
        await server.end('SIGKILL')
      }
      const isLast = round === ROUNDS - 1
      if (isLast) await letTimePass({ client, clock })
      // One alone has to finish what is left.
      servers = isLast ? [await start()] : await Promise.all([start(), start()])
    }
    await untilSent(client)
    await Promise.all(servers.map((server) => server.end('SIGTERM')))

    const sent = mails.mails.map(({ raw }) => /^Message-ID: <(.+)@/im.exec(raw)?.[1] ?? raw)
    expect(sent).toHaveLength(new Set(sent).size)
    const unsure = await idsOf(client, `delivery = 'unknown'`)
    const sure = await idsOf(client, `delivery = 'accepted'`)
    expect(sent).toEqual(expect.arrayContaining(sure))
    expect(sure.length + unsure.length).toBe(CLAIMS)
    expect([...sure, ...unsure]).toEqual(expect.arrayContaining(sent))
    process.stdout.write(
      `${kills} servers killed, ${sent.length} mails, ${unsure.length} of unknown delivery\n`,
    )
    expect(await count(client, 'human_messages')).toBe(CLAIMS)
    expect(await count(client, `human_messages where state = 'sent'`)).toBe(CLAIMS)
    expect(await count(client, `events where type = 'reminder.sent'`)).toBe(CLAIMS)
    const steps = `(select distinct claim_id from events where type = 'reminder.sent') s`
    expect(await count(client, steps)).toBe(CLAIMS)
  })
})

async function idsOf(client: pg.Client, condition: string): Promise<string[]> {
  const text = `select message_id from human_messages where ${condition}`
  const { rows } = await client.query<{ message_id: string }>(text)
  return rows.map(({ message_id: id }) => id)
}

/** Until about so many mails were accepted, and a little longer: a blow may fall at any point. */
async function untilMails({ mails }: MailServer, count: number): Promise<void> {
  for (let tries = 0; mails.length < count && tries < 5_000; tries += 1) await pause(2)
  await pause(randomInt(60))
}

/** The three minutes in which a dead sender keeps its message, and the hours until it is missed. */
async function letTimePass({ client, clock }: Pick<World, 'client' | 'clock'>): Promise<void> {
  await client.query(`update human_messages set sending_until = 0 where state = 'queued'`)
  await clock.goTo('2026-03-10T14:30:00Z')
}

async function untilSent(client: pg.Client): Promise<void> {
  const sent = `human_messages where state = 'sent'`
  for (let tries = 0; tries < 1_200; tries += 1) {
    if ((await count(client, sent)) === CLAIMS) return
    await pause(50)
  }
  const { rows } = await client.query('select state, count(*) from human_messages group by 1')
  throw new Error(`not everything was sent: ${JSON.stringify(rows)}`)
}
