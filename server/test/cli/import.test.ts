import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { CliError } from '../../src/cli/cli-error.ts'
import { describeProgress, startProgress } from '../../src/cli/import/progress.ts'
import { type ImportOptions, runImport } from '../../src/cli/import/run-import.ts'
import { API_KEY, type BulkServer, startBulkServer } from './bulk-server.ts'
import { type Ended, parleyProcess as parley, temporaryFile } from './run-parley.ts'

const HEADER = 'Invoice number;Customer no;Customer name;E-mail;Amount;Due date\n'
const GOOD = 'F-1;C-1;Anouk de Vries;anouk@example.com;120,50;2026-12-15\n'

async function importCsv(
  content: string | Uint8Array,
  { server, args = ['--currency', 'EUR'] }: { server?: BulkServer; args?: string[] } = {},
): Promise<Ended> {
  const file = await temporaryFile('invoices.csv', content)
  const target = server === undefined ? [] : ['--server', server.origin]
  const env = server === undefined ? {} : { PARLEY_API_KEY: API_KEY }
  return await parley(['import', file, ...target, ...args], { directory: dirname(file), env })
}

describe('parley import', () => {
  it('sends every line and ends with the totals', async () => {
    const server = await startBulkServer()
    const second = 'F-2;C-2;Jan;;7;15/12/2026\n'
    const { code, out, err } = await importCsv(HEADER + GOOD + second, { server })
    expect({ code, out }).toEqual({ code: 0, out: '2 lines: 2 issued, 0 refused.\n' })
    expect(err).toContain('Importing for Stadsenergie (cr_1)')
    expect(server.lines).toEqual([
      {
        lineKey: 'F-1',
        paymentRequest: {
          invoiceNumber: 'F-1',
          debtor: {
            externalId: 'C-1',
            name: 'Anouk de Vries',
            contact: { email: 'anouk@example.com' },
          },
          amount: { value: '120.50', currency: 'EUR' },
          dueDate: '2026-12-15',
        },
      },
      {
        lineKey: 'F-2',
        paymentRequest: {
          invoiceNumber: 'F-2',
          debtor: { externalId: 'C-2', name: 'Jan' },
          amount: { value: '7.00', currency: 'EUR' },
          dueDate: '2026-12-15',
        },
      },
    ])
  })

  it('issues nothing twice when the file is sent again', async () => {
    const server = await startBulkServer()
    await importCsv(HEADER + GOOD, { server })
    const { code, out } = await importCsv(HEADER + GOOD, { server })
    expect({ code, out }).toEqual({
      code: 0,
      out: '1 line: 0 issued, 1 issued before, 0 refused.\n',
    })
    expect(server.idempotencyKeys.size).toBe(2)
  })

  it('names the line and the reason of what was refused, here or by the server', async () => {
    const server = await startBulkServer()
    server.refuse = ({ lineKey }) =>
      lineKey === 'F-1'
        ? { code: 'invoice-number-taken', detail: 'invoice F-1 was issued before\u001b[2J' }
        : undefined
    const bad = 'F-2;C-2;Jan Jansen;;1,234;2026-12-15\n'
    const twice = 'F-3;C-3;Piet;;1;2026-12-15\nF-3;C-3;Piet;;2;2026-12-15\n'
    const { code, out } = await importCsv(HEADER + GOOD + bad + twice, { server })
    expect(code).toBe(1)
    expect(out).toBe(
      [
        '4 lines: 1 issued, 3 refused.',
        'Refused:',
        '  line 2  invoice-number-taken: invoice F-1 was issued before [2J',
        '  line 3  amount-ambiguous: the amount "1,234" may be 1234 or 1.234: say --decimal comma or --decimal point',
        '  line 5  duplicate-invoice: the same invoice number as line 4',
        '',
      ].join('\n'),
    )
    expect(server.lines.map(({ lineKey }) => lineKey)).toEqual(['F-1', 'F-3'])
  })

  it('writes all refused lines into the report, without their cells', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `F-${i};C-1;=Anouk;;1;2026-12-15\n`).join('')
    const file = await temporaryFile('invoices.csv', HEADER + rows)
    const report = join(dirname(file), 'refused.csv')
    const options = ['--currency', 'EUR', '--dry-run', '--report', report]
    const { code, out } = await parley(['import', file, ...options])
    expect(code).toBe(1)
    expect(out).toContain(`… and 10 more; all in ${report}`)
    const lines = (await readFile(report, 'utf8')).split('\r\n')
    expect(lines[0]).toBe('line,code,reason')
    expect(lines[1]).toBe('2,text-formula,"the name begins like a formula"')
    expect(lines).toHaveLength(32)
    expect(lines.join()).not.toContain('Anouk')
  })

  it('checks a file without a server in a dry run', async () => {
    const { code, out } = await importCsv(HEADER + GOOD, {
      args: ['--currency', 'EUR', '--dry-run'],
    })
    expect({ code, out }).toEqual({
      code: 0,
      out: '1 line: 1 can be issued, 0 refused. Dry run: nothing was sent.\n',
    })
  })

  it('sends a long file in groups, each line once and in order, and shows progress', async () => {
    const server = await startBulkServer()
    const rows = Array.from({ length: 12_000 }, (_, i) => `F-${i};C-${i};Jan;;1;2026-12-15\n`)
    const { code, out } = await importCsv(HEADER + rows.join(''), { server })
    expect({ code, out }).toEqual({ code: 0, out: '12,000 lines: 12,000 issued, 0 refused.\n' })
    expect(server.requests).toEqual([5_000, 5_000, 2_000])
    expect(server.lines.map(({ lineKey }) => lineKey)).toEqual(rows.map((_, i) => `F-${i}`))
  })

  it('says what to do when the connection breaks off', async () => {
    const server = await startBulkServer()
    server.breakAfter = 2
    const rows = Array.from({ length: 10 }, (_, i) => `F-${i};C-${i};Jan;;1;2026-12-15\n`)
    const { code, err } = await importCsv(HEADER + rows.join(''), { server })
    expect(code).toBe(2)
    expect(err).toContain('Run the same command again')
    server.breakAfter = Infinity
    expect((await importCsv(HEADER + rows.join(''), { server })).code).toBe(0)
  })

  it.each<[string, (server: BulkServer) => void, RegExp]>([
    [
      'a refusal',
      (server) => {
        server.replyInstead = (response) => {
          response.writeHead(503, { 'content-type': 'application/problem+json' })
          response.end(JSON.stringify({ title: 'The server is not ready' }))
        }
      },
      /refused \(503\): The server is not ready/,
    ],
    [
      'another kind of page',
      (server) => {
        server.replyInstead = (response) => response.end('<html>\n</html>\n')
      },
      /connection broke off/,
    ],
    [
      'an answer that ends early',
      (server) => {
        server.replyInstead = (response) => response.end('')
      },
      /connection broke off/,
    ],
  ])('ends with 2 and no stack at %s', async (_, prepare, message) => {
    const server = await startBulkServer()
    prepare(server)
    const { code, err } = await importCsv(HEADER + GOOD, { server })
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(err).not.toContain('    at ')
  })

  it('sends nothing with a wrong key or to no server', async () => {
    const server = await startBulkServer()
    const args = ['--currency', 'EUR', '--api-key', 'wrong']
    const refused = await importCsv(HEADER + GOOD, { server, args })
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not know this API key'),
    })
    expect(server.lines).toEqual([])
    const nowhere = ['--server', 'http://127.0.0.1:9', '--api-key', 'x', '--currency', 'EUR']
    expect(await importCsv(HEADER + GOOD, { args: nowhere })).toMatchObject({
      code: 2,
      err: expect.stringContaining('No server answers at http://127.0.0.1:9'),
    })
  })

  it.each<[string, string[], RegExp]>([
    ['no key', ['--currency', 'EUR'], /set PARLEY_API_KEY/],
    ['a server without https', ['--server', 'http://pay.example'], /Use https/],
    ['an unknown option', ['--curency', 'EUR'], /unknown option/],
    ['a choice that is none', ['--map', 'Name'], /Your header=field/],
    [
      'a report that cannot be written',
      ['--dry-run', '--currency', 'EUR', '--report', 'missing/refused.csv'],
      /missing\/refused.csv/,
    ],
  ])('ends with 2 and a sentence for %s', async (_, args, message) => {
    const { code, out, err } = await importCsv(HEADER + GOOD, { args })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
    expect(err).not.toContain('    at ')
  })

  it('takes columns, days and amounts as the operator explains them', async () => {
    const content = 'Nr;Klant;Naam;Bedrag;Vervaldag\n1;C-1;Jan;1.234;05/12/2026\n'
    const server = await startBulkServer()
    const explained = ['--map', 'Nr=invoiceNumber', '--map', 'Klant=customerId']
    const styles = [
      '--dates',
      'dmy',
      '--decimal',
      'comma',
      '--currency',
      'eur',
      '--segment',
      'home',
    ]
    const { code } = await importCsv(content, { server, args: [...explained, ...styles] })
    expect(code).toBe(0)
    expect(server.lines[0]?.paymentRequest).toMatchObject({
      amount: { value: '1234.00', currency: 'EUR' },
      dueDate: '2026-12-05',
      segment: 'home',
    })
  })
})

describe('runImport', () => {
  it.each<[string, string | Uint8Array, Partial<ImportOptions>, RegExp]>([
    ['an empty file', '', {}, /is empty/],
    ['a file of a header', HEADER, {}, /no lines/],
    [
      'a file without a due date',
      'Invoice;Customer no;Name;Amount\n1;2;3;4\n',
      {},
      /holds the dueDate: name it with --map/,
    ],
    [
      'two amounts',
      HEADER.replace('E-mail', 'Total'),
      {},
      /"Total" and "Amount" may both be the amount/,
    ],
    ['UTF-16', Buffer.from('\ufeffa;b', 'utf16le'), {}, /UTF-16: save it again/],
    ['Latin-1', Buffer.from(`${HEADER}é`, 'latin1'), {}, /--encoding latin1/],
    ['no currency', HEADER + GOOD, { currency: undefined }, /--currency EUR/],
    ['a currency that is none', HEADER + GOOD, { currency: 'XXX' }, /no ISO 4217/],
  ])('can do nothing with %s and says why', async (_, content, options, message) => {
    const file = await temporaryFile('invoices.csv', content)
    const written: string[] = []
    const output = { out: (text: string) => written.push(text), err: { write: () => true } }
    const run = runImport(
      { file, encoding: 'utf8', choices: [], currency: 'EUR', ...options },
      output,
    )
    await expect(run).rejects.toThrow(message)
    await expect(run).rejects.toBeInstanceOf(CliError)
    expect(written).toEqual([])
  })

  it('does not write its report over the file that it reads', async () => {
    const file = await temporaryFile('invoices.csv', HEADER + GOOD)
    const options = { file, encoding: 'utf8', choices: [], currency: 'EUR' } as const
    const output = { out: () => {}, err: { write: () => true } }
    const reportFile = join(dirname(file), '.', 'invoices.csv')
    await expect(runImport({ ...options, reportFile }, output)).rejects.toThrow('choose another')
    expect(await readFile(file, 'utf8')).toBe(HEADER + GOOD)
  })
})

describe('startProgress', () => {
  it('rewrites one line on a terminal and leaves it clean', () => {
    vi.useFakeTimers()
    try {
      const written: string[] = []
      const output = { isTTY: true, write: (text: string) => written.push(text) }
      const stop = startProgress(output, () => 'half')
      vi.advanceTimersByTime(250)
      stop()
      vi.advanceTimersByTime(1_000)
      expect(written).toEqual(['\r\u001b[Khalf', '\r\u001b[Khalf', '\r\u001b[K'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('writes a line a second into a log', () => {
    vi.useFakeTimers()
    try {
      const written: string[] = []
      const stop = startProgress({ write: (text: string) => written.push(text) }, () => 'half')
      vi.advanceTimersByTime(2_500)
      stop()
      expect(written).toEqual(['half\n', 'half\n'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('says how far it is', () => {
    const totals = { lines: 1_200, created: 1_180, duplicate: 0, refused: 20 }
    expect(describeProgress(totals, { line: 1_201, of: 3_500 })).toBe(
      '1,200 lines  1,180 issued  20 refused  34 %',
    )
    expect(describeProgress({ ...totals, duplicate: 7 }, { line: 2, of: 1 }, true)).toBe(
      '1,200 lines  1,180 can be issued  7 issued before  20 refused  100 %',
    )
  })
})
