// Faults of what is around the servers: clocks, disks, receivers of webhooks, the keys of a bank, a backlog, a
// backup.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { check } from './checker.ts'
import { readRows } from './evidence.ts'
import { countOf } from './faults-network.ts'
import { startCluster, withClient } from './postgres-cluster.ts'
import { BAD_MANNERS } from './sinks.ts'
import { mountSmallDisk } from './small-disk.ts'
import { type Fault, type Stage, underLoad } from './stage.ts'
import { until } from './world.ts'

const MINUTE = 60
const HOUR = 3_600
/** The nights in which clocks are put forward and back, the end of a year, the 29th of February. */
const NIGHTS = [
  '2026-03-29T00:59:30Z',
  '2026-10-25T00:59:30Z',
  '2026-12-31T22:59:40Z',
  '2028-02-28T22:59:40Z',
]
/** In daylight on a working day: what waited for it may leave. */
const MORNING = '2028-03-01T10:00:00Z'
const BACKLOG = 5_000
/** How long the servers leave a bank alone whose keys they could not get. */
const KEYS_AGAIN_SECONDS = 61

export const SURROUNDING_FAULTS: readonly Fault[] = [
  {
    id: 'F12',
    title: 'the clock jumps both ways, over odd nights, and runs sixty times as fast',
    play: (stage) =>
      underLoad(stage, async () => {
        const { clock } = stage.world
        for (const seconds of [10 * MINUTE, -10 * MINUTE, HOUR, -HOUR]) {
          clock.jump(seconds)
          await sleep(2_500)
        }
        for (const night of NIGHTS) {
          clock.jump(Date.parse(night) / 1000 - clock.now())
          await sleep(4_000)
        }
        clock.run(60)
        await sleep(10_000)
        clock.run(1)
        clock.jump(Date.parse(MORNING) / 1000 - clock.now())
        return `9 jumps and ten minutes in ten seconds, to ${new Date(clock.now() * 1000).toISOString()}`
      }),
  },
  {
    id: 'F13',
    title: 'the clocks of agents and of the bank are ten minutes wrong',
    play: (stage) =>
      underLoad(stage, async () => {
        const { skew, history } = stage.world
        for (const seconds of [10 * MINUTE, -10 * MINUTE]) {
          skew.agents = seconds
          skew.bank = seconds
          await sleep(6_000)
        }
        skew.agents = 0
        skew.bank = 0
        const refused = history.lines.filter(
          ({ kind, who }) => kind === 'fail' && who !== 'creditor',
        )
        return `refused: ${countOf(refused.map(({ facts }) => String(facts['code'])))}`
      }),
  },
  {
    id: 'F14',
    title: 'the disk of PostgreSQL is full',
    needsSmallDisk: true,
    play: (stage) =>
      underLoad(stage, async () => {
        const { cluster, history } = stage.world
        const disk = stage.disk
        if (disk === undefined) throw new Error('there is no small disk')
        const from = history.elapsed()
        for (let round = 0; round < 2; round += 1) {
          await sleep(1_500)
          disk.fill()
          await sleep(6_000)
          disk.clear()
          // A postmaster that gave up is started again, as its supervisor would.
          await cluster.restartIfEnded()
        }
        const told = history.lines.filter(
          ({ kind, at, who }) => kind === 'info' && who === 'creditor' && at > from,
        )
        return `full twice; told then: ${countOf(told.map(({ facts }) => String(facts['status'] ?? 'no answer')))}`
      }),
  },
  {
    id: 'F15',
    title: 'the disk for temporary files of the servers is full',
    play: async (stage) => {
      const { world } = stage
      const disk = mountSmallDisk(1, join(world.folder, 'tmp'))
      try {
        return await underLoad(stage, async () => {
          disk.fill()
          const statuses: number[] = []
          for (let upload = 0; upload < 5; upload += 1) {
            statuses.push(await world.upload('/v1/statements', 'x'.repeat(2 ** 21)))
            await sleep(500)
          }
          disk.clear()
          if (statuses.some((status) => status < 400)) throw new Error('an upload was taken')
          return `uploads were answered ${countOf(statuses.map(String))}`
        })
      } finally {
        disk.remove()
      }
    },
  },
  {
    id: 'F17',
    title: 'two processes of a bank pay the same bills at once',
    play: (stage) =>
      underLoad(stage, async () => {
        const { world } = stage
        for (let round = 0; round < 20; round += 1) {
          await Promise.all([world.bank.payDue(), world.otherBank.payDue()])
          await Promise.all([world.otherBank.reconcile(), world.bank.reconcile()])
          await sleep(300)
        }
        if (world.rail.bookings.length === 0) throw new Error('nothing was paid')
        return `20 rounds, ${world.rail.bookings.length} payments`
      }),
  },
  {
    id: 'F18',
    title: 'six of seven receivers of webhooks are bad',
    play: (stage) =>
      underLoad(stage, async () => {
        const { world } = stage
        const ids: string[] = []
        for (const manner of BAD_MANNERS) {
          const body = { url: `${world.webhooks.origin}/${manner}` }
          const made = await world.post('/v1/webhook-endpoints', body, `bad-${manner}`)
          ids.push(String(made?.json['id']))
        }
        await sleep(10_000)
        for (const id of ids) await world.delete(`/v1/webhook-endpoints/${id}`)
        return `10 s, the good one was told after ${Math.round(slowestTold(stage))} ms at most (p99)`
      }),
  },
  {
    id: 'F19',
    title: 'the keys of a bank cannot be had, come late, or are wrong',
    play: (stage) =>
      underLoad(stage, async () => {
        const { bankSide, clock } = stage.world
        const asked: number[] = []
        for (const manner of ['down', 'slow', 'wrong'] as const) {
          const before = bankSide.asked
          bankSide.manner = manner
          // What was fetched before is old by now.
          clock.jump(400)
          await sleep(9_000)
          asked.push(bankSide.asked - before)
        }
        bankSide.manner = 'good'
        clock.jump(KEYS_AGAIN_SECONDS)
        if (asked.some((times) => times > 12)) throw new Error(`the bank was flooded: ${asked}`)
        return `asked ${asked} times while down, slow, wrong`
      }),
  },
  {
    id: 'F21',
    title: 'a backlog of events is worked off',
    play: (stage) =>
      underLoad({ ...stage, load: { ...stage.load, rate: 3 } }, async () => {
        const { world } = stage
        await until(
          'there is a claim',
          async () => (await world.query('select from claims')).length > 0,
        )
        const before = world.webhooks.told.length
        const start = performance.now()
        await world.query(ADD_BACKLOG, [BACKLOG])
        const isTold = () => world.webhooks.told.length >= before + BACKLOG
        await until('the backlog is told', isTold, 600_000)
        const seconds = (performance.now() - start) / 1000
        return `${BACKLOG} events in ${Math.round(seconds)} s, beside the load`
      }),
  },
  {
    id: 'F24',
    title: 'a backup that was taken under load is restored',
    play: (stage) => underLoad(stage, () => backUpAndRestore(stage)),
  },
]

const ADD_BACKLOG = `with one as (select creditor_id, claim_id from claims limit 1),
  added as (
    insert into events (creditor_id, claim_id, type, data, at)
    select creditor_id, claim_id, 'plan.line-due', '{}', 0 from one, generate_series(1, $1)
    returning creditor_id, event_id)
  insert into outbox (creditor_id, queue, payload)
  select creditor_id, 'fan-out-event', jsonb_build_object('eventId', event_id) from added`

/** From the answer to an issue until the creditor's good system was told, in milliseconds. */
function slowestTold({ world: { history, webhooks } }: Stage): number {
  const issuedAt = new Map(
    history.lines
      .filter(({ kind, op }) => kind === 'ok' && op === '/v1/payment-requests')
      .map(({ facts, at }) => [String(facts['id']), at]),
  )
  const delays = webhooks.told
    .filter(({ type, claimId }) => type === 'payment-request.issued' && issuedAt.has(claimId))
    .map(({ claimId, at }) => at - (issuedAt.get(claimId) ?? 0))
    .toSorted((a, b) => a - b)
  return delays[Math.floor(delays.length * 0.99)] ?? 0
}

/** A base backup by the low-level functions, and a PostgreSQL that starts from it. */
async function backUpAndRestore({ world }: Stage): Promise<string> {
  await sleep(4_000)
  const copy = join(mkdtempSync(join(tmpdir(), 'parley-backup-')), 'data')
  const label = await withClient(world.databaseUrl, async (client) => {
    await client.query(`select pg_backup_start('faults', true)`)
    cpSync(world.cluster.data, copy, { recursive: true, filter: isWorthACopy })
    const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
    return String(rows[0]?.labelfile)
  })
  // What was written while the files were copied is in the log up to the end of the backup.
  cpSync(join(world.cluster.data, 'pg_wal'), join(copy, 'pg_wal'), { recursive: true })
  writeFileSync(join(copy, 'backup_label'), label)
  const restored = await startCluster({ backup: copy })
  try {
    const url = restored.url(new URL(world.databaseUrl).pathname.slice(1))
    const rows = await withClient(url, (client) =>
      readRows(async (text) => (await client.query(text)).rows as never[]),
    )
    const { violations } = check({ ...NOTHING_SEEN, ...rows })
    const told = violations.filter(({ invariant }) => ['I2', 'I3', 'I6', 'I10'].includes(invariant))
    if (told.length > 0) throw new Error(told.map(({ what }) => what).join('; '))
    if (rows.claims.length === 0) throw new Error('the backup is empty')
    return `${rows.claims.length} claims and ${rows.threads.length} threads restored whole`
  } finally {
    await restored.remove()
    rmSync(join(copy, '..'), { recursive: true, force: true })
  }
}

/** A file may be gone between the look at its folder and the copy. */
const isWorthACopy = (file: string) => !file.endsWith('postmaster.pid') && existsSync(file)

const NOTHING_SEEN = {
  ...{ history: [], mails: [], told: [], bookings: [], bundles: [], left: [], logs: [] },
  ...{ oddEnds: [], secrets: [], mostRssMb: 0, foreignSockets: [] },
}
