// A task for a person, before it is written: about a claim, or about money that nobody has placed.
import { taskKindOfBooking } from '../domain/desk/booking-tasks.ts'
import type { BankTransaction } from '../storage/bank-transactions.ts'
import type { NewClaimTask, NewTask } from '../storage/tasks.ts'
import type { Deps } from './deps.ts'

/** `dueAt` and `now` in epoch seconds; `details` are JSON. */
export function newTask(
  { ids }: Pick<Deps, 'ids'>,
  about: { creditorId: string; claimId: string; debtorId: string },
  task: Pick<NewTask, 'kind' | 'origin' | 'dueAt'> & { now: number; details?: string | null },
): NewClaimTask {
  const { creditorId, claimId, debtorId } = about
  const { now: createdAt, details = null, ...rest } = task
  return { creditorId, taskId: ids.newId('tk'), claimId, debtorId, ...rest, details, createdAt }
}

const PLACE_WITHIN_SECONDS = 2 * 86_400

/** The task to place a booking; another one each time that it becomes unmatched. */
export function taskOfBooking(
  { ids }: Pick<Deps, 'ids'>,
  booking: Pick<
    BankTransaction,
    'creditorId' | 'transactionId' | 'version' | 'direction' | 'reason'
  >,
  now: number,
): NewTask {
  const { creditorId, transactionId, version } = booking
  return {
    creditorId,
    taskId: ids.newId('tk'),
    claimId: null,
    debtorId: null,
    transactionId,
    kind: taskKindOfBooking(booking),
    origin: `${transactionId}:${version}`,
    details: null,
    dueAt: now + PLACE_WITHIN_SECONDS,
    createdAt: now,
  }
}
