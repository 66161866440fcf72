// A 429 comes a second late, as many at once as the memory for them allows; everything else comes at once.
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseLate } from '../../src/http/late-refusals.ts'

const MEGABYTE = 1 << 20

describe('an answer of status 429', () => {
  let app: FastifyInstance
  beforeAll(async () => {
    app = Fastify({ bodyLimit: 2 * MEGABYTE })
    refuseLate(app)
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null))
    app.post('/:status', async (request, reply) => {
      const { status } = request.params as { status: string }
      return reply.code(Number(status)).send('done')
    })
    await app.ready()
  })
  afterAll(() => app.close())

  /** Sends all at once; who was answered, in the order of the answers, and the milliseconds until the last. */
  async function sendAll(requests: readonly { name: string; status: number; bytes: number }[]) {
    const answered: string[] = []
    const begun = performance.now()
    const sent = requests.map(async ({ name, status, bytes }) => {
      const headers = { 'content-type': 'application/octet-stream' }
      const payload = Buffer.alloc(bytes)
      const reply = await app.inject({ method: 'POST', url: `/${status}`, headers, payload })
      expect(reply.statusCode).toBe(status)
      expect(reply.body).toBe('done')
      answered.push(name)
    })
    await Promise.all(sent)
    return { answered, tookMs: performance.now() - begun }
  }

  it('comes a second later than the others', async () => {
    const { answered, tookMs } = await sendAll([
      { name: 'too many', status: 429, bytes: 10 },
      { name: 'good', status: 200, bytes: 10 },
      { name: 'bad', status: 401, bytes: 10 },
    ])
    expect(answered.at(-1)).toBe('too many')
    expect(tookMs).toBeGreaterThan(950)
  })

  it('comes at once where 32 MB of bodies wait already, and late again when they are gone', async () => {
    const large = { status: 429, bytes: MEGABYTE }
    const held = Array.from({ length: 31 }, (_, n) => ({ name: String(n), ...large }))
    const { answered } = await sendAll([...held, { name: 'one more', ...large }])
    expect(answered[0]).toBe('one more')
    expect(answered).toHaveLength(32)
    expect((await sendAll([{ name: 'later', ...large }])).tookMs).toBeGreaterThan(950)
  })
})
