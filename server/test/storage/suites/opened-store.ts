// How a suite reaches the store on which it runs.
import { it } from 'vitest'
import type { Store } from '../../../src/storage/database.ts'

export interface OpenedStore {
  kind: Store['kind']
  /** Open from the first test on. */
  get(): Store
}

/** Declares a test that needs several connections: the embedded store has one, and no such test. */
export function onSeveralConnections({ kind }: OpenedStore) {
  return (title: string, work: () => Promise<void>): void => {
    if (kind === 'postgres') it(title, work)
  }
}
