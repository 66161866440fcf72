// Pages of a list, taken while others write: each row that was there stands on exactly one page.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdSource } from '../../src/ids.ts'
import { insertDeliveries } from '../../src/storage/webhook-deliveries.ts'
import { debtorInput, invoiceOf, newNumber } from '../support/api-samples.ts'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'

interface Page {
  data: { id: string; createdAt?: string }[]
  nextCursor: string | null
}

let test: TestApp
let debtorId: string
let endpointId: string
beforeAll(async () => {
  test = await buildTestApp()
  debtorId = await post('/v1/debtors', debtorInput())
  endpointId = await post('/v1/webhook-endpoints', { url: 'https://example.org/hooks' })
})
afterAll(() => test?.close())

async function post(url: string, body: unknown, type = 'application/json'): Promise<string> {
  const reply = await test.send({ method: 'POST', url, body, type })
  expect(reply.status, reply.text).toBeLessThan(300)
  return String(reply.json['id'])
}

async function allPages(url: string, limit: number, between: () => Promise<unknown>) {
  const rows: Page['data'] = []
  let cursor: string | null = null
  do {
    const at: string = cursor === null ? '' : `&cursor=${cursor}`
    const reading = test.send<Page>({
      url: `${url}${url.includes('?') ? '&' : '?'}limit=${limit}${at}`,
    })
    const [page] = await Promise.all([reading, between()])
    expect(page.json.data.length).toBeLessThanOrEqual(limit)
    rows.push(...page.json.data)
    cursor = page.json.nextCursor
  } while (cursor !== null)
  return rows
}

const statement = (count: number) =>
  camtNotification(
    'BE71096123456769',
    Array.from({ length: count }, () => ({ amount: '1.00', bankReference: newNumber() })),
  )

async function addDeliveries(count: number) {
  const ids = createIdSource({ now: () => 1_773_133_200 })
  await test.store.db.transaction().execute((tx) =>
    insertDeliveries(
      tx,
      Array.from({ length: count }, (_, i) => ({
        creditorId: test.creditor.creditorId,
        deliveryId: ids.newId('wd'),
        endpointId,
        eventId: Number(newNumber().slice(2)) * 1000 + i,
        eventType: 'payment.received',
        createdAt: 1_773_133_200,
      })),
    ),
  )
}

const times = (count: number, work: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, work))

const LISTS: readonly [string, (count: number) => Promise<unknown>][] = [
  ['/v1/debtors', (count) => times(count, () => post('/v1/debtors', debtorInput()))],
  [
    '/v1/payment-requests',
    (count) => times(count, () => post('/v1/payment-requests', invoiceOf(debtorId))),
  ],
  ['/v1/bank-transactions', (count) => post('/v1/statements', statement(count), 'application/xml')],
  ['/v1/webhook-deliveries', addDeliveries],
]

describe.each(LISTS)('%s', (url, add) => {
  it('gives every row once while others are added', async () => {
    await add(40)
    const before = (await test.send<Page>({ url: `${url}?limit=200` })).json.data
    const rows = await allPages(url, 7, () => add(3))
    const ids = rows.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(before.length).toBeGreaterThanOrEqual(40)
    expect(before.filter(({ id }) => !ids.includes(id))).toEqual([])
  })

  it('has a last page without a cursor, also when it is full', async () => {
    const all = (await test.send<Page>({ url: `${url}?limit=200` })).json.data
    const page = await test.send<Page>({ url: `${url}?limit=${all.length}` })
    expect([page.json.data.length, page.json.nextCursor]).toEqual([all.length, null])
  })
})

describe('/v1/payment-requests', () => {
  it('shows the newest first', async () => {
    await test.goTo('2026-03-11T09:00:00Z')
    const newest = await post('/v1/payment-requests', invoiceOf(debtorId))
    const { json } = await test.send<Page>({ url: '/v1/payment-requests?limit=200' })
    expect(json.data[0]?.id).toBe(newest)
    const days = json.data.map(({ createdAt }) => createdAt)
    expect(days).toEqual(days.toSorted().toReversed())
  })

  it('shows only what the filter asks for', async () => {
    const body = { ...invoiceOf(debtorId), dueDate: '2026-06-30' }
    const id = await post('/v1/payment-requests', body)
    const found = async (query: string) =>
      (await test.send<Page>({ url: `/v1/payment-requests?${query}` })).json.data.map(
        (row) => row.id,
      )
    expect(await found(`invoiceNumber=${body.invoiceNumber}`)).toEqual([id])
    expect(await found('dueFrom=2026-06-30&dueTo=2026-06-30')).toEqual([id])
    expect(await found('dueFrom=2026-07-01')).toEqual([])
    expect(await found(`invoiceNumber=${body.invoiceNumber}&claim=settled`)).toEqual([])
    expect(await found(`invoiceNumber=${body.invoiceNumber}&conversation=none`)).toEqual([id])
  })
})

describe('the events of a payment request', () => {
  it('are paged in the order in which they happened', async () => {
    const id = await post('/v1/payment-requests', invoiceOf(debtorId))
    await post(`/v1/payment-requests/${id}/cancel`, { reason: 'DT01' })
    const url = `/v1/payment-requests/${id}/events`
    const rows = await allPages(url, 1, async () => {})
    expect(rows.map((row) => (row as unknown as { type: string }).type)).toEqual([
      'payment-request.issued',
      'payment-request.cancelled',
    ])
    expectProblem(await test.send({ url: `${url}?cursor=nowhere` }), 400, 'parameter-invalid')
  })
})
