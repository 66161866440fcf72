// Keeps the planner's statistics of the job table close to what is in it. Between two runs of
// autovacuum a burst can fill the table by the ten thousand, and with statistics of an empty one
// every job settled would read all others. The embedded store has no autovacuum at all, so there
// the dead rows are cleared away as well.
import type { Store } from '../storage/database.ts'
import type { JobLog } from './job-log.ts'
import { startLoop } from './wakeable-loop.ts'

export interface QueueUpkeep {
  /** Says that so many jobs were put in or settled: each leaves a new row or a dead one. */
  changed(count: number): void
  stop(): Promise<void>
}

export interface QueueUpkeepOptions {
  readonly store: Pick<Store, 'kind' | 'pool'>
  readonly schema: string
  readonly log: JobLog
}

const CHANGES_A_RUN = 5_000
/** Of the embedded store: after so many changes here, the other tables have changed as much. */
const CHANGES_A_VACUUM_OF_ALL = 100_000
const LONGEST_PAUSE_MS = 600_000

/** Starts counting; runs by itself once enough has changed. */
export function startQueueUpkeep({ store, schema, log }: QueueUpkeepOptions): QueueUpkeep {
  let fresh = 0
  let sinceVacuum = 0
  const loop = startLoop({
    name: 'queue-upkeep',
    intervalMs: LONGEST_PAUSE_MS,
    log,
    run: async () => {
      if (fresh === 0) return false
      sinceVacuum += fresh
      fresh = 0
      await store.pool.query(statementFor(sinceVacuum))
      if (sinceVacuum >= CHANGES_A_VACUUM_OF_ALL) sinceVacuum = 0
      return false
    },
  })

  function statementFor(changes: number): string {
    if (store.kind === 'postgres') return `analyze ${schema}.job`
    if (changes >= CHANGES_A_VACUUM_OF_ALL) return 'vacuum (analyze)'
    return `vacuum (analyze) ${schema}.job, outbox`
  }

  return {
    changed: (count) => {
      fresh += count
      if (fresh >= CHANGES_A_RUN) loop.wake()
    },
    stop: () => loop.stop(),
  }
}
