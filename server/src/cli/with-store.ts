// Opens the configured store for one command and closes it again. The embedded store takes one
// process at a time, so its directory is locked meanwhile.
import { createFileClock, systemClock } from '../clock.ts'
import { type Config, loadConfig } from '../config.ts'
import { createVault } from '../secrets/vault.ts'
import { openStore, type Store } from '../storage/database.ts'
import { type DirectoryLock, lockDirectory } from '../storage/directory-lock.ts'
import { migrate } from '../storage/migrate.ts'
import type { Clock, Vault } from '../use-cases/deps.ts'

export interface OpenedStore {
  config: Config
  store: Store
  vault: Vault
  clock: Clock
  /** Names of the migrations that had to be applied. */
  migrated: string[]
}

/** Runs `work` on the store with its tables up to date. @throws {DirectoryLocked} */
export async function withStore<T>(
  env: NodeJS.ProcessEnv,
  work: (opened: OpenedStore) => Promise<T>,
): Promise<T> {
  const config = loadConfig(env)
  const lock = await lockIfEmbedded(config.store)
  try {
    const vault = createVault(config.masterKey, config.formerMasterKey)
    const store = await openStore(config.store, vault)
    try {
      const migrated = await migrate(store.pool)
      const { clockFile } = config
      const clock = clockFile === undefined ? systemClock : createFileClock(clockFile)
      return await work({ config, store, vault, clock, migrated })
    } finally {
      await store.close()
    }
  } finally {
    await lock?.release()
  }
}

async function lockIfEmbedded(location: Config['store']): Promise<DirectoryLock | undefined> {
  if (location.kind === 'postgres' || location.directory === 'memory') return undefined
  return await lockDirectory(location.directory)
}
