// A process of a bank that pays and looks up without pause until it is killed: `bank-worker.ts ORDER`.
// Store and keys are named in the order; creditor and rail answer over HTTP.
import pg from 'pg'
import { createPostgresBankStore } from '../../src/bank/postgres-store.ts'
import { createBank, type Rail } from '../../src/index.ts'
import { createFileBankStore } from '../../src/node/index.ts'
import { parseRecord, recordText } from '../../src/peer/record-text.ts'
import { importSigningKey } from '../../src/protocol/index.ts'
import { agreementPost } from './bank-world.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN } from './fixtures.ts'

/** What a worker is told. */
export interface WorkerOrder {
  readonly store: { readonly folder: string } | { readonly postgres: string }
  readonly bankKey: JsonWebKey
  /** Where creditor and rail are served. */
  readonly outside: string
  readonly clock: RunningClock
  readonly agreements: readonly string[]
}

/** A clock that runs faster than the real one, the same in every process. */
export interface RunningClock {
  /** Epoch seconds that it showed at the real instant `since`, in milliseconds. */
  readonly start: number
  readonly since: number
  readonly speed: number
}

export function readRunningClock({ start, since, speed }: RunningClock): () => number {
  return () => Math.floor(start + ((Date.now() - since) / 1000) * speed)
}

/** A rail behind HTTP, as a bank has it: an answer that is no 200 is none. */
function remoteRail(outside: string): Rail {
  async function ask<T>(path: string, question: object): Promise<T> {
    const body = recordText(question)
    const response = await fetch(`${outside}/rail/${path}`, { method: 'POST', body })
    if (!response.ok) throw new Error(`the rail says ${response.status}`)
    return parseRecord(await response.text()) as T
  }
  return {
    terms: { opens: 'every-day', isIdempotent: false },
    pay: (instruction) => ask('pay', instruction),
    find: (query) => ask('find', query),
  }
}

if (import.meta.main) {
  const order = JSON.parse(process.argv[2] ?? '') as WorkerOrder
  const { store, outside } = order
  const pool = 'postgres' in store ? new pg.Pool({ connectionString: store.postgres }) : undefined
  const bank = createBank({
    issuer: BANK_ORIGIN,
    key: await importSigningKey(order.bankKey),
    store:
      'folder' in store
        ? createFileBankStore(store.folder)
        : createPostgresBankStore((text, parameters) => {
            if (pool === undefined) throw new Error('no pool')
            return pool.query(text, [...parameters])
          }),
    rail: remoteRail(outside),
    clock: readRunningClock(order.clock),
    leaseMarginSeconds: 10,
    fetch: (input, init) => fetch(String(input).replace(CREDITOR_ORIGIN, outside), init),
  })
  process.stdout.write('ready\n')
  for (let round = 0; ; round++) {
    const agreement = order.agreements[round % order.agreements.length] ?? ''
    await bank.handle(agreementPost(agreement))
    await bank.payDue()
    await bank.reconcile()
  }
}
