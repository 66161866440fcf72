// A small HTTP server that takes the bulk operation as the API describes it: it answers every line
// when it has read it, and knows the lines it has seen before.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { BulkLine } from '../../src/domain/import/map-csv-row.ts'

export const API_KEY = 'parley_sk_test'

export interface BulkServer {
  origin: string
  /** Every line received, in order. */
  lines: BulkLine[]
  /** How many lines each request held. */
  requests: number[]
  idempotencyKeys: Set<string>
  /** What to answer for a line instead of `created`. */
  refuse: (line: BulkLine) => object | undefined
  /** Breaks the connection instead of answering this many lines. */
  breakAfter: number
  /** Replies to the bulk operation with this instead. */
  replyInstead: ((response: ServerResponse) => void) | undefined
}

/** Starts a server on a free port of 127.0.0.1; it ends with the test. */
export async function startBulkServer(): Promise<BulkServer> {
  const bulk: BulkServer = {
    origin: '',
    lines: [],
    requests: [],
    idempotencyKeys: new Set(),
    refuse: () => undefined,
    breakAfter: Infinity,
    replyInstead: undefined,
  }
  const server = createServer((request, response) => {
    // A connection that is broken on purpose ends here.
    request.on('error', () => {})
    answer(bulk, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  bulk.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return bulk
}

async function answer(
  bulk: BulkServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.headers.authorization !== `Bearer ${API_KEY}`) {
    response.writeHead(401, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ title: 'A valid bearer token is needed', code: 'unauthorized' }))
  } else if (request.url === '/v1/creditor') {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: 'cr_1', name: 'Stadsenergie' }))
  } else if (bulk.replyInstead !== undefined) {
    request.resume()
    bulk.replyInstead(response)
  } else {
    await answerLines(bulk, request, response)
  }
}

async function answerLines(
  bulk: BulkServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  bulk.idempotencyKeys.add(String(request.headers['idempotency-key']))
  const seen = new Set(bulk.lines.map(({ lineKey }) => lineKey))
  const totals = { lines: 0, created: 0, duplicate: 0, refused: 0 }
  for await (const text of linesOf(request)) {
    if (totals.lines >= bulk.breakAfter) {
      request.socket.destroy()
      return
    }
    const line = JSON.parse(text) as BulkLine
    const { lineKey } = line
    bulk.lines.push(line)
    const problem = bulk.refuse(line)
    const result = problem ? 'refused' : seen.has(lineKey) ? 'duplicate' : 'created'
    totals.lines++
    totals[result]++
    const place = { line: totals.lines, lineKey, result, done: totals.lines }
    response.write(`${JSON.stringify({ ...place, ...(problem && { problem }) })}\n`)
  }
  bulk.requests.push(totals.lines)
  response.end(`${JSON.stringify({ totals })}\n`)
}

async function* linesOf(request: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    const [first = '', ...others] = chunk.split('\n')
    rest += first
    for (const other of others) {
      yield rest
      rest = other
    }
  }
}
