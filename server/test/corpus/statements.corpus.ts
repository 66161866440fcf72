// Real and published statement files of several banks, against an index made by another program.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspectedStatement } from '../../src/cli/statement/inspected-statement.ts'
import { parseCamtBytes } from '../../src/domain/statement/camt-bytes.ts'
import { signedMinor } from '../../src/domain/statement/statement-balance.ts'
import type { BankStatement, StatementEntry } from '../../src/domain/statement/statement-types.ts'
import { loadStatementProfiles } from '../../src/statement-profile-files.ts'
import { mutateFile, readMutated } from '../domain/statement/mutate-file.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = resolve(root, process.env.PARLEY_CORPUS ?? '../shared/data', 'iso20022')
const isThere = existsSync(folder)
if (!isThere) console.warn(`left out: there is no ${folder}`)

interface IndexRow {
  file: string
  type: string
  stmts: number
  entries: number
  txs: number
  /** Creditor references, as the elements `CdtrRefInf/Ref` count. */
  refs: number
  balance: string
}

/** Columns that hold no comma themselves; the last one, a message, is not read. */
function readIndex(): IndexRow[] {
  if (!isThere) return []
  const [head = '', ...lines] = readFileSync(resolve(folder, 'index.csv'), 'utf8')
    .trim()
    .split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    const cell = (name: string) => cells[names.indexOf(name)] ?? ''
    return {
      file: cell('file'),
      type: cell('type'),
      stmts: Number(cell('stmts')),
      entries: Number(cell('entries')),
      txs: Number(cell('txs')),
      refs: Number(cell('refs')),
      balance: cell('balance'),
    }
  })
}

const read = (file: string) => parseCamtBytes(readFileSync(resolve(folder, file)))
const count = (statements: readonly BankStatement[], of: (entry: StatementEntry) => number) =>
  statements.flatMap(({ entries }) => entries).reduce((sum, entry) => sum + of(entry), 0)

const rows = readIndex().filter(({ type }) => /^camt\.05[234]\./.test(type))
const readable = rows.filter(({ stmts }) => stmts > 0)
/** Published examples whose details contradict or do not state the amount of their entry. */
const WHOLE_BATCHES = ['camt054.v2.xml', 'camt054.v8.xml']
/** Files whose balance in the index is another, each with its reason. */
const OTHER_BALANCES: Record<string, { balanced: (boolean | null)[]; why: string }> = {
  'camt052-valid_example.xml': {
    balanced: [true],
    why: 'the index leaves camt.052 unchecked; this one states both booked balances',
  },
}

describe.runIf(isThere)('statement files', () => {
  it('are all in the index', () => {
    expect(rows.length).toBeGreaterThan(60)
    const indexed = new Set(readIndex().map(({ file }) => basename(file)))
    const names = readdirSync(resolve(folder, 'samples'), { recursive: true, encoding: 'utf8' })
    const missing = names.filter((name) => name.endsWith('.xml') && !indexed.has(basename(name)))
    expect(missing).toEqual([])
  })

  it.each(readable)('$file: $entries entries, $txs transactions, balance "$balance"', (row) => {
    const result = read(row.file)
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    const statements = result.value
    expect(statements).toHaveLength(row.stmts)
    expect(statements.map(({ kind, version }) => `camt.${kind}.001.${version}`)).toContain(row.type)
    expect(count(statements, () => 1)).toBe(row.entries)
    expect(count(statements, (entry) => Math.max(entry.detailCount, 1))).toBe(row.txs)
    if (!WHOLE_BATCHES.includes(basename(row.file))) {
      expect(count(statements, (entry) => entry.transactions.length)).toBe(row.txs)
    }
    const balanced = statements.map((statement) => statement.balanced)
    const other = OTHER_BALANCES[basename(row.file)]
    if (other !== undefined) {
      expect(statements.map((it) => inspectedStatement(it, []).balanced)).toEqual(other.balanced)
      return
    }
    if (row.balance === 'ok') expect(new Set(balanced)).toEqual(new Set([true]))
    if (row.balance === 'MISMATCH') expect(balanced).not.toContain(true)
    if (row.balance === '') expect(new Set(balanced)).toEqual(new Set(['unknown']))
  })

  it.each(readable)('$file: $refs references', ({ file, refs }) => {
    const result = read(file)
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    const found = count(result.value, ({ transactions }) =>
      transactions.reduce((sum, it) => sum + it.structuredReferences.length, 0),
    )
    expect(found).toBe(refs)
  })

  it.each(readable)('$file: the transactions of every entry sum to it', ({ file }) => {
    const result = read(file)
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    for (const entry of result.value.flatMap(({ entries }) => entries)) {
      const sum = entry.transactions.reduce((total, part) => total + signedMinor(part), 0n)
      expect(sum).toBe(signedMinor(entry))
    }
  })

  it.each(readable)('$file: every transaction has an id of its own', ({ file }) => {
    const result = read(file)
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    for (const { entries } of result.value) {
      const ids = entries.flatMap(({ transactions }) =>
        transactions.map((part) => part.transactionId),
      )
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it('without a statement are refused', () => {
    const empty = rows.filter(({ stmts }) => stmts === 0)
    expect(empty.length).toBeGreaterThan(0)
    for (const { file } of empty) {
      expect(read(file)).toMatchObject({ ok: false, error: { code: 'statement-empty' } })
    }
  })

  it('of other kinds are refused', () => {
    const others = readIndex().filter(({ type }) => !/^camt\.05[234]\./.test(type))
    expect(others.length).toBeGreaterThan(10)
    for (const { file } of others) {
      expect(read(file), file).toMatchObject({ ok: false, error: { code: 'statement-namespace' } })
    }
  })

  it('are read or refused however they are broken', () => {
    const profiles = [...loadStatementProfiles().values()]
    const small = readable.filter(({ entries }) => entries < 20)
    expect(small.length).toBeGreaterThan(40)
    for (const { file } of small) {
      const bytes = readFileSync(resolve(folder, file))
      fc.assert(
        fc.property(mutateFile(bytes), (broken) => {
          const { result } = readMutated(broken, profiles)
          expect(result.ok || result.error.line > 0).toBe(true)
        }),
        { numRuns: 50 },
      )
    }
  })
})
