import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toNodeListener } from '../../src/node/index.ts'

const server = createServer(
  toNodeListener(async (request) => {
    if (request.url.endsWith('/throws')) throw new Error('a bug')
    return new Response(await request.text(), {
      status: 202,
      headers: { 'x-method': request.method, 'x-type': request.headers.get('content-type') ?? '' },
    })
  }),
)
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

const post = (path: string, body: string) =>
  fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/jose' },
    body,
  })

describe('the Node listener', () => {
  it('hands method, headers and exact bytes over, and the response back', async () => {
    const response = await post('/inbox', 'ä.b.c\r\n')
    expect(response.status).toBe(202)
    expect(response.headers.get('x-method')).toBe('POST')
    expect(response.headers.get('x-type')).toBe('application/jose')
    expect(await response.text()).toBe('ä.b.c\r\n')
  })

  it('answers a GET without a body', async () => {
    const response = await fetch(`${origin}/inbox`)
    expect(response.headers.get('x-method')).toBe('GET')
  })

  it('lets 256 KiB through and refuses one byte more', async () => {
    expect((await post('/inbox', 'a'.repeat(262_144))).status).toBe(202)
    const refused = await post('/inbox', 'a'.repeat(262_145))
    expect(refused.status).toBe(413)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
  })

  it('answers 500 without details when the handler throws', async () => {
    const response = await post('/throws', 'a')
    expect([response.status, await response.text()]).toEqual([500, ''])
  })
})
