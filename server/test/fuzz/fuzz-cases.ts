// Requests by chance from openapi.yaml: each fits the document, or breaks one rule of it in one place.
import fc from 'fast-check'
import type { ApiDocument, SecurityScheme } from '../../src/http/api-document.ts'
import { operationsOf } from '../../src/http/api-document.ts'
import { type Broken, brokenValues, type Keyword } from './broken-values.ts'
import { RAW_BODIES } from './raw-bodies.ts'
import { type Resolve, type Schema, stoodFor, validValues } from './valid-values.ts'

/** What is broken: a keyword of a schema, or what comes before any schema. */
export type Rule = Keyword | 'syntax' | 'media-type' | 'no-body'

export interface FuzzCase {
  operationId: string
  method: string
  /** Path and query, with stand-ins for the ids of the server. */
  target: string
  security: SecurityScheme
  headers: Record<string, string>
  body: string | undefined
  /** Undefined: the request fits the document. */
  broken: { rule: Rule; place: string } | undefined
}

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
}

interface FuzzOperation {
  id: string
  method: string
  path: string
  security: SecurityScheme
  parameters: readonly Parameter[]
  /** The schema of the body by its media type. */
  bodies: readonly (readonly [type: string, schema: Schema])[]
}

type Place = Parameter['in'] | 'body'

/** The parts of a request before they are text. */
interface Parts {
  path: Record<string, unknown>
  query: Record<string, unknown>
  header: Record<string, unknown>
  type: string | undefined
  body: unknown
}

const STANDING_IN = [
  ...['debtorId', 'paymentRequestId', 'experimentId', 'endpointId', 'deliveryId', 'refundId'],
  ...['exportId', 'bankTransactionId', 'taskId', 'pullToken', 'linkToken', 'receiptId'],
]
const FORM = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data'
const BOUNDARY = 'parley-fuzz'

/** Any request to any operation of the document. */
export function fuzzCases(document: ApiDocument): fc.Arbitrary<FuzzCase> {
  const { schemas } = document.components
  const resolve: Resolve = (ref) => schemas[ref.split('/').at(-1) ?? ''] as Schema
  const arbitraries = fuzzOperations(document).map((operation) => ({
    weight: operation.bodies.length > 0 ? 3 : operation.parameters.length > 0 ? 2 : 1,
    arbitrary: casesOf(operation, resolve),
  }))
  return fc.oneof(...arbitraries)
}

function fuzzOperations(document: ApiDocument): FuzzOperation[] {
  const known = new Map(operationsOf(document).map((it) => [it.id, it]))
  const shared = document.components.parameters
  const found = Object.entries(document.paths).flatMap(([path, item]) =>
    ['get', 'post', 'put', 'patch', 'delete'].flatMap((method) => {
      const operation = item[method] as RawOperation | undefined
      if (operation === undefined) return []
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((it) =>
        '$ref' in it ? shared[it.$ref.split('/').at(-1) ?? ''] : it,
      ) as Parameter[]
      const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
        ([type, { schema }]) => [type, schema] as const,
      )
      const { operationId: id } = operation
      const security = known.get(id)?.security ?? 'none'
      return [{ id, method: method.toUpperCase(), path, security, parameters, bodies }]
    }),
  )
  return found
}

interface RawOperation {
  operationId: string
  parameters?: ApiDocument['paths'][string]['parameters']
  requestBody?: { content: Record<string, { schema: Schema }> }
}

function casesOf(operation: FuzzOperation, resolve: Resolve): fc.Arbitrary<FuzzCase> {
  const inPlace = (place: Parameter['in']) => placeOf(operation, place)
  const parts = fc.record({
    path: validValues(inPlace('path'), resolve).map((it) => standIn(it as object)),
    query: validValues(inPlace('query'), resolve),
    header: validValues(inPlace('header'), resolve),
    ...{ content: contents(operation, resolve), which: fc.nat(), isBroken: fc.boolean() },
  })
  return parts.map(({ content: [type, body], which, isBroken, ...rest }) => {
    const whole = { ...rest, type, body } as Parts
    const ways = isBroken ? waysToBreak(operation, whole, resolve) : []
    const rules = [...new Set(ways.map(({ broken }) => broken.rule))]
    const rule = rules[which % rules.length]
    const choices = ways.filter(({ broken }) => broken.rule === rule)
    const chosen = choices[Math.floor(which / 31) % choices.length]
    return chosen?.make() ?? written(operation, whole)
  })
}

function placeOf({ parameters }: FuzzOperation, place: Parameter['in']): Schema {
  const own = parameters.filter((it) => it.in === place)
  return {
    type: 'object',
    additionalProperties: false,
    required: own.filter((it) => it.required === true).map(({ name }) => name),
    properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
  }
}

/** Ids of a path are those of things that exist, but for one in eight. */
function standIn(path: object): Record<string, unknown> {
  const names = Object.entries(path) as [string, string][]
  return Object.fromEntries(
    names.map(([name, text]) => {
      const draw = [...text].reduce((sum, it) => (sum * 31 + (it.codePointAt(0) ?? 0)) % 997, 7)
      const stays = !STANDING_IN.includes(name) || draw % 8 === 0 || text.startsWith('ref_')
      // A path with an empty part is another path.
      return [name, stays ? text || 'x' : stoodFor(name, draw)]
    }),
  )
}

function contents(
  { bodies }: FuzzOperation,
  resolve: Resolve,
): fc.Arbitrary<readonly [type: string | undefined, body: unknown]> {
  if (bodies.length === 0) return fc.constant([undefined, undefined] as const)
  return fc.oneof(
    ...bodies.map(([type, schema]) => {
      const raw = RAW_BODIES[type]
      const isRaw = schema.type === 'string' && raw !== undefined
      const values = isRaw ? raw : validValues(schema, resolve)
      return values.map((body) => [type, body] as const)
    }),
  )
}

interface Way {
  broken: { rule: Rule; place: string }
  make(): FuzzCase
}

function waysToBreak(operation: FuzzOperation, parts: Parts, resolve: Resolve): Way[] {
  const ways = (['path', 'query', 'header'] as const).flatMap((place) =>
    brokenValues(placeOf(operation, place), parts[place], resolve)
      .filter((it) => isTellable(it, parts[place], place))
      .map((it) => wayOf(operation, { ...parts, [place]: it.value }, it, place)),
  )
  return [...ways, ...waysToBreakBody(operation, parts, resolve)]
}

function waysToBreakBody(operation: FuzzOperation, parts: Parts, resolve: Resolve): Way[] {
  const { type, body } = parts
  const schema = operation.bodies.find(([it]) => it === type)?.[1]
  if (type === undefined || schema === undefined) return []
  const isText = type === FORM || type === MULTIPART
  const inSchema =
    schema.type === 'string'
      ? []
      : brokenValues(schema, body, resolve)
          .filter((it) => !isText || isTellable(it, body as object, 'body'))
          .map((it) => wayOf(operation, { ...parts, body: it.value }, it, 'body'))
  const valid = written(operation, parts)
  const before = (rule: Rule, headers: Record<string, string>, text: string | undefined): Way => {
    const broken = { rule, place: 'body' }
    return { broken, make: () => ({ ...valid, headers, body: text, broken }) }
  }
  const syntax = ['{', '{"a":1,"a":1}', '{"a":"\\ud800"}', '\ufeff{}', '[1,]'].map((it) =>
    before('syntax', valid.headers, it),
  )
  return [
    ...inSchema,
    ...(type === 'application/json' ? syntax : []),
    before('media-type', { ...valid.headers, 'content-type': 'image/png' }, valid.body),
    // A bulk of nothing is one of no lines.
    ...(type === 'application/x-ndjson' ? [] : [before('no-body', valid.headers, '')]),
  ]
}

/** Whether what is broken is still so once everything is text. */
function isTellable({ keyword, pointer, value }: Broken, before: object, place: Place): boolean {
  const name = pointer.slice(1)
  if (name === '') {
    if (keyword === 'type') return false
    // Of a path nothing can be left out, and a header more is no fault.
    return place === 'path' ? false : keyword !== 'additionalProperties' || place !== 'header'
  }
  const member = (value as Record<string, unknown>)[name]
  if (keyword === 'type' && typeof (before as Record<string, unknown>)[name] === 'string')
    return false
  if (typeof member === 'number') return true
  if (typeof member !== 'string') return false
  if (place === 'path') return member !== ''
  return place !== 'header' || /^[ -~]*$/.test(member)
}

function wayOf(operation: FuzzOperation, parts: Parts, it: Broken, place: Place): Way {
  const broken = { rule: it.keyword, place: `${place}${it.pointer}` }
  return { broken, make: () => ({ ...written(operation, parts), broken }) }
}

function written(operation: FuzzOperation, { path, query, header, type, body }: Parts): FuzzCase {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path[name])),
  )
  const asked = asForm(query)
  const boundary = type === MULTIPART ? `; boundary=${BOUNDARY}` : ''
  return {
    ...{ operationId: operation.id, method: operation.method, security: operation.security },
    target: asked === '' ? filled : `${filled}?${asked}`,
    headers: {
      ...(header as Record<string, string>),
      ...(type === undefined ? {} : { 'content-type': `${type}${boundary}` }),
    },
    body: type === undefined ? undefined : bodyText(type, body),
    broken: undefined,
  }
}

function bodyText(type: string, body: unknown): string {
  if (typeof body === 'string') return body
  if (type === FORM) return asForm(body as object)
  if (type === MULTIPART) return asParts(body as object)
  return JSON.stringify(body)
}

const asForm = (members: object) =>
  Object.entries(members)
    .map((pair) => pair.map((it) => encodeURIComponent(String(it))).join('='))
    .join('&')

function asParts(members: object): string {
  const parts = Object.entries(members).map(
    ([name, text]) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
  )
  return `${parts.join('')}--${BOUNDARY}--\r\n`
}
