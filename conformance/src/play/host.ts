// A host of the suite on loopback: an inbox, a key set, a callback receiver, a creditor's server. It records
// what it is sent, and answers what the case that plays it says, however hostile.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Transcript } from '../run/transcript.ts'
import { listenOnOwnPort } from './own-port.ts'

export interface Received {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** Answers a request, or takes the raw response over: to stall, to drip, to break off. */
export type Handler = (
  received: Received,
  raw: { readonly request: IncomingMessage; readonly response: ServerResponse },
) => Promise<Answer | 'taken-over'> | Answer | 'taken-over'

export interface Host {
  readonly name: string
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string
  /** Everything that was sent here, in order. */
  readonly received: readonly Received[]
  /** From now on this answers. */
  answerWith(handler: Handler): void
  close(): Promise<void>
}

/** Opens a host; without a handler it answers 404. */
export async function openHost(
  name: string,
  transcript: Transcript,
  handler: Handler = () => ({ status: 404 }),
): Promise<Host> {
  const received: Received[] = []
  let answer = handler
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  const origin = `http://127.0.0.1:${await listenOnOwnPort(server)}`

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
    )
    const { method = 'GET', url: target = '/' } = request
    const sent: Received = { method, target, headers, body: Buffer.concat(chunks) }
    received.push(sent)
    const noted = {
      from: headers['user-agent'] ?? 'system under test',
      to: name,
      method,
      url: `${origin}${target}`,
      requestHeaders: headers,
      requestBody: sent.body.toString('latin1'),
    }
    const given = await answer(sent, { request, response })
    if (given === 'taken-over') {
      transcript.record({ ...noted, status: 'by hand', responseHeaders: {}, responseBody: '' })
      return
    }
    const { status, headers: responseHeaders = {}, body = '' } = given
    transcript.record({ ...noted, status, responseHeaders, responseBody: body.toString('latin1') })
    response.writeHead(status, { ...responseHeaders }).end(body)
  }

  return {
    name,
    origin,
    received,
    answerWith(next) {
      answer = next
    },
    close: () => closeServer(server),
  }
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

/** A JSON answer. */
export function jsonAnswer(body: unknown, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** A signed message as answer. */
export function joseAnswer(jws: string, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/jose' }, body: jws }
}
