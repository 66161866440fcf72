// A migrated store for tests: a database of its own on the PostgreSQL server of the run, one whose URL
// is given, or the embedded engine in a directory of its own. The same statements run on all.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVault } from '../../src/secrets/vault.ts'
import { openStore, type Store } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { makeMigratedDirectory } from './embedded-directory.ts'
import { freshDatabase } from './fresh-database.ts'

/** Seals what tests store. */
export const TEST_VAULT = createVault(Buffer.alloc(32, 7))

/** Where the store is; by default a fresh database that is dropped when it is closed. */
export type TestStoreOptions = { url?: string } | { embedded: true }

/** Opens and migrates; the test closes it. */
export async function openTestStore(options: TestStoreOptions = {}): Promise<Store> {
  if ('embedded' in options) {
    return await openEmbedded()
  }
  if (options.url !== undefined) return await migrated(await openPostgres(options.url))
  const database = await freshDatabase({ migrated: true })
  const store = await openPostgres(database.url)
  const close = async () => {
    await store.close()
    await database.drop()
  }
  return { ...store, close }
}

async function openEmbedded(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-test-store-'))
  const directory = join(folder, 'data')
  await makeMigratedDirectory(directory)
  const store = await openStore({ kind: 'embedded', directory }, TEST_VAULT)
  const close = async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...store, close }
}

async function openPostgres(url: string): Promise<Store> {
  return await openStore({ kind: 'postgres', url, poolSize: 10 }, TEST_VAULT)
}

async function migrated(store: Store): Promise<Store> {
  await migrate(store.pool)
  return store
}
