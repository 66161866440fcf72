import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parleyRoutes } from '../../src/fastify/index.ts'
import { type AgentWorld, createAgentWorld } from '../support/agent-world.ts'

const app = Fastify()
let world: AgentWorld
let origin = ''
beforeAll(async () => {
  world = await createAgentWorld()
  app.register(parleyRoutes({ handle: world.agent.handle, paths: ['/inbox'] }))
  app.register(
    parleyRoutes({
      handle: async (request) => {
        if (request.url.endsWith('/throws')) throw new Error('a bug')
        const headers = {
          'x-method': request.method,
          'x-type': request.headers.get('content-type') ?? '',
        }
        return new Response(await request.text(), { status: 202, headers })
      },
      paths: ['/echo', '/throws'],
    }),
  )
  app.post('/json', async (request) => ({ got: request.body }))
  origin = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => app.close())

const post = (path: string, body: string, type = 'application/jose') =>
  fetch(origin + path, { method: 'POST', headers: { 'content-type': type }, body })

describe('the Fastify plugin', () => {
  it('lets an agent take what is pushed', async () => {
    expect((await post('/inbox', await world.peer.request())).status).toBe(202)
    await world.agent.idle()
    expect(world.peer.agreements).toHaveLength(1)
  })

  it('[ENR-04] gives the signed answer to a challenge back', async () => {
    const thr = world.peer.enrolmentThread()
    const challenge = await world.peer.next(thr, 'challenge', { nonce: 'N'.repeat(32) })
    const response = await post('/inbox', challenge)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/jose',
    ])
    expect((await response.text()).split('.')).toHaveLength(3)
  })

  it.each([
    ['another media type', 'application/json', '{}', 415],
    ['no JWS', 'application/jose', 'hello', 400],
  ])('answers %s with the problem of the agent', async (_, type, body, status) => {
    const response = await post('/inbox', body, type)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })

  it('answers a GET with the problem of the agent', async () => {
    expect((await fetch(`${origin}/inbox`)).status).toBe(405)
  })

  it('hands method, headers and exact bytes over, and the response back', async () => {
    const response = await post('/echo', 'ä.b.c\r\n')
    expect(response.status).toBe(202)
    expect(response.headers.get('x-method')).toBe('POST')
    expect(response.headers.get('x-type')).toBe('application/jose')
    expect(await response.text()).toBe('ä.b.c\r\n')
  })

  it('lets 256 KiB through and refuses one byte more', async () => {
    expect((await post('/echo', 'a'.repeat(262_144))).status).toBe(202)
    const refused = await post('/echo', 'a'.repeat(262_145))
    expect(refused.status).toBe(413)
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })

  it('answers 500 without details when the handler throws', async () => {
    const response = await post('/throws', 'a')
    expect([response.status, await response.text()]).toEqual([500, ''])
  })

  it('leaves the parsers of the server around it alone', async () => {
    const response = await post('/json', '{"a":1}', 'application/json')
    expect(await response.json()).toEqual({ got: { a: 1 } })
  })
})
