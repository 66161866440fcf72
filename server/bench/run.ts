// `npm run bench`: what the server and the SDK reach, each as a ratio to a ceiling that is measured
// in the same run on the same machine. Absolute figures drift; ratios are the result.
import { startPostgres } from '../test/support/postgres-server.ts'
import { benchBulk, benchIssue } from './issue-bench.ts'
import { benchStart } from './start-bench.ts'
import { benchVerify } from './verify-bench.ts'

const postgres = await startPostgres()
try {
  const rows: Record<string, string>[] = []
  const add = (what: string, value: string, ratio: string, aim: string) =>
    rows.push({ what, value, ratio, aim })

  const verify = await benchVerify()
  add(
    'verify, ES256, 64 at a time',
    `${whole(verify.perSecond)}/s`,
    two(verify.ratio),
    '≥ 0.70 of WebCrypto',
  )

  const issue = await benchIssue(await postgres.newDatabase())
  add(
    'issue: signed, durable, over HTTP',
    `${whole(issue.perSecond)}/s`,
    two(issue.ratio),
    '≥ 0.80 of the ceiling',
  )

  const bulk = await benchBulk(await postgres.newDatabase())
  add(
    'bulk lines: signed, durable',
    `${whole(bulk.perSecond)}/s`,
    two(bulk.ratio),
    'of bare multi-row inserts',
  )

  const start = await benchStart(await postgres.newDatabase())
  add('start to ready', `${whole(start.ms)} ms`, '', '')
  add('memory when idle', `${whole(start.rssMb)} MB`, '', '')
  console.table(rows)
} finally {
  await postgres.close()
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function two(value: number): string {
  return value.toFixed(2)
}
