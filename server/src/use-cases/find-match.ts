// Loads the claims to which a booking may belong and lets the matcher decide. Claims that look alike are
// looked for only when no reference led anywhere.
import { outstandingOf } from '../domain/claim/claim.ts'
import { matchKeys, namedReferences, numbersInText } from '../domain/matching/match-keys.ts'
import { matchTransaction } from '../domain/matching/match-transaction.ts'
import type {
  CandidateClaim,
  EarlierCredit,
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
  type Likeness,
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

/** Where claims and earlier bookings of one creditor are read. */
export interface MatchReader {
  byKeys(keys: {
    references: readonly string[]
    endToEndIds: readonly string[]
  }): Promise<readonly FoundClaim[]>
  alike(likeness: Likeness): Promise<{ found: readonly FoundClaim[]; isCut: boolean }>
  /** Debtors who have paid from an account. */
  payersFrom(iban: string): Promise<readonly string[]>
  creditsBefore(booking: {
    account: string
    bankReference?: string
    endToEndId?: string
    limit: number
  }): Promise<readonly EarlierCredit[]>
}

/** Decides about a booked transaction on the claims of its creditor alone. */
export async function findMatch(db: Database, asked: AskedMatch): Promise<Match> {
  const { creditorId } = asked
  return await findMatchIn(
    {
      byKeys: (keys) => claimsByKeys(db, creditorId, keys),
      alike: (likeness) => claimsAlike(db, creditorId, likeness),
      payersFrom: (iban) => debtorsWhoPaidFrom(db, creditorId, iban),
      creditsBefore: (booking) => earlierCredits(db, creditorId, booking),
    },
    asked,
  )
}

/** The same on what a reader holds. */
export async function findMatchIn(
  reader: MatchReader,
  asked: Pick<AskedMatch, 'account' | 'transaction'>,
): Promise<Match> {
  const { transaction } = asked
  if (transaction.direction === 'debit') return await findReturned(reader, asked)
  const keys = matchKeys(transaction)
  const named = await reader.byKeys({
    references: namedReferences(keys),
    endToEndIds: keys.endToEndIds,
  })
  // References need no evidence; whose account it is, is read when they do not decide.
  const claims = named.map((one) => candidateOf(one, []))
  const decision = matchTransaction(transaction, { claims, isCut: true })
  if (decision.kind !== 'unmatched' || decision.reason !== 'no-reference') {
    return { decision, found: named }
  }
  return await findAlike(reader, transaction, named)
}

async function findReturned(
  reader: MatchReader,
  { transaction, account }: Pick<AskedMatch, 'account' | 'transaction'>,
): Promise<Match> {
  const { bankReference, endToEndId, reversal, returnReason } = transaction
  const isReturn = reversal || returnReason !== undefined
  const isNamed = bankReference !== undefined || endToEndId !== undefined
  const credits =
    isReturn && isNamed
      ? await reader.creditsBefore({
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
  reader: MatchReader,
  transaction: IncomingTransaction,
  named: readonly FoundClaim[],
): Promise<Match> {
  const { minor, currency } = transaction.amount
  const payers = await payersOf(reader, transaction)
  const alike = await reader.alike({
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
  reader: MatchReader,
  { debtorIban }: IncomingTransaction,
): Promise<readonly string[]> {
  return debtorIban === undefined ? [] : await reader.payersFrom(debtorIban)
}

const SHORTEST_WORD = 3

/** The words of the payer's names; short ones only when there are no others. */
function searchedWords({
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
