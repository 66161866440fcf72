import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../src/http/operation.ts'
import { answerBulk } from '../../src/http/operations/bulk.ts'
import type { Problem } from '../../src/http/problems.ts'
import { invoiceOf, invoiceWithDebtor, newNumber } from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  type TestApp,
  type TestCreditor,
} from '../support/build-test-app.ts'

interface Result {
  line: number
  lineKey: string | null
  result: 'created' | 'duplicate' | 'refused'
  done: number
  paymentRequestId?: string
  problem?: Problem
}

interface Totals {
  lines: number
  created: number
  duplicate: number
  refused: number
}

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

async function sendLines(lines: readonly string[], as?: TestCreditor) {
  const url = '/v1/payment-requests/bulk'
  const body = `${lines.join('\n')}\n`
  const type = 'application/x-ndjson'
  const reply = await test.send({ method: 'POST', url, body, type, ...(as ? { as } : {}) })
  expect(reply.status, reply.text).toBe(200)
  const parsed = reply.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  const { totals } = parsed.pop() as { totals: Totals }
  return { results: parsed as Result[], totals }
}

const lineOf = (paymentRequest: object, lineKey = newNumber()) =>
  JSON.stringify({ lineKey, paymentRequest })
const good = () => lineOf(invoiceWithDebtor())
const bad = () => lineOf({ ...invoiceWithDebtor(), dueDate: '2026-02-30' })

/** What became of each line, in a word. */
const words = (results: readonly Result[]) =>
  results.map(({ result, problem }) => problem?.code ?? result)

describe('a file of 1,000 lines', () => {
  const lines = Array.from({ length: 1000 }, (_, i) => {
    if (i === 300) return `{"lineKey":"big","paymentRequest":"${'x'.repeat(100_000)}"}`
    if (i === 600) return '{"lineKey":"torn","paymentRequest":{'
    return i % 10 === 7 ? bad() : good()
  })
  let first: Awaited<ReturnType<typeof sendLines>>

  it('is answered line by line in its order, whatever is refused in between', async () => {
    first = await sendLines(lines)
    const { results, totals } = first
    expect(totals).toEqual({ lines: 1000, created: 898, duplicate: 0, refused: 102 })
    expect(results.map(({ line }) => line)).toEqual(lines.map((_, i) => i + 1))
    expect(results.map(({ done }) => done)).toEqual(lines.map((_, i) => i + 1))
    expect(results[300]).toMatchObject({ lineKey: null, problem: { code: 'body-too-large' } })
    expect(results[600]).toMatchObject({ lineKey: null, problem: { code: 'json-invalid' } })
    expect(results[7]).toMatchObject({
      lineKey: (JSON.parse(lines[7] ?? '') as Result).lineKey,
      result: 'refused',
      problem: { code: 'date-invalid', errors: [{ pointer: '/dueDate' }] },
    })
    const ids = results.flatMap(({ paymentRequestId }) => paymentRequestId ?? [])
    expect(new Set(ids).size).toBe(898)
  })

  it('sent again has no further effect and names the same ids', async () => {
    const { results, totals } = await sendLines(lines)
    expect(totals).toEqual({ lines: 1000, created: 0, duplicate: 898, refused: 102 })
    const idsOf = (all: readonly Result[]) => all.map(({ paymentRequestId }) => paymentRequestId)
    expect(idsOf(results)).toEqual(idsOf(first.results))
  })

  it('is another file for another creditor', async () => {
    const other = await test.addCreditor()
    const { totals } = await sendLines(lines.slice(0, 20), other)
    expect(totals).toEqual({ lines: 20, created: 18, duplicate: 0, refused: 2 })
  })
})

describe('a line', () => {
  it('that stands twice in a file is issued once', async () => {
    const line = good()
    const { results } = await sendLines([line, good(), line])
    expect(words(results)).toEqual(['created', 'created', 'duplicate'])
    expect(results[2]?.paymentRequestId).toBe(results[0]?.paymentRequestId)
  })

  it('is the same with its members in another order and other blanks', async () => {
    const { invoiceNumber, ...rest } = invoiceWithDebtor()
    const key = newNumber()
    const again = { paymentRequest: { ...rest, invoiceNumber }, lineKey: key }
    const { results } = await sendLines([
      lineOf({ invoiceNumber, ...rest }, key),
      JSON.stringify(again).replaceAll('":', '" : '),
    ])
    expect(words(results)).toEqual(['created', 'duplicate'])
  })

  it('under the key of another is refused', async () => {
    const key = newNumber()
    const invoices = [invoiceWithDebtor(), invoiceWithDebtor()]
    const { results } = await sendLines(invoices.map((invoice) => lineOf(invoice, key)))
    expect(words(results)).toEqual(['created', 'idempotency-key-reuse'])
  })

  it('with a number that another line has is refused', async () => {
    const invoice = invoiceWithDebtor()
    const { results } = await sendLines([lineOf(invoice), lineOf(invoice)])
    expect(words(results)).toEqual(['created', 'invoice-number-taken'])
  })

  it('with a NUL is refused alone', async () => {
    const nul = lineOf({ ...invoiceWithDebtor(), invoiceNumber: 'a\0' })
    const { results } = await sendLines([good(), nul, good()])
    expect(words(results)).toEqual(['created', 'json-invalid', 'created'])
  })

  it('for an unknown debtor is refused alone', async () => {
    const { results } = await sendLines([lineOf(invoiceOf('db_unknown')), good()])
    expect(words(results)).toEqual(['debtor-unknown', 'created'])
  })

  it('counts also when it is blank, and needs no line feed at the end', async () => {
    const { results, totals } = await sendLines(['', good(), '  ', '\t', `${good()}\r`, ''])
    expect(results.map(({ line }) => line)).toEqual([2, 5])
    expect(totals.created).toBe(2)
  })

  it.each([
    ['no object', '[1]'],
    ['no key', lineOf(invoiceWithDebtor()).replace('"lineKey"', '"key"')],
    ['a key with a blank', lineOf(invoiceWithDebtor(), 'two words')],
    ['a key of 129 characters', lineOf(invoiceWithDebtor(), 'k'.repeat(129))],
    ['an unknown member', lineOf({ ...invoiceWithDebtor(), vat: 21 })],
  ])('with %s is refused', async (_what, line) => {
    const { results } = await sendLines([line, good()])
    expect(words(results)).toEqual(['body-invalid', 'created'])
  })
})

describe('a bulk upload', () => {
  it('of nothing is answered with totals of nothing', async () => {
    const { totals } = await sendLines([])
    expect(totals).toEqual({ lines: 0, created: 0, duplicate: 0, refused: 0 })
  })

  it('as JSON is refused', async () => {
    const url = '/v1/payment-requests/bulk'
    expectProblem(await test.send({ method: 'POST', url, body: {} }), 415, 'content-type')
    expectProblem(await test.send({ method: 'POST', url }), 400, 'body-missing')
  })

  it('reads no further than its reader keeps up with', async () => {
    let given = 0
    function* endless() {
      for (;;) {
        given += 1
        yield Buffer.from(`{"broken":${given}\n`)
      }
    }
    // Refused lines never reach what issuing needs.
    const call = { creditorId: 'cr', stream: Readable.from(endless()) } as Partial<Call> as Call
    const answer = answerBulk({} as never, call)
    const output = answer.ok ? (answer.value.body as Readable) : undefined
    if (output === undefined) throw new Error('no answer')
    await new Promise((resolve) => output.once('readable', resolve))
    for (let turn = 0; turn < 500; turn += 1) await setImmediate()
    expect(given).toBeGreaterThan(0)
    expect(given).toBeLessThan(2_000)
    output.destroy()
  })
})
