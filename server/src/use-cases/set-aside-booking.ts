// A person says that money concerns no claim. It stays in the list, under its reason, and out of the work.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { SetAsideReason } from '../domain/desk/booking-tasks.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import {
  type ByHand,
  bookingOf,
  lastDecision,
  refuseByHand,
  writeChange,
} from './change-booking.ts'
import type { Deps } from './deps.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'

export interface SetAsideBooking extends ByHand {
  reason: SetAsideReason
}

/**
 * Sets unmatched money aside, with a reason. The same by the same person again has no effect; taking a
 * match back undoes it.
 *
 * Refuses `text-invalid`, `not-found`, `already-matched`, `already-set-aside`, `payment-returned` and
 * `not-booked`.
 */
export async function setAsideBooking(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  command: SetAsideBooking,
): Promise<Result<void, Refusal>> {
  const refused = refuseByHand(command)
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => setAside(deps, command))
}

async function setAside(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  command: SetAsideBooking,
): Promise<Result<void, Refusal>> {
  const found = await bookingOf(deps.db, command)
  if (!found.ok) return found
  const booking = found.value
  const { reason, by } = command
  if (booking.state === 'set-aside') {
    const last = await lastDecision(deps.db, booking)
    const isSame = last?.by === by && last.reason === reason
    return isSame ? ok(undefined) : err(refusal('already-set-aside', 'somebody did so before'))
  }
  if (booking.state === 'matched' || booking.state === 'reversal') {
    return err(refusal('already-matched', 'take the match back first'))
  }
  if (booking.state === 'refund') {
    return err(refusal('already-matched', 'it belongs to a refund of yours'))
  }
  if (booking.state === 'returned') {
    return err(refusal('payment-returned', 'the bank took this money back'))
  }
  if (booking.state === 'ignored') {
    return err(refusal('not-booked', 'this is no money on the account'))
  }
  const change = { ...booking, state: 'set-aside' as const, reason }
  await deps.db
    .transaction()
    .execute((tx) => writeChange(deps, tx, { booking, change, command, data: {} }))
  return ok(undefined)
}
