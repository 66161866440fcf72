// Starts everything that runs without a request: the job queue, the relay and the sweeps.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../storage/database.ts'
import { refreshChangedTables } from '../storage/embedded-upkeep.ts'
import { type JobQueue, openQueue, type QueueOptions } from './queue.ts'
import { startRelay } from './relay-outbox.ts'
import { type Sweep, startSweeps } from './sweeps.ts'
import { startLoop, type WakeableLoop } from './wakeable-loop.ts'
import { within } from './within.ts'

export interface JobsOptions extends Omit<QueueOptions, 'store'> {
  readonly store: Pick<Store, 'kind' | 'db' | 'pool'>
  readonly sweeps: readonly Sweep[]
  readonly sweepIntervalMs: number
  /** The real time in epoch seconds. */
  readonly wallClock: { now(): number }
}

export interface Jobs {
  /** Says after a commit that outbox rows wait. */
  wake(): void
  /** Outbox rows, and jobs that wait, wait to be tried again, or run. */
  pending(): Promise<number>
  /**
   * Takes up at once what is due, and waits until nothing is pending, or for so many milliseconds.
   * Returns what is pending then.
   */
  settle(deadlineMs: number): Promise<number>
  /** When this process last ran all sweeps to their end, by the real clock; null before. */
  lastSweepAt(): number | null
  /** Starts no more work, ends what is under way within the deadline, leaves the rest for later. */
  stop(deadlineMs: number): Promise<void>
}

/** Starts the jobs on a migrated store; the queue's own tables are made here. */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { store, sweeps, sweepIntervalMs: intervalMs, log, wallClock } = options
  const queue = await openQueue(options)
  const relay = startRelay({ db: store.db, queue, log })
  const sweeping = startSweeps({ sweeps, intervalMs, log, wallClock })
  const upkeep = store.kind === 'embedded' ? startUpkeep({ store, log }) : undefined
  return {
    wake: () => relay.wake(),
    pending: () => queue.pending(),
    settle: (deadlineMs) => settle({ queue, relay, sweeping }, deadlineMs),
    lastSweepAt: () => sweeping.lastAt(),
    stop: async (deadlineMs) => {
      const loops = Promise.all([sweeping.stop(), relay.stop(), upkeep?.stop()])
      await Promise.all([within(deadlineMs, loops), queue.stop(deadlineMs)])
    },
  }
}

interface Parts {
  readonly queue: JobQueue
  readonly relay: WakeableLoop
  readonly sweeping: WakeableLoop
}

/** Between two looks at what this process does; and at the store, which knows of all processes. */
const GLANCE_MS = 2
const FIRST_LOOK_MS = 8
const LONGEST_LOOK_MS = 128

async function settle({ queue, relay, sweeping }: Parts, deadlineMs: number): Promise<number> {
  const deadline = performance.now() + deadlineMs
  await sweeping.runNow()
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS)) {
    const lookAt = performance.now() + lookMs
    // A store that is asked while this process is at work would say so, and be slowed down by it.
    while ((relay.isBusy() || queue.isBusy()) && performance.now() < lookAt) await sleep(GLANCE_MS)
    const pending = await queue.pending()
    if (pending === 0 || performance.now() >= deadline) return pending
    await sleep(GLANCE_MS)
  }
}

const UPKEEP_MS = 2_000

function startUpkeep({ store, log }: Pick<JobsOptions, 'store' | 'log'>): WakeableLoop {
  const run = async () => {
    await refreshChangedTables(store.pool)
    return false
  }
  return startLoop({ name: 'embedded-upkeep', intervalMs: UPKEEP_MS, log, run })
}
