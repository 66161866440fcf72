// Real processes of one bank, on one store, killed at any moment: every bill is paid once.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresBankStore, createPostgresTables } from '../../src/bank/postgres-store.ts'
import { type BankStore, type CurrencyLimits, createBank } from '../../src/index.ts'
import { createFileBankStore, toNodeListener } from '../../src/node/index.ts'
import { parseRecord, recordText } from '../../src/peer/record-text.ts'
import { exportPrivateJwk, generateSigningKey, importSigningKey } from '../../src/protocol/index.ts'
import { CUSTOMER } from '../support/bank-run.ts'
import { readRunningClock, type WorkerOrder } from '../support/bank-worker.ts'
import { agreementPost, DEBTOR_IBAN } from '../support/bank-world.ts'
import { createFaultyRail, type FaultyRail } from '../support/faulty-rail.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, IBAN, START, TODAY } from '../support/fixtures.ts'
import { faultsOf } from '../support/judge-run.ts'
import { createLeaseDesk, type LeaseDesk } from '../support/lease-desk.ts'
import { type OpenedPostgres, openPostgres } from '../support/postgres-store.ts'
import { signedAgreement } from '../support/signed-agreement.ts'

const WORKER = join(import.meta.dirname, '../support/bank-worker.ts')
const PROCESSES = 2
const KILLS = 3
const BILLS = 4
const LIMITS: CurrencyLimits = {
  ...{ perPayment: 50_000n, perDay: 300_000n, perMonth: 300_000n, perCreditorMonth: 300_000n },
}

let folder = ''
let postgres: OpenedPostgres
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-bank-kill-'))
  postgres = await openPostgres()
})
afterAll(async () => {
  await postgres.close()
  await rm(folder, { recursive: true })
})

/** Serves the creditor, and the rail at `/rail/`. */
async function serveOutside(desk: LeaseDesk, rail: FaultyRail): Promise<[Server, string]> {
  const server = createServer(
    toNodeListener(async (request) => {
      const { pathname } = new URL(request.url)
      if (!pathname.startsWith('/rail/')) return desk.serve(request)
      const asked = parseRecord(await request.text()) as Parameters<FaultyRail['pay']>[0]
      const outcome = pathname === '/rail/pay' ? await rail.pay(asked) : await rail.find(asked)
      return new Response(recordText(outcome))
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]
}

async function start(order: WorkerOrder): Promise<ChildProcess> {
  const child = spawn(process.execPath, [WORKER, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

const stores: ReadonlyArray<
  [string, () => Promise<[WorkerOrder['store'], BankStore, () => void]>]
> = [
  [
    'in a folder',
    async () => {
      const path = join(folder, crypto.randomUUID())
      return [{ folder: path }, createFileBankStore(path), () => undefined]
    },
  ],
  [
    'in PostgreSQL',
    async () => {
      const url = await postgres.url()
      const pool = new pg.Pool({ connectionString: url })
      pool.on('error', () => undefined)
      const query = (text: string, parameters: readonly unknown[]) =>
        pool.query(text, [...parameters])
      await createPostgresTables(query)
      return [{ postgres: url }, createPostgresBankStore(query), () => void pool.end()]
    },
  ],
]

describe.each(stores)('processes of a bank that are killed, on a store %s', (_, open) => {
  it('[PAY-16] pay every bill once, and the journal tells it', async () => {
    const [where, store, close] = await open()
    const peerKey = await generateSigningKey('Ed25519')
    const agentKey = await generateSigningKey('Ed25519')
    const bankKey = await exportPrivateJwk(
      await generateSigningKey('Ed25519', { extractable: true }),
    )
    const key = await importSigningKey(bankKey)
    const running = { start: START + 30 * 86_400, since: Date.now(), speed: 100 }
    const fast = readRunningClock(running)
    let hoursLater = 0
    const clock = () => fast() + hoursLater * 3600
    const bankKeys = { keys: [{ ...key.publicJwk, kid: key.kid, use: 'sig' as const }] }
    const desk = createLeaseDesk({ key: peerKey, bankKeys, clock, isLax: true, leaseSeconds: 60 })
    const rail = createFaultyRail(
      { isIdempotent: false, isBatch: false, faultsPercent: 10, rejectsPercent: 0 },
      { random: Math.random, clock },
    )
    const [server, outside] = await serveOutside(desk, rail)
    const bank = createBank({
      ...{ issuer: BANK_ORIGIN, key, store, rail, clock, leaseMarginSeconds: 10 },
      fetch: (input, init) => fetch(String(input).replace(CREDITOR_ORIGIN, outside), init),
    })
    await bank.registerCustomer({
      customerId: CUSTOMER,
      agentJwk: agentKey.publicJwk,
      ...{ debtorAccount: { iban: DEBTOR_IBAN }, timeZone: 'UTC' },
      limits: { newCreditor: 'refuse', byCurrency: { EUR: LIMITS } },
      mandates: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: IBAN }],
    })
    const bills = await Promise.all(
      Array.from({ length: BILLS }, (_, index) =>
        signedAgreement(
          { peerKey, agentKey },
          { minor: BigInt(1000 + index), firstDueDate: TODAY, reference: `RF1800${index}` },
        ),
      ),
    )
    const agreements = bills.map(({ text }) => text)
    const order = { store: where, bankKey, outside, clock: running, agreements }
    const children = await Promise.all(Array.from({ length: PROCESSES }, () => start(order)))
    for (let round = 0; round < KILLS; round++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120))
      const victim = children.shift()
      const [next] = await Promise.all([start(order), victim && kill(victim)])
      children.push(next)
    }
    await Promise.all(children.map(kill))
    rail.heal()

    // An hour passes, and an operator looks up what the rail, which knows no keys, does not tell.
    hoursLater = 1
    for (const text of agreements) await bank.handle(agreementPost(text))
    for (let round = 0; round < 4; round++) {
      await bank.reconcile()
      const customer = await bank.customer(CUSTOMER)
      for (const { agreementId, lines } of customer?.agreements ?? []) {
        if (lines[0]?.state !== 'unknown') continue
        const truth = rail.truthOf(`${agreementId}:1`)
        await bank.resolve({ customerId: CUSTOMER, agreementId, line: 1 }, truth, 'as booked')
      }
      await bank.payDue()
    }
    expect(await faultsOf({ bank, rail, desk, limits: LIMITS })).toEqual([])
    expect(rail.bookings).toHaveLength(BILLS)
    server.closeAllConnections()
    server.close()
    close()
  })
})
