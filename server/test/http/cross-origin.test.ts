import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

const ask = (method: 'GET' | 'OPTIONS', url: string) =>
  test.app.inject({
    method,
    url,
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
  })

describe('a page on another origin', () => {
  it.each(['/parley/messages', '/parley/enrolments', '/parley/inbox/x', '/.well-known/parley'])(
    'may ask before it calls %s',
    async (url) => {
      const reply = await ask('OPTIONS', url)
      expect(reply.statusCode).toBe(204)
      expect(reply.headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-allow-headers': 'accept, content-type',
      })
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
    },
  )

  it('may read the metadata', async () => {
    const reply = await ask('GET', '/.well-known/parley')
    expect([reply.statusCode, reply.headers['access-control-allow-origin']]).toEqual([200, '*'])
  })

  it.each(['/v1/creditor', '/v1/payment-requests', '/health/work', `/p/${'a'.repeat(48)}/plan`])(
    'may neither ask for nor read %s',
    async (url) => {
      for (const method of ['OPTIONS', 'GET'] as const) {
        const reply = await ask(method, url)
        expect(reply.statusCode).toBeGreaterThanOrEqual(400)
        expect(reply.headers['access-control-allow-origin']).toBeUndefined()
      }
    },
  )
})
