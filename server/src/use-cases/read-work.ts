// How much dunning work is due, and when the next falls due: a look at an index.
import { countDueCases, nextActionAt } from '../storage/dunning-cases.ts'
import type { Deps } from './deps.ts'

export async function readWork(
  deps: Pick<Deps, 'db' | 'clock'>,
): Promise<{ due: number; nextActionAt: number | null }> {
  const now = deps.clock.now()
  const first = await nextActionAt(deps.db)
  const isDue = first !== null && first <= now
  return { due: isDue ? await countDueCases(deps.db, now) : 0, nextActionAt: first }
}
