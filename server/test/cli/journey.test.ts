import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parley, parleyProcess, temporaryDirectory } from './run-parley.ts'

const FRIENDLY = new URL('../../catalog/journeys/friendly-default.json', import.meta.url)
const check = (...args: string[]) => parley(['journey', 'check', ...args])

/** Writes the friendly journey, changed, to a file of its own. */
async function ownJourney(change: (step: Record<string, unknown>) => void): Promise<string> {
  const journey = JSON.parse(await readFile(FRIENDLY, 'utf8'))
  change(journey.steps.at(-1))
  const file = join(await temporaryDirectory(), 'my-own-name.json')
  await writeFile(file, JSON.stringify(journey))
  return file
}

describe('parley journey list', () => {
  it('lists every journey, those first that this server runs', async () => {
    const { code, out, err } = await parleyProcess(['journey', 'list'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^Journeys that this server runs\n {2}already-paid /)
    expect(out).toMatch(/nl-consumer-wik +Netherlands, consumer: the 14-day letter/)
    expect(out).toMatch(/what this server lacks for one\n {2}chronic-late-payer /)
    const { journeys } = JSON.parse((await parley(['journey', 'list', '--json'])).out)
    expect(journeys).toHaveLength(33)
    expect(journeys.find(({ id }: { id: string }) => id === 'key-account')).toMatchObject({
      steps: 3,
      missing: ['fact:tag'],
    })
  })
})

describe('parley journey check', () => {
  it('says what a journey does by day, and what the law says', async () => {
    const { code, out, err } = await parleyProcess([
      ...['journey', 'check', 'nl-consumer-wik', '--profile', 'nl-b2c', '--on', '2026-03-01'],
    ])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('nl-consumer-wik version 1 under nl-b2c version 1')
    // Sent on a Friday, the letter counts as delivered on Tuesday; its fourteen days end on the 31st.
    expect(out).toMatch(/2026-03-13 Fri {2}fourteen-day-letter {2}email and letter, T3/)
    expect(out).toContain('last day to pay: 2026-03-31')
    expect(out).toMatch(/2026-04-01 Wed {2}costs-added/)
    expect(out).toContain('charges Out-of-court collection costs [case-law]')
    expect(out).toContain('gives 14 days. [law, case-law]')
    expect(out).toContain('This server can run it.')
  })

  it('moves a step that falls on a holiday to the next open day', async () => {
    const { out } = await check('friendly-default', '--profile', 'be-b2c', '--on', '2026-12-18')
    expect(out).toMatch(/2026-12-28 Mon {2}reminder .*\n +moved 3 day\(s\) to an open day/)
    expect(out).toContain('This server can run it.')
  })

  it('says the same as JSON', async () => {
    const args = ['nl-consumer-wik', '--profile', 'nl-b2c', '--on', '2026-03-01', '--json']
    const { code, out } = await check(...args)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      journey: 'nl-consumer-wik',
      profile: 'nl-b2c',
      profileVersion: 1,
      allowed: true,
      example: { dueDay: '2026-03-01' },
      days: [
        { step: 'reminder', day: '2026-03-04', channels: ['email'] },
        { step: 'pay-link', day: '2026-03-09' },
        { step: 'fourteen-day-letter', lastDay: '2026-03-31', termDays: 14, isNotice: true },
        { step: 'costs-added', day: '2026-04-01', charges: [{ rule: 'collection-costs' }, {}] },
        { step: 'call', cost: 'person' },
        { step: 'review' },
      ],
    })
  })

  it('ends with 1 and the law for a journey that the law forbids', async () => {
    const file = await ownJourney((step) => {
      step['acts'] = [{ do: 'charge', rule: 'fee-per-notice' }]
    })
    const { code, out } = await check(file, '--profile', 'fr-b2c', '--on', '2026-03-01')
    expect(code).toBe(1)
    expect(out).toContain('refused, for 1 reason(s).')
    expect(out).toMatch(
      /Step "second-reminder": .* \(charge-not-in-law\)\n +\[law\] Article L111-8/,
    )
    const json = JSON.parse((await check(file, '--profile', 'fr-b2c', '--json')).out)
    expect(json).toMatchObject({ allowed: false, refusals: [{ code: 'charge-not-in-law' }] })
    const control = await check(await ownJourney(() => {}), '--profile', 'fr-b2c')
    expect(control.code).toBe(0)
  })

  it('ends with 1 and every fault for a file that is no sound journey', async () => {
    const file = await ownJourney((step) => {
      step['tone'] = 'T1'
      step['window'] = { from: '18:00', to: '09:00', weekdays: [1] }
    })
    const { code, out, err } = await check(file, '--profile', 'fr-b2c')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('The journey has 3 fault(s):')
    expect(err).toContain('my-own-name.json: step "second-reminder": the window ends before')
    const broken = await ownJourney((step) => delete step['template'])
    expect((await check(broken, '--profile', 'fr-b2c')).err).toMatch(/must have .*template/)
  })

  it.each([
    ['an unknown journey', ['hostile', '--profile', 'nl-b2c'], /there is no journey "hostile"/],
    ['an unknown profile', ['bot-first', '--profile', 'xx'], /there is no profile "xx"/],
    ['no profile', ['bot-first'], /--profile/],
    [
      'a day that does not exist',
      ['bot-first', '--profile', 'nl-b2c', '--on', '2026-02-30'],
      /"2026-02-30" is no day/,
    ],
    [
      'an unknown region',
      ['bot-first', '--profile', 'nl-b2c', '--region', 'BY'],
      /--region "BY" is no region .*: it has none/,
    ],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, out, err } = await check(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })

  it('ends with 1 for a day of which the profile states no law', async () => {
    const { code, err } = await check('bot-first', '--profile', 'nl-b2c', '--on', '2020-01-01')
    expect(code).toBe(1)
    expect(err).toContain('(no-version)')
  })
})

describe('parley journey dry-run', () => {
  const HEADER = 'Invoice number;Amount;Due date;Paid on\n'
  const LINES =
    'A1;100.00;2026-03-01;2026-02-20\nA2;50.00;2026-03-01;2026-03-10\nA3;9.95;2026-03-05;\n'

  async function argsOf(text: string, ...args: string[]) {
    const file = join(await temporaryDirectory(), 'claims.csv')
    await writeFile(file, text)
    const given = ['--journey', 'nl-consumer-wik', '--profile', 'nl-b2c', '--claims', file]
    return ['journey', 'dry-run', ...given, ...args]
  }

  async function dryRun(text: string, ...args: string[]) {
    return await parley(await argsOf(text, ...args))
  }

  it('follows each claim to a named state, two journeys side by side', async () => {
    const args = await argsOf(HEADER + LINES, '--compare', 'small-creditor')
    const { code, out, err } = await parleyProcess(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('3 claim(s), each followed for 90 days')
    expect(out).toMatch(/^ +nl-consumer-wik +small-creditor$/m)
    expect(out).toMatch(/^ {2}hand-over-review +1 +-$/m)
    expect(out).toMatch(/^ {2}paid-untouched +1 +1$/m)
    // 3 April is Good Friday and 6 April Easter Monday: the first open day is the 7th.
    expect(out).toMatch(/^ {2}2026-04-07 +1 email +1 letter$/m)
    expect(out).toMatch(/^ {2}2026-04-06 +1 calendar +1 calendar$/m)
    expect(out).not.toContain('Money')
  })

  it('compares two versions of one journey', async () => {
    const file = join(await temporaryDirectory(), 'next.json')
    const journey = JSON.parse(await readFile(FRIENDLY, 'utf8'))
    await writeFile(file, JSON.stringify({ ...journey, version: journey.version + 1 }))
    const { out } = await dryRun(HEADER + LINES, '--journey', 'friendly-default', '--compare', file)
    expect(out).toMatch(/^ +friendly-default version 1 +friendly-default version 2$/m)
  })

  it('counts the money, exactly, with prices of the catalog or of a file', async () => {
    const { out } = await dryRun(HEADER + LINES, '--costs', 'defaults')
    // Three mails and a letter, two texts, a call that is a task, and the review that is another.
    expect(out).toMatch(/^ {2}in all +\d+\.\d{2,4} EUR$/m)
    const file = join(await temporaryDirectory(), 'prices.json')
    const sources = [{ id: 's', title: 'Our contract', citation: 'c', readOn: '2026-11-22' }]
    const email = { for: 'email', amount: '0.3333', source: 's', note: 'n' }
    const prices = { version: 1, currency: 'CHF', sources, prices: [email] }
    await writeFile(file, JSON.stringify(prices))
    const [result] = JSON.parse(
      (await dryRun(HEADER + LINES, '--costs', file, '--json')).out,
    ).results
    const { count, amount } = result.costs.byPart.email
    expect(Number(amount)).toBeCloseTo(count * 0.3333, 10)
    expect(result.costs).toMatchObject({
      currency: 'CHF',
      total: amount,
      unpriced: expect.arrayContaining(['letter', 'sms', 'task']),
    })
    await writeFile(file, JSON.stringify({ ...prices, prices: [email, email] }))
    const twice = await dryRun(HEADER + LINES, '--costs', file)
    expect(twice).toMatchObject({ code: 1, out: '', err: expect.stringContaining('"email" twice') })
    const float = { ...email, amount: '0.12345' }
    await writeFile(file, JSON.stringify({ ...prices, prices: [float] }))
    expect((await dryRun(HEADER + LINES, '--costs', file)).err).toContain('must match pattern')
  })

  it('writes a page of its own, without script, with charts that tell what they show', async () => {
    const file = join(await temporaryDirectory(), 'run.html')
    const args = ['--compare', 'small-creditor', '--costs', 'defaults', '--html', file]
    const { code, out } = await dryRun(HEADER + LINES, ...args)
    expect(code).toBe(0)
    expect(out).toContain(`The page is in ${file}`)
    const page = await readFile(file, 'utf8')
    expect(page).not.toMatch(/<script|\bon\w+=|https?:|src=/)
    const charts = page.match(/<svg viewBox="0 0 720/g) ?? []
    // Messages, states, blocks and money, for each of the two.
    expect(charts).toHaveLength(8)
    expect(page.match(/<title id=/g)).toHaveLength(8)
    expect(page.match(/<desc id=/g)).toHaveLength(8)
    expect(page.match(/<details>/g)).toHaveLength(8)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const plain = await dryRun(HEADER + LINES, '--html', file)
    expect(plain.code).toBe(0)
    expect(await readFile(file, 'utf8')).not.toContain('Money by day')
  })

  it('says the same as JSON, claim by claim', async () => {
    const { results } = JSON.parse((await dryRun(HEADER + LINES, '--json', '--days', '10')).out)
    expect(results).toMatchObject([
      {
        byState: { 'paid-after-contact': 1, 'paid-untouched': 1, running: 1 },
        simulated: [
          { invoiceNumber: 'A1', state: 'paid-untouched', steps: [] },
          { invoiceNumber: 'A2', steps: [{ step: 'reminder', day: '2026-03-04' }, {}] },
          { invoiceNumber: 'A3', state: 'running' },
        ],
      },
    ])
  })

  it.each([
    ['a missing column', 'Invoice number;Amount\nA1;1.00\n', /no column "due date", "paid on"/],
    ['an amount of another form', `${HEADER}A1;1,00;2026-03-01;\n`, /line 2: "1,00" is no amount/],
    ['a day of another form', `${HEADER}A1;1.00;01-03-2026;\n`, /line 2: "01-03-2026" is no day/],
    ['an invoice twice', `${HEADER}A1;1.00;2026-03-01;\nA1;1.00;2026-03-01;\n`, /in two lines/],
    ['a file without claims', HEADER, /has no claims/],
    ['a claim of which no law is stated', `${HEADER}A1;1.00;2020-03-01;\n`, /\(no-version\)/],
  ])('ends with 1 for %s', async (_, text, message) => {
    const { code, out, err } = await dryRun(text)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(message)
  })

  it('ends with 1 for a journey that the profile forbids, and with 2 for bad options', async () => {
    const forbidden = await dryRun(HEADER + LINES, '--compare', 'fr-consumer')
    expect(forbidden).toMatchObject({ code: 1, out: '' })
    expect(forbidden.err).toContain('"fr-consumer" may not run under nl-b2c (other-country)')
    expect((await dryRun(HEADER + LINES, '--days', '0')).code).toBe(2)
  })
})
