// A task for a person about a claim, before it is written.
import type { NewTask } from '../storage/tasks.ts'
import type { Deps } from './deps.ts'

/** `dueAt` and `now` in epoch seconds; `details` are sealed. */
export function newTask(
  { ids }: Pick<Deps, 'ids'>,
  about: { creditorId: string; claimId: string; debtorId: string },
  task: Pick<NewTask, 'kind' | 'origin' | 'dueAt'> & { now: number; details?: Buffer | null },
): NewTask {
  const { creditorId, claimId, debtorId } = about
  const { now: createdAt, details = null, ...rest } = task
  return { creditorId, taskId: ids.newId('tk'), claimId, debtorId, ...rest, details, createdAt }
}
