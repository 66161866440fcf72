// The workers of one queue in this process. One of them, the scout, looks every two seconds; a
// worker that found work looks again at once and wakes another, so that a burst is met by all of
// them while an idle queue costs one small query.
import type { Job, PgBoss } from 'pg-boss'
import type { JobData } from './handlers.ts'
import type { QueueSettings } from './queue-settings.ts'

export interface WorkerGroup {
  /** Lets up to so many idle workers look for jobs now. */
  wake(count: number): void
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
  const workers = () => boss.getWipData().filter((worker) => worker.name === name)
  const wake = (count: number) => {
    const idle = workers().filter((worker) => worker.count === 0)
    for (const { id } of idle.slice(0, count)) boss.notifyWorker(id)
  }
  const handle = async (jobs: Job<JobData>[]) => {
    for (const { id, count } of workers()) if (count > 0) boss.notifyWorker(id)
    wake(1)
    await run(jobs.map(({ data }) => data))
  }
  const { batchSize } = settings
  await boss.work(name, { batchSize, pollingIntervalSeconds: SCOUT_POLL_SECONDS }, handle)
  const others = settings.workers - 1
  if (others > 0) await boss.work(name, { batchSize, ...reserveOptions(settings, others) }, handle)
  return { wake }
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
