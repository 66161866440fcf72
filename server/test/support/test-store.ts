// A migrated store for tests: the embedded engine in memory, or a database of a PostgreSQL server
// whose URL is given. The same statements run on both.

import { openStore, type Store } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'

/** Opens and migrates; the test closes it. */
export async function openTestStore(options: { url?: string } = {}): Promise<Store> {
  const store = await openStore(
    options.url === undefined
      ? { kind: 'embedded', directory: 'memory' }
      : { kind: 'postgres', url: options.url, poolSize: 10 },
  )
  await migrate(store.pool)
  return store
}
