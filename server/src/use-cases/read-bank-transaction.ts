// One booking with all that is needed to place it: what the bank said, the payments it made, the claims it
// may be for, what is odd about it, and who decided what.
import { ok, type Result } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import type { EvidenceCode } from '../domain/matching/evidence-weights.ts'
import type { PaymentCaution } from '../domain/matching/payment-cautions.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { BankTransaction, BankTransactionKey } from '../storage/bank-transactions.ts'
import { type HistoryEntry, historyOf } from '../storage/booking-history.ts'
import type { Claim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { claimsById, type FoundClaim } from '../storage/match-candidates.ts'
import { type Payment, standingPayments } from '../storage/payments.ts'
import { bookingOf } from './change-booking.ts'
import type { Deps } from './deps.ts'
import { receivedOn } from './incoming-booking.ts'
import { payerOf, readPaymentCautions } from './read-cautions.ts'

export interface CandidateView {
  claim: Claim
  debtorName: string
  score: number
  reasons: readonly EvidenceCode[]
}

export interface BankTransactionDetailView {
  booking: BankTransaction
  payments: Payment[]
  candidates: CandidateView[]
  /** As if it were a payment of the best candidate, where it is none yet. */
  cautions: PaymentCaution[]
  history: HistoryEntry[]
}

/** Refuses `not-found`. */
export async function readBankTransaction(
  deps: Pick<Deps, 'db' | 'clock'>,
  key: BankTransactionKey,
): Promise<Result<BankTransactionDetailView, Refusal>> {
  const found = await bookingOf(deps.db, key)
  if (!found.ok) return found
  const booking = found.value
  const payments = await standingPayments(deps.db, booking)
  const named = [...payments, ...booking.candidates].map(({ claimId }) => claimId)
  const claims = await claimsById(deps.db, key.creditorId, named)
  const candidates = booking.candidates.flatMap(({ claimId, score, reasons }) => {
    const one = claims.find(({ claim }) => claim.claimId === claimId)
    return one === undefined
      ? []
      : [{ claim: one.claim, debtorName: one.debtorName, score, reasons }]
  })
  const cautions = await cautionsOf(deps, { booking, payments, claims })
  const history = await historyOf(deps.db, booking)
  return ok({ booking, payments, candidates, cautions, history })
}

async function cautionsOf(
  deps: Pick<Deps, 'db' | 'clock'>,
  about: { booking: BankTransaction; payments: Payment[]; claims: readonly FoundClaim[] },
): Promise<PaymentCaution[]> {
  const { booking, payments, claims } = about
  if (booking.direction === 'debit') return []
  const creditor = await readCreditor(deps.db, booking.creditorId)
  const { transactionId, amount: minor, currency } = booking
  const money = {
    creditor,
    transactionId,
    amount: { minor, currency },
    receivedOn: receivedOn(booking, creditor, deps.clock.now()),
    payer: payerOf(booking.details),
  }
  const shares =
    payments.length > 0
      ? payments.map(({ claimId, overpaid }) => ({ claimId, overpaid }))
      : booking.candidates.slice(0, 1).map(({ claimId }) => ({ claimId, overpaid: undefined }))
  const cautions = new Set<PaymentCaution>()
  for (const { claimId, overpaid } of shares) {
    const found = claims.find(({ claim }) => claim.claimId === claimId)
    if (found === undefined) continue
    const tooMuch = overpaid ?? tooMuchFor(found.claim, minor)
    for (const caution of await readPaymentCautions(deps, money, { found, overpaid: tooMuch })) {
      cautions.add(caution)
    }
  }
  return [...cautions]
}

function tooMuchFor(claim: Claim, minor: bigint): bigint {
  const owed = claim.state === 'cancelled' ? 0n : outstandingOf(claim)
  return minor > owed ? minor - owed : 0n
}
