// Bulk issuing: NDJSON in, NDJSON out, line by line in the order of the input. At most one group of
// lines is in memory; a slow reader of the answer slows the reading of the input.
import { Readable } from 'node:stream'
import { err, ok } from '@parley/sdk/protocol'
import type { InvoiceInput } from '../../domain/claim/issue-claim.ts'
import { type BulkOutcome, issueBulkLines } from '../../use-cases/issue-bulk-lines.ts'
import type { IssueDeps } from '../../use-cases/issue-payment-requests.ts'
import { checkWith, createAjv, readApiDocument } from '../api-document.ts'
import type { Answer, Call } from '../operation.ts'
import { type Problem, problemOf, problemOfRefusal } from '../problems.ts'
import { parseJson } from '../read-body.ts'
import { type RawLine, readLines } from '../read-lines.ts'

const GROUP = 200

interface CheckedLine {
  line: number
  lineKey: string | null
  invoice?: InvoiceInput
  problem?: Problem
}

const checkBulkLine = checkWith(() =>
  createAjv(readApiDocument(), false).compile({ $ref: 'api#/components/schemas/BulkLine' }),
)

/** Streams the answer; the status is 200 as soon as the first line can be read. */
export function answerBulk(deps: IssueDeps, call: Call): Answer {
  if (call.stream === undefined) return err({ code: 'schema', detail: 'send NDJSON' })
  const answer = Readable.from(results(deps, call, call.stream), { objectMode: false })
  return ok({ status: 200, contentType: 'application/x-ndjson', body: answer })
}

async function* results(deps: IssueDeps, call: Call, input: Readable): AsyncGenerator<string> {
  const totals = { lines: 0, created: 0, duplicate: 0, refused: 0 }
  for await (const group of groupsOf(readLines(input))) {
    const outcomes = await issueGroup(deps, call, group)
    for (const outcome of outcomes) {
      totals.lines++
      totals[outcome.result]++
      yield `${JSON.stringify({ ...outcome, done: totals.lines })}\n`
    }
  }
  yield `${JSON.stringify({ totals })}\n`
}

async function* groupsOf(lines: AsyncIterable<RawLine>): AsyncGenerator<CheckedLine[]> {
  let group: CheckedLine[] = []
  for await (const raw of lines) {
    group.push(checkLine(raw))
    if (group.length < GROUP) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

function checkLine(raw: RawLine): CheckedLine {
  const { line } = raw
  if (raw.bytes === undefined) {
    return {
      line,
      lineKey: null,
      problem: problemOf('body-too-large', { detail: 'a line has 64 KiB at most' }),
    }
  }
  const parsed = parseJson(raw.bytes)
  if (!parsed.ok) return { line, lineKey: null, problem: parsed.error }
  const lineKey = (parsed.value as { lineKey?: unknown } | null)?.lineKey
  const key = typeof lineKey === 'string' ? lineKey.slice(0, 128) : null
  const errors = checkBulkLine(parsed.value)
  if (errors !== undefined) {
    return { line, lineKey: key, problem: problemOf('body-invalid', { errors }) }
  }
  const { paymentRequest } = parsed.value as { paymentRequest: InvoiceInput }
  return { line, lineKey: key, invoice: paymentRequest }
}

async function issueGroup(deps: IssueDeps, call: Call, group: readonly CheckedLine[]) {
  const good = group.flatMap(({ lineKey, invoice }) =>
    lineKey === null || invoice === undefined ? [] : [{ lineKey, invoice }],
  )
  const outcomes = await issueBulkLines(deps, call.creditorId, good)
  let next = 0
  return group.map(({ line, lineKey, problem }) =>
    problem === undefined
      ? onWire(line, lineKey, outcomes[next++])
      : { line, lineKey, result: 'refused' as const, problem },
  )
}

function onWire(line: number, lineKey: string | null, outcome: BulkOutcome | undefined) {
  if (outcome === undefined) throw new Error(`bulk line ${line} got no answer`)
  if (outcome.result === 'refused') {
    const problem = problemOfRefusal(outcome.refusal)
    return { line, lineKey, result: outcome.result, problem }
  }
  return { line, lineKey, result: outcome.result, paymentRequestId: outcome.claimId }
}
