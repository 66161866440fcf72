import { afterAll, beforeAll, it } from 'vitest'
import { buildTestApp, NOW, type TestApp } from '../support/build-test-app.ts'
import { SERVER } from './support/held-back-line.ts'
import { createSdkAgent, personWithCode } from './support/sdk-agent.ts'
import { type StateHandler, verifyContract } from './support/verify-contract.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp({ PARLEY_PUBLIC_URL: SERVER })
  await test.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => test?.close())

const ENROL = /^\/parley\/enrolments$/
const SAY = /^\/parley\/messages$/
const PULL = /^\/parley\/inbox\/[^/]+$/
const PROFILE = /^\/parley\/inbox\/[^/]+\/profile$/

const newAgent = () => createSdkAgent(test, () => Date.parse(NOW) / 1000)

/** An agent that is enrolled with a creditor of its own, and has no bill yet. */
async function enrolled() {
  const creditor = await test.addCreditor()
  const { debtorId, activationCode } = await personWithCode(test, creditor)
  const { agent, heldBack } = await newAgent()
  const reply = await agent.enrol({ server: SERVER, activationCode })
  if (!reply.ok) throw new Error(reply.error.code)
  const enrolmentId = reply.value.id
  return { creditor, debtorId, agent, heldBack, enrolmentId }
}

/** The same with a bill that the agent has not fetched. */
async function billed() {
  const world = await enrolled()
  const body = {
    ...{ invoiceNumber: '2026-0042', debtorId: world.debtorId, dueDate: '2026-04-09' },
    amount: { value: '120.50', currency: 'EUR' },
  }
  const issued = await test.send<{ id: string }>({
    ...{ method: 'POST', url: '/v1/payment-requests', body, as: world.creditor },
  })
  return { ...world, paymentRequestId: issued.json.id }
}

const STATES: Readonly<Record<string, StateHandler>> = {
  'a creditor': async () => ({}),
  'a code that nobody has used': async () => {
    const { activationCode } = await personWithCode(test, await test.addCreditor())
    const { heldBack } = await newAgent()
    return await heldBack(ENROL, (agent) => agent.enrol({ server: SERVER, activationCode }))
  },
  'a creditor that gave no such code': async () => {
    const { heldBack } = await newAgent()
    const nobodys = { server: SERVER, activationCode: 'NOBODYS-CODE' }
    return await heldBack(ENROL, (agent) => agent.enrol(nobodys))
  },
  'an enrolled agent for whom a request waits': async () => {
    const { heldBack } = await billed()
    return await heldBack(PULL, (agent) => agent.pull())
  },
  'no such inbox': async () => ({}),
  'a request that waits for an answer': async () => {
    const { heldBack } = await billed()
    return await heldBack(SAY, (agent) => agent.pull())
  },
  'a request that was revised since': async () => {
    const { heldBack, creditor, paymentRequestId } = await billed()
    const answer = await heldBack(SAY, (agent) => agent.pull())
    const url = `/v1/payment-requests/${paymentRequestId}/revisions`
    await test.send({ method: 'POST', url, body: { dueDate: '2026-04-20' }, as: creditor })
    return answer
  },
  'a request that somebody asks about': async () => {
    const { agent, heldBack } = await billed()
    await agent.pull()
    await agent.idle()
    const [thread] = await agent.threads()
    return await heldBack(SAY, () => agent.query(thread?.request.requestId ?? ''))
  },
  'an enrolled agent': async () => {
    const { heldBack, enrolmentId } = await enrolled()
    return await heldBack(PROFILE, (agent) => agent.profile(enrolmentId))
  },
  'an enrolled agent that says more': async () => {
    const { heldBack, enrolmentId } = await enrolled()
    return await heldBack(SAY, (agent) => agent.setPreferences(enrolmentId, { payDay: 27 }))
  },
}

it('answers agents as they agreed', async () => {
  await verifyContract(test, 'parley-agent', STATES)
})
