// Loads the claims to which a booking may belong and lets the matcher decide. Claims that look alike are
// looked for only when no reference led anywhere.
import { outstandingOf } from '../domain/claim/claim.ts'
import { matchKeys, namedReferences, numbersInText } from '../domain/matching/match-keys.ts'
import { matchTransaction } from '../domain/matching/match-transaction.ts'
import type {
  CandidateClaim,
  IncomingTransaction,
  MatchDecision,
} from '../domain/matching/match-types.ts'
import { nameWords } from '../domain/matching/name-likeness.ts'
import { earlierCredits } from '../storage/bank-transactions.ts'
import type { Database } from '../storage/database.ts'
import {
  claimsAlike,
  claimsByKeys,
  debtorsWhoPaidFrom,
  type FoundClaim,
} from '../storage/match-candidates.ts'

/** How many earlier bookings are looked at when one goes back. */
const MAX_CREDITS = 10

export interface Match {
  decision: MatchDecision
  /** The claims that were looked at. */
  found: readonly FoundClaim[]
}

/** What is asked: a booked transaction on an account of a creditor. */
export interface AskedMatch {
  creditorId: string
  account: string
  transaction: IncomingTransaction
}

/** Decides about a booked transaction on the claims of its creditor alone. */
export async function findMatch(db: Database, asked: AskedMatch): Promise<Match> {
  const { transaction, creditorId } = asked
  if (transaction.direction === 'debit') return await findReturned(db, asked)
  const keys = matchKeys(transaction)
  const named = await claimsByKeys(db, creditorId, {
    references: namedReferences(keys),
    endToEndIds: keys.endToEndIds,
  })
  const payers = named.length === 0 ? [] : await payersOf(db, asked)
  const claims = named.map((one) => candidateOf(one, payers))
  const decision = matchTransaction(transaction, { claims, isCut: true })
  if (decision.kind !== 'unmatched' || decision.reason !== 'no-reference') {
    return { decision, found: named }
  }
  return await findAlike(db, asked, named)
}

async function findReturned(db: Database, asked: AskedMatch): Promise<Match> {
  const { transaction, account, creditorId } = asked
  const { bankReference, endToEndId, reversal, returnReason } = transaction
  const isReturn = reversal || returnReason !== undefined
  const isNamed = bankReference !== undefined || endToEndId !== undefined
  const credits =
    isReturn && isNamed
      ? await earlierCredits(db, creditorId, {
          account,
          limit: MAX_CREDITS,
          ...(bankReference === undefined ? {} : { bankReference }),
          ...(endToEndId === undefined ? {} : { endToEndId }),
        })
      : []
  return { decision: matchTransaction(transaction, { claims: [], credits }), found: [] }
}

/** What looks alike, together with claims that digits in the text may name. */
async function findAlike(
  db: Database,
  asked: AskedMatch,
  named: readonly FoundClaim[],
): Promise<Match> {
  const { transaction, creditorId } = asked
  const { minor, currency } = transaction.amount
  const payers = await payersOf(db, asked)
  const alike = await claimsAlike(db, creditorId, {
    minor,
    currency,
    numbers: numbersInText(transaction),
    nameWords: searchedWords(transaction),
    debtorIds: payers,
  })
  const ids = new Set(alike.found.map(({ claim }) => claim.claimId))
  const found = [...alike.found, ...named.filter(({ claim }) => !ids.has(claim.claimId))]
  const claims = found.map((one) => candidateOf(one, payers))
  return { decision: matchTransaction(transaction, { claims, isCut: alike.isCut }), found }
}

async function payersOf(
  db: Database,
  { transaction: { debtorIban }, creditorId }: AskedMatch,
): Promise<string[]> {
  return debtorIban === undefined ? [] : await debtorsWhoPaidFrom(db, creditorId, debtorIban)
}

const SHORTEST_WORD = 3

/** The words of the payer's names; short ones only when there are no others. */
export function searchedWords({
  debtorName = '',
  ultimateDebtorName = '',
}: Pick<IncomingTransaction, 'debtorName' | 'ultimateDebtorName'>): string[] {
  return [debtorName, ultimateDebtorName].flatMap((name) => {
    const words = nameWords(name)
    const long = words.filter(({ length }) => length >= SHORTEST_WORD)
    return long.length === 0 ? words : long
  })
}

function candidateOf(found: FoundClaim, payers: readonly string[]): CandidateClaim {
  const { claim, debtorName, externalId, lines } = found
  return {
    claimId: claim.claimId,
    debtorId: claim.debtorId,
    invoiceNumber: claim.invoiceNumber,
    reference: claim.reference,
    currency: claim.currency,
    outstanding: outstandingOf(claim),
    issueDate: claim.issueDate,
    dueDate: claim.dueDate,
    lines,
    state: claim.state,
    debtorName,
    externalId,
    ...(payers.includes(claim.debtorId)
      ? { payerAccount: payers.length === 1 ? ('own' as const) : ('shared' as const) }
      : {}),
  }
}
