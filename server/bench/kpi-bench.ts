// How long the figures take on a big creditor: a million events, made by the database itself.
// Run it with `node server/bench/kpi-bench.ts`.

import { randomBytes } from 'node:crypto'
import process from 'node:process'
import pg from 'pg'
import { systemClock } from '../src/clock.ts'
import { createVault } from '../src/secrets/vault.ts'
import { openStore, type Store } from '../src/storage/database.ts'
import { migrate } from '../src/storage/migrate.ts'
import { readKpis } from '../src/use-cases/read-kpis.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { addCreditorRow, addDebtorRow } from '../test/support/storage-rows.ts'
import { median } from './load.ts'

const CLAIMS = 150_000
const ROUNDS = 5
const PERIOD = { from: '2026-01-01', to: '2026-03-31' }

/** Bills of two years, each with its timeline; payments, messages and conversations in usual shares. */
const FILL = [
  `insert into claims (creditor_id, claim_id, debtor_id, invoice_number, segment, currency, principal,
    issue_date, due_date, reference_scheme, reference, conversation, respond_by, thr, created_at)
   select $1, 'pr_' || i, $2, 'n' || i, case when i % 3 = 0 then 'a' else 'b' end,
    case when i % 20 = 0 then 'USD' else 'EUR' end, 1000 + i % 90000, '2024-06-01'::date + i % 700,
    '2024-06-15'::date + i % 700, 'SCOR', 'r' || i, 'none', 0, 't' || i,
    extract(epoch from '2024-06-01'::date + i % 700)::bigint
   from generate_series(1, $3::int) i where $2 <> ''`,
  `insert into payments select creditor_id, 'py' || claim_id, claim_id, 'bt' || claim_id, principal,
    '[]', 0, due_date + (hashtext(claim_id) % 40), null,
    extract(epoch from due_date + (hashtext(claim_id) % 40) + 1)::bigint
   from claims where creditor_id = $1 and hashtext(claim_id) % 10 < 8 and $2 <> '' and $3::int > 0`,
  `update claims c set claim_state = 'settled', paid = c.principal from payments p
   where p.creditor_id = $1 and p.claim_id = c.claim_id and $2 <> '' and $3::int > 0`,
  `insert into human_messages (creditor_id, message_id, claim_id, debtor_id, step, channel, template,
    journey_id, state, created_at, sent_at, cost, cost_currency)
   select creditor_id, claim_id || '-' || n, claim_id, debtor_id, 's' || n, 'email',
    'payment-reminder-t2', 'j', 'sent', at, at, 1, 'EUR'
   from claims, generate_series(1, 2) n,
    lateral (select extract(epoch from due_date + 5 * n)::bigint as at) t
   where creditor_id = $1 and $2 <> '' and $3::int > 0`,
  `insert into threads (creditor_id, thr, claim_id, peer_role, peer_iss, sub, last_seq, last_hash,
    created_at)
   select creditor_id, 'a' || thr, claim_id, 'agent', 'i', 's', 1, 'h', created_at
   from claims where creditor_id = $1 and hashtext(claim_id) % 2 = 0 and $2 <> '' and $3::int > 0`,
  `insert into agreements (creditor_id, agreement_id, claim_id, accepted_by, plan, total, jws, agreed_at,
    late_terms, told)
   select creditor_id, 'ag' || claim_id, claim_id,
    case when hashtext(claim_id) % 2 = 0 then 'agent' else 'portal' end, '{}', 0, null,
    created_at + 86400, '{}', '{}'
   from claims where creditor_id = $1 and hashtext(claim_id) % 10 = 9 and $2 <> '' and $3::int > 0`,
  `insert into plan_lines select creditor_id, claim_id, n, due_date + 30 * n, principal / 3 + 1, 0, 0,
    claim_id || n
   from claims join agreements using (creditor_id, claim_id), generate_series(1, 3) n
   where creditor_id = $1 and $2 <> '' and $3::int > 0`,
  `insert into events (creditor_id, claim_id, type, data, at)
   select creditor_id, claim_id, t.type, t.data, created_at + t.day * 86400
   from claims, lateral (values ('payment-request.issued', '{}'::jsonb, 0),
    ('payment-request.delivered', '{}'::jsonb, 0), ('reminder.sent', '{}'::jsonb, 19),
    ('reminder.deferred', '{"reason":"quiet-hours"}'::jsonb, 20), ('payment.received', '{}'::jsonb, 25),
    (case when hashtext(claim_id) % 5 = 0 then 'promise.made' else 'receipt.issued' end,
      jsonb_build_object('day', (due_date + 20)::text), 26),
    (case when hashtext(claim_id) % 7 = 0 then 'negotiation.countered'
      when hashtext(claim_id) % 7 = 1 then 'dispute.raised' else 'negotiation.timed-out' end,
      '{"acceptedBy":"agent"}'::jsonb, 3)) t (type, data, day)
   where creditor_id = $1 and $2 <> '' and $3::int > 0`,
]

/** On a connection of its own: the server's end statements that take too long. */
async function fill(store: Store, url: string): Promise<string> {
  const creditorId = await addCreditorRow(store)
  const debtorId = await addDebtorRow(store.db, creditorId)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of FILL) await client.query(statement, [creditorId, debtorId, CLAIMS])
  await client.query('vacuum analyze')
  await client.end()
  return creditorId
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

async function main(): Promise<void> {
  const postgres = await startPostgres()
  const store = await openStore(
    { kind: 'postgres', url: postgres.url, poolSize: 2 },
    createVault(randomBytes(32)),
  )
  await migrate(store.pool)
  const creditorId = await fill(store, postgres.url)
  const { rows } = await store.pool.query('select count(*) as n from events')
  console.log(`${rows[0].n} events, ${CLAIMS} claims`)
  const deps = { db: store.db, clock: systemClock }
  for (const [name, more] of Object.entries({ all: {}, 'one segment': { segment: 'a' } })) {
    const times: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      times.push(await timed(() => readKpis(deps, { creditorId, ...PERIOD, ...more })))
    }
    console.log(`${name}: ${median(times.slice(1)).toFixed(0)} ms`)
  }
  await store.close()
  await postgres.stop()
}

await main()
process.exit(0)
