// What every client did and what it was told, as JSON lines in the order in which it happened: `invoke`,
// then `ok` (taken), `fail` (refused) or `info` (nobody told: it may have happened, or not).
import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'

export type Facts = Readonly<Record<string, string | number | null>>

export interface HistoryLine {
  readonly kind: 'invoke' | 'ok' | 'fail' | 'info'
  /** The same for an act and its end. */
  readonly act: number
  /** Milliseconds since the run began. */
  readonly at: number
  readonly who: string
  readonly op: string
  /** What makes the act one act: an Idempotency-Key, or issuer and jti. */
  readonly key: string
  readonly facts: Facts
}

export interface History {
  readonly lines: readonly HistoryLine[]
  /** Milliseconds since the run began. */
  elapsed(): number
  /** Notes that an act begins; returns how to end it. */
  begin(act: Pick<HistoryLine, 'who' | 'op' | 'key' | 'facts'>): EndAct
}

export type EndAct = (kind: 'ok' | 'fail' | 'info', facts: Facts) => void

/** Keeps a history in memory and in a file. */
export function createHistory(file: string): History {
  const start = performance.now()
  const lines: HistoryLine[] = []
  let acts = 0
  const elapsed = () => Math.round(performance.now() - start)
  function note(line: HistoryLine): void {
    lines.push(line)
    appendFileSync(file, `${JSON.stringify(line)}\n`)
  }
  return {
    lines,
    elapsed,
    begin(begun) {
      const act = ++acts
      note({ kind: 'invoke', act, at: elapsed(), ...begun })
      return (kind, facts) => {
        const { who, op, key } = begun
        note({ kind, act, at: elapsed(), who, op, key, facts })
      }
    },
  }
}

/**
 * A `fetch` that notes every POST. What the server refuses is `fail`; a server that fails, and no answer,
 * are `info`. `reroute` says by which way a URL is reached.
 */
export function recordingFetch(
  history: History,
  who: string,
  { reroute, now }: { reroute: (url: string) => string; now: () => number },
): typeof fetch {
  return async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    const send = () => fetch(input instanceof Request ? input : reroute(url), init)
    if (init?.method !== 'POST') return await send()
    const body = textOf(init.body)
    const end = history.begin({ who, ...describe(url, new Headers(init.headers), body, now()) })
    try {
      const response = await send()
      const text = await response.text()
      const { status, headers } = response
      const kind = status < 300 ? 'ok' : status >= 500 || status === 429 ? 'info' : 'fail'
      end(kind, { status, reply: hashOf(text), taken: now(), ...replyFacts(text, status) })
      return new Response(status === 204 ? null : text, { status, headers })
    } catch (error) {
      end('info', { error: String((error as { cause?: { code?: string } }).cause?.code ?? error) })
      throw error
    }
  }
}

function describe(url: string, headers: Headers, body: string, now: number) {
  const { pathname } = new URL(url)
  const common = { path: pathname, body: hashOf(body), sent: now }
  const jws = decodeJws(body)
  if (jws === undefined) {
    const op = pathname.replace(/\/(pr|db|cr)_[^/]+/, '/{id}')
    const invoiceNumber = /"invoiceNumber":"([^"]+)"/.exec(body)?.[1] ?? null
    const facts = { ...common, invoiceNumber, newDebtor: Number(body.includes('"debtor":')) }
    return { op, key: headers.get('idempotency-key') ?? '', facts }
  }
  const { typ, payload } = jws
  const { iss = '', jti = '', exp = null, thr = null, requestId = null } = payload
  const { agreementId = null, line = null, status = null } = payload
  return {
    op: typ,
    key: `${iss} ${jti}`,
    facts: { ...common, exp, thr, requestId, agreementId, line, status } as Facts,
  }
}

function replyFacts(text: string, status: number): Facts {
  try {
    const json = JSON.parse(text) as Record<string, string>
    if (json['payload'] !== undefined) {
      const agreement = JSON.parse(Buffer.from(json['payload'], 'base64url').toString())
      return { agreementId: agreement.agreementId, requestId: agreement.requestId }
    }
    return { id: json['id'] ?? null, code: status < 300 ? null : (json['code'] ?? null) }
  } catch {
    const granted = decodeJws(text)?.payload['lease'] as { granted?: boolean } | undefined
    return granted === undefined ? {} : { granted: Number(granted.granted) }
  }
}

function decodeJws(text: string) {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return undefined
  const parts = text.split('.')
  const read = (part: string | undefined) =>
    JSON.parse(Buffer.from(part ?? '', 'base64url').toString())
  const payload = read(parts[1]) as Record<string, string | number | object>
  return { typ: String(read(parts[0]).typ), payload }
}

function textOf(body: BodyInit | null | undefined): string {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : ''
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
