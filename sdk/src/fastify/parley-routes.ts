// Lets a Fastify server call a handler of standard requests and responses, such as an agent's or a
// bank's `handle`. Knows Fastify by its shape alone: it needs nothing of it at run time.

import { MAX_BODY_BYTES } from '../peer/bounded-fetch.ts'
import { problemResponse } from '../peer/problem.ts'

/** What is used of Fastify's requests. */
export interface RequestLike {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}

/** What is used of Fastify's replies. */
export interface ReplyLike {
  code(status: number): unknown
  header(name: string, value: string): unknown
  send(body?: string): unknown
}

type BodyParser = (
  request: never,
  body: Uint8Array,
  done: (error: Error | null, body?: unknown) => void,
) => void

/** What is used of a Fastify server (version 4 or 5). */
export interface FastifyLike {
  addContentTypeParser(
    contentType: string | string[],
    options: { readonly parseAs: 'buffer' },
    parser: BodyParser,
  ): unknown
  removeAllContentTypeParsers(): unknown
  route(options: {
    readonly method: string[]
    readonly url: string
    readonly bodyLimit: number
    readonly handler: (request: RequestLike, reply: ReplyLike) => Promise<unknown>
    readonly errorHandler: (error: unknown, request: unknown, reply: ReplyLike) => unknown
  }): unknown
}

/** Which requests to hand over. */
export interface ParleyRoutes {
  readonly handle: (request: Request) => Promise<Response>
  /** Paths to serve: an agent's inbox, or the three of a bank. */
  readonly paths: readonly string[]
}

/**
 * Makes a Fastify plugin: `app.register(parleyRoutes({ handle: agent.handle, paths: ['/inbox'] }))`.
 * Bodies go through as the bytes that they are; those above 256 KiB get a 413 problem. It has its own
 * scope: parsers of the server around it stay as they are.
 *
 * @example
 * import { type Agent } from '@parley/sdk'
 * import { parleyRoutes } from '@parley/sdk/fastify'
 * import fastify from 'fastify'
 * declare const agent: Agent
 * const app = fastify()
 * await app.register(parleyRoutes({ handle: agent.handle, paths: ['/inbox'] }))
 * await app.listen({ port: 8080 })
 */
export function parleyRoutes({
  handle,
  paths,
}: ParleyRoutes): (fastify: FastifyLike, options: unknown) => Promise<void> {
  return async (fastify) => {
    fastify.removeAllContentTypeParsers()
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    for (const url of paths) {
      fastify.route({
        method: ['GET', 'POST'],
        url,
        bodyLimit: MAX_BODY_BYTES,
        handler: async (request, reply) => write(await handle(toStandard(request)), reply),
        errorHandler: (error, _, reply) => write(responseTo(error), reply),
      })
    }
  }
}

function toStandard({ method, url, headers, body }: RequestLike): Request {
  const fields = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) fields.append(name, one)
  }
  const host = fields.get('host') ?? 'localhost'
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : undefined
  const content = method === 'GET' || bytes === undefined ? {} : { body: bytes }
  return new Request(new URL(url, `http://${host}`), { method, headers: fields, ...content })
}

/** A handler that throws gets a 500 without details. */
function responseTo(error: unknown): Response {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error
  return status && error.statusCode === 413
    ? problemResponse('message-too-large')
    : new Response(null, { status: 500 })
}

async function write(response: Response, reply: ReplyLike): Promise<unknown> {
  reply.code(response.status)
  for (const [name, value] of response.headers) reply.header(name, value)
  return reply.send(await response.text())
}
