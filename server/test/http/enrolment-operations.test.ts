// Enrolments over HTTP: by the link of a mail, from either side's point of view, and their end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { debtorInput, invoiceOf } from '../support/api-samples.ts'
import { buildTestApp, expectProblem, NOW, type TestApp } from '../support/build-test-app.ts'
import { enrolHttpAgent, payloadOf, type Wire } from '../support/http-agent.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

const wire: Wire = async (path, body) => {
  const sent =
    body === undefined
      ? { url: path }
      : { method: 'POST' as const, url: path, body, type: 'application/jose', key: null }
  const { status, headers, text } = await test.send({ ...sent, as: null })
  return { status, contentType: String(headers['content-type']), text }
}

async function enrolled() {
  const made = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  const debtorId = String(made.json['id'])
  const url = `/v1/debtors/${debtorId}/activation-codes`
  const code = await test.send({ method: 'POST', url })
  const agent = await enrolHttpAgent(
    { wire, server: 'http://127.0.0.1:8080', now: () => Date.parse(NOW) / 1000 },
    { activationCode: String(code.json['code']) },
  )
  const issued = await test.send({
    method: 'POST',
    url: '/v1/payment-requests',
    body: invoiceOf(debtorId),
  })
  return { debtorId, agent, issued: issued.json }
}

describe('[ENR-05] DELETE /v1/debtors/{debtorId}/enrolment', () => {
  it('ends the enrolment: no answers, one revoke, the claim with people', async () => {
    const { debtorId, agent, issued } = await enrolled()
    const url = `/v1/debtors/${debtorId}/enrolment`
    const ended = await test.send({ method: 'DELETE', url })
    expect([ended.status, ended.text]).toEqual([204, ''])
    const answer = await agent.send(await agent.decline(String(issued['signedRequest'])))
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([403, 'enrolment-ended'])
    const { messages } = await agent.pull()
    expect(messages.map(({ jws }) => payloadOf(jws)['reason'])).toEqual([{ code: 'creditor' }])
    const path = `/v1/payment-requests/${issued['id']}`
    expect((await test.send({ url: path })).json['conversation']).toBe('timed-out')
    const { json } = await test.send<{ data: object[] }>({ url: `${path}/events` })
    expect(json.data.at(-1)).toMatchObject({ type: 'enrolment.ended', data: { by: 'creditor' } })
    expect((await test.send({ url: `/v1/debtors/${debtorId}` })).json['enrolled']).toBe(false)
    expectProblem(await test.send({ method: 'DELETE', url }), 404, 'not-found')
  })

  it('refuses the debtor of another creditor, and an unknown one, alike', async () => {
    const { debtorId } = await enrolled()
    const as = await test.addCreditor()
    for (const id of [debtorId, 'db_nobody']) {
      const url = `/v1/debtors/${id}/enrolment`
      expectProblem(await test.send({ method: 'DELETE', url, as }), 404, 'not-found')
    }
    expect((await test.send({ url: `/v1/debtors/${debtorId}` })).json['enrolled']).toBe(true)
  })
})
