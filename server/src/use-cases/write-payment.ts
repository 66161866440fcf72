// A matched credit of the bank becomes a payment: the booking and all that follows from it are written
// together or not at all.
import { insertBankTransaction } from '../storage/bank-transactions.ts'
import type { FoundClaim } from '../storage/match-candidates.ts'
import { bankTransactionOf, type IncomingBooking, receivedOn } from './incoming-booking.ts'
import { type BookingDeps, prepareBooking } from './prepare-booking.ts'

/**
 * Books a matched credit on its claim. Returns false when the booking was stored before.
 *
 * @throws {Outrun} when the claim or its thread changed since the decision.
 */
export async function writePayment(
  deps: BookingDeps,
  booking: IncomingBooking,
  match: { found: FoundClaim; reason: string },
): Promise<boolean> {
  const { claim, lines } = match.found
  const now = deps.clock.now()
  const transactionId = deps.ids.newId('bt')
  const booked = await prepareBooking(deps, {
    claim,
    lines,
    minor: booking.transaction.amount.minor,
    transactionId,
    receivedOn: receivedOn(booking, now),
  })
  return await deps.db.transaction().execute(async (tx) => {
    const row = bankTransactionOf(booking, {
      transactionId,
      state: 'matched',
      reason: match.reason,
      claimId: claim.claimId,
      candidates: [],
      importedAt: now,
    })
    if (!(await insertBankTransaction(tx, row))) return false
    await booked.write(tx)
    return true
  })
}
