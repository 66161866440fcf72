// openapi.yaml, read once: the operations that it names and a check for each of their parts. A check is
// compiled when it is first asked: all of them take longer than the rest of a start.
import { readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import type { FieldError } from './problems.ts'

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: object
}

interface OperationObject {
  operationId: string
  security?: object[]
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: { required?: boolean; content: Record<string, object> }
  responses: Record<string, unknown>
}

export interface ApiDocument {
  openapi: string
  security: object[]
  paths: Record<string, Record<string, unknown> & { parameters?: (Parameter | { $ref: string })[] }>
  components: { parameters: Record<string, Parameter>; schemas: Record<string, object> }
}

export type SecurityScheme = 'none' | 'apiKey' | 'operatorToken' | 'incomingSecret'

/** One operation of the document, ready to be routed. */
export interface Operation {
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Fastify's form of the path. */
  url: string
  security: SecurityScheme
  needsIdempotencyKey: boolean
  bodyTypes: string[]
  bodyRequired: boolean
  checkBody: Check | undefined
  checkQuery: Check
  checkParams: Check
}

/** Returns what is wrong with a value, undefined for nothing; it may fill in defaults. */
export type Check = (value: unknown) => FieldError[] | undefined

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
const DOCUMENT_KEYWORDS = [
  'openapi',
  'info',
  'servers',
  'security',
  'tags',
  'paths',
  'webhooks',
  'components',
  'example',
]

let read: ApiDocument | undefined

/** Reads the document from its file, once. */
export function readApiDocument(): ApiDocument {
  const file = new URL('../../../openapi.yaml', import.meta.url)
  read ??= parse(readFileSync(file, 'utf8')) as ApiDocument
  return read
}

/** Lists the operations of the document. */
export function operationsOf(document: ApiDocument): Operation[] {
  const ajv = createAjv(document, false)
  const coercing = createAjv(document, true)
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] !== undefined).map((method) =>
      operationOf({ document, ajv, coercing, path, method }),
    ),
  )
}

/** A check against a schema; `compile` throws for one that contradicts itself. */
export function checkWith(compile: () => ValidateFunction): Check {
  let validate: ValidateFunction | undefined
  return (value) => {
    validate ??= compile()
    return validate(value) ? undefined : fieldErrors(validate.errors)
  }
}

/** An Ajv over the document: schemas are reached as `api#/components/schemas/…`. */
export function createAjv(document: ApiDocument, coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    coerceTypes,
    useDefaults: coerceTypes,
  })
  addFormats.default(ajv)
  ajv.addVocabulary(DOCUMENT_KEYWORDS)
  ajv.addSchema({ ...document, $id: 'api' }, 'api')
  return ajv
}

function operationOf(context: {
  document: ApiDocument
  ajv: Ajv2020
  coercing: Ajv2020
  path: string
  method: (typeof METHODS)[number]
}): Operation {
  const { document, ajv, coercing, path, method } = context
  const item = document.paths[path] ?? {}
  const operation = item[method] as OperationObject
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((found) =>
    resolve(document, found),
  )
  const types = Object.keys(operation.requestBody?.content ?? {})
  const pointer = `api#/paths/${pointerPart(path)}/${method}/requestBody/content`
  return {
    id: operation.operationId,
    method: method.toUpperCase() as Operation['method'],
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    security: schemeOf(operation.security ?? document.security),
    needsIdempotencyKey: parameters.some((p) => p.in === 'header' && p.name === 'Idempotency-Key'),
    bodyTypes: types,
    bodyRequired: operation.requestBody?.required === true,
    checkBody: bodyCheck(ajv, coercing, pointer, types),
    checkQuery: checkWith(() => coercing.compile(objectOf(parameters, 'query'))),
    checkParams: checkWith(() => ajv.compile(objectOf(parameters, 'path'))),
  }
}

function bodyCheck(
  ajv: Ajv2020,
  coercing: Ajv2020,
  pointer: string,
  types: string[],
): Check | undefined {
  const type = types.find((t) =>
    ['application/json', 'application/x-www-form-urlencoded', 'application/x-ndjson'].includes(t),
  )
  if (type === undefined) return undefined
  const engine = type === 'application/x-www-form-urlencoded' ? coercing : ajv
  return checkWith(() => engine.compile({ $ref: `${pointer}/${pointerPart(type)}/schema` }))
}

function objectOf(parameters: Parameter[], place: Parameter['in']): object {
  const own = parameters.filter((parameter) => parameter.in === place)
  return {
    type: 'object',
    additionalProperties: false,
    required: own.filter((p) => p.required === true).map((p) => p.name),
    properties: Object.fromEntries(own.map((p) => [p.name, rebase(p.schema)])),
  }
}

/** Parameters' schemas refer to the document by `#/…`; outside of it that is `api#/…`. */
function rebase(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/')) as object
}

function resolve(document: ApiDocument, parameter: Parameter | { $ref: string }): Parameter {
  if (!('$ref' in parameter)) return parameter
  const name = parameter.$ref.split('/').at(-1) ?? ''
  const found = document.components.parameters[name]
  if (found === undefined) throw new Error(`openapi.yaml has no parameter ${name}`)
  return found
}

function schemeOf(security: object[]): SecurityScheme {
  const [first] = security
  if (first === undefined) return 'none'
  if ('incomingSecret' in first) return 'incomingSecret'
  return 'operatorToken' in first ? 'operatorToken' : 'apiKey'
}

const pointerPart = (part: string) =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

const MAX_FIELD_ERRORS = 20

/** What a validator found, as field errors with JSON Pointers. */
function fieldErrors(errors: readonly ErrorObject[] | null | undefined): FieldError[] {
  return (errors ?? [])
    .filter((error) => error.keyword !== 'oneOf' || (errors?.length ?? 0) === 1)
    .slice(0, MAX_FIELD_ERRORS)
    .map((error) => ({
      pointer: pointerOf(error),
      code: error.keyword,
      detail: detailOf(error),
    }))
}

function pointerOf(error: ErrorObject): string {
  const { missingProperty, additionalProperty } = error.params as Record<string, string | undefined>
  const member = missingProperty ?? additionalProperty
  return member === undefined ? error.instancePath : `${error.instancePath}/${member}`
}

function detailOf(error: ErrorObject): string {
  if (error.keyword === 'enum') {
    return `must be one of ${(error.params as { allowedValues: unknown[] }).allowedValues.join(', ')}`
  }
  return error.message ?? 'is not valid'
}
