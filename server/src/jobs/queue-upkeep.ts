// Keeps the planner's statistics of the job table close to what is in it. Between two runs of
// autovacuum a burst can fill the table by the ten thousand, and with the statistics of an empty
// table each look for the next job reads far too much of it. The embedded store, which has no
// autovacuum, looks after all of its tables by itself.
import type pg from 'pg'
import type { JobLog } from './job-log.ts'
import { startLoop } from './wakeable-loop.ts'

export interface QueueUpkeep {
  /** Says that so many jobs were put in or settled. */
  changed(count: number): void
  stop(): Promise<void>
}

export interface QueueUpkeepOptions {
  readonly pool: pg.Pool
  /** The schema that holds the table `job`. */
  readonly schema: string
  readonly log: JobLog
}

const CHANGES_A_RUN = 5_000
const LONGEST_PAUSE_MS = 600_000

/** Starts counting; runs by itself once enough has changed. */
export function startQueueUpkeep({ pool, schema, log }: QueueUpkeepOptions): QueueUpkeep {
  let changes = 0
  const loop = startLoop({
    name: 'queue-upkeep',
    intervalMs: LONGEST_PAUSE_MS,
    log,
    run: async () => {
      if (changes === 0) return false
      changes = 0
      await pool.query(`analyze ${schema}.job`)
      return false
    },
  })
  return {
    changed: (count) => {
      changes += count
      if (changes >= CHANGES_A_RUN) loop.wake()
    },
    stop: () => loop.stop(),
  }
}
