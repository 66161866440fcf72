// A year of payments: 50,000 bills, as many bookings and more, as real camt.053 files with noise and known
// truth. Precision of what is matched without a person has to be perfect; time and memory are told as ratios
// to parsing the same files alone.
import { parseCamt } from '../src/domain/statement/camt.ts'
import { importYear, type RealImport } from './matching/real-import.ts'
import { filesOfYear, generateYear, runYear, type YearReport } from './matching/run-year.ts'

const CLAIMS = Number(process.env['PARLEY_BENCH_CLAIMS'] ?? 50_000)
/** Of the year that goes through the database. */
const REAL_CLAIMS = 1_000
const SEED = 7

export interface MatchingCost {
  report: YearReport
  parseMs: number
  matchMs: number
  /** Parsing and matching, to parsing alone. */
  ratio: number
  /** Heap after each, in the same units. */
  memoryRatio: number
  real: RealImport
}

/**
 * Matches a year in memory and a smaller one on PostgreSQL.
 *
 * @throws {Error} when one automatic match is wrong, recall is below its aim, or the store decides otherwise.
 */
export async function benchMatching(newDatabase: () => Promise<string>): Promise<MatchingCost> {
  const year = generateYear(SEED, { claims: CLAIMS })
  const files = filesOfYear(year)
  const base = heap()
  const begun = performance.now()
  for (const file of files.values()) {
    const parsed = parseCamt(file)
    if (!parsed.ok) throw new Error(parsed.error.message)
  }
  const parseMs = performance.now() - begun
  const parsedHeap = heap() - base
  const again = performance.now()
  const report = await runYear(year, files)
  const matchMs = performance.now() - again
  const memoryRatio = Math.max(1, heap() - base) / Math.max(1, parsedHeap)
  if (report.wrong.length > 0) throw new Error(`${report.wrong.length} wrong automatic matches`)
  if (report.recallWithReference < 99) throw new Error('recall with a reference is below 99 %')
  if (report.recallOfAll < 90) throw new Error('recall of all is below 90 %')
  const real = await importYear(await newDatabase(), REAL_CLAIMS)
  if (real.different.length > 0) throw new Error(`decided otherwise: ${real.different.join('; ')}`)
  return { report, parseMs, matchMs, ratio: matchMs / parseMs, memoryRatio, real }
}

function heap(): number {
  return process.memoryUsage().rss / 1_048_576
}
