// The HTTP edge: limits, exact bytes, authentication, validation, and one renderer of problems.
// Routes come from openapi.yaml alone; the boot fails when a handler is missing or left over.
import { createHash, randomUUID } from 'node:crypto'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import {
  type ApiDocument,
  type Operation,
  operationsOf,
  type SecurityScheme,
} from './api-document.ts'
import { type Authenticate, bearerToken, type Caller } from './authenticate.ts'
import { type ConversationLimit, createConversationLimit } from './conversation-limit.ts'
import { openToOtherOrigins } from './cross-origin.ts'
import { refuseLate } from './late-refusals.ts'
import { watchLoop } from './loop-load.ts'
import type { Answer, Call, Handler, Reply } from './operation.ts'
import { methodsByPath } from './other-methods.ts'
import { type Problem, problemOf, problemOfRefusal } from './problems.ts'
import { type ReadBody, readBody } from './read-body.ts'
import { createRequestPlaces, type RequestPlaces } from './request-places.ts'
import { createSpoolPlaces, type SpoolPlaces } from './spool-places.ts'
import { createStrangerLimit, limitStrangers, type StrangerLimit } from './stranger-limit.ts'

export interface AppDeps {
  document: ApiDocument
  handlers: Readonly<Record<string, Handler>>
  authenticate: Authenticate
  /** Runs the work of a request with the rights of its caller in the store. */
  actAs: ActAs
  logger: FastifyBaseLogger
  /** Tells an outage of the store from a defect. */
  isStoreAway(error: unknown): boolean
}

/** Runs `work` for a caller who came by a scheme of the document. */
export type ActAs = <T>(caller: Caller & { scheme: SecurityScheme }, work: () => T) => T

/** Largest body of an operation, in bytes, where it is not the general limit. */
const BODY_LIMIT = 1 << 20
const BODY_LIMITS: Record<string, number> = {
  receiveMessage: 128 << 10,
  enrolAgent: 128 << 10,
  choosePlan: 16 << 10,
  tellPaid: 4 << 10,
  tellDispute: 64 << 10,
  askForHelp: 64 << 10,
  tellPreferences: 4 << 10,
  unsubscribe: 4 << 10,
  receiveTextMessage: 64 << 10,
  receiveMail: 2_000_000,
  logIn: 4 << 10,
  logOut: 4 << 10,
  actOnTask: 16 << 10,
}

/** Operations whose body is a file on disk while they run, with its largest size in bytes. */
const SPOOLED: Record<string, number> = { uploadStatement: 256 << 20 }

/** Builds the app. Nothing listens yet. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // A proxy in front of us stands near; from further away nobody says who somebody is.
    trustProxy: ['loopback', 'linklocal', 'uniquelocal'],
    requestTimeout: 60_000,
    connectionTimeout: 70_000,
    keepAliveTimeout: 72_000,
    genReqId: () => randomUUID(),
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (_error, request, reply) => sendUnreadablePath(request, reply),
  })
  keepExactBytes(app)
  addHeaders(app)
  openToOtherOrigins(app)
  refuseLate(app)
  letGoWhenClosing(app)
  await addDocs(app, deps.document)
  const methodsOf = methodsByPath(registerOperations(app, deps))
  app.setErrorHandler((error, request, reply) => {
    // The end of the caller's connection looks like the end of one to the store.
    if (error === request.raw.errored) return sendProblem(reply, brokenOff(request))
    const problem = deps.isStoreAway(error)
      ? storeAway(error, request)
      : problemOfError(error, request)
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split('?', 1)[0] ?? '')
    if (methods.length === 0) return sendProblem(reply, problemOf('route-unknown'))
    const detail = `this path takes ${methods.join(', ')}`
    return sendProblem(
      reply.header('allow', methods.join(', ')),
      problemOf('method-not-allowed', { detail }),
    )
  })
  return app
}

function registerOperations(app: FastifyInstance, deps: AppDeps): Operation[] {
  const operations = operationsOf(deps.document)
  const load = watchLoop()
  const strangers = createStrangerLimit()
  const shared = {
    ...{ deps, strangers },
    spoolPlaces: createSpoolPlaces(),
    requestPlaces: createRequestPlaces({ load }),
    conversations: createConversationLimit({ load }),
  }
  const known = new Set(operations.map((operation) => operation.id))
  const missing = [...known].filter((id) => !(id in deps.handlers))
  const extra = Object.keys(deps.handlers).filter((id) => !known.has(id))
  if (missing.length > 0 || extra.length > 0) {
    throw new Error(
      `openapi.yaml and the handlers differ; missing: ${missing.join(', ')}; left over: ${extra.join(', ')}`,
    )
  }
  for (const operation of operations) {
    const handler = deps.handlers[operation.id]
    if (handler === undefined) continue
    const spoolLimit = SPOOLED[operation.id]
    const route = {
      method: operation.method,
      url: operation.url,
      bodyLimit: spoolLimit ?? BODY_LIMITS[operation.id] ?? BODY_LIMIT,
      ...limitStrangers(strangers, operation.id, sendWait),
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        serve({ ...shared, operation, handler, request, reply, spoolLimit }),
    }
    if (spoolLimit === undefined) app.route(route)
    else app.register(async (scope) => takeStreams(scope).route(route))
  }
  return operations
}

function sendWait(
  reply: FastifyReply,
  waitSeconds: number,
  detail = 'too much that came from your address was refused',
): FastifyReply {
  reply.header('retry-after', String(waitSeconds))
  return sendProblem(reply, problemOf('too-many-requests', { detail }))
}

interface Serving {
  operation: Operation
  handler: Handler
  deps: AppDeps
  request: FastifyRequest
  reply: FastifyReply
  spoolLimit: number | undefined
  spoolPlaces: SpoolPlaces
  requestPlaces: RequestPlaces
  strangers: StrangerLimit
  conversations: ConversationLimit
}

const TOO_MANY_FILES = problemOf('too-many-requests', {
  detail: 'other files of yours, or of others, are being read: wait for their replies',
})

const TOO_MANY_REQUESTS = problemOf('too-many-requests', {
  detail: 'too many requests of yours are being answered: wait for their replies',
})

async function serve(context: Serving): Promise<FastifyReply> {
  const { operation, deps, request, reply, requestPlaces } = context
  const caller = await deps.authenticate(operation.security, bearerToken(request.headers))
  if (caller === undefined) return sendProblem(reply, problemOf('unauthorized'))
  const leave = await requestPlaces.enter(caller.creditorId)
  if (leave === undefined) return sendProblem(reply, TOO_MANY_REQUESTS)
  try {
    return await deps.actAs({ ...caller, scheme: operation.security }, () =>
      serveCaller(context, caller),
    )
  } finally {
    leave()
  }
}

async function serveCaller(
  context: Serving,
  caller: { creditorId: string },
): Promise<FastifyReply> {
  const { request, reply, spoolLimit, spoolPlaces } = context
  if (spoolLimit === undefined) return await answer(context, caller)
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  const leave = spoolPlaces.take(caller.creditorId, length)
  if (leave === undefined) return sendProblem(reply, TOO_MANY_FILES)
  try {
    return await answer(context, caller)
  } finally {
    leave()
  }
}

async function answer(context: Serving, caller: { creditorId: string }): Promise<FastifyReply> {
  const { operation, request, reply, spoolLimit } = context
  const read = await readBody(operation, request, spoolLimit)
  if (!read.ok) return sendProblem(reply, read.error)
  const { file } = read.value
  try {
    if (file !== undefined) letWork(request)
    return await answerCall(context, callOf(request, { caller, read: read.value }))
  } finally {
    await file?.close()
  }
}

async function answerCall(
  { operation, handler, request, reply, strangers, conversations }: Serving,
  call: Call,
): Promise<FastifyReply> {
  const entered = await conversations.enter(operation.id, call)
  if (!entered.ok) {
    strangers.refused(request.ip)
    return sendWait(reply, entered.error, 'too much came in this conversation, or for this inbox')
  }
  try {
    return sendAnswer(reply, await handler(call))
  } finally {
    entered.value()
  }
}

function callOf(
  request: FastifyRequest,
  { caller, read }: { caller: { creditorId: string }; read: ReadBody },
): Call {
  const { file } = read
  return {
    creditorId: caller.creditorId,
    params: request.params as Record<string, string>,
    query: request.query as Call['query'],
    body: read.body,
    bytes: read.bytes,
    stream: read.stream,
    ...(file === undefined ? {} : { file }),
    contentType: read.contentType,
    method: request.method,
    target: request.url,
    headers: fieldsOf(request),
    accepts: (...types) => negotiate(request.headers.accept, types),
    idempotency: idempotencyOf(request, file?.hash ?? read.bytes),
    requestId: request.id,
    remoteAddress: request.ip,
  }
}

/** Work on a large file takes longer than a silent connection may live. */
function letWork({ raw }: FastifyRequest): void {
  const socket: { setTimeout?: (ms: number) => void } = raw.socket
  socket.setTimeout?.(0)
}

/** A field that was sent several times is one list (RFC 9110 §5.3). */
function fieldsOf({ headers }: FastifyRequest): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}

/** `content` is the body, or the hash of one that is on disk. */
function idempotencyOf(request: FastifyRequest, content: Buffer): Call['idempotency'] {
  const key = request.headers['idempotency-key']
  const text = typeof key === 'string' ? key.replace(/^"(.*)"$/, '$1') : ''
  if (text === '') return { key: '', requestHash: Buffer.alloc(0) }
  const requestHash = createHash('sha256')
    .update(`${request.method} ${request.url}\n`)
    .update(content)
    .digest()
  return { key: text, requestHash }
}

/** The first of the offered types that the caller takes; the first offered when it takes all. */
function negotiate(accept: string | undefined, types: string[]): string {
  const wanted = (accept ?? '*/*').split(',').map((part) => part.split(';')[0]?.trim() ?? '')
  const found = wanted.flatMap((want) =>
    types.filter((type) => want === type || want === '*/*' || want === `${type.split('/')[0]}/*`),
  )
  return found[0] ?? types[0] ?? 'application/json'
}

function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  return answer.ok
    ? sendReply(reply, answer.value)
    : sendProblem(reply, problemOfRefusal(answer.error))
}

function sendReply(
  reply: FastifyReply,
  { status, contentType, headers, body }: Reply,
): FastifyReply {
  reply.code(status)
  if (headers !== undefined) reply.headers(headers)
  if (body === undefined) return reply.send()
  reply.type(contentType ?? 'application/json')
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body) || 'pipe' in body
  return reply.send(isRaw ? body : JSON.stringify(body))
}

/** Sends a problem; the only place that writes application/problem+json. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  const isForLater =
    problem.status === 429 || problem.status === 503 || problem.code === 'idempotency-key-in-flight'
  if (isForLater && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', '1')
  }
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        ...problem,
        instance: reply.request.url.split('?')[0],
        requestId: reply.request.id,
      }),
    )
}

/** Nobody knows what became of the act: the same request again finds out. */
function storeAway(error: unknown, request: FastifyRequest): Problem {
  request.log.warn({ err: error, route: request.routeOptions.url }, 'the store is away')
  return problemOf('not-ready', {
    detail: 'the store does not answer: send the same request again',
  })
}

/** Nobody hears the answer. */
function brokenOff(request: FastifyRequest): Problem {
  const route = request.routeOptions.url
  request.log.info({ route }, 'the caller left before its body was whole')
  return problemOf('body-invalid', { detail: 'the body broke off' })
}

function problemOfError(error: unknown, request: FastifyRequest): Problem {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problemOf('body-too-large')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return problemOf('content-type')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return { ...problemOf('body-invalid'), status: statusCode }
  }
  request.log.error({ err: error, route: request.routeOptions.url }, 'unexpected failure')
  return problemOf('internal')
}

/** Every body arrives as the bytes that were sent; NDJSON arrives as a stream. */
function keepExactBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload))
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** Bodies stay unread until the caller is known, and are never held. */
function takeStreams(scope: FastifyInstance): FastifyInstance {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  return scope
}

/** Before any route and hook: a path that does not decode, or a part of it that is too long. */
function sendUnreadablePath(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(headersOfAll(request))
  sendProblem(reply, problemOf('parameter-invalid', { detail: 'the path cannot be read' }))
}

const headersOfAll = (request: FastifyRequest) => ({
  'x-content-type-options': 'nosniff',
  'request-id': request.id,
  'cache-control': 'no-store',
})

function addHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headersOfAll(request))
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        route: request.routeOptions.url ?? 'none',
        method: request.method,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'served',
    )
  })
}

/** A client keeps its connection for more requests; the last reply before the end says there are none. */
function letGoWhenClosing(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done(null, payload)
  })
}

async function addDocs(app: FastifyInstance, document: ApiDocument): Promise<void> {
  await app.register(fastifySwagger, {
    mode: 'static',
    specification: { document: document as never },
  })
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true })
}
