// The logs of a run in which everything happens, and much of it goes wrong, hold ids and codes but
// nothing of a person, no account, no secret.
import { describe, expect, it, onTestFinished } from 'vitest'
import { newNumber } from '../support/api-samples.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { connect, freshDatabase } from '../support/fresh-database.ts'
import { enrolHttpAgent, payloadOf } from '../support/http-agent.ts'
import { answer, startReceiver } from '../support/http-receiver.ts'
import { startMailServer } from '../support/mail-server.ts'
import {
  clockFile,
  createCreditor,
  type ServerProcess,
  startServer,
} from '../support/server-process.ts'

const IBAN = 'BE71096123456769'
const PERSON = {
  name: 'Kanaria Vogelaar',
  timeZone: 'Europe/Brussels',
  contact: {
    email: 'kanaria.vogelaar@canary.example',
    phone: '+32470998877',
    postalAddress: { lines: ['Kooistraat 77', '9999 Vogelwaarde'], country: 'BE' },
  },
}
const PAYER = { name: 'Gele Kanarie', iban: 'NL91ABNA0417164300' }

/** What must not be in a log, besides the secrets that the run makes. */
const PLANTED = [
  IBAN,
  'blue-water',
  'Kanaria',
  'Vogelaar',
  'canary.example',
  '470998877',
  'Kooistraat',
  'Vogelwaarde',
  PAYER.name,
  PAYER.iban,
  'secret-path',
  'free text of a payer',
]

async function world() {
  const database = await freshDatabase()
  const [inbox, mails] = [await startReceiver(), await startMailServer()]
  const clock = await clockFile('2026-03-10T09:00:00Z')
  onTestFinished(async () => {
    await inbox.close()
    await mails.close()
    await clock.remove()
    await database.drop()
  })
  const env = {
    DATABASE_URL: database.url,
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_SWEEP_INTERVAL_MS: '50',
    PARLEY_SMTP_URL: mails.url,
    PARLEY_OPERATOR_TOKEN: 'operator-secret',
    PARLEY_LOG_LEVEL: 'trace',
  }
  const { apiKey } = await createCreditor(env)
  const server = await startServer(env, apiKey)
  return { server, apiKey, inbox, mails, clock, client: await connect(database.url) }
}

const post = (server: ServerProcess, path: string, body?: unknown, type = 'application/json') =>
  server.send({ method: 'POST', path, body, type })

const invoice = (debtor: object) => ({
  invoiceNumber: newNumber(),
  debtor: { externalId: newNumber(), ...PERSON, ...debtor },
  amount: { value: '120.50', currency: 'EUR' },
  dueDate: '2026-03-27',
})

describe('the logs of a server', () => {
  it('hold nothing of a person, no account and no secret', { timeout: 120_000 }, async () => {
    const { server, apiKey, inbox, mails, clock, client } = await world()
    const secrets = [apiKey, 'operator-secret']

    // A webhook endpoint and an inbox that fail, and a mail server that repeats the address.
    inbox.reply = answer(500, PERSON.contact.email)
    const hook = await post(server, '/v1/webhook-endpoints', { url: `${inbox.origin}/secret-path` })
    secrets.push(String(hook.json['secret']))
    mails.refuseRecipient = { code: 550, text: `<${PERSON.contact.email}> is unknown here` }

    // An agent, a request, an answer.
    const debtor = await post(server, '/v1/debtors', { externalId: newNumber(), ...PERSON })
    const debtorId = String(debtor.json['id'])
    const code = await post(server, `/v1/debtors/${debtorId}/activation-codes`)
    const activationCode = String(code.json['code'])
    const wire = async (path: string, body?: string) => {
      const request =
        body === undefined ? { path } : { method: 'POST', path, body, type: 'application/jose' }
      const reply = await server.send(request)
      return { status: reply.status, contentType: '', text: reply.text }
    }
    const options = { wire, server: server.origin, now: clock.now }
    const agent = await enrolHttpAgent(options, {
      activationCode,
      inbox: `${inbox.origin}/secret-path`,
    })
    const pull = new URL(payloadOf<{ pull: string }>(agent.enrolled.text).pull).pathname
    secrets.push(activationCode, pull.split('/').at(-1) ?? '')
    const { debtor: _, ...rest } = invoice({})
    const addressed = await post(server, '/v1/payment-requests', { ...rest, debtorId })
    await agent.pull()
    expect(
      (await agent.send(await agent.accept(String(addressed.json['signedRequest'])))).status,
    ).toBe(200)

    // A mail that is refused, and whose refusal cannot be written down at first.
    const noSkip = `check (type <> 'reminder.skipped' or data ->> 'step' like 'Kan%') not valid`
    await client.query(`alter table events add constraint no_skip ${noSkip}`)
    const issued = await post(server, '/v1/payment-requests', invoice({}))
    await expect.poll(() => server.logs(), { timeout: 30_000 }).toContain('work threw')
    await client.query('alter table events drop constraint no_skip')

    // A person on the portal, with good and bad links, and a payment with its payer.
    const page = new URL(String(issued.json['portalUrl'])).pathname
    secrets.push(page.split('/').at(-1) ?? '')
    for (const path of [page, `${page}?lang=xx`, `${page}/plan`, `${page}/unknown`, `${page}%ff`]) {
      await server.send({ path })
    }
    const form = 'application/x-www-form-urlencoded'
    await post(server, `${page}/plan`, `row=${encodeURIComponent(PERSON.name)}`, form)
    const { reference } = issued.json['remittance'] as { reference: string }
    const payment = { payer: PAYER, text: 'free text of a payer', reference, bankReference: 'B-1' }
    const unknown = { ...payment, reference: 'RF18539007547034', bankReference: 'B-2' }
    const xml = 'application/xml'
    const file = camtNotification(IBAN, [
      { ...payment, amount: '20.50' },
      { ...unknown, amount: '1.00' },
    ])
    expect((await post(server, '/v1/statements', file, xml)).json['matched']).toBe(1)
    await post(server, '/v1/statements', file.slice(0, -30), xml)
    await post(server, '/v1/statements', camtNotification(PAYER.iban, []), xml)

    // What is refused, in every way.
    await post(server, '/v1/debtors', { ...PERSON, name: `${PERSON.name}\u202e` })
    await post(server, '/v1/debtors', { ...PERSON, vogelaar: 'Kanaria' })
    await post(server, '/v1/debtors', `{"name":"${PERSON.name}"`)
    await post(server, '/v1/payment-requests/bulk', `{"${PERSON.name}"\n`, 'application/x-ndjson')
    await post(server, '/parley/messages', PERSON.name, 'application/jose')
    await server.send({ path: `/v1/debtors?externalId=${PERSON.contact.email}` })
    await server.send({ path: `/v1/debtors?name=${PERSON.contact.email}` })
    await server.send({ path: `/v1/${PERSON.contact.email}` })
    await server.send({ path: '/v1/creditor', apiKey: `${apiKey}x` })

    // A failure that the database describes with the whole row.
    await client.query(
      `alter table debtors add constraint no_canary check (party <> 'b2c') not valid`,
    )
    const failed = await post(server, '/v1/debtors', { externalId: newNumber(), ...PERSON })
    expect([failed.status, failed.json['code']]).toEqual([500, 'internal'])
    await client.query('alter table debtors drop constraint no_canary')

    expect(await server.end('SIGTERM')).toBe(0)

    const logs = server.logs()
    for (const said of ['no_canary', '23514', 'work failed', 'unexpected failure', 'stopped']) {
      expect(logs).toContain(said)
    }
    const leaked = logs
      .split('\n')
      .filter((line) => [...PLANTED, ...secrets].some((text) => line.includes(text)))
    expect(leaked).toEqual([])
    expect(failed.text).not.toContain('Kanaria')
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(10)
  })
})
