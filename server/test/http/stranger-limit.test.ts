// Who sends messages that are by nobody we know waits after a while; whoever sends from elsewhere does not.
import { generateSigningKey } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStrangerLimit } from '../../src/http/stranger-limit.ts'
import { debtorInput } from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  NOW,
  type Sent,
  type TestApp,
} from '../support/build-test-app.ts'
import { signEnrolment } from '../support/http-agent.ts'

describe('the limit of strangers', () => {
  const limitAt = (clock: { now: number }) => createStrangerLimit(() => clock.now)

  it('makes an address wait for a second each once it was refused 120 times', () => {
    const clock = { now: 0 }
    const limit = limitAt(clock)
    for (let i = 0; i < 119; i++) limit.refused('203.0.113.7')
    expect(limit.wait('203.0.113.7')).toBe(0)
    limit.refused('203.0.113.7')
    expect([limit.wait('203.0.113.7'), limit.wait('203.0.113.8')]).toEqual([1, 0])
    clock.now = 1
    expect(limit.wait('203.0.113.7')).toBe(0)
    limit.refused('203.0.113.7')
    expect(limit.wait('203.0.113.7')).toBe(1)
  })

  it('counts an IPv6 network of 64 bits as one address, and nobody nearby', () => {
    const limit = limitAt({ now: 0 })
    for (let i = 0; i < 120; i++) limit.refused(`2001:db8:0:7::${(i + 1).toString(16)}`)
    for (let i = 0; i < 120; i++) limit.refused('127.0.0.1')
    const waits = ['2001:db8:0:7::ffff', '2001:db8:0:8::1', '127.0.0.1'].map(limit.wait)
    expect(waits).toEqual([1, 0, 0])
  })
})

describe('a flood by nobody', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await buildTestApp()
  })
  afterAll(() => test?.close())

  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = part({ alg: 'ES256', typ: 'parley-accept+jwt', kid: 'A'.repeat(43) })
  const forged = `${header}.${part({ iss: 'https://agent.example', thr: 'A'.repeat(22) })}.${'A'.repeat(86)}`
  const message = (path: string, body: string): Sent => {
    return { method: 'POST', url: `/parley/${path}`, body, type: 'application/jose' }
  }
  let guesses = 0
  const guess = (): Sent => ({ url: `/parley/inbox/${String(++guesses).padStart(43, 'A')}` })
  const send = (address: string, sent: Sent) =>
    test.send({ ...sent, as: null, headers: { 'x-forwarded-for': address } })

  it.each([
    ['messages', '203.0.113.1', () => message('messages', forged), 404],
    ['enrolments', '203.0.113.2', () => message('enrolments', forged), 401],
    ['pull tokens', '203.0.113.3', guess, 404],
    ['tokens of profiles', '203.0.113.4', () => ({ url: `${guess().url}/profile` }), 404],
  ] as const)(
    'of %s is ended, and the same from elsewhere is heard',
    async (_what, address, sent, status) => {
      const before = new Set<number>()
      let reply = await send(address, sent())
      // 120 in a row, and those that time gives back meanwhile.
      for (let i = 0; i < 1_000 && reply.status !== 429; i++) {
        before.add(reply.status)
        reply = await send(address, sent())
      }
      expect([...before]).toEqual([status])
      expect(expectProblem(reply, 429, 'too-many-requests').retryable).toBe(true)
      expect(reply.headers['retry-after']).toBe('1')
      // An agent in a browser can read why.
      expect(reply.headers['access-control-allow-origin']).toBe('*')
      expect((await send('203.0.113.99', sent())).status).toBe(status)
      const own = { url: '/v1/creditor', headers: { 'x-forwarded-for': address } }
      expect((await test.send(own)).status).toBe(200)
    },
  )

  it('is no good message, however often it comes', async () => {
    const made = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
    const codes = `/v1/debtors/${made.json['id']}/activation-codes`
    const { json } = await test.send({ method: 'POST', url: codes })
    const options = {
      server: 'http://127.0.0.1:8080',
      now: () => Date.parse(NOW) / 1000,
      wire: () => Promise.reject(new Error('only signs')),
    }
    const right = { activationCode: String(json['code']) }
    const enrol = await signEnrolment(options, await generateSigningKey('ES256'), right)
    const statuses = new Set<number>()
    for (let i = 0; i < 130; i++) {
      statuses.add((await send('203.0.113.9', message('enrolments', enrol))).status)
    }
    expect([...statuses]).toEqual([201])
  })
})
