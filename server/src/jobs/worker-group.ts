// The workers of one queue in this process. Whoever commits jobs announces them and so wakes as many
// workers, each of which finds one: nobody looks in vain. One worker, the scout, looks every two
// seconds for what nobody here announced: jobs of other processes, and those that are tried again.
// Where such a job is, more may be: its finder looks again and wakes another.
import type { Job, PgBoss } from 'pg-boss'
import type { JobData } from './handlers.ts'
import type { QueueSettings } from './queue-settings.ts'

export interface WorkerGroup {
  /** Announces so many jobs: as many idle workers look for them now. */
  wake(count: number): void
  /** Jobs are running here, or were announced and not found yet. */
  isBusy(): boolean
}

export interface WorkerGroupOptions {
  readonly name: string
  readonly settings: QueueSettings
  /** Runs one batch; a throw lets all of it be tried again. */
  run(jobs: readonly JobData[]): Promise<void>
}

const SCOUT_POLL_SECONDS = 2
/** The others wait to be woken; this is the floor, should the scout be held up. */
const POLL_SECONDS = 10

/** Starts the workers of a queue. */
export async function createWorkerGroup(
  boss: PgBoss,
  { name, settings, run }: WorkerGroupOptions,
): Promise<WorkerGroup> {
  const { batchSize, perLane } = settings
  const expected = createTally()
  let running = 0

  const workers = () => boss.getWipData().filter((worker) => worker.name === name)
  const look = (count: number, { andBusyOnes }: { andBusyOnes: boolean }) => {
    const all = workers()
    const idle = all.filter((worker) => worker.count === 0)
    const busy = andBusyOnes || count > idle.length ? all.filter(({ count: jobs }) => jobs > 0) : []
    for (const { id } of [...idle.slice(0, count), ...busy]) boss.notifyWorker(id)
  }
  const handle = async (jobs: Job<JobData>[]) => {
    running += jobs.length
    const left = expected.add(-jobs.length)
    if (left !== 0) look(1, { andBusyOnes: true })
    try {
      await run(jobs.map(({ data }) => data))
    } finally {
      running -= jobs.length
    }
  }
  await boss.work(name, { batchSize, pollingIntervalSeconds: SCOUT_POLL_SECONDS }, handle)
  const others = settings.workers - 1
  if (others > 0) await boss.work(name, { batchSize, ...reserveOptions(settings, others) }, handle)
  return {
    wake(count) {
      expected.add(count)
      // No idle worker gets a job of a full lane: those who are busy in it look when they end.
      look(Math.ceil(count / batchSize), { andBusyOnes: perLane !== undefined })
    },
    isBusy: () => running > 0 || expected.add(0) > 0,
  }
}

/**
 * Counts jobs that were announced and not found yet; below zero, jobs were found that nobody had
 * announced. Other processes take part and never tell, so a count that has stood still for long is
 * forgotten. A wrong one costs looks in vain, or the wait for the scout.
 */
function createTally(): { add(count: number): number } {
  let value = 0
  let changedAt = 0
  return {
    add(count) {
      const now = performance.now()
      if (now - changedAt > SCOUT_POLL_SECONDS * 1000) value = 0
      if (count !== 0) changedAt = now
      value += count
      return value
    },
  }
}

function reserveOptions({ perLane }: QueueSettings, localConcurrency: number) {
  return {
    pollingIntervalSeconds: POLL_SECONDS,
    localConcurrency,
    ...(perLane === undefined
      ? {}
      : { localGroupConcurrency: Math.min(perLane, localConcurrency) }),
  }
}
