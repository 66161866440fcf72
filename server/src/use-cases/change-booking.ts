// A person decides about a stored booking: the decision, its history and the task go together, once.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import {
  type BankTransaction,
  type BankTransactionKey,
  type BookingChange,
  changeBankTransaction,
  findBankTransaction,
} from '../storage/bank-transactions.ts'
import { appendHistory, type HistoryEntry, historyOf } from '../storage/booking-history.ts'
import type { Database, Tx } from '../storage/database.ts'
import { endTasksOfBooking, insertTasks } from '../storage/tasks.ts'
import type { Deps } from './deps.ts'
import { taskOfBooking } from './new-task.ts'
import { Outrun } from './retry-when-outrun.ts'

/** What every decision of a person takes. */
export interface ByHand extends BankTransactionKey {
  /** The member of staff, or the creditor's bot. */
  by: string
  /** For the history; without personal data that nobody needs. */
  note?: string | undefined
}

const NOTE_LENGTH = 500

/** Refuses `text-invalid`. */
export function refuseByHand({ by, note }: ByHand): Refusal | undefined {
  return (
    textRefusal(by, 70, '/by') ??
    (note === undefined ? undefined : textRefusal(note, NOTE_LENGTH, '/note'))
  )
}

/** The booking, or `not-found`. */
export async function bookingOf(
  db: Database,
  key: BankTransactionKey,
): Promise<Result<BankTransaction, Refusal>> {
  const booking = await findBankTransaction(db, key)
  return booking === undefined
    ? err(refusal('not-found', 'you have no bank transaction with this id'))
    : ok(booking)
}

/** The decision as it stands: the last entry of the history. */
export async function lastDecision(
  db: Database,
  key: BankTransactionKey,
): Promise<HistoryEntry | undefined> {
  return (await historyOf(db, key)).at(-1)
}

/**
 * Writes the change, its entry in the history and what becomes of the task: ended, or a new one where the
 * money waits again.
 *
 * @throws {Outrun} when somebody else has changed the booking since it was read.
 */
export async function writeChange(
  deps: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  {
    booking,
    change,
    command,
    data,
  }: {
    booking: BankTransaction
    change: BookingChange
    command: ByHand
    data: HistoryEntry['data']
  },
): Promise<void> {
  const at = deps.clock.now()
  const { by, note = null } = command
  const { state, reason } = change
  if (!(await changeBankTransaction(tx, booking, change))) throw new Outrun()
  const entry = booking.version + 1
  await appendHistory(tx, booking, { entry, at, state, by, reason, note, data })
  await endTasksOfBooking(tx, booking, { at, by })
  if (state === 'unmatched') {
    await insertTasks(tx, [taskOfBooking(deps, { ...booking, reason, version: entry }, at)])
  }
}
