// The fuzz can fail: an edge that has forgotten one keyword of its document is found out by that keyword, and
// a reply that the document does not promise is, too.
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { type ApiDocument, operationsOf, readApiDocument } from '../../src/http/api-document.ts'
import { buildApp } from '../../src/http/app.ts'
import { KEYWORDS, type Keyword } from './broken-values.ts'
import { type FuzzCase, fuzzCases } from './fuzz-cases.ts'
import { judgeReply } from './judge-reply.ts'

// Lines of a bulk are held against the document by their handler, which is not here.
const CASES = fc
  .sample(fuzzCases(readApiDocument()), { numRuns: 6000, seed: 1 })
  .filter(({ headers }) => headers['content-type'] !== 'application/x-ndjson')
const ENOUGH = 60

/** The real edge, before handlers that take everything. */
async function edgeOf(document: ApiDocument) {
  const takeAll = async () => ({ ok: true as const, value: { status: 204 } })
  const ids = operationsOf(document).map(({ id }) => id)
  return await buildApp({
    document,
    handlers: Object.fromEntries(ids.map((id) => [id, takeAll])),
    authenticate: async () => ({ creditorId: 'cr_1' }),
    actAs: (_caller, work) => work(),
    isStoreAway: () => false,
    logger: pino({ level: 'silent' }),
  })
}

/** What the judge says of the cases that break one keyword; nothing is right. */
async function faultsOf(document: ApiDocument, keyword: Keyword): Promise<string[]> {
  const app = await edgeOf(document)
  const broken = CASES.filter((it) => it.broken?.rule === keyword).slice(0, ENOUGH)
  expect(broken).not.toHaveLength(0)
  const faults: string[] = []
  for (const { method, target: url, headers, body, ...rest } of broken) {
    const payload = body === undefined ? {} : { payload: body }
    const reply = await app.inject({ method: method as 'GET', url, headers, ...payload })
    try {
      judgeReply({ method, target: url, headers, body, ...rest }, reply as never)
    } catch (error) {
      faults.push((error as Error).message)
    }
  }
  await app.close()
  return faults
}

type Node = Record<string, unknown>

/** A copy of the document in whose schemas a keyword says nothing. */
function without(keyword: Keyword): ApiDocument {
  const document = structuredClone(readApiDocument())
  const loosen = (schema: Node) => {
    // A schema without a type is refused as a slip of its author.
    if (keyword === 'type' && 'type' in schema) {
      schema['type'] = ['string', 'number', 'boolean', 'null', 'array', 'object']
    } else delete schema[keyword]
    const { items, oneOf, properties, patternProperties } = schema as Record<string, object>
    for (const inner of [items, ...Object.values(oneOf ?? {})]) if (inner) loosen(inner as Node)
    for (const members of [properties, patternProperties]) {
      for (const inner of Object.values(members ?? {})) loosen(inner as Node)
    }
  }
  for (const schema of Object.values(document.components.schemas)) loosen(schema as Node)
  return document
}

describe('a server that has forgotten', () => {
  it.each(KEYWORDS)('"%s" is found out, and one that has not is not', async (keyword) => {
    const faults = await faultsOf(without(keyword), keyword)
    expect(faults.filter((it) => it.startsWith(`accepted with "${keyword}" broken`))).not.toEqual(
      [],
    )
    expect(await faultsOf(readApiDocument(), keyword)).toEqual([])
  })
})

describe('a reply is found out', () => {
  const sent: FuzzCase = {
    ...{ operationId: 'listDebtors', method: 'GET', target: '/v1/debtors', security: 'apiKey' },
    ...{ headers: {}, body: undefined, broken: undefined },
  }
  const replyOf = (statusCode: number, body: string, type = 'application/json') => ({
    statusCode,
    headers: { 'content-type': type, 'x-content-type-options': 'nosniff' },
    body,
  })
  const page = JSON.stringify({ data: [], nextCursor: null })

  it('as right where it is', () => {
    expect(() => judgeReply(sent, replyOf(200, page))).not.toThrow()
  })

  it.each([
    ['that says that the server failed', replyOf(500, '{}')],
    ['of an undocumented type', replyOf(200, page, 'text/plain')],
    ['of an undocumented status', replyOf(201, page)],
    ['with a body outside of its schema', replyOf(200, '{"data":[]}')],
    [
      'that refuses what fits the document',
      replyOf(
        400,
        JSON.stringify({ code: 'body-invalid', errors: [{ code: 'type' }] }),
        'application/problem+json',
      ),
    ],
  ])('%s', (_what, reply) => {
    expect(() => judgeReply(sent, reply)).toThrow()
  })
})
