// The bank of the examples over HTTP: who gets in, what the customer's page shows and does.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryBankStore } from '@parley/sdk/bank'
import { generateSigningKey } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BankServer, startBankServer } from '../../bank/bank-server.ts'
import { freePort } from '../../support/child-processes.ts'

const TOKEN = 'operator-token'
const STRANGER = '\u05d0\u05d1 <b>GmbH</b>'
const CREDITOR = { issuer: 'https://creditor.example', creditorId: 'cr1' }
const folder = mkdtempSync(join(tmpdir(), 'parley-bank-server-'))

let server: BankServer
let origin = ''
let page = ''
beforeAll(async () => {
  origin = `http://127.0.0.1:${await freePort()}`
  server = await startBankServer({
    ...{ origin, folder, store: createMemoryBankStore(), operatorToken: TOKEN },
    ...{ timeZone: 'Europe/Brussels', clock: () => 1_772_442_000 },
  })
  const key = await generateSigningKey('Ed25519')
  const opened = await operate('customers', {
    ...{ customerId: 'anouk', name: 'Anouk', iban: 'BE71096123456769', agentJwk: key.publicJwk },
    balance: { value: '100.00', currency: 'EUR' },
    limits: { perPayment: '50.00', perDay: '50.00', perMonth: '50.00' },
    mandates: [{ ...CREDITOR, iban: 'DE89370400440532013000', name: STRANGER }],
  })
  expect(opened.status).toBe(201)
  page = `${origin}${((await opened.json()) as { page: string }).page}`
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

function operate(name: string, body: unknown, token = TOKEN): Promise<Response> {
  return fetch(`${origin}/operator/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
}

const submit = (action: string, fields: Record<string, string>) =>
  fetch(`${page}${action}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })

describe('the operator’s desk', () => {
  it('lets nobody in without the token, and knows its acts', async () => {
    expect((await operate('switch', { stopped: true }, 'wrong')).status).toBe(401)
    expect((await operate('constructor', {})).status).toBe(404)
    expect((await operate('run', {})).status).toBe(200)
  })

  it('opens no account with an amount that is none', async () => {
    const refused = await operate('customers', {
      ...{ customerId: 'luc', name: 'Luc', iban: 'BE1', agentJwk: {} },
      balance: { value: '1.005', currency: 'EUR' },
      limits: { perPayment: '1.00', perDay: '1.00', perMonth: '1.00' },
    })
    expect([refused.status, await refused.json()]).toEqual([422, { code: 'amount' }])
  })

  it('writes a statement from the opening to the closing balance', async () => {
    const order = { iban: 'BE71096123456769', from: '2026-03-01' }
    const xml = await (await operate('statement', order)).text()
    const amounts = [...xml.matchAll(/<Bal>.*?<Amt Ccy="EUR">([^<]*)</g)].map(([, one]) => one)
    expect(amounts).toEqual(['0.00', '100.00'])
  })

  it('stops the whole bank, and says so', async () => {
    const stopped = await (await operate('switch', { stopped: true })).json()
    expect(stopped).toMatchObject({ stopped: true })
    const started = await (await operate('switch', { stopped: false })).json()
    expect(started).toMatchObject({ stopped: false })
  })
})

describe('the customer’s page', () => {
  it('is there for who holds its link', async () => {
    expect((await fetch(page)).status).toBe(200)
    expect((await fetch(page.replace(/.\/$/, '0/'))).status).toBe(404)
    expect((await fetch(`${origin}/customers/YW5vdWs/`)).status).toBe(404)
  })

  it('shows a stranger’s name isolated, and never as markup', async () => {
    const html = await (await fetch(page)).text()
    expect(html).toContain('<bdi>\u05d0\u05d1 &lt;b&gt;GmbH&lt;/b&gt;</bdi>')
    expect(html).not.toContain('<b>GmbH')
    expect(html).toContain('100.00 EUR')
  })

  it('turns the switch and revokes, and the journal tells both', async () => {
    expect((await submit('switch', { stopped: 'true' })).status).toBe(303)
    expect(await (await fetch(page)).text()).toContain('Let the bank pay again')
    expect((await submit('switch', { stopped: 'false' })).status).toBe(303)
    expect((await submit('revoke', CREDITOR)).status).toBe(303)
    const { entries } = (await (await fetch(`${page}journal`)).json()) as {
      entries: Array<{ subject: string; what: string }>
    }
    const told = entries.map(({ subject, what }) => `${subject} ${what}`).slice(-3)
    expect(told).toEqual(['switch stopped', 'switch started', 'mandate revoked'])
  })

  it('says 409 to an answer that is not asked, and to what it does not know', async () => {
    const answer = { agreementId: 'a', code: 'look-alike', detail: '', answer: 'yes' }
    expect((await submit('answer', answer)).status).toBe(409)
    expect((await submit('answer', { ...answer, code: 'limit' })).status).toBe(409)
    expect((await submit('elsewhere', {})).status).toBe(409)
  })
})
