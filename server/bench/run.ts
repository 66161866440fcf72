// `npm run bench`: what the server and the SDK reach, each as a ratio to a ceiling that is measured
// in the same run on the same machine. Absolute figures drift; ratios are the result.
import pg from 'pg'
import { startPostgres } from '../test/support/postgres.ts'
import { benchBulk, benchIssue } from './issue-bench.ts'
import { benchMatching } from './matching-bench.ts'
import { benchNegotiate } from './negotiate-bench.ts'
import { benchStart } from './start-bench.ts'
import { benchStatement } from './statement-bench.ts'
import { benchSweep } from './sweep-bench.ts'
import { benchVerify } from './verify-bench.ts'

let databases = 0
const postgres = await startPostgres({ durable: true })
const rows: Record<string, string>[] = []
try {
  const add = (what: string, value: string, ratio: string, aim: string) =>
    rows.push({ what, value, ratio, aim })

  const verify = await benchVerify()
  add(
    'verify, ES256, 64 at a time',
    `${whole(verify.perSecond)}/s`,
    two(verify.ratio),
    '≥ 0.70 of WebCrypto',
  )

  const issue = await benchIssue(await newDatabase())
  add(
    'issue: signed, durable, over HTTP',
    `${whole(issue.perSecond)}/s`,
    two(issue.ratio),
    '≥ 0.80 of the ceiling',
  )

  const bulk = await benchBulk(await newDatabase())
  add(
    'bulk lines: signed, durable',
    `${whole(bulk.perSecond)}/s`,
    two(bulk.ratio),
    'of bare multi-row inserts',
  )

  const negotiate = await benchNegotiate(await newDatabase())
  add(
    'negotiations: decline, menu, accept, agreement; signed, durable, over HTTP',
    `${whole(negotiate.perSecond)}/s`,
    two(negotiate.ratio),
    'of signatures and commits alone',
  )

  const sweep = await benchSweep(newDatabase)
  add(
    'sweep of 1,000 due cases beside 1,000,000 sleeping',
    `${whole(sweep.manyMs)} ms`,
    two(sweep.ratio),
    '≤ 1.50 of that beside 10,000',
  )

  const statement = await benchStatement()
  add(
    'a camt.053 of 100 MB, read and checked',
    `${whole(statement.seconds)} s`,
    two(statement.ratio),
    'of the bare XML parser',
  )
  add('memory of it', `${whole(statement.rssMb)} MB`, '', '< 200 MB')
  const matching = await benchMatching(newDatabase)
  const { report, real } = matching
  add(
    'matching of a year: automatic and right',
    `${whole(report.automatic)} of ${whole(report.bookings)}`,
    `${two((100 * (report.automatic - report.wrong.length)) / report.automatic)} %`,
    '100 %',
  )
  add('  with a reference, without a person', '', `${two(report.recallWithReference)} %`, '≥ 99 %')
  add('  of all', '', `${two(report.recallOfAll)} %`, '≥ 90 %')
  add(
    '  parsed and matched',
    `${two(matching.matchMs / 1000)} s`,
    two(matching.ratio),
    'of parsing alone',
  )
  add('  memory', '', two(matching.memoryRatio), 'of parsing alone')
  add(
    'imported and matched on PostgreSQL, same decisions',
    `${whole(real.bookings / real.seconds)}/s`,
    '',
    '',
  )

  const start = await benchStart(await newDatabase())
  add('start to ready', `${whole(start.ms)} ms`, '', '')
  add('memory when idle', `${whole(start.rssMb)} MB`, '', '')
} catch (error) {
  // Told at once: connections that the bench left open throw when the database stops.
  console.error(error)
  process.exitCode = 1
} finally {
  console.table(rows)
  await postgres.stop()
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function two(value: number): string {
  return value.toFixed(2)
}

/** An empty database of its own, so that one bench does not fill the tables of the next. */
async function newDatabase(): Promise<string> {
  const name = `bench_${++databases}`
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(postgres.url), { pathname: name }).href
}
