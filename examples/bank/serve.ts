// The bank as a process: `node examples/bank/serve.ts`. See README.md for its variables. Runs once a
// second; several processes may share a PostgreSQL and a folder.
import { type BankStore, createMemoryBankStore, type RailTerms } from '@parley/sdk/bank'
import { createPostgresBankStore, createPostgresTables } from '@parley/sdk/bank/postgres'
import { createFileBankStore } from '@parley/sdk/node'
import pg from 'pg'
import { readClockFile } from '../support/clock-file.ts'
import { startBankServer } from './bank-server.ts'

const { env } = process
const origin = env['PARLEY_BANK_ORIGIN'] ?? 'http://127.0.0.1:8090'
const folder = env['PARLEY_BANK_DIR'] ?? 'bank-data'
const operatorToken = env['PARLEY_BANK_OPERATOR_TOKEN'] ?? ''
const clockFile = env['PARLEY_CLOCK_FILE']
const everyMs = Number(env['PARLEY_BANK_EVERY_MS'] ?? 1000)

const BATCH: RailTerms = {
  opens: 'target-days',
  cutOff: { time: '16:00', timeZone: 'Europe/Brussels' },
  isIdempotent: true,
}

async function openStore(): Promise<BankStore> {
  const connectionString = env['DATABASE_URL']
  if (env['PARLEY_BANK_RECORDS'] === 'memory') return createMemoryBankStore()
  if (connectionString === undefined) return createFileBankStore(`${folder}/records`)
  const pool = new pg.Pool({ connectionString })
  // A connection that the server ends while it is idle is replaced at the next query.
  pool.on('error', (error) => console.error(error.message))
  const query = (statement: string, parameters: readonly unknown[]) =>
    pool.query(statement, [...parameters])
  await createPostgresTables(query)
  return createPostgresBankStore(query)
}

const server = await startBankServer({
  ...{ origin, folder, operatorToken, store: await openStore() },
  timeZone: env['PARLEY_BANK_TIME_ZONE'] ?? 'Europe/Brussels',
  clock: clockFile === undefined ? () => Math.floor(Date.now() / 1000) : readClockFile(clockFile),
  ...(env['PARLEY_BANK_RAIL'] === 'batch' ? { terms: BATCH } : {}),
  // Ids and codes only: no names, no accounts.
  onEvent: (event) => console.log(JSON.stringify(event)),
})
console.log(`the bank serves at ${origin}`)
if (operatorToken === '') console.log('PARLEY_BANK_OPERATOR_TOKEN is not set: no operator')

let isStopping = false
process.on('SIGTERM', () => {
  isStopping = true
})
while (!isStopping) {
  try {
    await server.run()
  } catch (error) {
    // A store or a peer that is away comes back; what was kept is kept.
    console.error(error instanceof Error ? error.message : 'the run failed')
  }
  await new Promise((resolve) => setTimeout(resolve, everyMs))
}
await server.close()
process.exit()
