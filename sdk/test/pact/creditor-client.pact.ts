// What the creditor's client sends, and what of the replies it reads.
import { MatchersV3 } from '@pact-foundation/pact'
import { afterAll, expect, it } from 'vitest'
import { createCreditorClient, ProblemError } from '../../src/creditor/index.ts'
import { type Agreed, type Interaction, openContract, type Side } from './support/contract.ts'

const { eachLike, integer, like, regex } = MatchersV3
const contract = openContract('parley-creditor-client')

const KEY = regex('Bearer parley_sk_[A-Za-z0-9_-]+', 'Bearer parley_sk_example')
const ID = 'pr_01ARZ3NDEKTSV4RRFFQ69G5FAV'
const JSON_TYPE = { 'Content-Type': 'application/json' }
const PROBLEM_TYPE = { 'Content-Type': 'application/problem+json' }
const ONE = regex('/v1/payment-requests/[A-Za-z0-9_]+', `/v1/payment-requests/${ID}`)
const INVOICE = {
  invoiceNumber: '2026-0042',
  debtor: { externalId: 'c-42', name: 'Ann Example' },
  amount: { value: '120.50', currency: 'EUR' },
  dueDate: '2026-04-09',
}

const post = (body: object, key: string): Side => ({
  headers: { Authorization: KEY, ...JSON_TYPE, 'Idempotency-Key': key },
  body: { json: body },
})
const read: Side = { headers: { Authorization: KEY } }
const paymentRequest = (claim: string): Agreed => ({
  id: regex('[A-Za-z0-9_]+', ID),
  invoiceNumber: like('2026-0042'),
  amount: { value: like('120.50'), currency: 'EUR' },
  outstanding: { value: like('120.50'), currency: 'EUR' },
  claim,
  revision: integer(1),
  portalUrl: regex('https?://.+/p/.+', 'https://pay.example/p/token'),
})
const problem = (code: string, status: number): Side => ({
  headers: PROBLEM_TYPE,
  body: {
    json: {
      type: `urn:parley:problem:${code}`,
      title: like('What happened'),
      status,
      code,
    },
  },
})

type Client = ReturnType<typeof createCreditorClient>

function played(interaction: Interaction, play: (client: Client) => Promise<void>): Promise<void> {
  return contract.exchange(interaction, async (send) => {
    const toMock: typeof globalThis.fetch = (input, init) => send(new Request(input, init))
    const options = { baseUrl: 'https://pay.example', apiKey: 'parley_sk_example', fetch: toMock }
    await play(createCreditorClient({ ...options, newIdempotencyKey: () => 'key-1' }))
  })
}

const refusal = async (work: Promise<unknown>) => {
  const error = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ProblemError)
  return error as ProblemError
}
const issueOf = ({ api, unwrap }: Client, body: object = INVOICE) =>
  unwrap(api.POST('/v1/payment-requests', { body: body as typeof INVOICE }))
const readOne = ({ api, unwrap }: Client) =>
  unwrap(
    api.GET('/v1/payment-requests/{paymentRequestId}', {
      params: { path: { paymentRequestId: ID } },
    }),
  )

afterAll(() => contract.close())

it('issues a payment request', () =>
  played(
    {
      given: 'a creditor',
      what: 'an invoice to issue a payment request for',
      ...{ method: 'POST', path: '/v1/payment-requests', request: post(INVOICE, 'key-1') },
      ...{ status: 201, reply: { headers: JSON_TYPE, body: { json: paymentRequest('open') } } },
    },
    async (client) => {
      const { id, claim, portalUrl } = await issueOf(client)
      expect({ id, claim, portalUrl }).toMatchObject({ id: ID, claim: 'open' })
    },
  ))

it('reads one', () =>
  played(
    {
      given: 'an open payment request',
      what: 'a question for a payment request',
      ...{ method: 'GET', path: ONE, request: read },
      ...{ status: 200, reply: { headers: JSON_TYPE, body: { json: paymentRequest('open') } } },
    },
    async (client) => {
      expect(await readOne(client)).toMatchObject({ id: ID, claim: 'open' })
    },
  ))

it('lists them to the last page', () =>
  played(
    {
      given: 'a creditor with one open payment request',
      what: 'a question for the open payment requests',
      ...{ method: 'GET', path: '/v1/payment-requests' },
      ...{ query: { claim: 'open', limit: '200' }, request: read, status: 200 },
      reply: {
        headers: JSON_TYPE,
        body: { json: { data: eachLike(paymentRequest('open') as object, 1), nextCursor: null } },
      },
    },
    async (client) => {
      const listed = await Array.fromAsync(client.paymentRequests({ claim: 'open' }))
      expect(listed.map(({ id }) => id)).toEqual([ID])
    },
  ))

it('cancels one', () =>
  played(
    {
      given: 'a payment request to withdraw',
      what: 'a withdrawal of a payment request',
      method: 'POST',
      path: regex('/v1/payment-requests/[A-Za-z0-9_]+/cancel', `/v1/payment-requests/${ID}/cancel`),
      request: post({ reason: 'TECH' }, 'key-1'),
      ...{
        status: 200,
        reply: { headers: JSON_TYPE, body: { json: paymentRequest('cancelled') } },
      },
    },
    async ({ api, unwrap }) => {
      const params = { path: { paymentRequestId: ID } }
      const cancelled = api.POST('/v1/payment-requests/{paymentRequestId}/cancel', {
        params,
        body: { reason: 'TECH' },
      })
      expect(await unwrap(cancelled)).toMatchObject({ claim: 'cancelled' })
    },
  ))

it('issues in bulk, a line at a time', () =>
  played(
    {
      given: 'a creditor',
      what: 'a bulk of one line',
      ...{ method: 'POST', path: '/v1/payment-requests/bulk' },
      request: {
        headers: {
          ...{ Authorization: KEY, 'Idempotency-Key': 'key-1' },
          'Content-Type': 'application/x-ndjson',
        },
        body: {
          text: `${JSON.stringify({ lineKey: 'l-1', paymentRequest: INVOICE })}\n`,
          like: '(\\{.+\\}\\n)+',
        },
      },
      status: 200,
      reply: {
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: {
          text: `{"lineKey":"l-1","result":"created","paymentRequestId":"${ID}"}\n`,
          like: '\\{[^\\n]*"result":"created"[^\\n]*\\}\\n[\\s\\S]*',
        },
      },
    },
    async (client) => {
      const lines = [{ lineKey: 'l-1', paymentRequest: INVOICE }]
      const results = await Array.fromAsync(client.issueInBulk(lines))
      expect(results.map(({ lineKey, result }) => [lineKey, result])).toEqual([['l-1', 'created']])
    },
  ))

it('hands in a bank statement', () =>
  played(
    {
      given: 'a creditor with a bank account',
      what: 'a bank statement',
      ...{ method: 'POST', path: '/v1/statements' },
      request: {
        headers: {
          ...{ Authorization: KEY, 'Idempotency-Key': 'key-1' },
          'Content-Type': 'application/octet-stream',
        },
        body: { text: '<Document>a camt.053</Document>', like: '<Document[\\s\\S]*' },
      },
      status: 200,
      reply: {
        headers: JSON_TYPE,
        body: {
          json: {
            ...{ statements: integer(1), transactions: integer(1), matched: integer(0) },
            ...{ unmatched: integer(1), alreadyImported: integer(0) },
          },
        },
      },
    },
    async (client) => {
      const imported = await client.uploadStatement('<Document>a camt.053</Document>')
      expect(imported).toMatchObject({ statements: 1, unmatched: 1 })
    },
  ))

it.each([
  { code: 'unauthorized', status: 401, family: 'authentication' },
  { code: 'not-found', status: 404, family: 'not-found' },
] as const)('reads the problem $code', ({ code, status, family }) =>
  played(
    {
      given: code === 'not-found' ? 'a creditor' : 'no creditor with this key',
      what: `a question that ends in ${code}`,
      ...{ method: 'GET', path: ONE, request: read, status, reply: problem(code, status) },
    },
    async (client) => {
      expect(await refusal(readOne(client))).toMatchObject({ code, status, family })
    },
  ),
)

it('reads a problem of the input with its pointer', () =>
  played(
    {
      given: 'a creditor',
      what: 'an invoice with a wrong amount',
      ...{ method: 'POST', path: '/v1/payment-requests', status: 400 },
      request: post({ ...INVOICE, amount: { value: 'much', currency: 'EUR' } }, 'key-1'),
      reply: {
        headers: PROBLEM_TYPE,
        body: {
          json: {
            ...{ title: like('What happened'), status: 400, code: 'body-invalid' },
            errors: eachLike({ pointer: regex('/amount.*', '/amount/value') }, 1),
          },
        },
      },
    },
    async (client) => {
      const error = await refusal(
        issueOf(client, { ...INVOICE, amount: { value: 'much', currency: 'EUR' } }),
      )
      expect(error).toMatchObject({ code: 'body-invalid', family: 'input' })
      expect(error.problem?.errors?.[0]?.pointer).toBe('/amount/value')
    },
  ))

it('reads a conflict', () =>
  played(
    {
      given: 'a payment request of the same invoice number',
      what: 'an invoice whose number is taken',
      ...{ method: 'POST', path: '/v1/payment-requests', request: post(INVOICE, 'key-1') },
      ...{ status: 409, reply: problem('invoice-number-taken', 409) },
    },
    async (client) => {
      expect(await refusal(issueOf(client))).toMatchObject({
        family: 'conflict',
        isRetryable: false,
      })
    },
  ))

it('is what is committed', () => {
  const { now, committed } = contract.texts()
  expect(now).toBe(committed)
})
