// The page of an agreed plan: how each payment stands, what settles everything, and the receipts.
import { peekClaims } from '@parley/sdk/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'

const FORM = 'application/x-www-form-urlencoded'
const CHOICE = { row: '3-P1M', 'first-day.3-P1M': '2026-03-20', 'first-day.1': '2026-03-10' }
const IBAN = 'BE71096123456769'

let app: TestApp
let claim: { id: string; portalUrl: string; remittance: { reference: string } }
let path: string

beforeAll(async () => {
  app = await buildTestApp()
  const issued = await app.send<typeof claim>({
    method: 'POST',
    url: '/v1/payment-requests',
    body: {
      invoiceNumber: 'P-1',
      debtor: { externalId: 'p-1', name: 'Ann Peeters', language: 'en', contact: {} },
      amount: { value: '120.00', currency: 'EUR' },
      dueDate: '2026-03-27',
    },
  })
  claim = issued.json
  path = new URL(claim.portalUrl).pathname
  const fields = await submit(CHOICE)
  const hidden = fields.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)
  await submit(Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value])))
  const file = camtNotification(IBAN, [
    { amount: '40.00', reference: claim.remittance.reference, valueDay: '2026-03-10' },
  ])
  const imported = await app.send({
    method: 'POST',
    url: '/v1/statements',
    type: 'application/xml',
    body: file,
  })
  expect(imported.status, imported.text).toBeLessThan(300)
})

afterAll(() => app.close())

async function submit(fields: Record<string, string>): Promise<string> {
  const reply = await app.send({
    method: 'POST',
    url: `${path}/plan?lang=en`,
    ...{ as: null, key: null, type: FORM },
    body: new URLSearchParams(fields).toString(),
  })
  expect(reply.status, reply.text).toBe(200)
  return reply.text
}

const get = (url: string) => app.send({ url, as: null, headers: { accept: 'text/html' } })

it('shows what follows when a payment is late, and what settles everything today', async () => {
  const { text } = await get(`${path}?lang=en`)
  expect(text).toContain('for 7 days after its day nothing happens')
  expect(text).toContain('Pay everything at once')
  expect(text).toContain('€80.00')
})

it('shows each line with its state in the API', async () => {
  const { json } = await app.send<{ agreement: unknown }>({
    url: `/v1/payment-requests/${claim.id}`,
  })
  expect(json.agreement).toMatchObject({
    progress: { state: 'active', replan: null },
    lines: [{ state: 'paid', paidOn: '2026-03-10' }, { state: 'planned' }, { state: 'planned' }],
  })
})

it('[PLN-08] quotes a payoff, signed, and refuses a day that is gone', async () => {
  const url = `/v1/payment-requests/${claim.id}/payoff`
  const { status, json } = await app.send<{ signedQuote: string }>({ url: `${url}?on=2026-03-12` })
  expect([status, json]).toMatchObject([200, { total: { value: '80.00' }, lastDay: '2026-03-13' }])
  const peeked = peekClaims(json.signedQuote)
  expect(peeked.ok && peeked.value.payload).toMatchObject({
    ...{ requestId: claim.id, total: { value: '80.00', currency: 'EUR' } },
  })
  expectProblem(await app.send({ url: `${url}?on=2026-03-01` }), 422, 'date-outside-window')
})

it('lists the receipt, to print and in its signed form', async () => {
  const { text } = await get(`${path}?lang=en`)
  const link = /href="([^"]*\/receipts\/[^"?]+)/.exec(text)?.[1] ?? ''
  const receipt = await get(`${link}?lang=en`)
  expect([receipt.status, receipt.text.includes('€40.00')]).toEqual([200, true])
  expect(receipt.text).toContain('€80.00 was left to pay after it')
  const signed = await get(`${link}?form=signed`)
  expect(signed.headers['content-type']).toContain('application/jose')
  const peeked = peekClaims(signed.text)
  expect(peeked.ok && peeked.value.payload).toMatchObject({ amount: { value: '40.00' } })
  expect((await get(`${path}/receipts/py_1`)).status).toBe(404)
})
