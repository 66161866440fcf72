// What a bank of the SDK sends to a creditor's server, and what it can go on with.
import { MatchersV3 } from '@pact-foundation/pact'
import { afterAll, expect, it } from 'vitest'
import { problemOf, signedMessage } from './support/agreed-messages.ts'
import { createBankPactWorld, createDueWorld, lineOf } from './support/bank-pact-world.ts'
import { openContract } from './support/contract.ts'
import type { Agreement } from './support/pact-world.ts'

const { regex } = MatchersV3
const contract = openContract('parley-bank')
afterAll(() => contract.close())

const BYTES = ':[A-Za-z0-9+/]+=*:'
const COVERED = '"@method" "@authority" "@path" "@query" "content-digest" "content-type"'
const FRESHNESS = `;created=\\d+;expires=\\d+;nonce="[^"]{22,}";keyid="[^"]{43}";tag="parley-1"`

/** A field as this request has it, and as any other may have it. */
const field = (headers: Headers, name: string, like: string) =>
  regex(like, headers.get(name) ?? 'not sent')

/** A message that is signed, in a request that is signed as well. */
const hopSigned: Agreement['request'] = ({ body, headers }) => {
  const message = signedMessage(body)
  const hop = {
    'Content-Digest': field(headers, 'content-digest', `sha-256=${BYTES}`),
    'Signature-Input': field(headers, 'signature-input', `parley=\\(${COVERED}\\)${FRESHNESS}`),
    Signature: field(headers, 'signature', `parley=${BYTES}`),
  }
  return { ...message, headers: { ...message.headers, ...hop } }
}
const at = (path: string) => ({ of: new RegExp(`^${path}$`), agreed: path })
const SAY = { path: at('/parley/messages'), request: hopSigned }
const refusal = (status: number, code: string) => ({ status, reply: problemOf(status, code) })

it('reads who has signed an agreement', async () => {
  const world = await createBankPactWorld(contract)
  world.agree({
    ...{ given: 'a creditor', what: 'a question who a creditor is' },
    ...{ path: at('/.well-known/parley'), request: () => ({ headers: {} }) },
  })
  const taken = await world.handIn()
  world.settle()
  expect(taken.status).toBe(201)
})

it('pays under the lease that it got', async () => {
  const world = await createDueWorld(contract)
  world.agree({ given: 'a line that is due', what: 'a question for the lease', ...SAY })
  const report = await world.payLine()
  world.settle()
  expect(report).toMatchObject({ state: 'settled', reported: true })
  expect(world.rail.paid).toHaveLength(1)
})

it('pays nothing without one', async () => {
  const world = await createDueWorld(contract)
  Object.assign(world.peer.behaviour, { grantLeases: false, leaseReason: 'PAID', claim: 'settled' })
  const what = 'a question for the lease of what was paid'
  world.agree({ given: 'a line of a bill that was paid otherwise', what, ...SAY })
  const report = await world.payLine()
  world.settle()
  expect(report).toMatchObject({ state: 'stopped', code: 'claim-settled' })
  expect(world.rail.calls).toEqual([])
})

it('says that the outcome is open', async () => {
  const world = await createDueWorld(contract)
  world.rail.behaviour.mode = 'lose'
  world.beforePayment = () =>
    world.agree({ given: 'a payment that nobody has heard of', what: 'a PDNG report', ...SAY })
  const report = await world.payLine()
  world.settle()
  expect(report).toMatchObject({ state: 'unknown', reported: true })
})

it('reports what was paid', async () => {
  const world = await createDueWorld(contract)
  world.beforePayment = () =>
    world.agree({ given: 'a payment that was made', what: 'an ACSC report', ...SAY })
  const report = await world.payLine()
  world.settle()
  expect(report).toMatchObject({ state: 'settled', reported: true })
})

it('reports what came back', async () => {
  const world = await createDueWorld(contract)
  const key = lineOf(await world.payLine())
  world.agree({ given: 'a payment that came back', what: 'an RJCT report', ...SAY })
  const isNew = await world.bank.noteReturn(key, 'AC04')
  const customer = await world.bank.customer(key.customerId)
  world.settle()
  expect(isNew).toBe(true)
  expect(customer?.agreements[0]?.lines[0]).toMatchObject({ state: 'returned', outgoing: null })
})

it('asks anew when its question came too late', async () => {
  const world = await createDueWorld(contract)
  world.peer.behaviour.problem = { status: 503, code: 'busy' }
  await world.payLine()
  world.peer.behaviour.problem = null
  world.clock.advance(86_400)
  const what = 'a question of yesterday for the lease'
  const refused = refusal(410, 'expired')
  world.agree({ given: 'a question for the lease that got stuck', what, ...SAY, refused })
  const held = await world.payLine()
  world.settle()
  expect(held).toMatchObject({ state: 'scheduled', code: 'lease-expired' })
  expect(await world.payLine()).toMatchObject({ state: 'settled', reported: true })
})

it('stops where nobody knows of the agreement', async () => {
  const world = await createDueWorld(contract)
  const what = 'a question for the lease of an unknown line'
  const refused = refusal(404, 'not-found')
  world.agree({ given: 'no such agreement', what, ...SAY, refused })
  const report = await world.payLine()
  world.settle()
  expect(report).toMatchObject({ state: 'stopped', code: 'lease-not-found' })
  expect(world.rail.calls).toEqual([])
})

it('stops where it has forgotten what it said', async () => {
  const world = await createDueWorld(contract)
  const what = 'a first question for the lease, once more and another'
  const refused = refusal(409, 'equivocation')
  world.agree({ given: 'a bank without its latest records', what, ...SAY, refused })
  const report = await world.payLine()
  world.settle()
  expect(report).toMatchObject({ state: 'stopped', code: 'lease-equivocation' })
  expect(world.rail.calls).toEqual([])
})

it('is what is committed', () => {
  const { now, committed } = contract.texts()
  expect(now).toBe(committed)
})
