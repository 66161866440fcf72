// What a creditor may do to a claim beside withdrawing it, over HTTP: holds, revisions, decisions.

import { randomBytes } from 'node:crypto'
import {
  sha256Base64Url,
  signingInputHash,
  signMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  COLLECTION_FAILURE,
  DISPUTE_RESOLUTION,
  debtorInput,
  HOLD,
  invoiceOf,
  REVISION,
} from '../support/api-samples.ts'
import { buildTestApp, expectProblem, NOW, type TestApp } from '../support/build-test-app.ts'
import { enrolHttpAgent, type HttpAgent, payloadOf } from '../support/http-agent.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
beforeEach(() => test.goTo(NOW))
afterAll(() => test?.close())

const SERVER = 'http://127.0.0.1:8080'
const seconds = Date.parse(NOW) / 1000

interface Made {
  agent: HttpAgent
  id: string
  signedRequest: string
}

/** A claim of 120.50 EUR with an agent. */
async function addressed(): Promise<Made> {
  const debtor = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  const debtorId = String(debtor.json['id'])
  const url = `/v1/debtors/${debtorId}/activation-codes`
  const code = await test.send({ method: 'POST', url })
  const wire = async (path: string, body?: string) => {
    const type = 'application/jose'
    const sent =
      body === undefined ? { url: path } : { method: 'POST' as const, url: path, body, type }
    const reply = await test.send(sent)
    const contentType = String(reply.headers['content-type'])
    return { status: reply.status, contentType, text: reply.text }
  }
  const options = { wire, server: SERVER, now: () => seconds }
  const agent = await enrolHttpAgent(options, { activationCode: String(code.json['code']) })
  const body = invoiceOf(debtorId)
  const made = await test.send({ method: 'POST', url: '/v1/payment-requests', body })
  return { agent, id: String(made.json['id']), signedRequest: String(made.json['signedRequest']) }
}

/** Lets the agent say the next message after another one. */
async function tell(
  { agent, signedRequest }: Made,
  kind: 'dispute' | 'ack' | 'query',
  body: object,
) {
  const request = payloadOf(signedRequest)
  const thr = String(request['thr'])
  const isAck = kind === 'ack'
  const claims = {
    ver: '1.0',
    iss: agent.iss,
    aud: SERVER,
    sub: request['sub'],
    jti: toBase64Url(randomBytes(16)),
    iat: seconds,
    exp: seconds + 600,
    thr: isAck ? await sha256Base64Url(`parley-ack:${thr}`) : thr,
    seq: isAck ? 0 : 1,
    prev: isAck ? null : await signingInputHash(signedRequest),
    requestId: request['requestId'],
  }
  const reply = await agent.send(await signMessage(typOf(kind), { ...claims, ...body }, agent.key))
  expect(reply.status, reply.text).toBe(200)
  return payloadOf(reply.text)
}

const DISPUTE = {
  disputed: { value: '30.50', currency: 'EUR' },
  reason: { code: 'goods-missing', text: 'one box' },
}

const post = (id: string, path: string, body: object) =>
  test.send({ method: 'POST', url: `/v1/payment-requests/${id}/${path}`, body })

async function timeline(id: string): Promise<string[]> {
  const { json } = await test.send<{ data: { type: string }[] }>({
    url: `/v1/payment-requests/${id}/events`,
  })
  return json.data.map(({ type }) => type)
}

describe('a dispute', () => {
  it('[DIS-01] [DIS-02] is shown, and decided with a credit and a revision', async () => {
    const made = await addressed()
    await tell(made, 'dispute', DISPUTE)
    const before = await test.send({ url: `/v1/payment-requests/${made.id}` })
    expect(before.json).toMatchObject({
      disputed: { value: '30.50' },
      dunning: 'holding',
      holds: [{ reason: 'dispute', until: null, since: NOW }],
      nextStep: { action: 'decide-dispute', at: null },
    })
    const decided = await post(made.id, 'dispute-resolution', DISPUTE_RESOLUTION)
    expect(decided.status, decided.text).toBe(200)
    expect(decided.json).toMatchObject({
      outstanding: { value: '100.00' },
      credit: { value: '20.50' },
      disputed: { value: '0.00' },
      revision: 2,
      holds: [],
    })
    expect(payloadOf(String(decided.json['signedRequest']))).toMatchObject({
      revision: 2,
      amount: { value: '100.00' },
    })
    expect(await timeline(made.id)).toEqual([
      'payment-request.issued',
      'dispute.raised',
      'dispute.upheld',
      'payment-request.revised',
    ])
    expectProblem(
      await post(made.id, 'dispute-resolution', { outcome: 'rejected' }),
      409,
      'dispute-unknown',
    )
  })

  it('that nobody raised cannot be decided', async () => {
    const { id } = await addressed()
    expectProblem(await post(id, 'dispute-resolution', DISPUTE_RESOLUTION), 409, 'dispute-unknown')
  })

  it('is decided with no more than was disputed, in texts without control characters', async () => {
    const made = await addressed()
    await tell(made, 'dispute', DISPUTE)
    const more = { outcome: 'upheld', credit: { value: '30.51', currency: 'EUR' } }
    const refused = expectProblem(
      await post(made.id, 'dispute-resolution', more),
      422,
      'amount-invalid',
    )
    expect(refused.errors[0]?.pointer).toBe('/credit/value')
    const text = { ...DISPUTE_RESOLUTION, text: 'a\u202eb' }
    expectProblem(await post(made.id, 'dispute-resolution', text), 422, 'text-invalid')
    const rejected = await post(made.id, 'dispute-resolution', { outcome: 'rejected' })
    expect(rejected.json).toMatchObject({ dunning: 'idle', outstanding: { value: '120.50' } })
  })
})

describe('a hold', () => {
  it('is set, shown and released', async () => {
    const { id } = await addressed()
    const until = '2026-04-01T09:00:00Z'
    const set = await post(id, 'holds', { reason: 'request-of-debtor', until })
    expect(set.json).toMatchObject({
      dunning: 'holding',
      holds: [{ reason: 'request-of-debtor', until, since: NOW }],
      nextStep: { action: 'wait-for-hold', at: until },
    })
    const url = `/v1/payment-requests/${id}/holds/request-of-debtor`
    for (const _ of [1, 2]) {
      const released = await test.send({ method: 'DELETE', url })
      expect(released.json).toMatchObject({ dunning: 'idle', holds: [] })
    }
    expect((await timeline(id)).slice(-2)).toEqual(['hold.set', 'hold.released'])
  })

  it('is refused that has ended, for less than 14 days of assistance, and for a dispute', async () => {
    const { id } = await addressed()
    expectProblem(await post(id, 'holds', { reason: 'other', until: NOW }), 422, 'hold-until')
    const soon = { ...HOLD, until: '2026-03-20T09:00:00Z' }
    expectProblem(await post(id, 'holds', soon), 422, 'hold-until')
    expectProblem(await post(id, 'holds', { reason: 'dispute' }), 400, 'body-invalid')
    const url = `/v1/payment-requests/${id}/holds/dispute`
    expectProblem(await test.send({ method: 'DELETE', url }), 400, 'parameter-invalid')
    expect((await post(id, 'holds', HOLD)).status).toBe(200)
  })
})

describe('a collection that failed', () => {
  it('lets reminders rest, and says when to collect again', async () => {
    const { id } = await addressed()
    const told = await post(id, 'collection-failures', COLLECTION_FAILURE)
    // On the pay day that the person told, and five bank days for its return.
    const until = '2026-04-01T22:00:00Z'
    expect(told.json).toMatchObject({
      dunning: 'holding',
      holds: [{ reason: 'collection-failed', until, since: NOW }],
    })
    const { json } = await test.send({ url: `/v1/payment-requests/${id}/events` })
    const events = json['data'] as { type: string; data: unknown }[]
    expect(events.at(-1)).toMatchObject({
      type: 'collection.failed',
      data: { ...COLLECTION_FAILURE, againOn: '2026-03-25' },
    })
    await post(id, 'collection-failures', COLLECTION_FAILURE)
    expect((await timeline(id)).filter((type) => type === 'collection.failed')).toHaveLength(1)
    const url = `/v1/payment-requests/${id}/holds/collection-failed`
    expect((await test.send({ method: 'DELETE', url })).json).toMatchObject({ holds: [] })
  })

  it('is refused with a day to come, another reason, and for what nobody owes', async () => {
    const { id } = await addressed()
    const inTime = { ...COLLECTION_FAILURE, on: '2026-03-11' }
    const refused = await post(id, 'collection-failures', inTime)
    expect(expectProblem(refused, 422, 'date-outside-window').errors[0]?.pointer).toBe('/on')
    const other = { reason: 'other' }
    expectProblem(await post(id, 'collection-failures', other), 400, 'body-invalid')
    expectProblem(await post(id, 'holds', { reason: 'collection-failed' }), 400, 'body-invalid')
    await post(id, 'cancel', { reason: 'DT01' })
    expectProblem(await post(id, 'collection-failures', COLLECTION_FAILURE), 409, 'claim-not-open')
    expectProblem(
      await post('pr_none', 'collection-failures', COLLECTION_FAILURE),
      404,
      'not-found',
    )
    expect(await timeline(id)).not.toContain('collection.failed')
  })
})

describe('a revision', () => {
  it('[REV-01] is issued in the conversation, and pulled by the agent', async () => {
    const { agent, id } = await addressed()
    const revised = await post(id, 'revisions', REVISION)
    expect(revised.json).toMatchObject({
      amount: { value: '99.50' },
      outstanding: { value: '99.50' },
      dueDate: '2026-04-10',
      revision: 2,
    })
    const { messages } = await agent.pull()
    expect(messages.map(({ jws }) => payloadOf(jws)['revision'])).toEqual([1, 2])
    expect(revised.json['signedRequest']).toBe(messages[1]?.jws)
  })

  it('[REV-02] is refused once a plan was agreed, and so is a withdrawal without its name', async () => {
    const { agent, id, signedRequest } = await addressed()
    expect((await agent.send(await agent.accept(signedRequest))).status).toBe(200)
    expectProblem(await post(id, 'revisions', REVISION), 409, 'agreement-exists')
    expectProblem(await post(id, 'cancel', { reason: 'DT01' }), 409, 'agreement-exists')
    const shown = await test.send<{ agreement: { agreementId: string } }>({
      url: `/v1/payment-requests/${id}`,
    })
    const { agreementId } = shown.json.agreement
    const cancelled = await post(id, 'cancel', { reason: 'DT01', agreementId })
    expect(cancelled.json).toMatchObject({ claim: 'cancelled' })
  })
})

describe('an acknowledgement', () => {
  it('[DLV-04] is shown in the timeline', async () => {
    const made = await addressed()
    const ref = await signingInputHash(made.signedRequest)
    await tell(made, 'ack', { status: 'RCVD', ref })
    const shown = await test.send({ url: `/v1/payment-requests/${made.id}` })
    expect(shown.json).toMatchObject({ conversation: 'received' })
    expect((await timeline(made.id)).at(-1)).toBe('payment-request.received')
  })
})
