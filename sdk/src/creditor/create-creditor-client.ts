// The creditor's side: every operation of openapi.yaml, typed by it, over fetch. The types are
// generated; what this file adds is the key, the idempotency key, pages, bulk and errors.
import createClient, { type Client, type FetchResponse } from 'openapi-fetch'
import type { components, paths } from './generated/api.ts'
import { ProblemError, readProblem } from './problem-error.ts'

/** A payment request as the server shows it. */
export type PaymentRequest = components['schemas']['PaymentRequest']
/** An invoice to issue a payment request for. */
export type PaymentRequestInput = components['schemas']['PaymentRequestInput']
/** One line of a bulk: its own key, and the invoice. */
export type BulkLine = components['schemas']['BulkLine']
/** What a bank statement brought: how many transactions, and what became of them. */
export type StatementImport = components['schemas']['StatementImport']
/** The outcome of one line of a bulk. */
export type BulkResult = components['schemas']['BulkResult']

/** Where the server is and who calls. */
export interface CreditorClientOptions {
  /** Origin of the Parley server, such as `https://parley.example`. */
  readonly baseUrl: string
  /** The creditor's API key, `parley_sk_…`. */
  readonly apiKey: string
  /** Another `fetch`, for tests and proxies. */
  readonly fetch?: typeof globalThis.fetch
  /** Makes the `Idempotency-Key` of a POST that brings none; a random UUID unless given. */
  readonly newIdempotencyKey?: () => string
}

/** The operations as openapi.yaml has them, but for the `Idempotency-Key`, which the client brings. */
type ClientPaths = {
  [Path in keyof paths]: {
    [Method in keyof paths[Path]]: WithOptionalHeaders<paths[Path][Method]>
  }
}

type WithOptionalHeaders<Operation> = Operation extends { parameters: { header: infer Headers } }
  ? Omit<Operation, 'parameters'> & {
      parameters: Omit<Operation['parameters'], 'header'> & { header?: Partial<Headers> }
    }
  : Operation

/** The typed operations, and what makes them easy to use. */
export interface CreditorClient {
  /** `GET`, `POST` … by path, as openapi-fetch has them: `api.GET('/v1/creditor')`. */
  readonly api: Client<ClientPaths>
  /** The body of a successful reply. @throws {ProblemError} for any other, with its code. */
  unwrap<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
    reply: Promise<FetchResponse<T, O, M>>,
  ): Promise<NonNullable<FetchResponse<T, O, M>['data']>>
  /** All payment requests that fit the filters, page by page as they are asked for. */
  paymentRequests(
    filters?: Omit<PaymentRequestFilters, 'cursor' | 'limit'>,
  ): AsyncGenerator<PaymentRequest>
  /**
   * Issues many requests; yields the outcome of each line as the server sends it. A line key that
   * was sent before yields `duplicate`.
   */
  issueInBulk(lines: Iterable<BulkLine>): AsyncGenerator<BulkResult>
  /**
   * Imports a bank statement: camt, MT940 or a bank's CSV, recognised by its content. `account` is the
   * IBAN of a file that names none, `profile` the format of a CSV file. @throws {ProblemError}
   */
  uploadStatement(
    file: string | Blob,
    options?: { account?: string; profile?: string },
  ): Promise<StatementImport>
}

type PaymentRequestFilters = NonNullable<
  paths['/v1/payment-requests']['get']['parameters']['query']
>

const PAGE_SIZE = 200

/**
 * Creates a client for one creditor.
 *
 * @example
 * import { createCreditorClient, type PaymentRequestInput } from '@parley/sdk/creditor'
 * declare const invoice: PaymentRequestInput
 * const apiKey = process.env['PARLEY_API_KEY'] ?? ''
 * const client = createCreditorClient({ baseUrl: 'https://parley.example', apiKey })
 * const headers = { 'Idempotency-Key': `invoice ${invoice.invoiceNumber}` }
 * const reply = client.api.POST('/v1/payment-requests', { body: invoice, params: { header: headers } })
 * const issued = await client.unwrap(reply)
 * console.log(issued.portalUrl)
 */
export function createCreditorClient(options: CreditorClientOptions): CreditorClient {
  const { baseUrl, apiKey, fetch = globalThis.fetch } = options
  const newKey = options.newIdempotencyKey ?? (() => crypto.randomUUID())
  const authorization = `Bearer ${apiKey}`
  const api = createClient<ClientPaths>({ baseUrl, fetch: (request) => fetch(request) })
  api.use({
    onRequest({ request }) {
      request.headers.set('authorization', authorization)
      if (request.method === 'POST' && !request.headers.has('idempotency-key')) {
        request.headers.set('idempotency-key', newKey())
      }
    },
  })
  const unwrap: CreditorClient['unwrap'] = async (reply) => {
    const { data, error, response } = await reply
    if (!response.ok) throw new ProblemError(response.status, readProblem(error))
    return data as never
  }

  async function* paymentRequests(filters: Omit<PaymentRequestFilters, 'cursor' | 'limit'> = {}) {
    let cursor: string | null | undefined
    do {
      const query = { ...filters, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) }
      const page = await unwrap(api.GET('/v1/payment-requests', { params: { query } }))
      yield* page.data
      cursor = page.nextCursor
    } while (cursor)
  }

  async function* issueInBulk(lines: Iterable<BulkLine>) {
    const response = await fetch(`${baseUrl}/v1/payment-requests/bulk`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/x-ndjson',
        'idempotency-key': newKey(),
      },
      body: [...lines].map((line) => `${JSON.stringify(line)}\n`).join(''),
    })
    if (!response.ok) {
      throw new ProblemError(response.status, readProblem(await response.json().catch(() => null)))
    }
    for await (const answer of readLines(response)) {
      if ('result' in answer) yield answer as BulkResult
    }
  }

  const uploadStatement: CreditorClient['uploadStatement'] = (file, options = {}) =>
    unwrap(
      api.POST('/v1/statements', {
        params: { query: options },
        body: file as string,
        bodySerializer: (body) => body,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    )

  return { api, unwrap, paymentRequests, issueInBulk, uploadStatement }
}

/** The JSON of each line of a streamed reply. */
async function* readLines(response: Response): AsyncGenerator<object> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done = true, value = '' } = (await reader?.read()) ?? {}
    if (done) break
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line) as object
  }
  if (rest !== '') yield JSON.parse(rest) as object
}
