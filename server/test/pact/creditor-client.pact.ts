import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { type Real, type StateHandler, verifyContract } from './support/verify-contract.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
  await test.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => test?.close())

const IBAN = 'BE71096123456769'

/** A new creditor for every state, so that none of them has seen the examples' numbers. */
async function newCreditor() {
  const creditor = await test.addCreditor()
  const headers = {
    authorization: `Bearer ${creditor.apiKey}`,
    'idempotency-key': randomUUID(),
  }
  return { creditor, real: { headers } satisfies Real }
}

async function issued(invoiceNumber: string) {
  const { creditor, real } = await newCreditor()
  const body = {
    ...{ invoiceNumber, debtor: { externalId: 'c-42', name: 'Ann Example' } },
    ...{ amount: { value: '120.50', currency: 'EUR' }, dueDate: '2026-04-09' },
  }
  const reply = await test.send<{ id: string }>({
    ...{ method: 'POST', url: '/v1/payment-requests', body, as: creditor },
  })
  expect(reply.status).toBe(201)
  return { real, id: reply.json.id }
}

const STATES: Readonly<Record<string, StateHandler>> = {
  'a creditor': async () => (await newCreditor()).real,
  'a creditor with a bank account': async () => {
    const { real } = await newCreditor()
    const body = camtNotification(IBAN, [{ amount: '10.00', text: 'nobody knows' }])
    return { ...real, body }
  },
  'no creditor with this key': async () => ({}),
  'an open payment request': async () => {
    const { real, id } = await issued('2026-0042')
    return { ...real, path: `/v1/payment-requests/${id}` }
  },
  'a creditor with one open payment request': async () => (await issued('2026-0042')).real,
  'a payment request to withdraw': async () => {
    const { real, id } = await issued('2026-0042')
    return { ...real, path: `/v1/payment-requests/${id}/cancel` }
  },
  'a payment request of the same invoice number': async () => (await issued('2026-0042')).real,
}

it('answers the client of creditors as they agreed', async () => {
  await verifyContract(test, 'parley-creditor-client', STATES)
})
