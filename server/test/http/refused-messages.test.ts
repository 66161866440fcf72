// Signed messages, enrolments and links that are refused; beside each stands what passes.
import { generateSigningKey } from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { debtorInput, invoiceOf } from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  NOW,
  type Sent,
  type TestApp,
} from '../support/build-test-app.ts'
import { type AgentOptions, enrolHttpAgent, signEnrolment } from '../support/http-agent.ts'

let test: TestApp
let debtorId: string
beforeAll(async () => {
  test = await buildTestApp()
  const made = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  debtorId = String(made.json['id'])
})
beforeEach(() => test.goTo(NOW))
afterAll(() => test?.close())

const post = (url: string, body?: unknown) => test.send({ method: 'POST', url, body })

describe('the protocol', () => {
  const seconds = (instant: string) => Date.parse(instant) / 1000
  const agentOptions = (now = NOW): AgentOptions => ({
    server: 'http://127.0.0.1:8080',
    now: () => seconds(now),
    wire: async (url, body) => {
      const type = 'application/jose'
      const reply = await test.send(
        body === undefined ? { url } : { method: 'POST', url, body, type },
      )
      return {
        status: reply.status,
        contentType: String(reply.headers['content-type']),
        text: reply.text,
      }
    },
  })
  const code = async () => {
    const made = await post(`/v1/debtors/${debtorId}/activation-codes`)
    return String(made.json['code'])
  }
  const enrol = async (activationCode: string, now = NOW, inbox?: string) => {
    const key = await generateSigningKey('Ed25519')
    const more = inbox === undefined ? { activationCode } : { activationCode, inbox }
    const body = await signEnrolment(agentOptions(now), key, more)
    return await test.send({
      method: 'POST',
      url: '/parley/enrolments',
      body,
      type: 'application/jose',
    })
  }

  it('makes no activation code for an unknown debtor', async () => {
    expectProblem(await post('/v1/debtors/db_unknown/activation-codes'), 404, 'not-found')
  })

  it('refuses an activation code that is unknown, used or old', async () => {
    expectProblem(await enrol('K7QF-2MZD-93XA-TT5V'), 404, 'activation-code-unknown')
    const used = await code()
    expect((await enrol(used)).status).toBe(201)
    expectProblem(await enrol(used), 410, 'activation-code-used')
    const old = await code()
    const later = '2026-06-09T09:00:00Z'
    await test.goTo(later)
    expectProblem(await enrol(old, later), 410, 'activation-code-expired')
  })

  it('takes an activation code without its hyphens', async () => {
    expect((await enrol((await code()).replaceAll('-', ''))).status).toBe(201)
  })

  it('refuses an inbox inside of a private network', async () => {
    const reply = await enrol(await code(), NOW, 'https://192.168.0.1/inbox')
    expect(expectProblem(reply, 422, 'inbox-not-allowed').errors[0]?.pointer).toBe('/inbox')
  })

  it('refuses an enrolment for another server', async () => {
    const key = await generateSigningKey('ES256')
    const options = { ...agentOptions(), server: 'https://other.example' }
    const body = await signEnrolment(options, key, { activationCode: await code() })
    const sent: Sent = { method: 'POST', url: '/parley/enrolments', body, type: 'application/jose' }
    expectProblem(await test.send(sent), 401, 'aud')
  })

  it('answers an acceptance, and refuses one by a stranger or with a broken signature', async () => {
    const agent = await enrolHttpAgent(agentOptions(), { activationCode: await code() })
    const stranger = await enrolHttpAgent(agentOptions(), { activationCode: await code() })
    const made = await post('/v1/payment-requests', invoiceOf(debtorId))
    const request = String(made.json['signedRequest'])
    // The second enrolment of a debtor ends the first: the request is addressed to it.
    const theirs = await stranger.accept(request)
    const notTheirs = await agent.accept(request)
    expect((await agent.send(notTheirs)).status).toBe(401)
    const broken = `${theirs.slice(0, -8)}AAAAAAAA`
    const send = (body: string) =>
      test.send({ method: 'POST', url: '/parley/messages', body, type: 'application/jose' })
    expectProblem(await send(broken), 401, 'signature')
    const agreed = await send(theirs)
    expect(agreed.status).toBe(200)
    expect(agreed.headers['content-type']).toMatch(/^application\/jose\+json(;|$)/)
  })

  const unsigned = (header: object, payload: object) =>
    [header, payload, 'x'.repeat(64)]
      .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)))
      .map((part) => part.toString('base64url'))
      .join('.')
  const header = (typ: string) => ({ alg: 'ES256', typ, kid: 'A'.repeat(43) })
  const iss = 'https://agent.example'

  it.each([
    [
      'nothing known',
      unsigned(header('parley-accept+jwt'), { iss, thr: 'A'.repeat(22) }),
      404,
      'not-found',
    ],
    [
      'a thread of NUL',
      unsigned(header('parley-accept+jwt'), { iss, thr: '\0'.repeat(22) }),
      404,
      'not-found',
    ],
    [
      'a thread that is a number',
      unsigned(header('parley-accept+jwt'), { iss, thr: 7 }),
      404,
      'not-found',
    ],
    ['no sender', unsigned(header('parley-accept+jwt'), { thr: 'A'.repeat(22) }), 401, 'iss'],
    [
      'a payment and no signature of the hop [HOP-07]',
      unsigned(header('parley-payment+jwt'), { agreementId: '\0'.repeat(43) }),
      401,
      'hop-missing',
    ],
    ['a kind that creditors send', unsigned(header('parley-request+jwt'), {}), 401, 'typ'],
    ['no message', 'hello', 400, 'serialization'],
    ['65 KiB', 'a'.repeat(65 << 10), 413, 'message-too-large'],
  ])('refuses a message with %s', async (_what, body, status, refused) => {
    const sent: Sent = { method: 'POST', url: '/parley/messages', body, type: 'application/jose' }
    expectProblem(await test.send(sent), status, refused)
  })

  it('[PRB-03] knows no other inbox and no other link', async () => {
    expectProblem(await test.send({ url: `/parley/inbox/${'A'.repeat(43)}` }), 404, 'not-found')
    for (const url of [`/p/${'A'.repeat(48)}`, '/p/x', `/p/${'é'.repeat(20)}`]) {
      const page = await test.send({ url: encodeURI(url) })
      expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
      const headers = { accept: 'application/jose' }
      expectProblem(await test.send({ url: encodeURI(url), headers }), 404, 'not-found')
    }
  })
})
