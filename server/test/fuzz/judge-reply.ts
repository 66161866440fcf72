// Whether a reply keeps what the document promises for a request.
import type { Problem } from '../../src/http/problems.ts'
import { assertReply } from '../support/assert-reply.ts'
import { KEYWORDS } from './broken-values.ts'
import type { FuzzCase, Rule } from './fuzz-cases.ts'

export interface GivenReply {
  statusCode: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

const REFUSED_AS: Partial<Record<Rule, readonly string[]>> = {
  syntax: ['json-invalid'],
  'media-type': ['content-type'],
  'no-body': ['body-missing'],
}
/** Where a larger rule comes first: what is too long may be too large, and a form without members is no body. */
const BEFORE_SCHEMA: Partial<Record<Rule, string>> = {
  maxLength: 'body-too-large',
  maxItems: 'body-too-large',
  required: 'body-missing',
}
const BY_SCHEMA = [
  ...['body-invalid', 'parameter-invalid', 'header-invalid', 'idempotency-key-missing'],
  // A text with U+0000 is refused before its pattern is looked at.
  'json-invalid',
]

/** @throws with one sentence when the server and its document differ. */
export function judgeReply(sent: FuzzCase, reply: GivenReply): void {
  const { statusCode: status, body } = reply
  const about = `${status} ${body.slice(0, 600)}`
  if (status >= 500) throw new Error(`the server failed: ${about}`)
  const problem = refusalIn(reply)
  if (sent.broken === undefined) judgeValid(problem, about)
  else judgeBroken(sent.broken, problem, about)
  assertReply({ method: sent.method, url: sent.target }, reply)
}

/** The problem of a reply; in bulk, that of its one line. */
function refusalIn({ headers, body }: GivenReply): Problem | undefined {
  const type = String(headers['content-type'])
  if (type.startsWith('application/problem+json')) return JSON.parse(body) as Problem
  if (!type.startsWith('application/x-ndjson')) return undefined
  return (JSON.parse(body.split('\n')[0] ?? '{}') as { problem?: Problem }).problem
}

function judgeValid(problem: Problem | undefined, about: string): void {
  const isOfSchema = problem?.errors?.some(({ code }) => (KEYWORDS as string[]).includes(code))
  if (BY_SCHEMA.includes(problem?.code ?? '') && isOfSchema) {
    throw new Error(`what fits the document was refused: ${about}`)
  }
}

function judgeBroken(
  { rule, place }: NonNullable<FuzzCase['broken']>,
  problem: Problem | undefined,
  about: string,
): void {
  const what = `"${rule}" broken in ${place}`
  if (problem === undefined) throw new Error(`accepted with ${what}: ${about}`)
  const codes = REFUSED_AS[rule] ?? [...BY_SCHEMA, BEFORE_SCHEMA[rule]]
  if (!codes.includes(problem.code)) throw new Error(`not refused for ${what}: ${about}`)
  const { errors } = problem
  const isNamed = errors?.some(({ code }) => code === rule || rule === 'oneOf')
  if (problem.code === 'body-invalid' && isNamed !== true) {
    throw new Error(`refused, but not for ${what}: ${about}`)
  }
}
