// A person says to which claims the money of a booking belongs.
import { type Amount, err, ok, parseAmount, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { BankTransaction } from '../storage/bank-transactions.ts'
import { readCreditor } from '../storage/creditors.ts'
import { claimsById } from '../storage/match-candidates.ts'
import { decisionData } from './booking-decision.ts'
import {
  type ByHand,
  bookingOf,
  lastDecision,
  refuseByHand,
  writeChange,
} from './change-booking.ts'
import type { Deps } from './deps.ts'
import { receivedOn } from './incoming-booking.ts'
import { type MoneyDeps, prepareMoneyIn, type ShareOfMoney } from './money-in.ts'
import { payerOf } from './read-cautions.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import { onlyOne } from './take-bank-transaction.ts'

export interface MatchByHand extends ByHand {
  /** The claims, each with its share; the shares are all of the money. */
  allocations: readonly { paymentRequestId: string; amount: Amount }[]
}

/** The rule that stands in the history. */
const BY_HAND = 'by-hand'

/**
 * Books the money of a credit on claims of any state, as an automatic match does: what is more than a claim
 * owes is over-paid there. The shares are exactly the booking: money does not stay behind out of view. The
 * same decision by the same person again has no effect.
 *
 * Refuses `text-invalid`, `not-found`, `not-a-credit`, `not-booked`, `payment-returned`,
 * `already-matched`, `payment-request-unknown`, `allocation-invalid` (a claim twice), `amount-invalid`,
 * `currency-mismatch` (of money and share, or claim), `amount-exceeds` and `amount-rests`.
 */
export async function matchByHand(
  deps: MoneyDeps & Pick<Deps, 'outboxChanged'>,
  command: MatchByHand,
): Promise<Result<void, Refusal>> {
  const refused = refuseByHand(command)
  if (refused !== undefined) return err(refused)
  const done = await retryWhenOutrun(() => match(deps, command))
  if (done.ok) deps.outboxChanged()
  return done
}

async function match(deps: MoneyDeps, command: MatchByHand): Promise<Result<void, Refusal>> {
  const found = await bookingOf(deps.db, command)
  if (!found.ok) return found
  const booking = found.value
  const shares = await sharesOf(deps, booking, command)
  if (!shares.ok) return shares
  const decided = shares.value.map(({ found: { claim }, minor }) => ({
    claimId: claim.claimId,
    minor,
  }))
  const data = decisionData(decided)
  if (booking.state === 'matched') {
    const last = await lastDecision(deps.db, booking)
    const isSame = last?.by === command.by && sameShares(last.data.shares, data.shares)
    return isSame ? ok(undefined) : err(refusal('already-matched', 'take the match back first'))
  }
  const refused = refuseState(booking)
  if (refused !== undefined) return err(refused)
  const creditor = await readCreditor(deps.db, booking.creditorId)
  const { transactionId, amount: minor, currency } = booking
  const write = await prepareMoneyIn(
    deps,
    {
      creditor,
      transactionId,
      amount: { minor, currency },
      receivedOn: receivedOn(booking, creditor, deps.clock.now()),
      payer: payerOf(booking.details),
    },
    shares.value,
  )
  const claimId = onlyOne(decided.map((share) => share.claimId))
  const change = { state: 'matched' as const, reason: BY_HAND, claimId, candidates: [] }
  await deps.db.transaction().execute(async (tx) => {
    // The booking first: whoever is slower finds it changed, and decides anew.
    await writeChange(deps, tx, { booking, change, command, data })
    await write(tx)
  })
  return ok(undefined)
}

type StoredShares = ReturnType<typeof decisionData>['shares']

function sameShares(one: StoredShares, other: StoredShares): boolean {
  const textOf = (shares: StoredShares = []) =>
    shares
      .map(({ claimId, minor }) => `${claimId} ${minor}`)
      .sort()
      .join()
  return textOf(one) === textOf(other)
}

/** What no person can match. */
function refuseState({ state, direction }: BankTransaction): Refusal | undefined {
  if (direction === 'debit') return refusal('not-a-credit', 'this money left the account')
  if (state === 'returned') return refusal('payment-returned', 'the bank took this money back')
  if (state === 'ignored') return refusal('not-booked', 'this is no money on the account')
  if (state === 'refund') {
    return refusal(
      'already-matched',
      'a refund of yours came back: it is owed to the customer again',
    )
  }
  return undefined
}

async function sharesOf(
  deps: MoneyDeps,
  booking: BankTransaction,
  { creditorId, allocations }: MatchByHand,
): Promise<Result<ShareOfMoney[], Refusal>> {
  const claimIds = allocations.map(({ paymentRequestId }) => paymentRequestId)
  const found = await claimsById(deps.db, creditorId, claimIds)
  const shares: ShareOfMoney[] = []
  for (const [index, { paymentRequestId, amount }] of allocations.entries()) {
    const pointer = `/allocations/${index}`
    const one = found.find(({ claim }) => claim.claimId === paymentRequestId)
    if (one === undefined) {
      const detail = 'you have no payment request with this id'
      return err(refusal('payment-request-unknown', detail, `${pointer}/paymentRequestId`))
    }
    if (claimIds.indexOf(paymentRequestId) !== index) {
      return err(refusal('allocation-invalid', 'name each payment request once', pointer))
    }
    const money = parseAmount(amount)
    if (!money.ok || money.value.minor <= 0n) {
      return err(refusal('amount-invalid', 'use an amount above zero', `${pointer}/amount`))
    }
    const { currency, minor } = money.value
    if (currency !== booking.currency || currency !== one.claim.currency) {
      const detail = `the money is in ${booking.currency}, the claim in ${one.claim.currency}`
      return err(refusal('currency-mismatch', detail, `${pointer}/amount`))
    }
    shares.push({ found: one, minor })
  }
  const sum = shares.reduce((all, { minor }) => all + minor, 0n)
  if (sum > booking.amount) {
    return err(refusal('amount-exceeds', 'this is more than came in', '/allocations'))
  }
  if (sum < booking.amount) {
    const detail = 'all of the money has to be allocated; name a claim for the rest too'
    return err(refusal('amount-rests', detail, '/allocations'))
  }
  return ok(shares)
}
