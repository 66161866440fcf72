// The job queue: pg-boss in the server's own database. Jobs are put in with the transaction of the
// relay, taken by workers of this and other processes, tried again with growing delays, and at last
// given up through a queue of their own, so that also the job of a killed process is given up.
import { fromKysely, type JobWithMetadata, PgBoss } from 'pg-boss'
import { queryNamed, type Store, type Tx } from '../storage/database.ts'
import type { QueueName } from '../storage/events.ts'
import { bossDatabase } from './boss-database.ts'
import type { JobData, JobHandler, JobHandlers } from './handlers.ts'
import type { JobLog } from './job-log.ts'
import { oneProcessAtATime } from './one-process-at-a-time.ts'
import { QUEUE_SETTINGS, type QueueSettings } from './queue-settings.ts'
import { type QueueUpkeep, startQueueUpkeep } from './queue-upkeep.ts'
import { within } from './within.ts'
import { createWorkerGroup, type WorkerGroup } from './worker-group.ts'

export interface NewJob {
  readonly data: JobData
  /** Work of one lane shares the limit of `perLane`. */
  readonly lane: string | null
}

export interface JobQueue {
  /** Puts jobs in with the caller's transaction. */
  insert(tx: Tx, queue: QueueName, jobs: readonly NewJob[]): Promise<void>
  /** Says that so many jobs were committed: idle workers of this process look at once. */
  wake(queue: QueueName, count: number): void
  /** This process runs jobs, or is about to. */
  isBusy(): boolean
  /** Outbox rows, and jobs that wait, wait to be tried again, or run, in all processes. */
  pending(): Promise<number>
  /** Takes no more jobs and ends those under way; what is not done by then is tried again later. */
  stop(deadlineMs: number): Promise<void>
}

export interface QueueOptions {
  readonly store: Pick<Store, 'kind' | 'pool'>
  readonly handlers: JobHandlers
  readonly log: JobLog
  /** Replaces the settings of single queues. */
  readonly settings?: Partial<Record<QueueName, Partial<QueueSettings>>>
}

const SCHEMA = 'pgboss'
const GIVEN_UP = 'given-up'
/** Nobody reads settled jobs, and every look at the table has to pass them by. */
const KEEP_DONE_SECONDS = 60
/** A job without a sign of life for this long is taken from its process and tried again. */
const HEARTBEAT_SECONDS = 10
const GIVE_UP_SETTINGS = { tries: 10, firstDelaySeconds: 5, expireSeconds: 60 }

/** Tells pg-boss that a batch is to be tried again; it was logged where it was found. */
class WorkFailed extends Error {}

/** Installs or upgrades the queue's tables, and starts the workers. */
export async function openQueue(options: QueueOptions): Promise<JobQueue> {
  const { store, log } = options
  const settings = settingsOf(options)
  const boss = await oneProcessAtATime(store, async () => {
    const started = await startBoss(store, log)
    await createQueues(started, settings)
    return started
  })
  // Only one process can hold the embedded store: what still runs there, runs no more.
  if (store.kind === 'embedded') await takeUpInterrupted(boss, store.pool)
  const upkeep =
    store.kind === 'postgres'
      ? startQueueUpkeep({ pool: store.pool, schema: SCHEMA, log })
      : undefined
  const groups = await startWorkers(boss, settings, { ...options, upkeep })
  return {
    insert: (tx, queue, jobs) => insertJobs(boss, tx, { queue, jobs }),
    wake: (queue, count) => {
      groups.get(queue)?.wake(count)
      upkeep?.changed(count)
    },
    isBusy: () => [...groups.values()].some((group) => group.isBusy()),
    pending: () => countPending(store.pool),
    stop: async (deadlineMs) => {
      await Promise.all([upkeep?.stop(), drainWorkers(boss, settings, deadlineMs)])
      await boss.stop({ graceful: false, close: false })
    },
  }
}

async function startBoss(store: QueueOptions['store'], log: JobLog): Promise<PgBoss> {
  const boss = new PgBoss({
    db: bossDatabase(store.pool),
    backend: store.kind === 'embedded' ? 'pglite' : 'postgres',
    schema: SCHEMA,
    // It stands since the migration: the login of the server makes none.
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: HEARTBEAT_SECONDS,
    monitorIntervalSeconds: HEARTBEAT_SECONDS,
    maintenanceIntervalSeconds: KEEP_DONE_SECONDS,
  })
  boss.on('error', (error) => log.error({ err: error }, 'the job queue failed'))
  boss.on('warning', ({ message }) => log.warn({ warning: message }, 'the job queue warns'))
  await boss.start()
  return boss
}

function settingsOf(options: QueueOptions): Map<QueueName, QueueSettings> {
  const names = Object.keys(options.handlers) as QueueName[]
  return new Map(
    names.map((name) => [name, { ...QUEUE_SETTINGS[name], ...options.settings?.[name] }]),
  )
}

async function createQueues(
  boss: PgBoss,
  settings: ReadonlyMap<QueueName, QueueSettings>,
): Promise<void> {
  const known = new Set((await boss.getQueues()).map(({ name }) => name))
  const wanted: [string, object][] = [[GIVEN_UP, bossOptions(GIVE_UP_SETTINGS)]]
  for (const [name, queue] of settings) {
    wanted.push([name, { ...bossOptions(queue), deadLetter: GIVEN_UP }])
  }
  for (const [name, queue] of wanted) {
    if (known.has(name)) await boss.updateQueue(name, queue)
    else await boss.createQueue(name, queue)
  }
}

function bossOptions(
  settings: Pick<QueueSettings, 'tries' | 'firstDelaySeconds' | 'expireSeconds'>,
) {
  return {
    retryLimit: settings.tries - 1,
    retryDelay: settings.firstDelaySeconds,
    retryBackoff: true,
    expireInSeconds: settings.expireSeconds,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
  }
}

async function takeUpInterrupted(boss: PgBoss, pool: Store['pool']): Promise<void> {
  const { rows } = await pool.query<{ name: string; id: string }>(
    `select name, id from ${SCHEMA}.job where state = 'active'`,
  )
  for (const { name, id } of rows) {
    await boss.fail(name, id, { reason: 'the process ended' })
    await boss.update(name, undefined, { id, startAfter: new Date() })
  }
}

async function insertJobs(
  boss: PgBoss,
  tx: Tx,
  { queue, jobs }: { queue: QueueName; jobs: readonly NewJob[] },
): Promise<void> {
  const rows = jobs.map(({ data, lane }) => ({
    data,
    ...(lane === null ? {} : { group: { id: lane } }),
  }))
  await boss.insert(queue, rows, { db: fromKysely(tx) })
}

async function startWorkers(
  boss: PgBoss,
  settings: ReadonlyMap<QueueName, QueueSettings>,
  { handlers, log, upkeep }: QueueOptions & { upkeep: QueueUpkeep | undefined },
): Promise<Map<QueueName, WorkerGroup>> {
  const groups = new Map<QueueName, WorkerGroup>()
  for (const [name, queue] of settings) {
    const handler = handlers[name]
    const run = async (jobs: readonly JobData[]) => {
      try {
        await runBatch(jobs, { name, handler, log })
      } catch (error) {
        if (!(error instanceof WorkFailed))
          log.error({ err: error, queue: name, jobs }, 'work threw')
        throw error
      } finally {
        upkeep?.changed(jobs.length)
      }
    }
    groups.set(name, await createWorkerGroup(boss, { name, settings: queue, run }))
  }
  const giveUp = (jobs: JobWithMetadata<JobData>[]) => giveUpJobs(jobs, handlers, log)
  await boss.work(GIVEN_UP, { batchSize: 20, includeMetadata: true }, giveUp)
  return groups
}

/** Runs one batch. pg-boss settles it as a whole: done when this returns, tried again when it throws. */
async function runBatch(
  jobs: readonly JobData[],
  { name, handler, log }: { name: QueueName; handler: JobHandler; log: JobLog },
): Promise<void> {
  const outcome = await handler.run(jobs)
  if (outcome.kind === 'done') return
  const facts = { queue: name, jobs, reason: outcome.reason }
  if (outcome.kind === 'again') {
    log.warn(facts, 'work failed and is tried again')
    throw new WorkFailed(outcome.reason)
  }
  log.error(facts, 'work was given up')
  for (const job of jobs) await handler.giveUp?.(job)
}

/** Runs for jobs whose tries are used up, whether they failed, ran out of time or were killed. */
async function giveUpJobs(
  jobs: readonly JobWithMetadata<JobData>[],
  handlers: JobHandlers,
  log: JobLog,
): Promise<void> {
  for (const { data, sourceName, sourceRetryCount } of jobs) {
    const tries = (sourceRetryCount ?? 0) + 1
    log.error({ queue: sourceName, jobs: [data], tries }, 'work was given up')
    await handlers[sourceName as QueueName]?.giveUp?.(data)
  }
}

const COUNT_PENDING = `select (select count(*) from outbox)
  + (select count(*) from ${SCHEMA}.job where state < 'completed') as pending`

/** One statement, so that a row on its way from the outbox to the queue is counted once. */
async function countPending(pool: Store['pool']): Promise<number> {
  const [row] = await queryNamed<{ pending: number }>(pool, COUNT_PENDING, [])
  return row?.pending ?? 0
}

async function drainWorkers(
  boss: PgBoss,
  settings: ReadonlyMap<QueueName, QueueSettings>,
  deadlineMs: number,
): Promise<void> {
  const names = [...settings.keys(), GIVEN_UP]
  await within(deadlineMs, Promise.all(names.map((name) => boss.offWork(name, { wait: true }))))
}
