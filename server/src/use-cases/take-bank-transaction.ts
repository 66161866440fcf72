// One booking of a statement: decide to what it belongs and write what follows, once. The unique key
// of the bank decides between two imports of the same booking.
import type { MatchDecision } from '../domain/matching/match-types.ts'
import { type BankTransactionState, insertBankTransaction } from '../storage/bank-transactions.ts'
import type { Deps } from './deps.ts'
import { findMatch } from './find-match.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { bankTransactionOf, type IncomingBooking } from './incoming-booking.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { takeRefundBooking } from './take-refund-booking.ts'
import { writePayment } from './write-payment.ts'
import { writeReversal } from './write-reversal.ts'

export type TakeDeps = Pick<Deps, 'clock' | 'ids' | 'signer' | 'publicUrl'> & PlanDeps

/** What became of a booking: how it is stored, stored before, or to be tried once more. */
export type Taken = BankTransactionState | 'already' | 'later'

/**
 * Rounds of tries when imports beside each other pay one claim. Whenever one is outrun, another has
 * booked something, so that all of them end.
 */
const PATIENCE = 20

/**
 * Stores a booking with its effect. `later` when it takes back a payment that is not known yet: banks
 * list the newest first, so the payment may follow in the same file.
 */
export async function takeBankTransaction(
  deps: TakeDeps,
  booking: IncomingBooking,
  options: { isLastTry: boolean },
): Promise<Taken> {
  for (let round = 1; ; round++) {
    try {
      return await retryWhenOutrun(() => take(deps, booking, options))
    } catch (error) {
      if (!(error instanceof Outrun) || round === PATIENCE) throw error
    }
  }
}

async function take(
  deps: TakeDeps,
  booking: IncomingBooking,
  { isLastTry }: { isLastTry: boolean },
): Promise<Taken> {
  const { status } = booking.entry
  if (status !== 'BOOK') {
    return await store(deps, booking, { state: 'ignored', reason: `status-${status}` })
  }
  const refunded = await takeRefundBooking(deps, booking)
  if (refunded !== undefined) return refunded
  const { decision, found } = await findMatch(deps.db, booking)
  if (decision.kind === 'unmatched') {
    if (decision.reason === 'reversal-of-unknown' && !isLastTry) return 'later'
    return await store(deps, booking, { ...decision, state: stateOf(decision) })
  }
  if (found === undefined) throw new Error('the matcher named a claim that it was not given')
  const reason = decision.by
  if (decision.kind === 'matched') {
    return (await writePayment(deps, booking, { found, reason })) ? 'matched' : 'already'
  }
  const { transactionId } = decision.of
  const match = { found, transactionId, reason }
  return (await writeReversal(deps, booking, match)) ? 'reversal' : 'already'
}

/** What needs nobody's look: the account holder's own payments, and bookings of nothing. */
function stateOf({ reason }: Extract<MatchDecision, { kind: 'unmatched' }>): BankTransactionState {
  return reason === 'outgoing' || reason === 'zero-amount' ? 'ignored' : 'unmatched'
}

async function store(
  deps: TakeDeps,
  booking: IncomingBooking,
  decided: {
    state: BankTransactionState
    reason: string
    candidates?: Extract<MatchDecision, { kind: 'unmatched' }>['candidates']
  },
): Promise<Taken> {
  const row = bankTransactionOf(booking, {
    transactionId: deps.ids.newId('bt'),
    state: decided.state,
    reason: decided.reason,
    claimId: null,
    candidates: decided.candidates ?? [],
    importedAt: deps.clock.now(),
  })
  const isNew = await deps.db.transaction().execute((tx) => insertBankTransaction(tx, row))
  return isNew ? decided.state : 'already'
}
