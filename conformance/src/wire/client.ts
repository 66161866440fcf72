// The suite as an HTTP client. Redirects are never followed, bodies are kept as bytes, and every
// exchange is recorded.
import { Agent, type IncomingMessage, request as requestOverHttp } from 'node:http'
import { request as requestOverHttps, Agent as TlsAgent } from 'node:https'
import type { Transcript } from '../run/transcript.ts'

export interface Sent {
  readonly method?: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Who sends, for the transcript. */
  readonly as?: string
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
  readonly text: string
  /** Media type without parameters. */
  readonly type: string
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  readonly json: any
}

/** @throws when no answer comes: refused, reset or too late. */
export type Send = (sent: Sent) => Promise<Reply>

export interface Client {
  readonly send: Send
  close(): void
}

const REPLY_SECONDS = 30

/** Opens a client whose exchanges are recorded as those with `peer`. */
export function createClient(transcript: Transcript, peer: string): Client {
  const agents = [
    new Agent({ keepAlive: true, maxSockets: 64 }),
    new TlsAgent({ keepAlive: true, maxSockets: 64 }),
  ] as const
  return {
    async send(sent) {
      const noted = {
        from: sent.as ?? 'suite',
        to: peer,
        method: sent.method ?? (sent.body === undefined ? 'GET' : 'POST'),
        url: sent.url,
        requestHeaders: sent.headers ?? {},
        requestBody: sent.body?.toString('latin1') ?? '',
      }
      try {
        const reply = await exchange(sent, noted.method, agents)
        const { status, headers, text } = reply
        transcript.record({ ...noted, status, responseHeaders: headers, responseBody: text })
        return reply
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error)
        transcript.record({ ...noted, status: said, responseHeaders: {}, responseBody: '' })
        throw error
      }
    },
    close() {
      for (const agent of agents) agent.destroy()
    },
  }
}

function exchange(
  { url, headers = {}, body }: Sent,
  method: string,
  [plain, secure]: readonly [Agent, TlsAgent],
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const isSecure = url.startsWith('https:')
  const options = { method, headers, timeout: REPLY_SECONDS * 1000 }
  const onReply = (message: IncomingMessage) => {
    readAll(message).then(resolve, reject)
  }
  const sending = isSecure
    ? requestOverHttps(url, { ...options, agent: secure }, onReply)
    : requestOverHttp(url, { ...options, agent: plain }, onReply)
  sending.on('timeout', () => sending.destroy(new Error(`no answer in ${REPLY_SECONDS} seconds`)))
  sending.on('error', reject)
  sending.end(body)
  return promise
}

async function readAll(message: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const text = bytes.toString()
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  )
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  const json = /[/+]json$/.test(type) ? jsonOf(text) : undefined
  return { status: message.statusCode ?? 0, headers, bytes, text, type, json }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
