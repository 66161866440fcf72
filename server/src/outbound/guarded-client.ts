// The only HTTP client of the server: calls addresses that others gave us. No redirects, a deadline
// for every phase, a cap on the reply, and a socket only to an address that the guard allows.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import type {
  HttpCaller,
  OutboundCall,
  OutboundFailure,
  OutboundReply,
} from '../use-cases/outbound-ports.ts'
import {
  AddressBlocked,
  type AddressGuard,
  type AddressGuardOptions,
  createAddressGuard,
} from './address-guard.ts'

export interface GuardedClient extends HttpCaller {
  /** Ends every connection; calls under way fail as `unreachable`. */
  close(): Promise<void>
}

/** Longest times in milliseconds; `total` holds whatever the phases add up to. */
export interface Deadlines {
  readonly connectMs: number
  readonly headersMs: number
  readonly bodyMs: number
  readonly totalMs: number
}

export interface GuardedClientOptions extends AddressGuardOptions {
  readonly deadlines?: Partial<Deadlines>
}

const DEADLINES: Deadlines = { connectMs: 3_000, headersMs: 5_000, bodyMs: 10_000, totalMs: 15_000 }
const MAX_BYTES = 64 * 1024
const CONNECTIONS_PER_ORIGIN = 16

/**
 * Builds the client. `request` never throws because of a peer; it answers `address-blocked`,
 * `timeout`, `unreachable`, `response-too-large` or `redirect`.
 */
export function createGuardedClient(options: GuardedClientOptions): GuardedClient {
  const guard = createAddressGuard(options)
  const deadlines = { ...DEADLINES, ...options.deadlines }
  const agent = new Agent({
    connect: guardedConnector(guard, deadlines.connectMs),
    connections: CONNECTIONS_PER_ORIGIN,
    headersTimeout: deadlines.headersMs,
    bodyTimeout: deadlines.bodyMs,
    allowH2: false,
  })
  return {
    request: async (call) => {
      if (!guard.allows(call.url)) return err(blocked('the address may not be called'))
      return await callWithin(agent, call, deadlines)
    },
    close: () => agent.destroy(),
  }
}

/**
 * undici's connector with the third gate: where did the socket really end? A literal in a URL is
 * never looked up, so the check of names does not see it.
 */
export function guardedConnector(guard: AddressGuard, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, lookup: guard.lookup, allowH2: false })
  return (options, callback) => {
    connect(options, (...outcome) => {
      const [error, socket] = outcome
      if (error !== null) return callback(error, null)
      const { remoteAddress } = socket
      if (remoteAddress !== undefined && guard.allowsAddress(remoteAddress, options.hostname)) {
        return callback(null, socket)
      }
      socket.destroy()
      callback(new AddressBlocked('the connection ended at an address that is not public'), null)
    })
  }
}

async function callWithin(
  agent: Agent,
  call: OutboundCall,
  deadlines: Deadlines,
): Promise<Result<OutboundReply, OutboundFailure>> {
  const abort = new AbortController()
  const totalMs = Math.min(call.deadlineMs ?? deadlines.totalMs, deadlines.totalMs)
  const timers = [setTimeout(() => abort.abort(), totalMs)]
  try {
    const response = await agent.request(requestOptions(call, abort.signal))
    const { statusCode: status } = response
    if (status >= 300 && status < 400) return redirect(response, status)
    timers.push(setTimeout(() => abort.abort(), deadlines.bodyMs))
    const body = await readCapped(response.body, call.maxBytes ?? MAX_BYTES)
    if (body === undefined) {
      return err({ code: 'response-too-large', detail: 'the reply is too large', status })
    }
    return ok({ status, headers: response.headers, body })
  } catch (error) {
    return err(failureOf(error, abort.signal.aborted))
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
}

function requestOptions(call: OutboundCall, signal: AbortSignal): Dispatcher.RequestOptions {
  const url = new URL(call.url)
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: call.method,
    headers: { 'user-agent': 'parley', ...call.headers },
    body: call.body ?? null,
    signal,
  }
}

function redirect(
  response: Dispatcher.ResponseData,
  status: number,
): Result<never, OutboundFailure> {
  discard(response.body)
  return err({ code: 'redirect', detail: `redirects are not followed (${status})`, status })
}

/** The whole body, or undefined when it is longer than the cap. */
async function readCapped(
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) {
      discard(body)
      return undefined
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function discard(body: Dispatcher.ResponseData['body']): void {
  // Destroying an unread body reports an abort on the stream; nobody else listens there.
  body.on('error', () => {})
  body.destroy()
}

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])
const BUGS = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])

function failureOf(error: unknown, isAborted: boolean): OutboundFailure {
  const { code = 'unknown', message } = error as { code?: string; message?: string }
  if (code === 'address-blocked') return blocked(message ?? '')
  if (isAborted || TIMEOUTS.has(code)) {
    return { code: 'timeout', detail: isAborted ? 'no complete reply in time' : code }
  }
  if (BUGS.has(code)) throw error
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return { code: 'response-too-large', detail: code }
  return { code: 'unreachable', detail: code }
}

function blocked(detail: string): OutboundFailure {
  return { code: 'address-blocked', detail }
}
