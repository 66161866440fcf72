// A person goes through a whole life and is erased, beside one who is not: nothing that says who either was
// is found in the files of the store, its log, the logs of the server, or a copy of all that.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parley } from '../cli/run-parley.ts'
import { newNumber } from '../support/api-samples.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { makeMigratedDirectory } from '../support/embedded-directory.ts'
import { enrolHttpAgent } from '../support/http-agent.ts'
import { startMailServer } from '../support/mail-server.ts'
import { startPostgres } from '../support/postgres.ts'
import {
  clockFile,
  createCreditor,
  type Environment,
  type ServerProcess,
  startServer,
} from '../support/server-process.ts'
import { untilQuiet } from '../support/until-quiet.ts'

const TIMEOUT = { timeout: 240_000 }
const ACCOUNT = 'BE71096123456769'

/** Somebody with a value in every place; `mark` makes each of them findable. */
function planted(mark: string, iban: string) {
  return {
    iban,
    externalId: `${mark}-4711`,
    name: `${mark}a Vogelaar`,
    email: `${mark.toLowerCase()}@canary.example`,
    phone: `+3247${mark.length}998877`,
    street: `${mark}straat 77`,
    words: `${mark} cannot pay before Easter`,
    payer: `${mark}us de Vogelaar`,
    text: `${mark} rent and water`,
    note: `${mark} called about it`,
    atDesk: `${mark} was told to call again`,
    reason: `${mark} moved out in May`,
  }
}

type Planted = ReturnType<typeof planted>

const GONE = planted('Kanari', 'NL91ABNA0417164300')
const STAYS = planted('Merelli', 'BE68539007547034')

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'parley-erasure-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

async function start(env: Environment) {
  const [mails, clock] = [await startMailServer(), await clockFile('2026-03-10T09:00:00Z')]
  onTestFinished(async () => {
    await mails.close()
    await clock.remove()
  })
  const whole = {
    PARLEY_CLOCK_FILE: clock.path,
    PARLEY_SWEEP_INTERVAL_MS: '50',
    PARLEY_SMTP_URL: mails.url,
    PARLEY_LOG_LEVEL: 'trace',
    PARLEY_OPERATOR_TOKEN: 'operator',
    ...env,
  }
  const { apiKey } = await createCreditor(whole)
  return { mails, clock, whole, apiKey, server: await startServer(whole, apiKey) }
}

type Life = Awaited<ReturnType<typeof start>>

const post = (server: ServerProcess, path: string, body?: unknown, type = 'application/json') =>
  server.send({ method: 'POST', path, body, type })

/** Issued, negotiated by an agent, mailed, asked about, paid by statement and noted upon. */
async function live({ server, clock, mails }: Life, person: Planted) {
  const debtor = await post(server, '/v1/debtors', {
    externalId: person.externalId,
    name: person.name,
    language: 'en',
    timeZone: 'Europe/Brussels',
    contact: {
      email: person.email,
      phone: person.phone,
      postalAddress: { lines: [person.street, '9999 Vogelwaarde'], country: 'BE' },
    },
    preferences: { payDay: 25 },
  })
  const debtorId = String(debtor.json['id'])
  const invoice = () => ({
    invoiceNumber: newNumber(),
    debtorId,
    amount: { value: '120.50', currency: 'EUR' },
    dueDate: '2026-03-27',
  })
  const mailed = await post(server, '/v1/payment-requests', invoice())
  await expect
    .poll(() => mails.mails.flatMap(({ recipients }) => recipients), { timeout: 30_000 })
    .toContain(person.email)
  const wish = { channel: 'phone', kind: 'help', text: person.words, messageId: newNumber() }
  const told = await post(server, `/v1/payment-requests/${mailed.json['id']}/replies`, wish)
  expect(told.status, told.text).toBe(200)

  type Tasks = { data: { id: string; paymentRequestId: string | null }[] }
  const { json: open } = await server.send<Tasks>({ path: '/v1/tasks' })
  const task = open.data.find(({ paymentRequestId }) => paymentRequestId === mailed.json['id'])
  const end = { outcome: 'done', by: 'Joris', note: person.atDesk }
  const ended = await post(server, `/v1/tasks/${task?.id}/completion`, end)
  expect(ended.status, ended.text).toBeLessThan(300)
  const credit = { number: newNumber(), amount: { value: '0.50', currency: 'EUR' } }
  const notes = `/v1/payment-requests/${mailed.json['id']}/credit-notes`
  const credited = await post(server, notes, { ...credit, reason: person.reason })
  expect(credited.status, credited.text).toBe(201)
  const profile = await server.send({ path: `/v1/debtors/${debtorId}/profile` })
  expect(profile.status, profile.text).toBe(200)

  const code = await post(server, `/v1/debtors/${debtorId}/activation-codes`)
  const wire = async (path: string, body?: string) => {
    const request =
      body === undefined ? { path } : { method: 'POST', path, body, type: 'application/jose' }
    const reply = await server.send(request)
    return { status: reply.status, contentType: '', text: reply.text }
  }
  const options = { wire, server: server.origin, now: clock.now }
  const agent = await enrolHttpAgent(options, { activationCode: String(code.json['code']) })
  const addressed = await post(server, '/v1/payment-requests', invoice())
  const answer = await agent.accept(String(addressed.json['signedRequest']))
  expect((await agent.send(answer)).status).toBe(200)

  const ids = [String(mailed.json['id']), String(addressed.json['id'])]
  const payer = { name: person.payer, iban: person.iban }
  const payments = await Promise.all(
    ids.map(async (id, at) => {
      const { json } = await server.send({ path: `/v1/payment-requests/${id}` })
      const { value: amount } = json['outstanding'] as { value: string }
      const { reference } = json['remittance'] as { reference: string }
      return { amount, reference, payer, text: person.text, bankReference: `${debtorId}-${at}` }
    }),
  )
  const nobodys = { amount: '7.77', payer, text: person.text, bankReference: `${debtorId}-x` }
  const file = camtNotification(ACCOUNT, [...payments, nobodys])
  const imported = await post(server, '/v1/statements', file, 'application/xml')
  expect(imported.json['matched'], imported.text).toBe(2)
  const unmatched = '/v1/bank-transactions?state=unmatched'
  const { json } = await server.send<{ data: { id: string }[] }>({ path: unmatched })
  const place = `/v1/bank-transactions/${json.data[0]?.id}/set-aside`
  const aside = await post(server, place, { by: 'Joris', reason: 'other', note: person.note })
  expect(aside.status, aside.text).toBe(200)
  await untilQuiet(server)
  return { debtorId, ids, debtor }
}

/** Files in which one of the values stands, as text or as the database writes text in JSON and arrays. */
async function found(directory: string, values: readonly string[]): Promise<string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  const hits: string[] = []
  for (const entry of names.filter((it) => it.isFile())) {
    const file = join(entry.parentPath, entry.name)
    const bytes = await readFile(file)
    for (const value of values) {
      const forms = [value, Buffer.from(value).toString('base64').slice(0, -4), value.toUpperCase()]
      for (const form of forms) if (bytes.includes(form)) hits.push(`${value} in ${file}`)
    }
  }
  return hits
}

const valuesOf = (person: Planted): string[] => Object.values(person)

async function check(life: Life, store: { files: string; settle: () => Promise<void> }) {
  const { server, whole } = life
  const gone = await live(life, GONE)
  const stays = await live(life, STAYS)
  const erasure = `/v1/debtors/${gone.debtorId}/erasure`

  // The person's own copy has all of it, once asked for.
  const copy = `/v1/debtors/${gone.debtorId}/export`
  for (const path of [copy, `${copy}/page`]) {
    const { status, text } = await server.send({ path })
    expect(status, text).toBe(200)
    const { note: _note, ...known } = GONE
    expect(
      valuesOf({ ...known, note: GONE.name }).filter((value) => !text.includes(value)),
    ).toEqual([])
  }

  // Something is owed: nothing is touched.
  const owed = await post(server, '/v1/payment-requests', {
    invoiceNumber: newNumber(),
    debtorId: gone.debtorId,
    amount: { value: '5.00', currency: 'EUR' },
    dueDate: '2026-03-27',
  })
  const refused = await post(server, erasure)
  expect([refused.status, refused.json['code']]).toEqual([409, 'erasure-obstructed'])
  expect((await server.send({ path: `/v1/debtors/${gone.debtorId}` })).json['name']).toBe(GONE.name)
  const cancel = `/v1/payment-requests/${owed.json['id']}/cancel`
  expect((await post(server, cancel, { reason: 'DT01' })).status).toBe(200)
  await untilQuiet(server)

  const erased = await post(server, erasure)
  expect(erased.status, erased.text).toBe(200)
  expect(erased.json['kept']).toMatchObject([
    { class: 'accounting-records', until: '2036-12-31', sources: [{ id: 'wer-iii-86' }, {}] },
  ])
  expect((await post(server, erasure)).json).toEqual(erased.json)
  expect((await server.send({ path: erasure })).json).toEqual(erased.json)

  // What is left of the person is shown, and the other one is as before.
  const left = await server.send({ path: `/v1/debtors/${gone.debtorId}` })
  expect(left.json).toMatchObject({ name: '—', externalId: null, contact: {}, preferences: {} })
  const whom = await server.send({ path: `/v1/debtors/${stays.debtorId}` })
  expect(whom.json).toMatchObject({ name: STAYS.name, externalId: STAYS.externalId })
  for (const id of gone.ids) {
    const request = await server.send({ path: `/v1/payment-requests/${id}` })
    expect(request.json).toMatchObject({ claim: 'settled', signedRequest: '' })
    const page = await server.send({ path: new URL(String(request.json['portalUrl'])).pathname })
    expect(page.status).toBe(404)
  }
  const paths = ['tasks', 'bank-transactions', 'payment-requests', 'debtors'].map(
    (it) => `/v1/${it}`,
  )
  paths.push(copy, `${copy}/page`)
  for (const path of paths) {
    const { status, text } = await server.send({ path })
    expect(status, text).toBe(200)
    expect(valuesOf(GONE).filter((value) => text.includes(value))).toEqual([])
  }
  const again = await post(server, '/v1/payment-requests', {
    invoiceNumber: newNumber(),
    debtorId: gone.debtorId,
    amount: { value: '5.00', currency: 'EUR' },
    dueDate: '2026-03-27',
  })
  expect(again.json['code']).toBe('debtor-unknown')

  // The evidence proves itself, with and without the person.
  const directory = await folder()
  for (const [id, words] of [
    [gone.ids[1], /^OK {2}0 messages.*\n\d+ messages erased, chain intact\n$/],
    [stays.ids[1], /^OK {2}[1-9]\d* messages, 1 agreement/],
  ] as const) {
    const { text } = await server.send({ path: `/v1/payment-requests/${id}/evidence` })
    const file = join(directory, 'evidence.json')
    await writeFile(file, text)
    const verified = await parley(['evidence', 'verify', file])
    expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(words)])
    if (id !== gone.ids[1]) continue
    const bundle = JSON.parse(text) as { threads: { erased: string[] }[] }
    bundle.threads[0]?.erased.reverse()
    bundle.threads[0]?.erased.push('A'.repeat(43))
    await writeFile(file, JSON.stringify(bundle))
    expect(await parley(['evidence', 'verify', file])).toMatchObject({ code: 1 })
  }

  await store.settle()
  const backup = join(await folder(), 'backup')
  await cp(store.files, backup, { recursive: true })
  const values = [...valuesOf(GONE), ...valuesOf(STAYS)]
  expect(await found(store.files, values)).toEqual([])
  expect(await found(backup, values)).toEqual([])
  expect(values.filter((value) => server.logs().includes(value))).toEqual([])
  // The search itself finds what is there.
  await writeFile(join(directory, 'control'), `x${GONE.name}x`)
  expect(await found(directory, [GONE.name])).toHaveLength(1)
  return { backup, gone, stays, erased, whole }
}

describe('after an erasure', () => {
  it('nothing is found in the embedded store', TIMEOUT, async () => {
    const data = join(await folder(), 'data')
    await makeMigratedDirectory(data)
    const list = join(await folder(), 'erasures.jsonl')
    const life = await start({ PARLEY_DATA_DIR: data, PARLEY_ERASURE_LIST: list })
    const settle = async () => {
      await pause(2_500)
    }
    const { gone } = await check(life, { files: data, settle })
    expect(await readFile(list, 'utf8')).toContain(gone.debtorId)
    expect(await life.server.end('SIGTERM')).toBe(0)
    expect(await found(data, [...valuesOf(GONE), ...valuesOf(STAYS)])).toEqual([])
  })

  it('a backup from before brings nobody back', TIMEOUT, async () => {
    const data = join(await folder(), 'data')
    await makeMigratedDirectory(data)
    const list = join(await folder(), 'erasures.jsonl')
    const life = await start({ PARLEY_DATA_DIR: data, PARLEY_ERASURE_LIST: list })
    const gone = await live(life, GONE)
    const stays = await live(life, STAYS)
    await life.server.end('SIGTERM')
    const backup = join(await folder(), 'backup')
    await cp(data, backup, { recursive: true })
    const second = await startServer(life.whole, life.apiKey)
    const erased = await post(second, `/v1/debtors/${gone.debtorId}/erasure`)
    expect(erased.status, erased.text).toBe(200)
    await second.end('SIGTERM')

    await rm(data, { recursive: true, force: true })
    await cp(backup, data, { recursive: true })
    const told = await parley(['privacy', 'reapply'], { env: life.whole })
    expect(told).toMatchObject({ code: 0, out: '1 person was erased again.\n' })

    // The server does it by itself, too.
    await rm(data, { recursive: true, force: true })
    await cp(backup, data, { recursive: true })
    const restored = await startServer(life.whole, life.apiKey)
    const left = await restored.send({ path: `/v1/debtors/${gone.debtorId}` })
    expect(left.json).toMatchObject({ name: '—', contact: {} })
    const whom = await restored.send({ path: `/v1/debtors/${stays.debtorId}` })
    expect(whom.json).toMatchObject({ name: STAYS.name })
    expect(await restored.end('SIGTERM')).toBe(0)
  })

  it('nothing is found in PostgreSQL', TIMEOUT, async () => {
    const postgres = await startPostgres()
    onTestFinished(() => postgres.stop())
    const list = join(await folder(), 'erasures.jsonl')
    const life = await start({ DATABASE_URL: postgres.url, PARLEY_ERASURE_LIST: list })
    const settle = async () => {
      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      await client.query('vacuum')
      await client.query('checkpoint')
      await client.end()
    }
    await check(life, { files: join(postgres.folder, 'data'), settle })
    expect(await life.server.end('SIGTERM')).toBe(0)
  })
})
