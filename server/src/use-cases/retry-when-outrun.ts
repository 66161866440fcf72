// A decision is taken on what was read and signed outside of a transaction; when somebody changed
// the claim or its thread meanwhile, nothing is written and the decision is taken again.
import { isDeadlock } from '../storage/write-conflicts.ts'

/** Thrown inside a transaction to roll it back: another writer was faster. */
export class Outrun extends Error {
  readonly code = 'outrun'
}

const MAX_ATTEMPTS = 5

/** Runs `work` again when it was outrun, five times at most; then the error reaches the caller. */
export async function retryWhenOutrun<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isOutrun(error) || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

/** PostgreSQL ends one of two transactions that wait for each other: that one was outrun too. */
function isOutrun(error: unknown): boolean {
  return error instanceof Outrun || isDeadlock(error)
}
