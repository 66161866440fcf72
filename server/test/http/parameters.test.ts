// Every parameter of every operation, broken rule by rule: the refusal names the parameter.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readApiDocument } from '../../src/http/api-document.ts'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'
import type { Schema } from '../support/schema-mutations.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

interface Parameter {
  $ref?: string
  name: string
  in: 'path' | 'query' | 'header'
  schema: Schema
}

interface Operation {
  operationId: string
  parameters?: Parameter[]
  security?: readonly object[]
}

const { paths, components } = readApiDocument()

function resolved<T extends { $ref?: string }>(found: T, kind: 'parameters' | 'schemas'): T {
  if (found.$ref === undefined) return found
  return components[kind][found.$ref.split('/').at(-1) ?? ''] as unknown as T
}

const PARAMETERS = Object.entries(paths).flatMap(([path, item]) =>
  (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
    const operation = item[method] as Operation | undefined
    if (operation === undefined) return []
    const all = [...((item.parameters ?? []) as Parameter[]), ...(operation.parameters ?? [])]
    return all
      .map((parameter) => resolved(parameter, 'parameters'))
      .filter((parameter) => parameter.in !== 'header')
      .map((parameter) => ({
        ...parameter,
        schema: resolved(parameter.schema, 'schemas'),
        operation: operation.operationId,
        caller: operation.security?.some((one) => 'operatorToken' in one)
          ? { as: 'the-operator' }
          : {},
        method: method.toUpperCase() as 'GET',
        path,
      }))
  }),
)

/** Texts that break one rule of a parameter's schema, with the keyword. */
function brokenTexts({
  type,
  enum: allowed,
  pattern,
  minLength,
  maxLength,
  minimum,
  maximum,
}: Schema) {
  const texts: [string, string][] = []
  if (allowed !== undefined) texts.push(['outside', 'enum'])
  if (type === 'integer') texts.push(['x', 'type'], ['1.5', 'type'])
  if (minimum !== undefined) texts.push([String(minimum - 1), 'minimum'])
  if (maximum !== undefined) texts.push([String(maximum + 1), 'maximum'])
  if (minLength !== undefined) texts.push(['', 'minLength'])
  if (maxLength !== undefined) texts.push(['a'.repeat(maxLength + 1), 'maxLength'])
  if (pattern !== undefined) {
    const fits = new RegExp(pattern, 'u')
    for (const text of [' ', 'ä', '!', 'a b', "'--", '\0', 'x'.repeat(70)]) {
      if (!fits.test(text)) texts.push([text, 'pattern'])
    }
  }
  return texts
}

const CASES = PARAMETERS.flatMap((parameter) =>
  brokenTexts(parameter.schema).map(([text, code]) => {
    return { ...parameter, text, shown: JSON.stringify(text), code }
  }),
)

function urlOf(path: string, name: string, place: string, text: string): string {
  const fitting = (part: string) => (part === 'segment' ? 'default' : 'x'.repeat(43))
  const value = encodeURIComponent(text)
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, part: string) =>
    part === name ? value : fitting(part),
  )
  return place === 'query' ? `${filled}?${name}=${value}` : filled
}

describe('a parameter', () => {
  it.each(CASES)('$name of $operation is refused as $shown', async (one) => {
    const url = urlOf(one.path, one.name, one.in, one.text)
    const reply = await test.send({ method: one.method, url, ...one.caller })
    const { errors } = expectProblem(reply, 400, 'parameter-invalid')
    expect(errors).toContainEqual(expect.objectContaining({ pointer: one.name, code: one.code }))
  })

  const QUERIES = PARAMETERS.filter((parameter) => parameter.in === 'query')

  it.each(QUERIES)('$name of $operation is refused when it stands twice', async (one) => {
    const url = urlOf(one.path, one.name, 'query', '1')
    const reply = await test.send({
      method: one.method,
      url: `${url}&${one.name}=2`,
      ...one.caller,
    })
    const { errors } = expectProblem(reply, 400, 'parameter-invalid')
    expect(errors[0]?.pointer).toBe(one.name)
  })

  it('that no operation knows is refused', async () => {
    const reply = await test.send({ url: '/v1/debtors?offset=10' })
    const { errors } = expectProblem(reply, 400, 'parameter-invalid')
    expect(errors).toMatchObject([{ pointer: 'offset', code: 'additionalProperties' }])
  })

  it('of 257 characters in a path is refused', async () => {
    const url = `/v1/debtors/${'x'.repeat(257)}`
    expectProblem(await test.send({ url }), 400, 'parameter-invalid')
  })
})

describe('a query', () => {
  it.each([
    '/v1/debtors',
    '/v1/debtors?limit=1',
    '/v1/debtors?limit=200&externalId=C-17',
    '/v1/debtors?externalId=%27%20or%201%3D1%20--',
    '/v1/debtors?cursor=zzz',
    '/v1/payment-requests?claim=open&conversation=none&debtorId=x&invoiceNumber=%25',
    '/v1/payment-requests?dueFrom=2026-01-01&dueTo=2026-12-31',
    '/v1/webhook-deliveries?state=failed',
    '/v1/bank-transactions?state=unmatched&limit=2',
  ])('%s is answered with a page', async (url) => {
    const reply = await test.send({ url })
    expect([reply.status, reply.json['nextCursor']], reply.text).toEqual([200, null])
  })

  it.each([
    ['dueFrom', '2026-02-31'],
    ['dueTo', '2026-13-01'],
    ['dueTo', '0000-00-00'],
  ])('with %s=%s, which is no day, is refused', async (name, day) => {
    const reply = await test.send({ url: `/v1/payment-requests?${name}=${day}` })
    const { errors } = expectProblem(reply, 422, 'date-invalid')
    expect(errors).toMatchObject([{ pointer: name, code: 'date-invalid' }])
  })

  it.each(['externalId', 'invoiceNumber'])('with a NUL in %s is refused', async (name) => {
    const path = name === 'externalId' ? '/v1/debtors' : '/v1/payment-requests'
    const reply = await test.send({ url: `${path}?${name}=a%00b` })
    expect(expectProblem(reply, 422, 'text-invalid').errors[0]?.pointer).toBe(name)
  })
})
