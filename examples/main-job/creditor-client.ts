// The creditor's own system, as far as it talks to Parley: the REST API of openapi.yaml over fetch.
import { randomUUID } from 'node:crypto'
import type { Amount, Day } from '@parley/sdk/protocol'
import type { Language } from './invoices.ts'

/** A payment request as the API shows it; only what the demo reads. */
export interface PaymentRequest {
  readonly id: string
  readonly invoiceNumber: string
  readonly debtorId: string
  readonly amount: Amount
  readonly outstanding: Amount
  readonly overpaid: Amount
  readonly remittance: { readonly reference: string }
  readonly claim: 'open' | 'settled' | 'cancelled' | 'handed-over' | 'written-off'
  readonly conversation: string
  readonly dunning: 'idle' | 'holding' | 'active' | 'exhausted'
  readonly agreement: Agreement | null
  readonly nextStep: { readonly action: string; readonly reason: string }
  readonly portalUrl: string
}

/** What was agreed about a payment request. */
export interface Agreement {
  readonly acceptedBy: 'agent' | 'portal'
  readonly instalments: number
  readonly interval: string | null
  readonly firstDueDate: Day
  readonly lines: ReadonlyArray<{
    readonly dueDate: Day
    readonly amount: Amount
    readonly paid: Amount
  }>
}

/** A line of `POST /v1/payment-requests/bulk`. */
export interface BulkLine {
  readonly lineKey: string
  readonly paymentRequest: {
    readonly invoiceNumber: string
    readonly debtorId: string
    readonly amount: Amount
    readonly issueDate: Day
    readonly dueDate: Day
  }
}

/** What became of a bulk line. */
export interface BulkResult {
  readonly lineKey: string
  readonly result: 'created' | 'duplicate' | 'refused'
  readonly problem?: { readonly code: string; readonly detail?: string }
}

/** A customer as the creditor enters it. */
export interface DebtorInput {
  readonly externalId: string
  readonly name: string
  readonly language: Language
  readonly contact: { readonly email: string }
}

/** The backlog of the server, for its operator. */
export interface Work {
  readonly clock: string
  readonly due: number
  readonly queued: number
  readonly nextActionAt: string | null
}

/** The creditor's client. Every call throws for a reply that is no success. */
export interface CreditorClient {
  readAccount(): Promise<{ readonly name: string; readonly iban: string }>
  putPolicy(segment: string, terms: object): Promise<void>
  /** Returns the debtor's id. */
  createDebtor(debtor: DebtorInput): Promise<string>
  createActivationCode(debtorId: string): Promise<string>
  issueInBulk(lines: readonly BulkLine[]): Promise<readonly BulkResult[]>
  allPaymentRequests(): Promise<readonly PaymentRequest[]>
  readEvidence(paymentRequestId: string): Promise<unknown>
  uploadStatement(xml: string): Promise<{ readonly matched: number; readonly unmatched: number }>
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: string
  readonly mediaType?: string
}

const PAGE = 200

/** Creates a client for one creditor's API key. */
export function createCreditorClient(server: string, apiKey: string): CreditorClient {
  async function call({ method, path, body, mediaType = 'application/json' }: Call) {
    const response = await fetch(`${server}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': mediaType }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text
  }
  const get = async <T>(path: string) => JSON.parse(await call({ method: 'GET', path })) as T
  const post = async <T>(path: string, value: object) =>
    JSON.parse(await call({ method: 'POST', path, body: JSON.stringify(value) })) as T

  return {
    async readAccount() {
      const { name, account } = await get<{ name: string; account: { iban: string } }>(
        '/v1/creditor',
      )
      return { name, iban: account.iban }
    },
    async putPolicy(segment, terms) {
      const path = `/v1/negotiation-policies/${segment}`
      await call({ method: 'PUT', path, body: JSON.stringify(terms) })
    },
    async createDebtor(debtor) {
      const { id } = await post<{ id: string }>('/v1/debtors', debtor)
      return id
    },
    async createActivationCode(debtorId) {
      const path = `/v1/debtors/${debtorId}/activation-codes`
      return JSON.parse(await call({ method: 'POST', path })).code as string
    },
    async issueInBulk(lines) {
      const text = await call({
        method: 'POST',
        path: '/v1/payment-requests/bulk',
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
        mediaType: 'application/x-ndjson',
      })
      const answers = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      return answers.filter((answer) => 'result' in answer) as BulkResult[]
    },
    async allPaymentRequests() {
      const all: PaymentRequest[] = []
      let cursor: string | null = null
      do {
        const after: string = cursor === null ? '' : `&cursor=${cursor}`
        const page: { data: PaymentRequest[]; nextCursor: string | null } = await get(
          `/v1/payment-requests?limit=${PAGE}${after}`,
        )
        all.push(...page.data)
        cursor = page.nextCursor
      } while (cursor !== null)
      return all
    },
    readEvidence: (id) => get(`/v1/payment-requests/${id}/evidence`),
    async uploadStatement(xml) {
      const upload = { path: '/v1/statements', body: xml, mediaType: 'application/xml' }
      return JSON.parse(await call({ method: 'POST', ...upload }))
    },
  }
}

const WORK_WAIT_SECONDS = 10

/** Reads the server's backlog with the operator's token, once it is worked off or does not shrink. */
export async function readWork(server: string, operatorToken: string): Promise<Work> {
  const headers = { authorization: `Bearer ${operatorToken}` }
  const response = await fetch(`${server}/health/work?wait=${WORK_WAIT_SECONDS}`, { headers })
  if (!response.ok) throw new Error(`GET /health/work: ${response.status}`)
  return (await response.json()) as Work
}
