// A bank pays exactly once, whatever happens: lives by chance with killed processes, races, many
// deliveries and lost answers. `PARLEY_BANK_RUNS=1000` lives more of them in each store,
// `PARLEY_BANK_SEED` others.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BankStore, createMemoryBankStore } from '../../src/index.ts'
import { createFileBankStore } from '../../src/node/index.ts'
import { addDays, generateSigningKey } from '../../src/protocol/index.ts'
import { type LivedRun, liveBankRun, type RunWorld } from '../support/bank-run.ts'
import { TODAY } from '../support/fixtures.ts'
import { faultsOf } from '../support/judge-run.ts'
import { type OpenedPostgres, openPostgres } from '../support/postgres-store.ts'
import { signedAgreement } from '../support/signed-agreement.ts'

const ASKED = Number(process.env['PARLEY_BANK_RUNS'] ?? 0)
const FIRST_SEED = Number(process.env['PARLEY_BANK_SEED'] ?? 1)

let world: RunWorld
let folder = ''
let postgres: OpenedPostgres
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-bank-lives-'))
  postgres = await openPostgres()
  const [bankKey, peerKey, agentKey] = await Promise.all([
    generateSigningKey('Ed25519'),
    generateSigningKey('Ed25519'),
    generateSigningKey('Ed25519'),
  ])
  const bills = await Promise.all(
    [
      [1500n, 1, 26],
      [18_000n, 1, 27],
      [24_000n, 1, 30],
      [30_000n, 2, 26],
      [45_001n, 3, 20],
    ].map(([minor, instalments, day], index) =>
      signedAgreement(
        { peerKey, agentKey },
        {
          minor: BigInt(minor ?? 0),
          instalments: Number(instalments),
          firstDueDate: addDays(TODAY, Number(day)),
          reference: `RF${index}`.padEnd(8, '0'),
        },
      ),
    ),
  )
  world = { bankKey, peerKey, agentKey, bills }
})
afterAll(async () => {
  await postgres.close()
  await rm(folder, { recursive: true })
})

async function live(runs: number, open: () => BankStore | Promise<BankStore>) {
  const totals = { paid: 0, kills: 0, turns: 0, submissions: 0 }
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runs; seed++) {
    const run = await liveBankRun(world, { seed, store: await open() })
    expect({ seed, faults: await faultsOf(run) }).toEqual({ seed, faults: [] })
    add(totals, run)
  }
  return totals
}

function add(
  totals: { paid: number; kills: number; turns: number; submissions: number },
  run: LivedRun,
) {
  totals.paid += run.rail.bookings.length
  totals.submissions += run.rail.submissions.length
  totals.kills += run.kills
  totals.turns += run.turns
}

const isFoundOut = (found: ReadonlySet<string>) => found.has('paid 2 times:')

describe('lives of a bank', () => {
  it.each([
    ['in memory', ASKED || 100, () => createMemoryBankStore()],
    ['in a folder', ASKED || 4, () => createFileBankStore(join(folder, crypto.randomUUID()))],
    ['in PostgreSQL', ASKED || 5, () => postgres.store()],
  ])(
    'pay exactly once %s',
    async (name, runs, open) => {
      const started = performance.now()
      const totals = await live(runs, open)
      if (ASKED > 0) {
        const seconds = ((performance.now() - started) / 1000).toFixed(0)
        console.log(`${runs} lives ${name}: ${JSON.stringify(totals)}, ${seconds} s`)
      }
      expect(totals.paid).toBeGreaterThan(runs / 2)
      expect(totals.kills).toBeGreaterThan(0)
    },
    3_600_000,
  )

  it('are judged: a store that forgets to compare is found out', async () => {
    const found = new Set<string>()
    for (let seed = 1; seed <= 200 && !isFoundOut(found); seed++) {
      const store = createMemoryBankStore()
      const forgetful: BankStore = {
        ...store,
        async saveCustomer(record, entries) {
          const kept = await store.customer(record.customerId)
          const version = (kept?.version ?? 0) + 1
          return await store.saveCustomer({ ...record, version }, entries)
        },
      }
      const run = await liveBankRun(world, { seed, store: forgetful })
      for (const fault of await faultsOf(run)) found.add(fault.split(' ').slice(0, 3).join(' '))
    }
    expect([...found]).toContain('paid 2 times:')
  })
})
