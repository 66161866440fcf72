// What belongs to one creditor does not exist for another: every id answers as an unknown one, and
// no list shows a foreign row.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readApiDocument } from '../../src/http/api-document.ts'
import { findClaimById } from '../../src/storage/claims.ts'
import { insertTasks } from '../../src/storage/tasks.ts'
import {
  AGENCY_REPORT,
  CANCELLATION,
  CHARGE_WAIVER,
  CONSENT,
  CREDIT_CHOICE,
  CREDIT_NOTE,
  DEBTOR_PATCH,
  DISPUTE_RESOLUTION,
  debtorInput,
  EXPERIMENT,
  invoiceOf,
  invoiceWithDebtor,
  matchOf,
  PERSON_REPLY,
  POLICY_TERMS,
  RECALL,
  REFUND_REFUSAL,
  REVISION,
  SET_ASIDE,
  UNMATCH,
  WEBHOOK_ENDPOINT,
} from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  NOW,
  type Sent,
  type TestApp,
  type TestCreditor,
} from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { enrolHttpAgent, type Wire } from '../support/http-agent.ts'

interface Listed {
  data: Record<string, unknown>[]
}

let test: TestApp
let stranger: TestCreditor
/** Ids of the first creditor, by the name of the path parameter. */
const ids: Record<string, string> = {
  reason: 'other',
  rule: 'interest',
  period: '2026-H1',
  purpose: 'pay-day',
}

beforeAll(async () => {
  test = await buildTestApp()
  stranger = await test.addCreditor()
  const made = async (url: string, body?: unknown, type?: string) => {
    const reply = await test.send({ method: 'POST', url, body, ...(type ? { type } : {}) })
    expect(reply.status, reply.text).toBeLessThan(300)
    return String(reply.json['id'])
  }
  ids['endpointId'] = await made('/v1/webhook-endpoints', { url: WEBHOOK_ENDPOINT.url })
  ids['experimentId'] = await made('/v1/experiments', EXPERIMENT)
  ids['debtorId'] = await made('/v1/debtors', debtorInput())
  await enrolAgentOf(ids['debtorId'])
  ids['paymentRequestId'] = await made('/v1/payment-requests', invoiceOf(ids['debtorId']))
  const payment = { amount: '3.00', bankReference: 'B-1' }
  await made('/v1/statements', camtNotification('BE71096123456769', [payment]), 'application/xml')
  const money = await test.send<Listed>({ url: '/v1/bank-transactions' })
  const more = { amount: '4.00', bankReference: 'B-2' }
  await made('/v1/statements', camtNotification('BE71096123456769', [more]), 'application/xml')
  ids['bankTransactionId'] = String(money.json.data[0]?.['id'])
  BODIES['matchBankTransaction'] = matchOf(ids['paymentRequestId'])
  ids['taskId'] = await tasksOn(ids['paymentRequestId'])
  await refundIn(made, ids['debtorId'])
  ids['deliveryId'] = await vi.waitFor(
    async () => {
      const { json } = await test.send<Listed>({ url: '/v1/webhook-deliveries' })
      expect(json.data).not.toHaveLength(0)
      return String(json.data[0]?.['id'])
    },
    { timeout: 20_000 },
  )
})
afterAll(() => test?.close())

async function enrolAgentOf(debtorId: string): Promise<void> {
  const url = `/v1/debtors/${debtorId}/activation-codes`
  const { json } = await test.send({ method: 'POST', url })
  const wire: Wire = async (path, body) => {
    const type = 'application/jose'
    const { status, text } = await test.send({ method: 'POST', url: path, body, type, as: null })
    return { status, contentType: type, text }
  }
  const now = () => Date.parse(NOW) / 1000
  const agent = await enrolHttpAgent(
    { wire, server: 'http://127.0.0.1:8080', now },
    { activationCode: String(json['code']) },
  )
  expect(agent.enrolled.status, agent.enrolled.text).toBe(201)
}

/** Has a customer pay too much, and puts the money that goes back into a file. */
async function refundIn(
  made: (url: string, body?: unknown, type?: string) => Promise<string>,
  debtorId: string,
): Promise<void> {
  const paymentRequestId = await made('/v1/payment-requests', invoiceOf(debtorId))
  const url = `/v1/payment-requests/${paymentRequestId}`
  const { json } = await test.send({ url })
  const { reference } = json['remittance'] as { reference: string }
  const payer = { name: 'Ann Peeters', iban: 'BE68539007547034' }
  const payment = { amount: '999.00', bankReference: 'B-3', reference, payer }
  await made('/v1/statements', camtNotification('BE71096123456769', [payment]), 'application/xml')
  await vi.waitFor(
    async () => {
      const { json: credits } = await test.send<Listed>({ url: '/v1/credits' })
      expect(credits.data).toHaveLength(1)
    },
    { timeout: 20_000 },
  )
  await made(`${url}/credit-choice`, CREDIT_CHOICE)
  const { json: refunds } = await test.send<Listed>({ url: '/v1/refunds' })
  ids['refundId'] = String(refunds.data[0]?.['id'])
  await made(`/v1/refunds/${ids['refundId']}/approval`, { by: 'Eva' })
  ids['exportId'] = await made('/v1/refund-exports', { by: 'Eva' })
}

/** Opens two tasks on a claim: one that a test ends, and one that stays. */
async function tasksOn(claimId: string): Promise<string> {
  const claim = await findClaimById(test.store.db, claimId)
  if (claim === undefined) throw new Error('no claim')
  const taskId = 'tk_00000000000000000000000001'
  const at = Date.parse(NOW) / 1000
  const { creditorId, debtorId } = claim
  const task = { creditorId, claimId, debtorId, details: null, dueAt: at, createdAt: at }
  await test.store.db.transaction().execute((tx) =>
    insertTasks(tx, [
      { ...task, taskId, kind: 'call-back', origin: 'test' },
      { ...task, taskId: `${taskId}-b`, kind: 'read-reply', origin: 'test' },
    ]),
  )
  return taskId
}

const BODIES: Record<string, unknown> = {
  updateDebtor: DEBTOR_PATCH,
  giveConsent: CONSENT,
  cancelPaymentRequest: CANCELLATION,
  revisePaymentRequest: REVISION,
  takeReply: PERSON_REPLY,
  createCreditNote: CREDIT_NOTE,
  chooseCredit: CREDIT_CHOICE,
  approveRefund: { by: 'Eva' },
  refuseRefund: REFUND_REFUSAL,
  resolveDispute: DISPUTE_RESOLUTION,
  setHold: { reason: 'other' },
  recordCollectionFailure: { reason: 'refused' },
  waiveCharge: CHARGE_WAIVER,
  completeTask: { outcome: 'done', by: 'Kim' },
  reportFromAgency: AGENCY_REPORT,
  recallPaymentRequest: RECALL,
  unmatchBankTransaction: UNMATCH,
  setAsideBankTransaction: SET_ASIDE,
}

const WITH_IDS = Object.entries(readApiDocument().paths)
  .filter(([path]) => path.startsWith('/v1/') && path.includes('Id}'))
  .flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method] as { operationId: string } | undefined
      if (operation === undefined) return []
      const { operationId } = operation
      return [{ operationId, method: method.toUpperCase() as 'GET', path }]
    }),
  )

const requestOf = ({ operationId, method, path }: (typeof WITH_IDS)[number]): Sent => ({
  method,
  url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? ''),
  body: BODIES[operationId],
})

describe('an id of another creditor', () => {
  it.each(WITH_IDS)('is unknown to $operationId', async (operation) => {
    const sent = requestOf(operation)
    const theirs = await test.send({ ...sent, as: stranger })
    expectProblem(theirs, 404, 'not-found')
    const unknown = sent.url.replace(/[A-Z0-9]{26}/, '0'.repeat(26))
    const nobodys = await test.send({ ...sent, url: unknown, as: stranger })
    const { detail } = expectProblem(nobodys, 404, 'not-found')
    expect(theirs.json['detail']).toBe(detail)
  })

  it('is unknown as the debtor of an invoice', async () => {
    const body = invoiceOf(ids['debtorId'] ?? '')
    const sent: Sent = { method: 'POST', url: '/v1/payment-requests', body, as: stranger }
    expectProblem(await test.send(sent), 422, 'debtor-unknown')
  })

  it('is known to its owner, who sees it unchanged', async () => {
    const inOrder = WITH_IDS.toSorted((a) => (a.method === ('DELETE' as string) ? 1 : -1))
    for (const operation of inOrder) {
      const reply = await test.send(requestOf(operation))
      // What another operation has done before may stand in the way: the id is known all the same.
      const isDone = reply.status < 300 || reply.status === 409
      const known = ['charge-unknown', 'credit-unknown', 'erasure-unknown']
      const isKnown = isDone || known.includes(String(reply.json['code']))
      expect(isKnown, `${operation.operationId}: ${reply.text}`).toBe(true)
    }
  })
})

describe('a list', () => {
  const LISTS = [
    '/v1/debtors',
    '/v1/payment-requests',
    '/v1/webhook-deliveries',
    '/v1/bank-transactions',
    '/v1/tasks',
    '/v1/credits',
    '/v1/refunds',
  ]

  it.each(LISTS)('%s shows nothing of another creditor', async (url) => {
    const mine = await test.send<Listed>({ url })
    expect(mine.json.data).not.toHaveLength(0)
    const theirs = await test.send<Listed>({ url, as: stranger })
    expect(theirs.json).toEqual({ data: [], nextCursor: null })
  })

  it("filtered by another creditor's debtor is empty", async () => {
    const url = `/v1/payment-requests?debtorId=${ids['debtorId']}`
    expect((await test.send<Listed>({ url })).json.data).toHaveLength(2)
    expect((await test.send<Listed>({ url, as: stranger })).json.data).toEqual([])
  })

  it('of experiments holds the own alone', async () => {
    const url = '/v1/experiments'
    expect((await test.send<Listed>({ url })).json.data).toHaveLength(1)
    expect((await test.send<Listed>({ url, as: stranger })).json.data).toEqual([])
  })

  it('of money that waits counts the own alone', async () => {
    const mine = await test.send<Listed>({ url: '/v1/unmatched-money' })
    expect(mine.json.data).toMatchObject([{ sum: { currency: 'EUR' } }])
    const theirs = await test.send<Listed>({ url: '/v1/unmatched-money', as: stranger })
    expect(theirs.json.data).toEqual([])
  })

  it('of policies and endpoints holds the own ones alone', async () => {
    const url = '/v1/negotiation-policies'
    await test.send({ method: 'PUT', url: `${url}/mine`, body: POLICY_TERMS })
    const segments = async (as: TestCreditor) =>
      (await test.send<Listed>({ url, as })).json.data.map(({ segment }) => segment)
    expect(await segments(test.creditor)).toEqual(['default', 'mine'])
    expect(await segments(stranger)).toEqual(['default'])
    const endpoints = await test.send<Listed>({ url: '/v1/webhook-endpoints', as: stranger })
    expect(endpoints.json.data).toEqual([])
  })
})

it('two creditors may use the same numbers', async () => {
  const remittance = { scheme: 'SCOR', reference: 'RF18539007547034' }
  const body = { ...invoiceWithDebtor(), remittance }
  const sent: Sent = { method: 'POST', url: '/v1/payment-requests', body }
  const [mine, theirs] = [await test.send(sent), await test.send({ ...sent, as: stranger })]
  expect([mine.status, theirs.status]).toEqual([201, 201])
  expect(mine.json['debtorId']).not.toBe(theirs.json['debtorId'])
})
