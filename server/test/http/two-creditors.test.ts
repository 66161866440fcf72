// Two servers that know nothing of each other, each with its own database, keys and creditor, talk to
// one person's agent at the same time: pushes arrive beside each other over real sockets.
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Agent, BALANCED_WEIGHTS, createAgent, createMemoryAgentStore } from '@parley/sdk'
import { type CreditorClient, createCreditorClient } from '@parley/sdk/creditor'
import { toNodeListener } from '@parley/sdk/node'
import { generateSigningKey, type JwkSet, parseAmount, peekClaims } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openSigner } from '../../src/secrets/signer.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { newNumber } from '../support/api-samples.ts'
import { buildTestApp, NOW, type TestApp } from '../support/build-test-app.ts'
import { freePort } from '../support/postgres.ts'

interface Side {
  readonly origin: string
  readonly test: TestApp
  readonly client: CreditorClient
  debtorId: string
}

const MONTH_LIMIT = 10_000n
/** Every last payment is due in March, the month of NOW. */
const END_DAYS = 20

let inbox: HttpServer
let agent: Agent
let water: Side
let gas: Side

async function openSide(name: string, iban: string): Promise<Side> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const test = await buildTestApp({ PARLEY_PUBLIC_URL: origin })
  const { apiKey } = await test.addCreditor({ name, account: { iban } })
  await test.app.listen({ host: '127.0.0.1', port })
  const client = createCreditorClient({ baseUrl: origin, apiKey })
  return { origin, test, client, debtorId: '' }
}

const now = () => Date.parse(NOW) / 1000
const inboxUrl = () => `http://127.0.0.1:${(inbox.address() as AddressInfo).port}/inbox`
const both = <T>(act: (side: Side) => Promise<T>) => Promise.all([water, gas].map(act))

beforeAll(async () => {
  ;[water, gas] = await Promise.all([
    openSide('Blue Water', 'BE71096123456769'),
    openSide('Noordgas', 'NL91ABNA0417164300'),
  ])
  inbox = createServer(toNodeListener((request) => agent.handle(request)))
  await new Promise<void>((resolve) => inbox.listen(0, '127.0.0.1', resolve))
  agent = createAgent({
    key: await generateSigningKey('ES256'),
    store: createMemoryAgentStore(),
    policy: {
      buffer: 0n,
      comfortTarget: 20_000n,
      weights: BALANCED_WEIGHTS,
      perMonth: MONTH_LIMIT,
      maxEndDays: END_DAYS,
    },
    cashFlow: {
      currency: 'EUR',
      asOf: NOW.slice(0, 10),
      balance: 500_000n,
      incomes: [],
      charges: [],
      dailySpend: 0n,
    },
    clock: now,
    inbox: inboxUrl(),
    allowLoopbackHttp: true,
  })
  await both(async (side) => {
    const { debtorId, code } = await activationCode(side)
    side.debtorId = debtorId
    const enrolled = await agent.enrol({ server: side.origin, activationCode: code })
    if (!enrolled.ok) throw new Error(enrolled.error.code)
  })
})

afterAll(async () => {
  await agent?.idle()
  await Promise.all([water, gas].map((side) => side?.test.close()))
  inbox?.close()
  inbox?.closeAllConnections()
})

async function activationCode({ client: { api, unwrap } }: Side) {
  const body = { externalId: newNumber(), name: 'Ann Example' }
  const { id: debtorId } = await unwrap(api.POST('/v1/debtors', { body }))
  const params = { path: { debtorId } }
  const { code } = await unwrap(api.POST('/v1/debtors/{debtorId}/activation-codes', { params }))
  return { debtorId, code }
}

async function issue({ client: { api, unwrap }, debtorId }: Side, euros: string): Promise<string> {
  const amount = { value: euros, currency: 'EUR' }
  const body = { invoiceNumber: newNumber(), debtorId, amount, dueDate: '2026-03-26' }
  return (await unwrap(api.POST('/v1/payment-requests', { body }))).id
}

async function read({ client: { api, unwrap } }: Side, paymentRequestId: string) {
  const params = { path: { paymentRequestId } }
  return await unwrap(api.GET('/v1/payment-requests/{paymentRequestId}', { params }))
}

/** Issues one bill at each server at once, and waits until both negotiations have ended. */
async function negotiate(euros: string) {
  return await both(async (side) => {
    const id = await issue(side, euros)
    const isOver = async () =>
      ['agreed', 'refused', 'impasse'].includes((await read(side, id)).conversation)
    await expect.poll(isOver, { timeout: 15_000, interval: 20 }).toBe(true)
    return await read(side, id)
  })
}

function minor(amount: { value: string; currency: string }): bigint {
  const parsed = parseAmount(amount)
  if (!parsed.ok) throw new Error(parsed.error.code)
  return parsed.value.minor
}

/** The first message of a kind between the agent and one server, as it was sent. */
async function said({ origin }: Side, kind: 'request' | 'accept'): Promise<string> {
  const threads = (await agent.threads()).filter(({ request }) => request.iss === origin)
  return threads.flatMap(({ messages }) => messages).find((one) => one.kind === kind)?.jws ?? ''
}

async function post({ origin }: Side, jws: string) {
  const reply = await fetch(`${origin}/parley/messages`, {
    method: 'POST',
    body: jws,
    headers: { 'content-type': 'application/jose' },
  })
  return { status: reply.status, text: await reply.text() }
}

describe('one agent and two servers at the same time', () => {
  it('has two enrolments that share no key, no account and no name of the debtor', async () => {
    const keySets = await both(async ({ origin }) => {
      const reply = await fetch(`${origin}/.well-known/jwks.json`)
      return ((await reply.json()) as JwkSet).keys.map(({ kid }) => kid)
    })
    expect(new Set(keySets.flat()).size).toBe(2)
    const enrolments = (await agent.enrolments()).filter((one) => one.state === 'active')
    expect(new Set(enrolments.map(({ sub }) => sub)).size).toBe(2)
    expect(new Set(enrolments.map(({ creditor }) => creditor.account.iban)).size).toBe(2)
  })

  it('agrees with both, and counts the limit of a month over both', async () => {
    const first = await negotiate('40.00')
    expect(first.map(({ conversation }) => conversation)).toEqual(['agreed', 'agreed'])

    // 20.00 of the month are left: room for one of the two, whoever comes first.
    const second = await negotiate('20.00')
    const states = second.map(({ conversation }) => conversation)
    expect(states.filter((state) => state === 'agreed')).toHaveLength(1)
    const lines = [...first, ...second].flatMap(({ agreement }) => agreement?.lines ?? [])
    expect(lines.every(({ dueDate }) => dueDate.startsWith('2026-03'))).toBe(true)
    expect(lines.reduce((sum, { amount }) => sum + minor(amount), 0n)).toBe(MONTH_LIMIT)

    const third = await negotiate('0.01')
    expect(third.map(({ agreement }) => agreement)).toEqual([null, null])
    const reasons = (await agent.decisions()).slice(-2).map(({ decision }) => decision)
    expect(reasons).toMatchObject([{ reason: 'month-limit' }, { reason: 'month-limit' }])
  })
})

/** The words of a server, signed with the key of a server. */
async function signedBy({ test }: Side, typ: string, payload: object): Promise<string> {
  const vault = createVault(loadConfig({}).masterKey)
  const signer = await openSigner({ db: test.store.db, vault, clock: { now } })
  return await signer.sign(typ, payload)
}

describe('what belongs to one server', () => {
  it('[PRB-03] is unknown to the other as an answer, and gets its reply again at its own', async () => {
    for (const [own, other] of [
      [water, gas],
      [gas, water],
    ] as const) {
      const accept = await said(own, 'accept')
      const refused = await post(other, accept)
      expect([refused.status, JSON.parse(refused.text).code]).toEqual([404, 'not-found'])
      const again = await post(own, accept)
      expect(again.status, again.text).toBe(200)
      expect(JSON.parse(again.text)).toHaveProperty('signatures')
    }
  })

  it('[SIG-16] signs nothing that an agent takes for the words of the other', async () => {
    const request = await said(water, 'request')
    const peeked = peekClaims(request)
    if (!peeked.ok) throw new Error(peeked.error.code)
    const { header, payload } = peeked.value
    const push = async (jws: string) => {
      const headers = { 'content-type': 'application/jose' }
      const reply = await fetch(inboxUrl(), { method: 'POST', body: jws, headers })
      return [reply.status, reply.status === 202 ? null : JSON.parse(await reply.text()).code]
    }
    const foreign = await signedBy(gas, header.typ, payload)
    expect(await push(foreign)).toEqual([401, 'key-unknown'])
    expect(await push(await signedBy(water, header.typ, payload))).toEqual([202, null])
  })

  it('opens no enrolment with the code of the other', async () => {
    const { code } = await activationCode(water)
    expect(await agent.enrol({ server: gas.origin, activationCode: code })).toMatchObject({
      ok: false,
      error: { code: 'peer-refused', detail: 'activation-code-unknown' },
    })
    expect(await agent.enrol({ server: water.origin, activationCode: code })).toMatchObject({
      ok: true,
    })
  })

  it('opens neither the inbox nor the bills of the other', async () => {
    const enrolments = (await agent.enrolments()).filter((one) => one.state === 'active')
    const own = enrolments.find(({ server }) => server === water.origin)
    const elsewhere = new URL(new URL(own?.pullUrl ?? '').pathname, gas.origin)
    expect((await fetch(elsewhere)).status).toBe(404)
    expect((await fetch(own?.pullUrl ?? '')).status).toBe(200)
    const id = await issue(water, '10.00')
    await expect(read(gas, id)).rejects.toMatchObject({ status: 404, code: 'not-found' })
    expect((await read(water, id)).id).toBe(id)
  })
})
