// Issuing over HTTP, one by one and in bulk, against what the same machine does without Parley.
import pg from 'pg'
import { enrolDebtors, laterDueDate, post } from './enrolled-debtors.ts'
import { load, median } from './load.ts'
import { createCreditor, startCeiling, startParley } from './processes.ts'

const ROUNDS = 5
const SECONDS = 3
const CONCURRENCY = 64
const DEBTORS = 20

export interface Rate {
  perSecond: number
  ratio: number
}

/** Signed durable issues a second (claim, message, idempotency, delivery) and the ratio. */
export async function benchIssue(databaseUrl: string): Promise<Rate> {
  const apiKey = await createCreditor(databaseUrl)
  const parley = await startParley(databaseUrl)
  const ceiling = await startCeiling(databaseUrl)
  try {
    const enrolled = await enrolDebtors(parley.origin, apiKey, DEBTORS)
    const debtors = enrolled.map(({ debtorId }) => debtorId)
    const ratios: number[] = []
    const rates: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const bare = await loadCeiling(ceiling.origin)
      const ours = await loadParley(parley.origin, apiKey, debtors)
      // The first round warms both up.
      if (round === 0) continue
      ratios.push(ours / bare)
      rates.push(ours)
    }
    return { perSecond: median(rates), ratio: median(ratios) }
  } finally {
    await Promise.all([parley.stop(), ceiling.stop()])
  }
}

async function loadCeiling(origin: string): Promise<number> {
  const result = await load({
    origin,
    path: '/issue',
    headers: { 'content-type': 'application/json' },
    request: (n) => ({ body: invoice(n, 'none') }),
    concurrency: CONCURRENCY,
    seconds: SECONDS,
  })
  return result.perSecond
}

async function loadParley(origin: string, apiKey: string, debtors: string[]): Promise<number> {
  const result = await load({
    origin,
    path: '/v1/payment-requests',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    request: (n) => ({
      body: invoice(n, debtors[n % debtors.length] ?? ''),
      headers: { 'idempotency-key': `bench-${n}` },
    }),
    concurrency: CONCURRENCY,
    seconds: SECONDS,
  })
  if (result.failed > 0) throw new Error(`${result.failed} requests were refused`)
  return result.perSecond
}

function invoice(n: number, debtorId: string): string {
  return JSON.stringify({
    invoiceNumber: `B-${n}`,
    debtorId,
    amount: { value: '120.50', currency: 'EUR' },
    dueDate: laterDueDate(),
  })
}

const BULK_LINES = 10_000
const INSERT_ROWS = 500

/** Bulk lines a second through the API, and the ratio to bare inserts of as many signed bytes. */
export async function benchBulk(databaseUrl: string): Promise<Rate> {
  const apiKey = await createCreditor(databaseUrl)
  const parley = await startParley(databaseUrl)
  try {
    const lines = Array.from({ length: BULK_LINES }, (_, n) => bulkLine(n)).join('')
    const started = performance.now()
    const answer = await post(
      `${parley.origin}/v1/payment-requests/bulk`,
      {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': 'bulk',
      },
      lines,
    )
    const perSecond = BULK_LINES / ((performance.now() - started) / 1000)
    if (!answer.includes(`"created":${BULK_LINES}`)) throw new Error('lines were refused')
    return { perSecond, ratio: perSecond / (await bareInserts(databaseUrl)) }
  } finally {
    await parley.stop()
  }
}

function bulkLine(n: number): string {
  const paymentRequest = {
    invoiceNumber: `K-${n}`,
    debtor: { externalId: `C-${n % 500}`, name: `Customer ${n % 500}` },
    amount: { value: '120.50', currency: 'EUR' },
    dueDate: laterDueDate(),
  }
  return `${JSON.stringify({ lineKey: `K-${n}`, paymentRequest })}\n`
}

async function bareInserts(databaseUrl: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  await pool.query('create table if not exists bare (id bigserial primary key, jws text not null)')
  const jws = 'x'.repeat(1_900)
  const rows = Array.from({ length: INSERT_ROWS }, () => jws)
  const started = performance.now()
  for (let done = 0; done < BULK_LINES; done += INSERT_ROWS) {
    const text = 'insert into bare (jws) select unnest($1::text[])'
    await pool.query({ name: 'bare', text, values: [rows] })
  }
  const perSecond = BULK_LINES / ((performance.now() - started) / 1000)
  await pool.end()
  return perSecond
}
