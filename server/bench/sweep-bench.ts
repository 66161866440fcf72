// A dunning sweep of a thousand due cases beside ten thousand sleeping ones and beside a million: what
// sleeps must cost nothing. Rows are made by SQL; the sweep is the server's own.
import pg from 'pg'
import { insertDebtor } from '../src/storage/debtors.ts'
import { takeDueDunningSteps } from '../src/use-cases/take-due-dunning-steps.ts'
import { openTestWorld, type TestWorld } from '../test/support/test-world.ts'
import { median } from './load.ts'

const DUE = 1_000
/** As the server sweeps. */
const BATCH = 100
const ROUNDS = 7

/** Tables that grow with every claim: a sweep may read of them what an index leads to, and no more. */
const GROWING = [
  ...['claims', 'debtors', 'dunning_cases', 'events', 'human_messages', 'claim_holds'],
  ...['payments', 'enrolments'],
]

export interface SweepCost {
  /** Milliseconds for a thousand due cases beside few sleeping ones, and beside many. */
  fewMs: number
  manyMs: number
  ratio: number
}

const FEW = 10_000
const MANY = Number(process.env['PARLEY_BENCH_SLEEPING'] ?? 1_000_000)

/**
 * Sweeps both in turn and compares the medians.
 *
 * @throws {Error} when a sweep beside many reads a growing table without an index.
 */
export async function benchSweep(newDatabase: () => Promise<string>): Promise<SweepCost> {
  const few = await openFilled(await newDatabase(), FEW)
  const many = await openFilled(await newDatabase(), MANY)
  const times: [few: number[], many: number[]] = [[], []]
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [one, other] = [await few.sweep(), await many.sweep()]
    // The first round warms caches and plans up.
    if (round === 0) {
      await many.client.query('select pg_stat_reset()')
      continue
    }
    times[0].push(one)
    times[1].push(other)
  }
  // What a connection has counted is told when it ends.
  await Promise.all([few.world.close(), many.world.close()])
  const scanned = await scannedTables(many.client)
  await Promise.all([few.client.end(), many.client.end()])
  if (scanned.length > 0) throw new Error(`read without an index: ${scanned.join(', ')}`)
  const [fewMs, manyMs] = [median(times[0]), median(times[1])]
  return { fewMs, manyMs, ratio: manyMs / fewMs }
}

async function openFilled(databaseUrl: string, sleeping: number) {
  const world = await openTestWorld({ url: databaseUrl })
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const claims = sleeping + DUE
  await fill(client, world, claims)
  return {
    world,
    client,
    sweep: async () => {
      await wake(client, world, claims)
      return await sweepAll(world)
    },
  }
}

async function sweepAll({ deps }: TestWorld): Promise<number> {
  const started = performance.now()
  let taken = 0
  for (let n = -1; n !== 0; taken += n) n = await takeDueDunningSteps(deps, { limit: BATCH })
  const ms = performance.now() - started
  if (taken !== DUE) throw new Error(`${taken} of ${DUE} due steps were taken`)
  return ms
}

/** The numbers of the claims that fall due: all over the table. */
const dueAmong = (claims: number) =>
  Array.from({ length: DUE }, (_, i) => (i + 1) * Math.floor(claims / DUE))

/** Who is written to has an address, sealed as the server seals it. */
async function addDuePeople(world: TestWorld, claims: number): Promise<void> {
  const { creditorId, deps } = world
  const people = new Set(dueAmong(claims).map((n) => Math.floor(n / 2)))
  await deps.db.transaction().execute(async (tx) => {
    for (const n of people) {
      await insertDebtor(tx, {
        creditorId,
        debtorId: `de_${padded(n)}`,
        externalId: null,
        name: `Person ${n}`,
        party: 'b2c',
        country: 'BE',
        language: null,
        timeZone: 'Europe/Brussels',
        contact: { email: `p${n}@example.org` },
        preferences: {},
        closedChannels: [],
        createdAt: deps.clock.now(),
      })
    }
  })
}

const padded = (n: number) => String(n).padStart(26, '0')

/** Claims with a history: five events and two messages each, one debtor for two of them. */
async function fill(client: pg.Client, world: TestWorld, claims: number): Promise<void> {
  const { creditorId } = world
  const now = world.deps.clock.now()
  await addDuePeople(world, claims)
  const steps = [
    `set synchronous_commit = off`,
    DEBTORS,
    CLAIMS,
    CASES,
    EVENTS,
    MESSAGES,
    HOLDS,
    PAYMENTS,
    AGENTS,
  ]
  for (const text of steps) {
    const values = text.includes('$1') ? [creditorId, now, claims] : []
    await client.query(text, values)
  }
  await client.query('vacuum analyze')
  await client.query('checkpoint')
}

const CLAIM_ID = `'cl_' || lpad(n::text, 26, '0')`
const DEBTOR_ID = `'de_' || lpad((n / 2)::text, 26, '0')`

const DEBTORS = `insert into debtors (creditor_id, debtor_id, country, time_zone, created_at)
  select $1, 'de_' || lpad(n::text, 26, '0'), 'BE', 'Europe/Brussels', $2::int8
  from generate_series(0, $3::int / 2) n
  on conflict do nothing`

const CLAIMS = `insert into claims (creditor_id, claim_id, debtor_id, invoice_number, segment, currency,
    principal, issue_date, due_date, reference_scheme, reference, conversation, dunning, journey,
    respond_by, thr, created_at)
  select $1, ${CLAIM_ID}, ${DEBTOR_ID}, 'B-' || n, 'any', 'EUR', 12000, '2026-02-01', '2026-03-01',
    'SCOR', 'RF' || n, 'none', 'active', 'friendly-default', $2::int8 - 86400, 'th_' || n,
    $2::int8 - 2000000
  from generate_series(1, $3::int) n`

/** All of them sleep, each until an instant of its own in the year to come. */
const CASES = `insert into dunning_cases (creditor_id, claim_id, journey_id, journey_version, next_step,
    next_action_at, trigger_at)
  select $1, ${CLAIM_ID}, 'friendly-default', 1, 'first-notice', $2::int8 + 86400 + (n::int8 * 7919) % 31536000,
    $2::int8 - 2000000
  from generate_series(1, $3::int) n`

const EVENTS = `insert into events (creditor_id, claim_id, type, data, at)
  select $1, ${CLAIM_ID}, type, '{}', $2::int8 - 2000000
  from unnest(array['payment-request.issued', 'payment-request.delivered', 'reminder.sent',
    'reminder.deferred', 'promise.made']) type, generate_series(1, $3::int) n`

const MESSAGES = `insert into human_messages (creditor_id, message_id, claim_id, debtor_id, step, channel,
    template, journey_id, journey_version, state, created_at, sent_at)
  select $1, 'hm_' || step || n, ${CLAIM_ID}, ${DEBTOR_ID}, step, 'email', 'any-t1', 'friendly-default', 1,
    'sent', $2::int8 - 3000000, $2::int8 - 3000000
  from unnest(array['reminder~0', 'second-reminder~0']) step, generate_series(1, $3::int) n`

const HOLDS = `insert into claim_holds (creditor_id, claim_id, reason, until, created_at)
  select $1, ${CLAIM_ID}, 'other', $2::int8 - 1000, $2::int8 - 1000000
  from generate_series(1, $3::int, 10) n`

const PAYMENTS = `insert into payments (creditor_id, payment_id, claim_id, transaction_id, amount,
    allocations, overpaid, received_on, created_at)
  select $1, 'pm_' || n, ${CLAIM_ID}, 'bt_' || n, 100, '[]', 0, '2026-03-01', $2::int8 - 900000
  from generate_series(1, $3::int, 4) n`

/** Agents that were there once. */
const AGENTS = `insert into enrolments (creditor_id, enrolment_id, debtor_id, agent_iss, sub, thr, last_seq,
    last_hash, pull_token_hash, pinned_iban, account_version, created_at, ended_at, ended_by)
  select $1, 'en_' || n, ${DEBTOR_ID}, 'iss', 'sub_' || n, 'te_' || n, 0, '', n::text::bytea,
    'BE71096123456769', 1, $2::int8 - 900000, $2::int8 - 900000, 'creditor'
  from generate_series(1, $3::int, 4) n`

/** A thousand cases fall due; what the round before had written is gone. */
async function wake(client: pg.Client, world: TestWorld, claims: number): Promise<void> {
  const now = world.deps.clock.now()
  await client.query(`delete from human_messages where state = 'queued'`)
  await client.query('delete from outbox')
  const ids = dueAmong(claims).map((n) => `cl_${padded(n)}`)
  await client.query(
    `update dunning_cases set next_action_at = $1, next_step = 'first-notice', steps_done = '[]'
      where creditor_id = $2 and claim_id = any($3)`,
    [now - 60, world.creditorId, ids],
  )
}

async function scannedTables(client: pg.Client): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const { rows } = await client.query<{ relname: string; rows: string }>(
    `select relname, seq_tup_read::text as rows from pg_stat_user_tables
      where relname = any($1) and seq_scan > 0`,
    [GROWING],
  )
  return rows.map(({ relname, rows: read }) => `${relname}: ${read} rows`)
}
