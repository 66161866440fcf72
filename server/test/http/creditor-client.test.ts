// The SDK's client against the server over a real socket: what its types promise is what comes.
import type { AddressInfo } from 'node:net'
import { type CreditorClient, createCreditorClient, ProblemError } from '@parley/sdk/creditor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newNumber } from '../support/api-samples.ts'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'

let test: TestApp
let baseUrl: string
let client: CreditorClient

beforeAll(async () => {
  test = await buildTestApp()
  await test.app.listen({ host: '127.0.0.1', port: 0 })
  baseUrl = `http://127.0.0.1:${(test.app.server.address() as AddressInfo).port}`
  client = createCreditorClient({ baseUrl, apiKey: test.creditor.apiKey })
})
afterAll(() => test?.close())

const invoice = (invoiceNumber = newNumber()) => ({
  invoiceNumber,
  debtor: { externalId: `c-${invoiceNumber}`, name: 'Ann Example' },
  amount: { value: '10.00', currency: 'EUR' },
  dueDate: '2026-04-09',
})

const problemOf = async (work: Promise<unknown>) => {
  const error = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ProblemError)
  return error as ProblemError
}

describe('the creditor client', () => {
  it('issues, reads and lists payment requests', async () => {
    const body = invoice()
    const issued = await client.unwrap(client.api.POST('/v1/payment-requests', { body }))
    expect(issued).toMatchObject({ invoiceNumber: body.invoiceNumber, claim: 'open' })
    const params = { path: { paymentRequestId: issued.id } }
    const read = client.api.GET('/v1/payment-requests/{paymentRequestId}', { params })
    expect(await client.unwrap(read)).toMatchObject({ id: issued.id })
    const listed = await Array.fromAsync(client.paymentRequests({ claim: 'open' }))
    expect(listed.map(({ id }) => id)).toContain(issued.id)
  })

  it('sends its own Idempotency-Key, and the caller’s when there is one', async () => {
    const body = invoice()
    const header = { 'Idempotency-Key': `key-${body.invoiceNumber}` }
    const post = () => client.api.POST('/v1/payment-requests', { body, params: { header } })
    const first = await client.unwrap(post())
    expect(await client.unwrap(post())).toEqual(first)
    const again = await problemOf(client.unwrap(client.api.POST('/v1/payment-requests', { body })))
    expect(again).toMatchObject({ code: 'invoice-number-taken', family: 'conflict' })
  })

  it('walks all pages', async () => {
    const lines = Array.from({ length: 230 }, () => invoice()).map((paymentRequest) => ({
      lineKey: paymentRequest.invoiceNumber,
      paymentRequest,
    }))
    const results = await Array.fromAsync(client.issueInBulk(lines))
    expect(new Set(results.map(({ result }) => result))).toEqual(new Set(['created']))
    const again = await Array.fromAsync(client.issueInBulk(lines.slice(0, 2)))
    expect(again.map(({ result }) => result)).toEqual(['duplicate', 'duplicate'])
    const ids = (await Array.fromAsync(client.paymentRequests())).map(({ id }) => id)
    expect(ids.length).toBeGreaterThanOrEqual(230)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('says which member of a body is wrong', async () => {
    const body = { ...invoice(), amount: { value: '10', currency: 'EUR' } }
    const error = await problemOf(client.unwrap(client.api.POST('/v1/payment-requests', { body })))
    expect(error.family).toBe('input')
    expect(error.problem?.errors?.[0]?.pointer).toContain('/amount')
    expect(error.isRetryable).toBe(false)
  })

  it('names the family of a refused key, an unknown id and a broken statement', async () => {
    const stranger = createCreditorClient({ baseUrl, apiKey: 'parley_sk_wrong' })
    const refused = await problemOf(stranger.unwrap(stranger.api.GET('/v1/creditor')))
    expect(refused).toMatchObject({ code: 'unauthorized', family: 'authentication' })
    const inBulk = await problemOf(Array.fromAsync(stranger.issueInBulk([])))
    expect(inBulk).toMatchObject({ code: 'unauthorized', status: 401 })
    const params = { path: { paymentRequestId: 'pr_01ARZ3NDEKTSV4RRFFQ69G5FAV' } }
    const unknown = client.api.GET('/v1/payment-requests/{paymentRequestId}', { params })
    expect((await problemOf(client.unwrap(unknown))).family).toBe('not-found')
    const broken = await problemOf(client.uploadStatement('<no/>'))
    expect(broken).toMatchObject({ code: 'statement-invalid', family: 'input' })
  })
})
