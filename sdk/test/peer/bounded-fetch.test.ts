import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchBounded } from '../../src/peer/bounded-fetch.ts'
import { postMessage } from '../../src/peer/post-message.ts'

const answers: Readonly<Record<string, RequestListener>> = {
  '/plain': (_, response) =>
    void response.setHeader('content-type', 'Application/Jose; charset=x').end('a.b.c'),
  '/redirect': (_, response) => void response.writeHead(302, { location: '/plain' }).end(),
  '/exact': (_, response) => void response.end('a'.repeat(1000)),
  '/large': (_, response) => void response.end('a'.repeat(1001)),
  '/latin1': (_, response) => void response.end(Buffer.from([0xe9])),
  '/slow': (_, response) => {
    response.write('a')
    // Never ends: the deadline has to.
  },
}
const server = createServer((request, response) => {
  const answer = answers[request.url ?? '']
  if (answer === undefined) response.writeHead(404).end()
  else answer(request, response)
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('an outgoing exchange', () => {
  it('reads a reply and its media type', async () => {
    expect(await fetchBounded(fetch, { url: `${origin}/plain` })).toEqual({
      ok: true,
      value: { status: 200, mediaType: 'application/jose', text: 'a.b.c' },
    })
  })

  it('reads up to the cap', async () => {
    const reply = await fetchBounded(fetch, { url: `${origin}/exact`, maxBytes: 1000 })
    expect(reply.ok).toBe(true)
  })

  it.each([
    ['a redirect', '/redirect', 'unreachable'],
    ['one byte above the cap', '/large', 'reply-too-large'],
    ['a body that never ends', '/slow', 'unreachable'],
    ['bytes that are not UTF-8', '/latin1', 'reply-encoding'],
  ])('refuses %s', async (_, path, code) => {
    const url = origin + path
    expect(await fetchBounded(fetch, { url, maxBytes: 1000, timeoutMs: 100 })).toEqual({
      ok: false,
      error: { code },
    })
  })

  it('refuses an address where nobody listens', async () => {
    expect(await fetchBounded(fetch, { url: 'http://127.0.0.1:1/' })).toEqual({
      ok: false,
      error: { code: 'unreachable' },
    })
  })
})

describe('a posted message', () => {
  const problem = (code: unknown) => JSON.stringify({ type: 'about:blank', status: 409, code })
  const PROBLEM = 'application/problem+json'

  it.each([
    [200, 'application/jose', 'a.b.c', { kind: 'jose', jws: 'a.b.c' }],
    [200, 'application/jose+json', '{}', { kind: 'jose-json', text: '{}' }],
    [201, 'application/json', '{"a":1}', { kind: 'json', value: { a: 1 } }],
    [200, 'application/json', '[]', { kind: 'later', code: 'reply-unexpected' }],
    [200, 'application/jose', '', { kind: 'empty' }],
    [202, '', '', { kind: 'empty' }],
    [200, 'text/html', '<html>', { kind: 'later', code: 'reply-unexpected' }],
    [409, PROBLEM, problem('sequence'), { kind: 'problem', status: 409, code: 'sequence' }],
    [409, PROBLEM, problem('<script>'), { kind: 'later', code: 'reply-unexpected' }],
    [409, PROBLEM, problem(7), { kind: 'later', code: 'reply-unexpected' }],
    [403, 'text/html', 'blocked', { kind: 'later', code: 'reply-unexpected' }],
    [429, PROBLEM, problem('slow-down'), { kind: 'later', code: 'status-429' }],
    [503, PROBLEM, problem('busy'), { kind: 'later', code: 'status-503' }],
  ])('sorts %s %s %s', async (status, type, body, expected) => {
    const reply = await postMessage(
      async () => new Response(body, { status, headers: { 'content-type': type } }),
      {
        url: 'https://creditor.example/parley/messages',
        body: 'a.b.c',
        mediaType: 'application/jose',
      },
    )
    expect(reply).toEqual(expected)
  })

  it('passes on how long to wait', async () => {
    const headers = { 'retry-after': '30' }
    const post = { url: 'https://creditor.example/', body: '', mediaType: 'application/jose' }
    expect(await postMessage(async () => new Response('', { status: 429, headers }), post)).toEqual(
      {
        kind: 'later',
        code: 'status-429',
        retryAfterSeconds: 30,
      },
    )
  })
})
