// The server against openapi.yaml: whatever fits the document is never refused for its form, whatever breaks
// one rule of it is refused for that rule, nothing fails, and every reply is in the document.
// `PARLEY_FUZZ_CASES=50000 PARLEY_FUZZ_SEED=7 npm run fuzz` tries more of them, and others.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readApiDocument } from '../../src/http/api-document.ts'
import { KEYWORDS } from './broken-values.ts'
import { type FuzzCase, fuzzCases } from './fuzz-cases.ts'
import { type FuzzServer, openFuzzServer } from './fuzz-server.ts'
import { type GivenReply, judgeReply } from './judge-reply.ts'

const CASES = Number(process.env['PARLEY_FUZZ_CASES'] ?? 5000)
/** With fewer cases, some operation or keyword may not have been drawn. */
const ENOUGH = 5000
const SEED = Number(process.env['PARLEY_FUZZ_SEED'] ?? 20_261_122)

let server: FuzzServer
beforeAll(async () => {
  server = await openFuzzServer()
})
afterAll(() => server?.close())

it(`${CASES} requests are answered as the document says`, async () => {
  const seen = new Seen()
  const started = performance.now()
  await fc.assert(
    fc.asyncProperty(fuzzCases(readApiDocument()), async (drawn) => {
      const sent = server.fill(drawn)
      const reply = await server.send(sent)
      seen.note(sent, reply)
      try {
        judgeReply(sent, reply)
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${server.curlOf(sent)}`)
      }
    }),
    { numRuns: CASES, seed: SEED },
  )
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  process.stdout.write(`${seen.summary()}, seed ${SEED}, ${seconds} s\n`)
  if (CASES < ENOUGH) return
  expect(seen.neverSent(), 'operations without a request').toEqual([])
  expect(seen.neverBroken(), 'keywords that nothing broke').toEqual([])
  expect(seen.taken.size, 'operations that took something').toBeGreaterThan(80)
}, 3_600_000)

/** What was tried: a fuzzer that sends nothing finds nothing. */
class Seen {
  readonly sent = new Map<string, number>()
  readonly taken = new Set<string>()
  readonly broken = new Map<string, number>()

  note({ operationId, broken }: FuzzCase, { statusCode }: GivenReply): void {
    this.sent.set(operationId, (this.sent.get(operationId) ?? 0) + 1)
    if (broken !== undefined) this.broken.set(broken.rule, (this.broken.get(broken.rule) ?? 0) + 1)
    else if (statusCode < 400) this.taken.add(operationId)
  }

  neverSent(): string[] {
    const all = Object.values(readApiDocument().paths).flatMap((item) =>
      Object.values(item).map((it) => (it as { operationId?: string } | null)?.operationId ?? ''),
    )
    return all.filter((id) => id !== '' && !this.sent.has(id))
  }

  neverBroken(): string[] {
    return KEYWORDS.filter((keyword) => !this.broken.has(keyword))
  }

  summary(): string {
    const sum = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)
    const rules = [...this.broken].map(([rule, count]) => `${rule} ${count}`).join(', ')
    const operations = `${this.sent.size} operations, of which ${this.taken.size} took something`
    return `${sum(this.sent)} requests to ${operations}; ${sum(this.broken)} broken: ${rules}`
  }
}
