// A person takes a match, or a setting aside, back: the money waits for a decision again.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { UnmatchReason } from '../domain/desk/booking-tasks.ts'
import { pointsOf } from '../domain/matching/evidence-weights.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { BankTransaction } from '../storage/bank-transactions.ts'
import { readCreditor } from '../storage/creditors.ts'
import {
  type ByHand,
  bookingOf,
  lastDecision,
  refuseByHand,
  writeChange,
} from './change-booking.ts'
import type { Deps } from './deps.ts'
import { findMatch } from './find-match.ts'
import { transactionOf } from './incoming-booking.ts'
import { prepareMoneyBack } from './money-back.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import type { TakeDeps } from './take-bank-transaction.ts'

export interface UnmatchBooking extends ByHand {
  reason: UnmatchReason
}

/**
 * Takes the payments of a booking off their claims, as when the bank takes the money back: each claim is
 * owed again, its debtor's side gets a signed status, and what was said in thanks stays said. The booking
 * is unmatched and has a task again; nothing matches it by itself any more. The same by the same person
 * again has no effect.
 *
 * Refuses `text-invalid`, `not-found` and `not-matched` (nothing to take back, or the bank did already).
 */
export async function unmatchBooking(
  deps: TakeDeps & Pick<Deps, 'outboxChanged'>,
  command: UnmatchBooking,
): Promise<Result<void, Refusal>> {
  const refused = refuseByHand(command)
  if (refused !== undefined) return err(refused)
  const done = await retryWhenOutrun(() => unmatch(deps, command))
  if (done.ok) deps.outboxChanged()
  return done
}

async function unmatch(deps: TakeDeps, command: UnmatchBooking): Promise<Result<void, Refusal>> {
  const found = await bookingOf(deps.db, command)
  if (!found.ok) return found
  const booking = found.value
  const { reason, by } = command
  if (booking.state !== 'matched' && booking.state !== 'set-aside') {
    const last = await lastDecision(deps.db, booking)
    const isSame = booking.state === 'unmatched' && last?.by === by && last.reason === reason
    return isSame ? ok(undefined) : err(refusal('not-matched', `the booking is ${booking.state}`))
  }
  const { creditorId, transactionId } = booking
  const creditor = await readCreditor(deps.db, creditorId)
  const because = { kind: 'unmatched' as const, reason }
  const back = await prepareMoneyBack(deps, { creditor, transactionId, because })
  const candidates = await candidatesOf(deps, booking)
  const change = { state: 'unmatched' as const, reason, claimId: null, candidates }
  await deps.db.transaction().execute(async (tx) => {
    // The booking before its claims, as everywhere: two writers never wait for each other.
    await writeChange(deps, tx, { booking, change, command, data: {} })
    await back.write(tx)
  })
  return ok(undefined)
}

/** What speaks for which claim now; a decision of the rules is no more than a candidate here. */
async function candidatesOf(
  { db }: Pick<Deps, 'db'>,
  booking: BankTransaction,
): Promise<BankTransaction['candidates']> {
  const { decision } = await findMatch(db, { ...booking, transaction: transactionOf(booking) })
  if (decision.kind === 'unmatched') return decision.candidates
  if (decision.kind === 'reversal') return []
  const { shares, reasons } = decision
  return shares.map(({ claimId }) => ({ claimId, score: pointsOf(reasons), reasons }))
}
