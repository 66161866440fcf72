// How much dunning work is due, and when the next falls due: two looks at one index.
import { countDueCases, nextActionAt } from '../storage/dunning-cases.ts'
import type { Deps } from './deps.ts'

export async function readWork(
  deps: Pick<Deps, 'db' | 'clock'>,
): Promise<{ due: number; nextActionAt: number | null }> {
  const due = await countDueCases(deps.db, deps.clock.now())
  return { due, nextActionAt: await nextActionAt(deps.db) }
}
