// Every act of a creditor has one effect per Idempotency-Key, and its reply is given again byte for
// byte: at once, in parallel, and after a restart.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose } from '../../src/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { openStore } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import {
  CANCELLATION,
  debtorInput,
  HOLD,
  invoiceOf,
  invoiceWithDebtor,
  newNumber,
  REVISION,
  WEBHOOK_ENDPOINT,
} from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  insertCreditor,
  NOW,
  type Sent,
  send,
  type TestApp,
} from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { makeMigratedDirectory } from '../support/embedded-directory.ts'

let test: TestApp
let debtorId: string
beforeAll(async () => {
  test = await buildTestApp()
  const made = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  debtorId = String(made.json['id'])
})
afterAll(() => test?.close())

const statement = () =>
  camtNotification('BE71096123456769', [{ amount: '7.00', bankReference: newNumber() }])

interface Act {
  operation: string
  /** The request, with another body at each call. */
  sent: () => Sent | Promise<Sent>
  /** How often it took effect. */
  count: () => Promise<number>
}

async function rowsIn(table: 'debtors' | 'claims' | 'activation_codes' | 'bank_transactions') {
  const { n } = await test.store.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}

async function eventsOfType(type: string): Promise<number> {
  const { n } = await test.store.db
    .selectFrom('events')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('type', '=', type)
    .executeTakeFirstOrThrow()
  return n
}

const post = (url: string, body?: unknown): Sent => ({ method: 'POST', url, body })

const ACTS: readonly Act[] = [
  {
    operation: 'createDebtor',
    sent: () => post('/v1/debtors', debtorInput()),
    count: () => rowsIn('debtors'),
  },
  {
    operation: 'createPaymentRequest',
    sent: () => post('/v1/payment-requests', invoiceOf(debtorId)),
    count: () => rowsIn('claims'),
  },
  {
    operation: 'createPaymentRequest with a new debtor',
    sent: () => post('/v1/payment-requests', invoiceWithDebtor()),
    count: () => rowsIn('debtors'),
  },
  {
    operation: 'createActivationCode',
    sent: () => post(`/v1/debtors/${debtorId}/activation-codes`),
    count: () => rowsIn('activation_codes'),
  },
  {
    operation: 'createWebhookEndpoint',
    sent: () => {
      const url = `${WEBHOOK_ENDPOINT.url}/${newNumber()}`
      return post('/v1/webhook-endpoints', { ...WEBHOOK_ENDPOINT, url })
    },
    count: async () => {
      const { json } = await test.send<{ data: unknown[] }>({ url: '/v1/webhook-endpoints' })
      return json.data.length
    },
  },
  {
    operation: 'cancelPaymentRequest',
    sent: async () => {
      const { json } = await test.send(post('/v1/payment-requests', invoiceOf(debtorId)))
      return post(`/v1/payment-requests/${json['id']}/cancel`, CANCELLATION)
    },
    count: async () => {
      const url = '/v1/payment-requests?claim=cancelled&limit=200'
      return (await test.send<{ data: unknown[] }>({ url })).json.data.length
    },
  },
  {
    operation: 'revisePaymentRequest',
    sent: async () => {
      const { json } = await test.send(post('/v1/payment-requests', invoiceOf(debtorId)))
      return post(`/v1/payment-requests/${json['id']}/revisions`, REVISION)
    },
    count: () => eventsOfType('payment-request.revised'),
  },
  {
    operation: 'setHold',
    sent: async () => {
      const { json } = await test.send(post('/v1/payment-requests', invoiceOf(debtorId)))
      return post(`/v1/payment-requests/${json['id']}/holds`, HOLD)
    },
    count: () => eventsOfType('hold.set'),
  },
  {
    operation: 'uploadStatement',
    sent: () => ({ ...post('/v1/statements', statement()), type: 'application/xml' }),
    count: () => rowsIn('bank_transactions'),
  },
]

describe.each(ACTS)('$operation', ({ sent, count }) => {
  it('gives the same reply for the same key and body, and acts once', async () => {
    const request = { ...(await sent()), key: newNumber() }
    const before = await count()
    const [first, second, third] = [
      await test.send(request),
      await test.send(request),
      await test.send({ ...request, key: `"${request.key}"` }),
    ]
    expect(first.status).toBeLessThan(300)
    expect([second, third].map(({ status, text }) => [status, text])).toEqual(
      Array.from({ length: 2 }, () => [first.status, first.text]),
    )
    expect((await count()) - before).toBe(1)
  })

  it('acts again for another key', async () => {
    const before = await count()
    for (let time = 1; time <= 2; time += 1) {
      expect((await test.send(await sent())).status).toBeLessThan(300)
    }
    expect((await count()) - before).toBe(2)
  })

  it('acts once for five at the same time', async () => {
    const request = { ...(await sent()), key: newNumber() }
    const before = await count()
    const replies = await Promise.all(Array.from({ length: 5 }, () => test.send(request)))
    const done = replies.filter(({ status }) => status < 300)
    const others = replies.filter(({ status }) => status >= 300)
    expect(new Set(done.map(({ text }) => text)).size).toBe(1)
    for (const other of others) {
      expectProblem(other, 409, 'idempotency-key-in-flight')
      expect(other.headers['retry-after']).toBe('1')
    }
    expect((await count()) - before).toBe(1)
    expect((await test.send(request)).text).toBe(done[0]?.text)
  })
})

describe('[PRB-05] an Idempotency-Key', () => {
  it.each(ACTS.filter(({ operation }) => !/cancel|revise|setHold|Activation/.test(operation)))(
    'of $operation is refused with another body',
    async ({ sent }) => {
      const key = newNumber()
      expect((await test.send({ ...(await sent()), key })).status).toBeLessThan(300)
      const reused = await test.send({ ...(await sent()), key })
      expectProblem(reused, 422, 'idempotency-key-reuse')
    },
  )

  it('belongs to one creditor, one operation and one thing', async () => {
    const key = newNumber()
    const other = await test.addCreditor()
    const body = debtorInput()
    const mine = await test.send({ ...post('/v1/debtors', body), key })
    const theirs = await test.send({ ...post('/v1/debtors', body), key, as: other })
    const code = await test.send({ ...post(`/v1/debtors/${debtorId}/activation-codes`), key })
    const url = `/v1/debtors/${mine.json['id']}/activation-codes`
    const otherCode = await test.send({ ...post(url), key })
    expect([mine, theirs, code, otherCode].map(({ status }) => status)).toEqual(
      new Array(4).fill(201),
    )
    expect(theirs.json['id']).not.toBe(mine.json['id'])
    expect(otherCode.json['code']).not.toBe(code.json['code'])
  })

  it('is free again after a refusal, which changed nothing', async () => {
    const key = newNumber()
    const url = '/v1/payment-requests'
    const refused = { ...invoiceOf(debtorId), dueDate: '2026-02-30' }
    expectProblem(await test.send({ ...post(url, refused), key }), 422, 'date-invalid')
    const good = { ...refused, dueDate: '2026-03-30' }
    expect((await test.send({ ...post(url, good), key })).status).toBe(201)
  })

  it('keeps its first reply when the thing has changed since', async () => {
    const key = newNumber()
    const request = { ...post('/v1/payment-requests', invoiceOf(debtorId)), key }
    const first = await test.send(request)
    await test.send(post(`/v1/payment-requests/${first.json['id']}/cancel`, CANCELLATION))
    expect((await test.send(request)).text).toBe(first.text)
  })
})

describe('after a restart on the embedded store', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-restart-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('the same keys still give the same replies, secrets included', {
    timeout: 120_000,
  }, async () => {
    const clockFile = join(folder, 'clock')
    await writeFile(clockFile, NOW)
    const config = loadConfig({
      PARLEY_DATA_DIR: join(folder, 'data'),
      PARLEY_CLOCK_FILE: clockFile,
    })
    await makeMigratedDirectory(join(folder, 'data'))
    const store = await openStore(config.store, createVault(config.masterKey))
    await migrate(store.pool)
    const creditor = await insertCreditor(store, config)
    await store.close()
    const log = pino({ level: 'silent' })

    const first = await compose(config, log)
    const debtor = { ...post('/v1/debtors', debtorInput()), key: 'k' }
    const { json } = await send<Record<string, unknown>>(first.app, creditor, debtor)
    const requests: Sent[] = [
      debtor,
      post(`/v1/debtors/${json['id']}/activation-codes`),
      post('/v1/payment-requests', invoiceOf(String(json['id']))),
      post('/v1/webhook-endpoints', WEBHOOK_ENDPOINT),
      { ...post('/v1/statements', statement()), type: 'application/xml' },
    ].map((request) => ({ ...request, key: 'k' }))
    const before: string[] = []
    for (const request of requests) before.push((await send(first.app, creditor, request)).text)
    await first.close()

    const second = await compose(config, log)
    const after: string[] = []
    for (const request of requests) after.push((await send(second.app, creditor, request)).text)
    const reused = { ...debtor, body: debtorInput() }
    expectProblem(await send(second.app, creditor, reused), 422, 'idempotency-key-reuse')
    await second.close()

    expect(after).toEqual(before)
    expect(before.join()).toMatch(/whsec_.*/)
    expect(before.every((text) => !text.includes('urn:parley:problem'))).toBe(true)
  })
})
