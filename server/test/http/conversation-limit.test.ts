// A conversation, and an inbox, is heard so often and not more, by whomever its messages are signed; others are
// heard all the while.
import { generateSigningKey } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ConversationLimit,
  createConversationLimit,
} from '../../src/http/conversation-limit.ts'
import { debtorInput } from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  NOW,
  type Sent,
  type TestApp,
} from '../support/build-test-app.ts'
import { payloadOf, signEnrolment } from '../support/http-agent.ts'

type Named = Parameters<ConversationLimit['enter']>[1]

/** Lets everything run that waits for nothing but a turn. */
const turns = () => new Promise((resolve) => setImmediate(resolve))

const options = { server: 'http://127.0.0.1:8080', now: () => Date.parse(NOW) / 1000 }

async function enrolmentOf(activationCode: string): Promise<Named> {
  const key = await generateSigningKey('Ed25519')
  return { bytes: Buffer.from(await signEnrolment(options, key, { activationCode })), params: {} }
}

describe('the limit of conversations', () => {
  const calm = { isBusy: () => false }
  const limitAt = (clock: { now: number }) =>
    createConversationLimit({ load: calm, now: () => clock.now })
  const pull = (pullToken: string) => ({ bytes: Buffer.alloc(0), params: { pullToken } })
  /** Hears one after the other until one has to wait. */
  const heard = async (limit: ConversationLimit, operation: string, call: Named) => {
    for (let taken = 0; ; taken++) {
      const entered = await limit.enter(operation, call)
      if (!entered.ok) return taken
      entered.value()
    }
  }

  it.each([
    ['pullInbox', 300, 5],
    ['fetchProfile', 30, 0.2],
  ])('lets %s %i times in a row, and %f a second', async (operation, burst, perSecond) => {
    const clock = { now: 0 }
    const limit = limitAt(clock)
    expect(await heard(limit, operation, pull('mine'))).toBe(burst)
    expect((await limit.enter(operation, pull('yours'))).ok).toBe(true)
    clock.now = 10
    expect(await heard(limit, operation, pull('mine'))).toBe(perSecond * 10)
  })

  it('counts messages by their thread, whoever signed them', async () => {
    const clock = { now: 0 }
    const limit = limitAt(clock)
    const [mine, other] = [await enrolmentOf('A'), await enrolmentOf('A')]
    expect(await heard(limit, 'receiveMessage', mine)).toBe(300)
    expect((await limit.enter('enrolAgent', mine)).ok).toBe(false)
    expect((await limit.enter('receiveMessage', other)).ok).toBe(true)
    clock.now = 10
    expect(await heard(limit, 'enrolAgent', mine)).toBe(20)
  })

  it('works on one of a conversation after the other, with 31 that wait, and on others meanwhile', async () => {
    const limit = limitAt({ now: 0 })
    const entered: (() => void)[] = []
    const waits: number[] = []
    const enter = (call: Named) =>
      void limit.enter('pullInbox', call).then((one) => {
        if (one.ok) entered.push(one.value)
        else waits.push(one.error)
      })
    for (let n = 0; n < 34; n++) enter(pull('mine'))
    enter(pull('yours'))
    await turns()
    expect(entered).toHaveLength(2)
    expect(waits).toEqual([1, 1])
    for (let n = 0; n < 33; n++) {
      entered[n]?.()
      await turns()
    }
    expect(entered).toHaveLength(33)
  })

  it('leaves what names no conversation, and all other operations, to others', async () => {
    const limit = limitAt({ now: 0 })
    const nothing = { bytes: Buffer.from('no message'), params: {} }
    for (const operation of ['receiveMessage', 'listPaymentRequests']) {
      const entered = Array.from({ length: 400 }, () => limit.enter(operation, nothing))
      expect((await Promise.all(entered)).every(({ ok }) => ok)).toBe(true)
    }
  })
})

describe('a flood by an enrolled agent', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await buildTestApp()
  })
  afterAll(() => test?.close())

  const send = (address: string, sent: Sent) =>
    test.send({ ...sent, as: null, headers: { 'x-forwarded-for': address } })
  const message = (path: string, body: string): Sent => {
    return { method: 'POST', url: `/parley/${path}`, body, type: 'application/jose' }
  }

  async function enrolAt(address: string) {
    const body = { ...debtorInput(), externalId: address }
    const made = await test.send({ method: 'POST', url: '/v1/debtors', body })
    const codes = `/v1/debtors/${made.json['id']}/activation-codes`
    const { json } = await test.send({ method: 'POST', url: codes })
    const key = await generateSigningKey('ES256')
    const jws = await signEnrolment(options, key, { activationCode: String(json['code']) })
    const enrolled = await send(address, message('enrolments', jws))
    expect(enrolled.status).toBe(201)
    const pull = new URL(String(payloadOf(enrolled.text)['pull'])).pathname
    return { enrolment: message('enrolments', jws), pull: { url: pull } }
  }

  it('ends with 429, in its own conversation alone', async () => {
    const [flooder, other] = [await enrolAt('203.0.113.20'), await enrolAt('203.0.113.21')]
    for (const [sent, good] of [
      [flooder.enrolment, 201],
      [flooder.pull, 200],
    ] as const) {
      const before = new Set<number>()
      let reply = await send('203.0.113.20', sent)
      for (let i = 0; i < 2_000 && reply.status !== 429; i++) {
        before.add(reply.status)
        reply = await send('203.0.113.20', sent)
      }
      expect([...before]).toEqual([good])
      const problem = expectProblem(reply, 429, 'too-many-requests')
      expect(problem.detail).toContain('in this conversation, or for this inbox')
      expect(reply.headers['retry-after']).toBe('1')
    }
    expect((await send('203.0.113.21', other.enrolment)).status).toBe(201)
    expect((await send('203.0.113.21', other.pull)).status).toBe(200)
  })

  it('that does not stop is refused by its address, before anything is read', async () => {
    const flooder = await enrolAt('203.0.113.22')
    const details = new Set<unknown>()
    const goOn = async () => {
      for (let round = 0; round < 3; round++) {
        details.add((await send('203.0.113.22', flooder.pull)).json['detail'])
      }
    }
    await Promise.all(Array.from({ length: 300 }, goOn))
    expect(details).toContain('too much that came from your address was refused')
    expect((await send('203.0.113.23', { url: '/.well-known/parley' })).status).toBe(200)
  })
})
