import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { buildTestApp, NOW, type TestApp, type TestCreditor } from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { type Receiver, startReceiver } from '../support/http-receiver.ts'
import { SERVER } from './support/held-back-line.ts'
import { createSdkAgent, personWithCode } from './support/sdk-agent.ts'
import { type StateHandler, verifyContract } from './support/verify-contract.ts'

let test: TestApp
let receiver: Receiver
beforeAll(async () => {
  test = await buildTestApp({ PARLEY_PUBLIC_URL: SERVER, PARLEY_ALLOW_LOOPBACK: 'true' })
  await test.app.listen({ host: '127.0.0.1', port: 0 })
  receiver = await startReceiver()
})
afterAll(async () => {
  await test?.close()
  await receiver?.close()
})

const IBAN = 'BE71096123456769'

interface Issued {
  id: string
  remittance: { reference: string }
}

/** A creditor that is told everything, and what it does. */
async function listeningCreditor() {
  receiver.received.length = 0
  const creditor = await test.addCreditor()
  const post = async <Body>(path: string, body: unknown) => {
    const sent = { method: 'POST', url: `/v1/${path}`, body, as: creditor } as const
    const reply = await test.send<Body>(sent)
    if (reply.status >= 300) throw new Error(reply.text)
    return reply.json
  }
  await post('webhook-endpoints', { url: `${receiver.origin}/events` })
  return { creditor, post }
}

async function issuing(debtor: object) {
  const { creditor, post } = await listeningCreditor()
  const body = {
    ...{ invoiceNumber: '2026-0042', dueDate: '2026-04-09', ...debtor },
    amount: { value: '120.50', currency: 'EUR' },
  }
  const issued = await post<Issued>('payment-requests', body)
  const act = (name: string, said: object) => post(`payment-requests/${issued.id}/${name}`, said)
  return { creditor, issued, act }
}

const issue = () => issuing({ debtor: { externalId: 'c-42', name: 'Ann Example' } })

async function pay() {
  const { creditor, issued } = await issue()
  await statement(creditor, issued.remittance.reference)
}

async function statement(as: TestCreditor, reference: string): Promise<void> {
  const body = camtNotification(IBAN, [{ amount: '120.50', reference }])
  const type = 'application/octet-stream'
  const reply = await test.send({ method: 'POST', url: '/v1/statements', body, type, as })
  if (reply.status !== 200) throw new Error(reply.text)
}

/** An agent with a bill in its inbox. */
async function billedAgent() {
  const { creditor, post } = await listeningCreditor()
  const { debtorId, activationCode } = await personWithCode(test, creditor)
  const { agent } = await createSdkAgent(test, () => Date.parse(NOW) / 1000)
  const enrolled = await agent.enrol({ server: SERVER, activationCode })
  if (!enrolled.ok) throw new Error(enrolled.error.code)
  await post('payment-requests', {
    ...{ invoiceNumber: '2026-0042', dueDate: '2026-04-09', debtorId },
    amount: { value: '120.50', currency: 'EUR' },
  })
  return agent
}

const done = (work: () => Promise<unknown>): StateHandler => {
  return async () => {
    await work()
    return {}
  }
}

const STATES: Readonly<Record<string, StateHandler>> = {
  'an invoice was issued': done(issue),
  'an invoice was revised': done(async () => {
    const { act } = await issue()
    await act('revisions', { dueDate: '2026-04-20' })
  }),
  'an invoice was withdrawn': done(async () => {
    const { act } = await issue()
    await act('cancel', { reason: 'TECH' })
  }),
  'reminders rest': done(async () => {
    const { act } = await issue()
    await act('holds', { reason: 'other' })
  }),
  'an invoice was paid': done(pay),
  'an invoice is settled': done(pay),
  'an agent agreed to a plan': done(async () => {
    const agent = await billedAgent()
    await agent.pull()
    await agent.idle()
  }),
  'a person disputes an invoice': done(async () => {
    const agent = await billedAgent()
    await agent.pull()
    await agent.idle()
    const [thread] = await agent.threads()
    const amount = { value: '20.00', currency: 'EUR' }
    const reason = { code: 'AM09' } as const
    await agent.dispute(thread?.request.requestId ?? '', { amount, reason })
  }),
}

const TYPES = [
  ...['payment-request.issued', 'payment-request.revised', 'payment-request.cancelled'],
  ...['hold.set', 'negotiation.agreed', 'payment.received', 'payment-request.settled'],
  'dispute.raised',
]

/** What really arrived at the endpoint. */
async function arrived(type: string): Promise<object> {
  const events = () => receiver.received.map(({ body }) => JSON.parse(body) as { type: string })
  await vi
    .waitUntil(() => events().some((event) => event.type === type), {
      ...{ timeout: 20_000, interval: 50 },
    })
    .catch(() => {
      throw new Error(
        `no ${type} among ${events()
          .map((event) => event.type)
          .join(', ')}`,
      )
    })
  return events().find((event) => event.type === type) ?? {}
}

it('tells creditors what happened as they agreed', async () => {
  const messages = Object.fromEntries(TYPES.map((type) => [type, () => arrived(type)]))
  await verifyContract(test, 'parley-webhook-receiver', STATES, messages)
})

it('is not verified without a state, nor where bringing it about fails', async () => {
  const [missing = '', ...names] = Object.keys(STATES)
  const contract = 'parley-webhook-receiver'
  const others = Object.fromEntries(names.map((name) => [name, async () => ({})]))
  await expect(verifyContract(test, contract, others)).rejects.toThrow(`no handler for: ${missing}`)
  const throws = { ...others, [missing]: () => Promise.reject(new Error('no such state')) }
  const messages = Object.fromEntries(TYPES.map((type) => [type, async () => ({ type })]))
  const verified = verifyContract(test, contract, throws, messages)
  await expect(verified).rejects.toThrow(`state "${missing}"`)
})
