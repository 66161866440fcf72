// Staff know bills by their numbers: from numbers and amounts, as somebody typed them, to the shares of a
// booking.
import { err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type BankTransactionKey, findBankTransaction } from '../storage/bank-transactions.ts'
import { claimsByNumbers } from '../storage/match-candidates.ts'
import type { Deps } from './deps.ts'
import type { MatchByHand } from './match-by-hand.ts'

/** A bill and its share; without an amount all of the money, or, beside others, all that it owes. */
export interface NumberedShare {
  number: string
  /** Decimal text, with a point. */
  amount?: string | undefined
}

/** Refuses `not-found`, `allocation-invalid` (no number) and `payment-request-unknown`. */
export async function allocationsByNumber(
  { db }: Pick<Deps, 'db'>,
  key: BankTransactionKey,
  shares: readonly NumberedShare[],
): Promise<Result<MatchByHand['allocations'], Refusal>> {
  const booking = await findBankTransaction(db, key)
  if (booking === undefined) {
    return err(refusal('not-found', 'you have no bank transaction with this id'))
  }
  if (shares.length === 0) {
    return err(refusal('allocation-invalid', 'write the number of the bill'))
  }
  const { currency } = booking
  const numbers = shares.map(({ number }) => number)
  const found = await claimsByNumbers(db, key.creditorId, numbers)
  const allocations: MatchByHand['allocations'][number][] = []
  for (const { number, amount } of shares) {
    const claim = found.find(({ claim: { invoiceNumber } }) => invoiceNumber === number)?.claim
    if (claim === undefined) {
      return err(refusal('payment-request-unknown', `there is no bill ${number}`))
    }
    const all = shares.length === 1 ? booking.amount : outstandingOf(claim)
    const share = amount === undefined ? formatAmount({ minor: all, currency }) : undefined
    allocations.push({
      paymentRequestId: claim.claimId,
      amount: share ?? { value: amount ?? '', currency },
    })
  }
  return ok(allocations)
}
