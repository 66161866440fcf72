// Lets Node's http server call a handler of standard requests and responses, such as an agent's or a
// bank's `handle`. Caps the body; decides nothing.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { MAX_BODY_BYTES } from '../peer/bounded-fetch.ts'
import { problemResponse } from '../peer/problem.ts'

/** A handler of standard requests. */
export type Handle = (request: Request) => Promise<Response>

/**
 * Turns a handler into a listener for `http.createServer`. Bodies above 256 KiB get a 413 problem
 * without being read to the end; a handler that throws gets a 500.
 *
 * @example
 * import { createServer } from 'node:http'
 * import { type Agent } from '@parley/sdk'
 * import { toNodeListener } from '@parley/sdk/node'
 * declare const agent: Agent
 * createServer(toNodeListener(agent.handle)).listen(8080)
 */
export function toNodeListener(
  handle: Handle,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (incoming, outgoing) => {
    answer(handle, incoming)
      .catch(() => new Response(null, { status: 500 }))
      .then((response) => write(response, outgoing))
      .catch(() => outgoing.destroy())
  }
}

async function answer(handle: Handle, incoming: IncomingMessage): Promise<Response> {
  const method = incoming.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? await readBody(incoming) : undefined
  if (body === null) return problemResponse('message-too-large')
  const url = URL.parse(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`)
  if (url === null) return problemResponse('not-found')
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one)
  }
  return handle(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }))
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(new Uint8Array(await response.arrayBuffer()))
}
