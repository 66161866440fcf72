// The specification's hostile messages at the server's real door, over a socket: as the file has them,
// and with the same defects in a message that the server awaits. Nothing that is refused changes anything.
import { readFileSync } from 'node:fs'
import { sha256Base64Url, signingInputHash } from '@parley/sdk/protocol'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Awaited, signatureVectors } from '../../../spec/tools/vectors/signature-vectors.ts'
import { testKeys } from '../../../spec/tools/vectors/test-keys.ts'
import type { Vector, VectorFile } from '../../../spec/tools/vectors/vector-file.ts'
import { debtorInput, invoiceOf } from '../support/api-samples.ts'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'
import { enrolHttpAgent, payloadOf, type Wire } from '../support/http-agent.ts'

const file = new URL('../../../spec/vectors/signatures.json', import.meta.url)
const committed = JSON.parse(readFileSync(file, 'utf8')) as VectorFile
const { now } = committed.common as { now: number }
const keys = await testKeys()

/** Codes of the form, at which a receiver looks before it asks what a message is. */
const FORM = /^(message-too-large|serialization|encoding|json-.+|crit|header|alg|kid)$/

let test: TestApp
let origin: string
let awaited: Awaited
let atRest: string

beforeAll(async () => {
  test = await buildTestApp({ PARLEY_OPERATOR_TOKEN: 'operator' })
  await test.goTo(new Date(now * 1000).toISOString())
  const address = await test.app.listen({ port: 0, host: '127.0.0.1' })
  origin = new URL(address).origin
  awaited = await acknowledgement()
  await rest()
  atRest = await everything()
})

afterAll(() => test?.close())

const wire: Wire = async (path, body) => {
  const headers = { 'content-type': 'application/jose' }
  const init = body === undefined ? {} : { method: 'POST', headers, body }
  const response = await fetch(`${origin}${path}`, init)
  const contentType = response.headers.get('content-type') ?? ''
  return { status: response.status, contentType, text: await response.text() }
}

/** What an agent with the key of the vectors may say next: that it received a request. */
async function acknowledgement(): Promise<Awaited> {
  const debtor = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  const debtorId = String(debtor.json['id'])
  const url = `/v1/debtors/${debtorId}/activation-codes`
  const { json } = await test.send({ method: 'POST', url })
  const invoice = { ...invoiceOf(debtorId), dueDate: '2027-02-15' }
  const issued = await test.send({ method: 'POST', url: '/v1/payment-requests', body: invoice })
  if (issued.status !== 201) throw new Error(issued.text)
  const options = { wire, server: 'http://127.0.0.1:8080', now: () => now }
  const activationCode = String(json['code'])
  const agent = await enrolHttpAgent(options, { activationCode }, keys.creditor)
  const [{ jws: request } = { jws: '' }] = (await agent.pull()).messages
  const { iss, aud, sub, thr, requestId } = payloadOf<Record<string, string>>(request)
  const place = { thr: await sha256Base64Url(`parley-ack:${thr}`), seq: 0, prev: null }
  const about = { requestId, status: 'RCVD', ref: await signingInputHash(request) }
  return {
    now,
    typ: 'parley-ack+jwt',
    payload: {
      ...{ ver: '1.0', iss: aud ?? '', aud: iss ?? '', sub, jti: 'AAECAwQFBgcICQoLDA0ODw' },
      ...{ iat: now - 5, exp: now + 86_400, ...place, ...about },
      amount: { value: '120.50', currency: 'EUR' },
    },
  }
}

/** Waits until the server has done what follows from the set-up. */
async function rest(): Promise<void> {
  await vi.waitFor(async () => {
    const { json } = await test.send({ url: '/health/work', as: 'operator' })
    expect(json['queued']).toBe(0)
  }, 5_000)
}

/** Everything that a message may change. */
async function everything(): Promise<string> {
  const tables = ['claims', 'threads', 'messages', 'enrolments', 'enrolment_keys', 'agreements']
  const more = ['claim_holds', 'equivocations', 'payments', 'payment_leases', 'events', 'outbox']
  const texts = [...tables, ...more].map(
    (table) =>
      sql<string>`(select string_agg(t::text, E'\n' order by t::text) from ${sql.table(table)} t)`,
  )
  const { rows } = await sql<{ all: string }>`
    select concat_ws(E'\n\n', ${sql.join(texts)}) as "all"`.execute(test.store.db)
  return rows[0]?.all ?? ''
}

async function codeOf(jws: unknown): Promise<unknown> {
  const { status, contentType, text } = await wire('/parley/messages', String(jws))
  if (status < 400 || status > 499) return `${status} ${text}`
  expect(contentType).toMatch(/^application\/problem\+json(;|$)/)
  return (JSON.parse(text) as { code: string }).code
}

/** A creditor's request is not for this door: what has no fault of form is refused for its kind. */
function codeAtThisDoor({ title, expect }: Vector): string {
  const isOfForm = !expect.ok && FORM.test(expect.code) && title !== 'Ed25519 for a key on P-256'
  return isOfForm ? expect.code : 'typ'
}

describe('the vectors of signatures.json', () => {
  it.each(committed.vectors.map((vector) => [vector.id, vector.title, vector] as const))(
    '%s: %s',
    async (_id, _title, vector) => {
      expect(await codeOf(vector['jws'])).toBe(codeAtThisDoor(vector))
      expect(await everything()).toBe(atRest)
    },
  )
})

describe('the same defects in an acknowledgement that the server awaits', () => {
  // Without its thread, or under another name, it is another party's message, as far as the server tells.
  const codeHere = ({ title, expect }: Vector) => {
    const isForeign = title === 'no thread' || title === 'another sender'
    return isForeign || expect.ok ? 'not-found' : expect.code
  }
  const ids = committed.vectors
    .filter(({ expect }) => !expect.ok)
    .map(({ id, title }) => [id, title])
  let vectors: Map<string, Vector>

  beforeAll(async () => {
    const made = await signatureVectors(keys, '', awaited)
    vectors = new Map(made.vectors.map((vector) => [vector.id, vector]))
  })

  it.each(ids)('%s: %s', async (id = '') => {
    const vector = vectors.get(id)
    if (vector === undefined || vector.expect.ok) throw new Error(`${id} is no refusal`)
    expect(await codeOf(vector['jws'])).toBe(codeHere(vector))
    expect(await everything()).toBe(atRest)
  })

  it('are what it was refused for: without a defect it is taken', async () => {
    const { status, contentType } = await wire(
      '/parley/messages',
      String(vectors.get('sig-01')?.['jws']),
    )
    expect([status, contentType]).toEqual([200, 'application/jose'])
    expect(await everything()).not.toBe(atRest)
  })
})
