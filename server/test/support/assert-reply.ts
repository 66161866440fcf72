// Holds a reply against openapi.yaml: is its status documented for this operation, does the body
// have a documented type, and does it fit the schema? Fastify does not check what it sends.
import type { ValidateFunction } from 'ajv'
import { expect } from 'vitest'
import { type ApiDocument, createAjv, readApiDocument } from '../../src/http/api-document.ts'
import { allProblemCodes, type Problem } from '../../src/http/problems.ts'

export interface SentRequest {
  method: string
  /** Path and query. */
  url: string
}

export interface GivenReply {
  statusCode: number
  headers: Record<string, unknown>
  body: string
}

type Responses = Record<string, { $ref?: string; content?: Record<string, object> }>

const document = readApiDocument()
const ajv = createAjv(document, false)
const paths = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]*').replaceAll('.', '\\.')}$`),
}))
const problemCodes: ReadonlySet<string> = new Set(allProblemCodes())
const validators = new Map<string, ValidateFunction>()

/** Fails the test unless the reply is one that the document promises for this request. */
export function assertReply(request: SentRequest, reply: GivenReply): void {
  const path = request.url.split('?')[0] ?? ''
  const about = `${request.method} ${path} → ${reply.statusCode} ${reply.body.slice(0, 500)}`
  const schema = promisedSchema(request.method, path, reply, about)
  const values = bodyValues(reply)
  if (schema === undefined) expect(reply.body, about).toBe('')
  else for (const value of values) expectValid(schema, value, about)
  expect(reply.headers['x-content-type-options'], about).toBe('nosniff')
  if (typeOf(reply) === 'application/problem+json') expectProblem(path, reply, about)
}

/** The pointer to the schema of the body, or undefined where the document promises no body. */
function promisedSchema(
  method: string,
  path: string,
  reply: GivenReply,
  about: string,
): string | undefined {
  const found = operationAt(document, method, path)
  // What no operation answers is a problem, as everywhere.
  if (found === undefined) {
    expect(typeOf(reply), about).toBe('application/problem+json')
    return 'api#/components/schemas/Problem'
  }
  const status = String(reply.statusCode) in found.responses ? reply.statusCode : 'default'
  const response = found.responses[status]
  expect(response, `undocumented status: ${about}`).toBeDefined()
  const shared = response?.$ref?.split('/').at(-1)
  const place =
    shared === undefined ? `${found.pointer}/responses/${status}` : `components/responses/${shared}`
  const { responses: sharedResponses } = document.components as unknown as { responses: Responses }
  const content = (shared === undefined ? response : sharedResponses[shared])?.content
  if (content === undefined) return undefined
  expect(Object.keys(content), `undocumented content type: ${about}`).toContain(typeOf(reply))
  return `api#/${place}/content/${part(typeOf(reply))}/schema`
}

function operationAt({ paths: items }: ApiDocument, method: string, path: string) {
  const template = paths.find(({ pattern }) => pattern.test(path))?.template
  const operation = items[template ?? '']?.[method.toLowerCase()] as
    | { responses: Responses }
    | undefined
  if (template === undefined || operation === undefined) return undefined
  const pointer = `paths/${part(template)}/${method.toLowerCase()}`
  return { pointer, responses: operation.responses }
}

const part = (text: string) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))

function typeOf({ headers }: GivenReply): string {
  return String(headers['content-type'] ?? '').split(';')[0] ?? ''
}

function bodyValues(reply: GivenReply): unknown[] {
  const type = typeOf(reply)
  if (type === 'application/x-ndjson') {
    return reply.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  }
  return [type.endsWith('json') ? (JSON.parse(reply.body) as unknown) : reply.body]
}

function expectValid(pointer: string, value: unknown, about: string): void {
  const known = validators.get(pointer)
  const validate = known ?? ajv.compile({ $ref: pointer })
  validators.set(pointer, validate)
  const isValid = validate(value)
  expect(isValid, `${JSON.stringify(validate.errors)} in ${about}`).toBe(true)
}

/** RFC 9457 and what Parley adds to it. */
function expectProblem(path: string, reply: GivenReply, about: string): void {
  const problem = JSON.parse(reply.body) as Problem & { instance?: string }
  expect(problemCodes, about).toContain(problem.code)
  expect(problem, about).toMatchObject({
    type: `urn:parley:problem:${problem.code}`,
    status: reply.statusCode,
    instance: path,
    requestId: reply.headers['request-id'],
  })
  if (problem.status === 401) expect(reply.headers['www-authenticate'], about).toBe('Bearer')
}
