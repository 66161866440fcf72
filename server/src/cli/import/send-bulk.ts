// Sends lines to the bulk operation and hands back the answers. A request holds at most 5,000
// lines, and lines are read from the file only as fast as the server takes them.
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { Agent, type Dispatcher, request } from 'undici'
import type { BulkLine } from '../../domain/import/map-csv-row.ts'
import { CliError } from '../cli-error.ts'

/** A line on its way, with its place in the file. */
export interface OutgoingLine {
  readonly fileLine: number
  readonly bulkLine: BulkLine
}

/** What the server said about one line. */
export interface LineAnswer {
  readonly fileLine: number
  readonly result: 'created' | 'duplicate' | 'refused'
  readonly code: string
  readonly reason: string
}

export interface ImportServer {
  /** Who the API key belongs to. @throws {CliError} when the server or the key is not right. */
  readCreditor(): Promise<{ id: string; name: string }>
  /** Sends all lines in order. @throws {CliError} when the connection breaks before the end. */
  send(lines: AsyncIterator<OutgoingLine>, onAnswer: (answer: LineAnswer) => void): Promise<void>
  close(): Promise<void>
}

interface Problem {
  code?: string
  detail?: string
  title?: string
  errors?: { pointer?: string; detail?: string }[]
}

const LINES_PER_REQUEST = 5_000
const MAX_ANSWER_LINE = 65_536
const IDLE_MS = 60_000

export function connectServer(origin: string, apiKey: string): ImportServer {
  const dispatcher = new Agent({
    connectTimeout: 10_000,
    headersTimeout: IDLE_MS,
    bodyTimeout: IDLE_MS,
  })
  const call = (path: string, options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>) => {
    const headers = { authorization: `Bearer ${apiKey}`, ...options.headers }
    return request(`${origin}${path}`, { ...options, headers, dispatcher })
  }
  return {
    readCreditor: () => readCreditor(origin, call),
    send: (lines, onAnswer) => sendAll(call, lines, onAnswer),
    close: () => dispatcher.destroy(),
  }
}

type Call = (
  path: string,
  options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>,
) => Promise<Dispatcher.ResponseData>

async function readCreditor(origin: string, call: Call): Promise<{ id: string; name: string }> {
  let response: Dispatcher.ResponseData
  try {
    response = await call('/v1/creditor', { method: 'GET' })
  } catch (cause) {
    const advice = 'start it with "parley serve", or name it with --server.'
    throw new CliError(`No server answers at ${origin}: ${advice}`, { cause })
  }
  const { statusCode } = response
  if (statusCode === 401) {
    await response.body.dump()
    throw new CliError(`The server at ${origin} does not know this API key.`)
  }
  if (statusCode !== 200) throw await refusedByServer(response)
  const creditor = (await response.body.json().catch(() => null)) as {
    id: string
    name: string
  } | null
  if (typeof creditor?.id === 'string' && typeof creditor.name === 'string') return creditor
  throw new CliError(`At ${origin} there is no Parley server: check --server.`)
}

async function sendAll(
  call: Call,
  lines: AsyncIterator<OutgoingLine>,
  onAnswer: (answer: LineAnswer) => void,
): Promise<void> {
  for (let first = await lines.next(); first.done !== true; first = await lines.next()) {
    await sendGroup(call, { first: first.value, lines }, onAnswer)
  }
}

async function sendGroup(
  call: Call,
  { first, lines }: { first: OutgoingLine; lines: AsyncIterator<OutgoingLine> },
  onAnswer: (answer: LineAnswer) => void,
): Promise<void> {
  const sent: number[] = []
  let answered = 0
  const body = Readable.from(encodeGroup(first, lines, sent))
  // The file's own faults; undici reports them as a broken request.
  const broken = new Promise<never>((_, reject) => body.once('error', reject))
  broken.catch(() => {})
  const exchange = async () => {
    const headers = {
      'content-type': 'application/x-ndjson',
      accept: 'application/x-ndjson',
      'idempotency-key': `import-${randomUUID()}`,
    }
    const path = '/v1/payment-requests/bulk'
    const response = await call(path, { method: 'POST', headers, body })
    if (response.statusCode !== 200) throw await refusedByServer(response)
    for await (const line of splitLines(response.body)) {
      const answer = readAnswer(line, sent[answered])
      if (answer === undefined) continue
      answered++
      onAnswer(answer)
    }
    if (answered < sent.length) throw new Error('the answer ended early')
  }
  try {
    await Promise.race([exchange(), broken])
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError(
      'The connection broke off before every line had an answer. Run the same command again: ' +
        'lines that were issued are not issued twice.',
      { cause },
    )
  } finally {
    body.destroy()
  }
}

async function* encodeGroup(
  first: OutgoingLine,
  lines: AsyncIterator<OutgoingLine>,
  sent: number[],
): AsyncGenerator<string> {
  let next: OutgoingLine | undefined = first
  while (next !== undefined) {
    sent.push(next.fileLine)
    yield `${JSON.stringify(next.bulkLine)}\n`
    if (sent.length >= LINES_PER_REQUEST) return
    const { done, value } = await lines.next()
    next = done === true ? undefined : value
  }
}

async function* splitLines(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    rest += first
    for (const other of others) {
      yield rest
      rest = other
    }
    if (rest.length > MAX_ANSWER_LINE) throw new Error('an answer line is too long')
  }
  if (rest !== '') yield rest
}

/** One answer, or undefined for the totals; the counts are our own. */
function readAnswer(text: string, fileLine: number | undefined): LineAnswer | undefined {
  const { result, problem } = JSON.parse(text) as { result?: string; problem?: Problem }
  if (result === undefined) return undefined
  if (fileLine === undefined) throw new Error('an answer to a line that was not sent')
  if (result !== 'created' && result !== 'duplicate' && result !== 'refused') {
    throw new Error('an answer of an unknown kind')
  }
  return { fileLine, result, code: problem?.code ?? '', reason: reasonOf(problem) }
}

async function refusedByServer(response: Dispatcher.ResponseData): Promise<CliError> {
  const text = (await response.body.text().catch(() => '')).slice(0, MAX_ANSWER_LINE)
  let problem: Problem = {}
  try {
    problem = (JSON.parse(text) ?? {}) as Problem
  } catch {
    // Not a problem document: the status says what there is to say.
  }
  const reason = reasonOf(problem)
  return new CliError(
    `The server refused (${response.statusCode})${reason === '' ? '' : `: ${reason}`}.`,
  )
}

function reasonOf(problem: Problem | undefined): string {
  const { title = '', detail, errors = [] } = problem ?? {}
  const fields = errors.map((error) => `${error.pointer ?? ''} ${error.detail ?? ''}`.trim())
  return [detail ?? title, ...fields].filter((part) => part !== '').join('; ')
}
