// A conversation, and an inbox, is heard so often and not more, by whomever its messages are signed; others are
// heard all the while.
import { generateSigningKey } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConversationLimit } from '../../src/http/conversation-limit.ts'
import { debtorInput } from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  NOW,
  type Sent,
  type TestApp,
} from '../support/build-test-app.ts'
import { payloadOf, signEnrolment } from '../support/http-agent.ts'

const options = { server: 'http://127.0.0.1:8080', now: () => Date.parse(NOW) / 1000 }

describe('the limit of conversations', () => {
  const limitAt = (clock: { now: number }) => createConversationLimit(() => clock.now)
  const pull = (pullToken: string) => ({ bytes: Buffer.alloc(0), params: { pullToken } })
  const takeAll = (take: () => number) => {
    let taken = 0
    while (take() === 0) taken += 1
    return taken
  }

  it.each([
    ['pullInbox', 300, 5],
    ['fetchProfile', 30, 0.2],
  ])('lets %s %i times at once, and %f a second', (operation, burst, perSecond) => {
    const clock = { now: 0 }
    const limit = limitAt(clock)
    expect(takeAll(() => limit.wait(operation, pull('mine')))).toBe(burst)
    expect(limit.wait(operation, pull('yours'))).toBe(0)
    clock.now = 10
    expect(takeAll(() => limit.wait(operation, pull('mine')))).toBe(perSecond * 10)
  })

  it('counts messages by their thread, whoever signed them', async () => {
    const clock = { now: 0 }
    const limit = limitAt(clock)
    const message = async () => {
      const key = await generateSigningKey('Ed25519')
      const jws = await signEnrolment(options, key, { activationCode: 'A' })
      return { bytes: Buffer.from(jws), params: {} }
    }
    const [mine, other] = [await message(), await message()]
    expect(takeAll(() => limit.wait('receiveMessage', mine))).toBe(300)
    expect(limit.wait('enrolAgent', mine)).toBeGreaterThan(0)
    expect(limit.wait('receiveMessage', other)).toBe(0)
    clock.now = 10
    expect(takeAll(() => limit.wait('enrolAgent', mine))).toBe(20)
  })

  it('leaves what names no conversation, and all other operations, to others', () => {
    const limit = limitAt({ now: 0 })
    const nothing = { bytes: Buffer.from('no message'), params: {} }
    const heard = (operation: string, call: typeof nothing) =>
      Array.from({ length: 400 }, () => limit.wait(operation, call)).every((wait) => wait === 0)
    expect(heard('receiveMessage', nothing)).toBe(true)
    expect(heard('listPaymentRequests', nothing)).toBe(true)
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
    let detail = ''
    for (let i = 0; i < 3_000 && !detail.includes('from your address'); i++) {
      const reply = await send('203.0.113.22', flooder.pull)
      if (reply.status === 429) detail = String(reply.json['detail'])
    }
    expect(detail).toContain('from your address')
    expect((await send('203.0.113.23', { url: '/.well-known/parley' })).status).toBe(200)
  })
})
