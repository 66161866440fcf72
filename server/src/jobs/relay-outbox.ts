// Moves what commits asked for from the outbox to the job queue: in batches, oldest first, each
// batch in one transaction. Woken after a commit of this process, and every second for others.
import { acrossCreditors } from '../storage/creditor-scope.ts'
import type { Database } from '../storage/database.ts'
import type { QueueName } from '../storage/events.ts'
import { isOutboxEmpty, type OutboxRow, takeOutbox } from '../storage/outbox.ts'
import type { JobLog } from './job-log.ts'
import type { JobQueue } from './queue.ts'
import { startLoop, type WakeableLoop } from './wakeable-loop.ts'

export interface RelayOptions {
  readonly db: Database
  readonly queue: Pick<JobQueue, 'insert' | 'wake'>
  readonly log: JobLog
}

const BATCH = 500
const POLL_MS = 1_000

/** Starts the relay. Several may run, in one process or in many. */
export function startRelay({ db, queue, log }: RelayOptions): WakeableLoop {
  const run = async () => (await acrossCreditors(() => relayBatch(db, queue))) === BATCH
  return startLoop({ name: 'relay-outbox', intervalMs: POLL_MS, log, run })
}

/** Moves one batch and wakes the workers that it is for; returns how many rows it moved. */
export async function relayBatch(db: Database, queue: RelayOptions['queue']): Promise<number> {
  // Most commits wake the relay for nothing.
  if (await isOutboxEmpty(db)) return 0
  const moved = await db.transaction().execute(async (tx) => {
    const rows = await takeOutbox(tx, BATCH)
    const byQueue = Map.groupBy(rows, (row) => row.queue as QueueName)
    for (const [name, group] of byQueue) await queue.insert(tx, name, group.map(jobOf))
    return byQueue
  })
  let count = 0
  for (const [name, { length }] of moved) {
    queue.wake(name, length)
    count += length
  }
  return count
}

function jobOf({ creditorId, payload, lane }: OutboxRow) {
  return { data: { ...payload, creditorId }, lane }
}
