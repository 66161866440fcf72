// Loads the claims to which a booking may belong and lets the matcher decide. Claims with the same
// amount are looked for only when no reference led anywhere: they are hints for a person.
import { outstandingOf } from '../domain/claim/claim.ts'
import { matchKeys } from '../domain/matching/match-keys.ts'
import { matchTransaction } from '../domain/matching/match-transaction.ts'
import type { CandidateClaim, MatchDecision } from '../domain/matching/match-types.ts'
import type { Database } from '../storage/database.ts'
import {
  claimsByAmount,
  claimsByBookedPayment,
  claimsByKeys,
  debtorsWhoPaidFrom,
  type FoundClaim,
  type FoundPayments,
} from '../storage/match-candidates.ts'
import type { IncomingBooking } from './incoming-booking.ts'

/** How many claims, or booked payments, are looked at when no reference names one. */
const MAX_CANDIDATES = 10

export interface Match {
  decision: MatchDecision
  /** The claim that a `matched` or `reversal` decision names. */
  found: FoundClaim | undefined
}

/** Decides about a booked transaction on the claims of its creditor alone. */
export async function findMatch(db: Database, booking: IncomingBooking): Promise<Match> {
  const { transaction } = booking
  if (transaction.direction === 'debit') return await findReturned(db, booking)
  const { creditorId } = booking.creditor
  const keys = matchKeys(transaction)
  const named = await claimsByKeys(db, creditorId, {
    references: [...keys.structuredReferences, ...keys.referencesInText],
    endToEndIds: keys.endToEndIds,
  })
  const decision = matchTransaction(transaction, named.map(candidateOf))
  if (decision.kind !== 'unmatched' || decision.reason !== 'no-reference') {
    return matchOf(decision, named)
  }
  const similar = await findSimilar(db, booking)
  return matchOf(matchTransaction(transaction, similar), named)
}

async function findReturned(db: Database, booking: IncomingBooking): Promise<Match> {
  const { transaction, account, creditor } = booking
  const { bankReference, endToEndId, reversal, returnReason } = transaction
  const isReturn = reversal || returnReason !== undefined
  const isNamed = bankReference !== undefined || endToEndId !== undefined
  const booked =
    isReturn && isNamed
      ? await claimsByBookedPayment(db, creditor.creditorId, {
          account,
          limit: MAX_CANDIDATES,
          ...(bankReference === undefined ? {} : { bankReference }),
          ...(endToEndId === undefined ? {} : { endToEndId }),
        })
      : []
  return matchOf(matchTransaction(transaction, booked.map(candidateOf)), booked)
}

async function findSimilar(db: Database, booking: IncomingBooking): Promise<CandidateClaim[]> {
  const { creditorId } = booking.creditor
  const { amount, debtorIban } = booking.transaction
  const found = await claimsByAmount(db, creditorId, { ...amount, limit: MAX_CANDIDATES })
  const debtorIds = found.map(({ claim }) => claim.debtorId)
  const known =
    debtorIban === undefined || debtorIds.length === 0
      ? new Set<string>()
      : await debtorsWhoPaidFrom(db, creditorId, { debtorIds, iban: debtorIban })
  return found.map((one) => ({
    ...candidateOf(one),
    ...(debtorIban !== undefined && known.has(one.claim.debtorId)
      ? { knownIbans: [debtorIban] }
      : {}),
  }))
}

function matchOf(decision: MatchDecision, claims: readonly FoundClaim[]): Match {
  const claimId =
    decision.kind === 'matched'
      ? decision.claimId
      : decision.kind === 'reversal'
        ? decision.of.claimId
        : undefined
  return { decision, found: claims.find(({ claim }) => claim.claimId === claimId) }
}

function candidateOf(found: FoundClaim | FoundPayments): CandidateClaim {
  const { claim, debtorName, lines } = found
  return {
    claimId: claim.claimId,
    reference: claim.reference,
    currency: claim.currency,
    outstanding: outstandingOf(claim),
    lines,
    state: claim.state,
    debtorName,
    ...('payments' in found ? { payments: found.payments } : {}),
  }
}
