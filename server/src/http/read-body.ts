// From the raw request to validated parts: content type, exact bytes, strict JSON, then the schemas
// of openapi.yaml. Nothing is coerced in JSON bodies and no member is dropped.
import type { Readable } from 'node:stream'
import { err, ok, parseStrictJson, type Result } from '@parley/sdk/protocol'
import type { FastifyRequest } from 'fastify'
import type { Operation } from './api-document.ts'
import { type FieldError, type Problem, problemOf } from './problems.ts'
import { type SpooledBody, spoolBody } from './spool-body.ts'

export interface ReadBody {
  body: unknown
  bytes: Buffer
  stream: Readable | undefined
  /** The body on disk, for operations that spool it; whoever gets it closes it. */
  file?: SpooledBody
  contentType: string
}

const NOTHING = Buffer.alloc(0)
const KEY = /^[!-~]{1,255}$/

/**
 * Checks path, query, headers and body in this order; the first that is wrong answers. With a limit the
 * body goes to disk.
 */
export async function readBody(
  operation: Operation,
  request: FastifyRequest,
  spoolLimit?: number,
): Promise<Result<ReadBody, Problem>> {
  const parameters = checkParameters(operation, request)
  if (parameters !== undefined) return err(parameters)
  const contentType =
    (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (operation.bodyTypes.length === 0) {
    return ok({ body: undefined, bytes: bytesOf(request.body), stream: undefined, contentType })
  }
  if (request.body === undefined || request.body === null) return err(problemOf('body-missing'))
  if (!operation.bodyTypes.includes(contentType)) {
    return err(problemOf('content-type', { detail: `send ${operation.bodyTypes.join(' or ')}` }))
  }
  if (contentType === 'application/x-ndjson') {
    return ok({ body: undefined, bytes: NOTHING, stream: request.body as Readable, contentType })
  }
  if (spoolLimit !== undefined) return await readSpooled(request, { contentType, spoolLimit })
  const bytes = bytesOf(request.body)
  if (bytes.length === 0) return err(problemOf('body-missing'))
  const header = request.headers['content-type'] ?? ''
  return await parseBytes(operation, { contentType, header, bytes })
}

async function readSpooled(
  request: FastifyRequest,
  { contentType, spoolLimit }: { contentType: string; spoolLimit: number },
): Promise<Result<ReadBody, Problem>> {
  const stated = Number(request.headers['content-length'] ?? 0)
  const file =
    stated > spoolLimit ? undefined : await spoolBody(request.body as Readable, spoolLimit)
  if (file === undefined) return err(problemOf('body-too-large'))
  if (file.size > 0)
    return ok({ body: undefined, bytes: NOTHING, stream: undefined, file, contentType })
  await file.close()
  return err(problemOf('body-missing'))
}

const bytesOf = (body: unknown) => (Buffer.isBuffer(body) ? body : NOTHING)

async function parseBytes(
  operation: Operation,
  { contentType, header, bytes }: { contentType: string; header: string; bytes: Buffer },
): Promise<Result<ReadBody, Problem>> {
  if (operation.checkBody === undefined) {
    return ok({ body: undefined, bytes, stream: undefined, contentType })
  }
  const parsed = await parseMembers({ contentType, header, bytes })
  if (!parsed.ok) return parsed
  const faults = operation.checkBody(parsed.value)
  if (faults !== undefined) return err(problemOf('body-invalid', { errors: faults }))
  return ok({ body: parsed.value, bytes, stream: undefined, contentType })
}

async function parseMembers(sent: {
  contentType: string
  header: string
  bytes: Buffer
}): Promise<Result<unknown, Problem>> {
  switch (sent.contentType) {
    case 'application/json':
      return parseJson(sent.bytes)
    case 'multipart/form-data':
      return await parseMultipart(sent)
    default:
      return ok(parseForm(sent.bytes))
  }
}

/**
 * Strict UTF-8, strict JSON: duplicate names, lone surrogates and deep nesting are refused, and NUL,
 * which no column of PostgreSQL can hold.
 */
export function parseJson(bytes: Buffer): Result<unknown, Problem> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return err(problemOf('json-invalid', { detail: 'the body is not UTF-8' }))
  }
  const parsed = parseStrictJson(text)
  if (parsed.ok && text.includes('\\u0000') && holdsNul(parsed.value)) {
    return err(problemOf('json-invalid', { detail: 'a text holds U+0000' }))
  }
  if (parsed.ok) return parsed
  return err(problemOf('json-invalid', { detail: `refused as ${parsed.error.code}` }))
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).flat().some(holdsNul)
}

function parseForm(bytes: Buffer): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')))
}

/** RFC 7578; a part that is a file counts for nothing. */
async function parseMultipart({
  header,
  bytes,
}: {
  header: string
  bytes: Buffer
}): Promise<Result<Record<string, string>, Problem>> {
  try {
    const body = new Response(new Uint8Array(bytes), { headers: { 'content-type': header } })
    const fields = [...(await body.formData())]
    return ok(Object.fromEntries(fields.filter((it): it is [string, string] => isText(it[1]))))
  } catch {
    return err(problemOf('body-invalid', { detail: 'the parts of the form cannot be read' }))
  }
}

const isText = (value: unknown) => typeof value === 'string'

function checkParameters(operation: Operation, request: FastifyRequest): Problem | undefined {
  const faults = operation.checkParams(request.params) ?? operation.checkQuery(request.query)
  if (faults !== undefined) return problemOf('parameter-invalid', { errors: faults.map(named) })
  if (!operation.needsIdempotencyKey) return undefined
  const key = request.headers['idempotency-key']
  if (key === undefined) {
    return problemOf('idempotency-key-missing', {
      detail: 'send an Idempotency-Key of your own choice, a new one for each act',
    })
  }
  if (typeof key === 'string' && KEY.test(key) && key !== '""') return undefined
  return problemOf('header-invalid', {
    errors: [
      { pointer: 'Idempotency-Key', code: 'pattern', detail: '1 to 255 visible characters, once' },
    ],
  })
}

/** A parameter is called by its name; only members of bodies have JSON Pointers. */
function named(fault: FieldError): FieldError {
  return { ...fault, pointer: fault.pointer.slice(1) }
}
