import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Ended,
  parley,
  parleyProcess,
  temporaryDirectory,
  temporaryFile,
} from './run-parley.ts'

const SCENARIOS = join(import.meta.dirname, 'fixtures/scenarios.json')

interface Result {
  id: string
  agreement: { firstDueDate: string; installments: number } | null
  messages: number
  debtorOffers: number
}

async function play(...options: string[]) {
  return await playBy(parley, options)
}

async function playBy(run: (args: readonly string[]) => Promise<Ended>, options: string[]) {
  const directory = await temporaryDirectory()
  const [results, transcripts] = ['results.json', 'talks.jsonl'].map((name) =>
    join(directory, name),
  ) as [string, string]
  const ended = await run([
    ...['negotiate', SCENARIOS, results],
    ...['--transcripts', transcripts],
    ...options,
  ])
  const [resultText, transcriptText] = await Promise.all(
    [results, transcripts].map((file) => readFile(file, 'utf8')),
  )
  return { ended, resultText, transcriptText, results: JSON.parse(resultText ?? '') as Result[] }
}

describe('parley negotiate', () => {
  it('agrees where a plan suits both, and says in a line how it went', async () => {
    const { ended, results } = await play()
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(ended.out).toMatch(
      /^Scenarios 5: agreements 3 \(round trips: median \d, p95 \d\), no deals 2 \(round trips: median 1, p95 1\); engine p95: creditor [\d.]+ ms, debtor [\d.]+ ms\n$/,
    )
    expect(results.map(({ id, agreement }) => [id, agreement?.installments ?? null])).toEqual([
      ['pays-after-pay-day', 2],
      ['spreads-it-out', 6],
      ['rebate-or-fee', 4],
      ['cannot-pay', null],
      ['nothing-to-offer', null],
    ])
    expect(results[0]).toEqual({
      id: 'pays-after-pay-day',
      agreement: { firstDueDate: '2027-03-25', installments: 2, interval: 'P1M', priceBps: 0 },
      messages: 4,
      debtorOffers: 0,
    })
  })

  it('gives the same results and transcripts for the same set, to the byte', async () => {
    const [first, second] = await Promise.all([play(), playBy(parleyProcess, [])])
    expect(second.resultText).toBe(first.resultText)
    expect(second.transcriptText).toBe(first.transcriptText)
    const other = await play('--debtor', 'patient')
    expect(other.transcriptText).not.toBe(first.transcriptText)
  })

  it('writes what was said, and of the debtor nothing but its answers', async () => {
    const { results, transcriptText } = await play()
    const talks = transcriptText
      ?.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)) as {
      id: string
      messages: { from: string; kind: string; body: object }[]
    }[]
    expect(talks.map(({ id, messages }) => [id, messages.length])).toEqual(
      results.map(({ id, messages }) => [id, messages]),
    )
    expect(talks[0]?.messages.map(({ from, kind }) => `${from} ${kind}`)).toEqual([
      'creditor request',
      'debtor decline',
      'creditor menu',
      'debtor accept',
    ])
    const said = talks.flatMap(({ messages }) => messages).filter(({ from }) => from === 'debtor')
    const members = new Set(said.flatMap(({ body }) => Object.keys(body)))
    expect([...members].sort()).toEqual(
      [
        'firstDueDate',
        'menuId',
        'nothingAcceptable',
        'plan',
        'planHash',
        'requestId',
        'rowId',
      ].sort(),
    )
  })

  it.each([
    ['one-menu', ['--creditor', 'one-menu'], 3, [2, 2]],
    ['hard-line', ['--creditor', 'hard-line'], 1, [2, 2]],
    ['patient', ['--debtor', 'patient'], 3, [2, 2]],
    ['best-response', ['--debtor', 'best-response'], 3, [2, 10]],
    ['hard-line debtor', ['--debtor', 'hard-line'], 0, [2, 2]],
    ['hidden-envelope', ['--hidden-envelope'], 3, [2, 8]],
  ])('plays %s', async (_, options, agreements, [fewest, most]) => {
    const { ended, results } = await play(...options)
    expect(ended.code).toBe(0)
    expect(results.filter(({ agreement }) => agreement !== null)).toHaveLength(agreements)
    const counts = results.map(({ messages }) => messages)
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([fewest, most])
  })
})

describe('parley negotiate refuses', () => {
  let sound: { scenarios: Record<string, object>[] }

  beforeAll(async () => {
    sound = JSON.parse(await readFile(SCENARIOS, 'utf8'))
  })

  /** The set with one member of its second scenario changed; `undefined` takes it away. */
  function changed(path: string, value: unknown): string {
    const set = structuredClone(sound)
    const names = path.split('.')
    const last = names.pop() ?? ''
    const holder = names.reduce<Record<string, unknown>>(
      (at, name) => at[name] as Record<string, unknown>,
      set.scenarios[1] as Record<string, unknown>,
    )
    holder[last] = value
    return JSON.stringify(set)
  }

  it.each([
    ['a member that is missing', 'request.principalCents', undefined, 'is missing'],
    ['money that is not whole cents', 'request.principalCents', 10.5, 'must be integer'],
    ['a currency that is none', 'request.currency', 'EUX', 'is not a currency (ISO 4217)'],
    ['a day that is none', 'today', '2027-02-29', 'is not a day (YYYY-MM-DD)'],
    ['an unknown interval', 'domain.intervals.0', 'P3M', 'must be one of P1W, P2W, P1M'],
    ['a rate out of range', 'creditor.value.annualHazard', 11, 'must be <= 10'],
    ['a member of no format', 'debtor.salary', 3000, 'is no member of the format'],
    ['a limit that is a text', 'debtor.limits.maxEndDays', '90', 'must be integer'],
  ])('%s, naming scenario and member', async (_, path, value, reason) => {
    const file = await temporaryFile('set.json', changed(path, value))
    const { code, out, err } = await parley(['negotiate', file, `${file}.out`])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(`scenario "spreads-it-out" at index 1: ${path} ${reason}`)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  it.each([
    ['another format', '{"format":"other/1","scenarios":[]}', /format must be "payment-neg/],
    ['a list', '[]', /the file must be object/],
    ['no JSON', '{"format":', /is no valid JSON \(json-syntax\)/],
    ['a name that stands twice', '{"format":"a","format":"b"}', /\(json-duplicate-name\)/],
  ])('%s', async (_, text, message) => {
    const file = await temporaryFile('set.json', text)
    const { code, err } = await parley(['negotiate', file, `${file}.out`])
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })

  it('an id that stands in the set twice', async () => {
    const file = await temporaryFile('set.json', changed('id', 'pays-after-pay-day'))
    const { code, err } = await parley(['negotiate', file, `${file}.out`])
    expect(code).toBe(2)
    expect(err).toContain('scenario "pays-after-pay-day" at index 1: id stands in the set twice')
  })

  it('to write over the file that it reads', async () => {
    const text = await readFile(SCENARIOS, 'utf8')
    const file = await temporaryFile('set.json', text)
    const { code, err } = await parley(['negotiate', file, file])
    expect({ code, err: err.includes('different files') }).toEqual({ code: 2, err: true })
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  it('a player that it does not know', async () => {
    const { code, err } = await parley(['negotiate', SCENARIOS, 'out.json', '--debtor', 'greedy'])
    expect(code).toBe(2)
    expect(err).toContain('fair, patient, best-response, hard-line')
  })

  it('a policy whose menu would have more rows than an agent reads', async () => {
    const set = structuredClone(sound)
    const policy = {
      maxInstallments: 60,
      intervals: ['P1W', 'P2W', 'P1M'],
      minInstallmentCents: 100,
    }
    const wide = { maxInstallments: 60, maxDurationDays: 1_825, priceLevelsBps: [-200, -100, 0] }
    const [first] = set.scenarios as { domain: object; creditor: { policy: object } }[]
    Object.assign(first?.domain ?? {}, wide)
    const more = { maxDurationDays: 1_825, maxDiscountBps: 200, discountOnlyWithinDays: 1_825 }
    Object.assign(first?.creditor.policy ?? {}, policy, more)
    const file = await temporaryFile('set.json', JSON.stringify(set))
    // In a process of its own: what is computed of a policy is kept by the id of its scenario.
    const { code, err } = await parleyProcess(['negotiate', file, `${file}.out`])
    expect(code).toBe(2)
    expect(err).toContain('Scenario "pays-after-pay-day" cannot be played')
  })
})
