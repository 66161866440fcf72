// What an agent of the SDK sends to a creditor's server, and what it can go on with.
import { MatchersV3 } from '@pact-foundation/pact'
import { afterAll, expect, it } from 'vitest'
import { problemOf, signedMessage } from './support/agreed-messages.ts'
import { openContract } from './support/contract.ts'
import { type Agreement, createPactWorld, type PactWorld } from './support/pact-world.ts'

const { regex } = MatchersV3
const contract = openContract('parley-agent')
afterAll(() => contract.close())

const TOKEN = 't'.repeat(43)
const INBOX = regex('/parley/inbox/[A-Za-z0-9_-]{43}', `/parley/inbox/${TOKEN}`)
const at = (path: string) => ({ of: new RegExp(`^${path}$`), agreed: path })
const signed: Agreement['request'] = ({ body }) => signedMessage(body)
const asked: Agreement['request'] = () => ({ headers: {} })
const ENROL = { path: at('/parley/enrolments'), request: signed }
const SAY = { path: at('/parley/messages'), request: signed }

/** A world in which the agent is enrolled. */
async function enrolledWorld(): Promise<PactWorld> {
  const world = await createPactWorld(contract)
  const enrolled = await world.agent.enrol({
    ...{ server: world.peer.origin, activationCode: 'CODE-1234' },
  })
  if (!enrolled.ok) throw new Error(enrolled.error.code)
  return world
}

/** A world in which a request has arrived, whose answer has not left yet. */
async function askedWorld(): Promise<PactWorld> {
  const world = await enrolledWorld()
  world.peer.behaviour.problem = { status: 503, code: 'busy' }
  world.peer.inbox.push(await world.peer.request())
  await world.agent.pull()
  await world.agent.idle()
  world.peer.behaviour.problem = null
  return world
}

const stages = async ({ agent }: PactWorld) => (await agent.threads()).map(({ stage }) => stage)

it('reads who a server is', async () => {
  const world = await createPactWorld(contract)
  world.agree({
    ...{ given: 'a creditor', what: 'a question who the server is' },
    ...{ path: at('/.well-known/parley'), request: asked },
  })
  const { agent, peer } = world
  const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
  world.settle()
  expect(enrolled.ok).toBe(true)
})

it('enrols with a code', async () => {
  const world = await createPactWorld(contract)
  world.agree({ given: 'a code that nobody has used', what: 'an enrolment', ...ENROL })
  const { agent, peer } = world
  const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
  world.settle()
  expect(enrolled).toMatchObject({ ok: true, value: { state: 'active' } })
})

it('takes no for an answer to a code', async () => {
  const world = await createPactWorld(contract)
  const refused = { status: 404, reply: problemOf(404, 'activation-code-unknown') }
  const what = 'an enrolment with a code that nobody gave'
  world.agree({ given: 'a creditor that gave no such code', what, ...ENROL, refused })
  const { agent, peer } = world
  const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'NOBODYS-CODE' })
  world.settle()
  const error = { code: 'peer-refused', detail: 'activation-code-unknown' }
  expect(enrolled).toEqual({ ok: false, error })
})

it('pulls what waits', async () => {
  const world = await enrolledWorld()
  world.peer.behaviour.problem = { status: 503, code: 'busy' }
  world.peer.inbox.push(await world.peer.request())
  world.agree({
    ...{ given: 'an enrolled agent for whom a request waits', what: 'a pull' },
    ...{ path: { of: /^\/parley\/inbox\/t+$/, agreed: INBOX }, request: asked },
  })
  const { inboxes } = await world.agent.pull()
  world.settle()
  expect(inboxes).toMatchObject([{ stored: 1, refusals: [] }])
})

it('sees that an inbox is gone', async () => {
  const world = await enrolledWorld()
  world.agree({
    ...{ given: 'no such inbox', what: 'a pull of an inbox that is gone' },
    ...{ path: { of: /^\/parley\/inbox\/t+$/, agreed: INBOX }, request: asked },
    refused: { status: 404, reply: problemOf(404, 'not-found') },
  })
  const { inboxes } = await world.agent.pull()
  world.settle()
  expect(inboxes).toMatchObject([{ stored: 0, refusals: [{ code: 'peer-refused' }] }])
})

it('accepts a plan and gets the agreement', async () => {
  const world = await askedWorld()
  world.agree({ given: 'a request that waits for an answer', what: 'an acceptance', ...SAY })
  await world.agent.resume()
  await world.agent.idle()
  world.settle()
  expect(await stages(world)).toEqual(['agreed'])
})

it('sees that it is behind', async () => {
  const world = await askedWorld()
  const refused = { status: 409, reply: problemOf(409, 'sequence-stale') }
  const what = 'an acceptance of what was revised'
  world.agree({ given: 'a request that was revised since', what, ...SAY, refused })
  await world.agent.resume()
  await world.agent.idle()
  world.settle()
  expect(await stages(world)).not.toEqual(['agreed'])
})

it('asks where a claim stands', async () => {
  const world = await enrolledWorld()
  world.peer.inbox.push(await world.peer.request())
  await world.agent.pull()
  await world.agent.idle()
  const [thread] = await world.agent.threads()
  if (thread === undefined) throw new Error('no request arrived')
  world.agree({ given: 'a request that somebody asks about', what: 'a query', ...SAY })
  const status = await world.agent.query(thread.request.requestId)
  world.settle()
  expect(status).toMatchObject({ ok: true, value: { claim: 'open' } })
})

it('reads the profile', async () => {
  const world = await enrolledWorld()
  const [enrolment] = await world.agent.enrolments()
  world.agree({
    ...{ given: 'an enrolled agent', what: 'a question for the profile', request: asked },
    path: {
      of: /^\/parley\/inbox\/t+\/profile$/,
      agreed: regex('/parley/inbox/[A-Za-z0-9_-]{43}/profile', `/parley/inbox/${TOKEN}/profile`),
    },
  })
  const profile = await world.agent.profile(enrolment?.id ?? '')
  world.settle()
  expect(profile).toMatchObject({ ok: true, value: { facts: [] } })
})

it('tells a wish', async () => {
  const world = await enrolledWorld()
  const [enrolment] = await world.agent.enrolments()
  world.agree({ given: 'an enrolled agent that says more', what: 'a preference', ...SAY })
  const said = await world.agent.setPreferences(enrolment?.id ?? '', { payDay: 27 })
  world.settle()
  expect(said).toEqual({ ok: true, value: null })
})

it('is what is committed', () => {
  const { now, committed } = contract.texts()
  expect(now).toBe(committed)
})
