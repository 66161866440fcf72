// What the edge refuses before any operation runs: bodies that are no JSON, wrong types and sizes,
// keys, tokens, paths. Beside each stands the request that passes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readApiDocument } from '../../src/http/api-document.ts'
import { debtorInput } from '../support/api-samples.ts'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

const post = (body: unknown, type = 'application/json') =>
  test.send({ method: 'POST', url: '/v1/debtors', body, type })

const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`

const NOT_JSON: readonly [string, string | Buffer][] = [
  ['no JSON at all', 'name=Anouk'],
  ['an object that does not end', '{"name":"Anouk"'],
  ['a second value after the first', '{"name":"Anouk"} {}'],
  ['a comma after the last member', '{"name":"Anouk",}'],
  ['a comment', '{"name":"Anouk"/* hello */}'],
  ['a name that stands twice', '{"name":"Anouk","name":"Bob"}'],
  ['a name that stands twice, once escaped', '{"name":"Anouk","n\\u0061me":"Bob"}'],
  ['a byte order mark', '\uFEFF{"name":"Anouk"}'],
  ['33 levels of nesting', `{"name":${nested(32)}}`],
  ['100,000 levels of nesting', nested(100_000)],
  ['a lone surrogate', '{"name":"Anouk \\ud800"}'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['a number that is no JSON number', '{"name":01}'],
  ['a number beyond all bounds', '{"name":1e999}'],
  ['a member that reaches for the prototype', '{"name":"Anouk","__proto__":{"admin":true}}'],
]

describe('a JSON body', () => {
  it.each(NOT_JSON)('is refused for %s', async (_what, body) => {
    expectProblem(await post(body), 400, 'json-invalid')
  })

  it('is taken with blanks, escapes and every letter of Unicode', async () => {
    const body = '\n{ "name" : "\\u0041no\\u0075k \\ud83d\\ude00 Žofie 李" }\r\n'
    const reply = await post(body)
    expect([reply.status, reply.json['name']]).toEqual([201, 'Anouk 😀 Žofie 李'])
  })

  it('is refused when it is missing', async () => {
    const nothing = await test.send({ method: 'POST', url: '/v1/debtors' })
    expectProblem(nothing, 400, 'body-missing')
    expectProblem(await post(''), 400, 'body-missing')
  })

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/x-ndjson',
    'application/jsonp',
    'application/problem+json',
    'multipart/form-data; boundary=x',
  ])('is refused as %s', async (type) => {
    const { detail } = expectProblem(await post('{"name":"Anouk"}', type), 415, 'content-type')
    expect(detail).toContain('application/json')
  })

  it.each(['application/json; charset=utf-8', 'Application/JSON'])(
    'is taken as %s',
    async (type) => {
      expect((await post('{"name":"Anouk"}', type)).status).toBe(201)
    },
  )
})

describe('the size of a body', () => {
  const SIZES: readonly [string, string, string, number][] = [
    ['/v1/debtors', 'application/json', 'ends at 1 MiB for JSON', 1 << 20],
    ['/parley/messages', 'application/jose', 'ends at 128 KiB for a message', 128 << 10],
    ['/parley/enrolments', 'application/jose', 'ends at 128 KiB for an enrolment', 128 << 10],
    [
      `/p/${'a'.repeat(48)}/plan`,
      'application/x-www-form-urlencoded',
      'ends at 16 KiB for a form',
      16 << 10,
    ],
  ]

  it.each(SIZES)('of %s as %s %s', async (url, type, _what, limit) => {
    const above = await test.send({ method: 'POST', url, type, body: 'a'.repeat(limit + 1) })
    expectProblem(above, 413, 'body-too-large')
    const within = await test.send({ method: 'POST', url, type, body: 'a'.repeat(limit) })
    expect(within.text).not.toContain('body-too-large')
  })
})

/** Every operation of the document, with ids that fit the schema and name nothing. */
const OPERATIONS = Object.entries(readApiDocument().paths).flatMap(([path, item]) =>
  (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
    const operation = item[method] as
      | { operationId: string; security?: object[]; parameters?: { $ref?: string }[] }
      | undefined
    if (operation === undefined) return []
    return [
      {
        operation: operation.operationId,
        method: method.toUpperCase() as 'GET',
        url: path.replaceAll(/\{\w+\}/g, 'x'.repeat(43)),
        isOpen: operation.security?.length === 0,
        takesKey: operation.parameters?.some((p) => p.$ref?.endsWith('IdempotencyKey')) === true,
      },
    ]
  }),
)

describe.each(OPERATIONS.filter(({ isOpen }) => !isOpen))('$operation', ({ method, url }) => {
  it.each([
    ['no token', null],
    ['an unknown token', `parley_sk_${'A'.repeat(43)}`],
    ['an empty token', ' '],
    ['a token of 513 characters', 'a'.repeat(513)],
  ])('refuses %s', async (_what, token) => {
    expectProblem(await test.send({ method, url, as: token }), 401, 'unauthorized')
  })

  it('refuses another scheme than Bearer', async () => {
    const headers = { authorization: `Basic ${test.creditor.apiKey}` }
    expectProblem(await test.send({ method, url, as: null, headers }), 401, 'unauthorized')
  })
})

describe("the operator's token", () => {
  it("opens the operator's operation alone", async () => {
    const work = await test.send({ url: '/health/work', as: 'the-operator' })
    expect(work.status).toBe(200)
    expectProblem(await test.send({ url: '/v1/creditor', as: 'the-operator' }), 401, 'unauthorized')
    expectProblem(await test.send({ url: '/health/work' }), 401, 'unauthorized')
  })
})

describe.each(OPERATIONS.filter(({ takesKey }) => takesKey))('$operation', ({ method, url }) => {
  it('refuses to run without an Idempotency-Key', async () => {
    expectProblem(await test.send({ method, url, key: null }), 400, 'idempotency-key-missing')
  })

  it.each([
    ['an empty Idempotency-Key', ''],
    ['an empty quoted Idempotency-Key', '""'],
    ['an Idempotency-Key of 256 characters', 'k'.repeat(256)],
    ['a blank in the Idempotency-Key', 'two words'],
    ['a letter outside of ASCII in the Idempotency-Key', 'clé'],
  ])('refuses %s', async (_what, key) => {
    const { errors } = expectProblem(await test.send({ method, url, key }), 400, 'header-invalid')
    expect(errors).toMatchObject([{ pointer: 'Idempotency-Key', code: 'pattern' }])
  })
})

it('an Idempotency-Key of 255 characters is taken', async () => {
  const sent = { method: 'POST', url: '/v1/debtors', body: debtorInput() } as const
  expect((await test.send({ ...sent, key: `${'k'.repeat(254)}~` })).status).toBe(201)
})

/** What only shows something may be asked as often as one likes. */
const CHANGES_NOTHING = ['previewNegotiationPolicy']

it('every POST of a creditor that changes something takes an Idempotency-Key', () => {
  const posts = OPERATIONS.filter(
    ({ method, url }) => String(method) === 'POST' && url.startsWith('/v1'),
  )
  const without = posts.filter(({ takesKey }) => !takesKey)
  expect(without.map(({ operation }) => operation)).toEqual(CHANGES_NOTHING)
  expect(posts).toHaveLength(30)
})

describe('a path', () => {
  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/debtor',
    '/v2/creditor',
    '/V1/creditor',
    '/v1/creditor/..%2f..%2fetc',
    '/parley',
    '/.well-known/other',
  ])('%s leads nowhere', async (url) => {
    expectProblem(await test.send({ url }), 404, 'route-unknown')
  })

  it('that is no path is refused', async () => {
    expectProblem(await test.send({ url: '/v1/debtors/%ff' }), 400, 'parameter-invalid')
  })

  it.each([
    ['DELETE', '/v1/creditor', 'GET, HEAD, PATCH'],
    ['PUT', '/v1/debtors', 'GET, HEAD, POST'],
    ['PATCH', '/v1/payment-requests', 'GET, HEAD, POST'],
    ['GET', '/parley/messages', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['POST', `/p/${'a'.repeat(48)}`, 'GET, HEAD'],
  ] as const)('takes no %s at %s', async (method, url, allow) => {
    const reply = await test.send({ method, url })
    expectProblem(reply, 405, 'method-not-allowed')
    expect(reply.headers['allow']).toBe(allow)
  })

  it('answers a HEAD as the GET without its body', async () => {
    const reply = await test.app.inject({ method: 'HEAD', url: '/health/live' })
    expect([reply.statusCode, reply.body]).toEqual([200, ''])
  })
})
