// How much work is due: dunning, and when the next falls due, by a look at an index; and money that waits
// for somebody to place it.
import { acrossCreditors } from '../storage/creditor-scope.ts'
import { countDueCases, nextActionAt } from '../storage/dunning-cases.ts'
import { countUnmatched } from '../storage/unmatched-money.ts'
import type { Deps } from './deps.ts'

export interface WorkAhead {
  due: number
  nextActionAt: number | null
  unmatched: { count: number; oldestAt: number | null }
}

/** Reads it for the operator, over all creditors. */
export function readWork(deps: Pick<Deps, 'db' | 'clock'>): Promise<WorkAhead> {
  return acrossCreditors(() => countWork(deps))
}

async function countWork(deps: Pick<Deps, 'db' | 'clock'>): Promise<WorkAhead> {
  const now = deps.clock.now()
  const first = await nextActionAt(deps.db)
  const isDue = first !== null && first <= now
  const due = isDue ? await countDueCases(deps.db, now) : 0
  return { due, nextActionAt: first, unmatched: await countUnmatched(deps.db) }
}
