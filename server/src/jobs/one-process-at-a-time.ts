// Keeps processes that start together from installing the queue's tables beside each other, which
// PostgreSQL answers with a duplicate schema.
import type { Store } from '../storage/database.ts'

const LOCK = 7_277_539_102

/** Runs `work` while no other process runs it. The embedded store has one process only. */
export async function oneProcessAtATime<T>(
  { kind, pool }: Pick<Store, 'kind' | 'pool'>,
  work: () => Promise<T>,
): Promise<T> {
  if (kind === 'embedded') return await work()
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    try {
      return await work()
    } finally {
      await client.query('select pg_advisory_unlock($1)', [LOCK])
    }
  } finally {
    client.release()
  }
}
