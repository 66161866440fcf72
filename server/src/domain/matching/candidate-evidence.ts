// Weak evidence: what makes a claim worth a person's look. It ranks, and it never decides.

import { comparableReference } from '../references/reference-schemes.ts'
import type { MatchKeys } from './match-keys.ts'
import type {
  CandidateClaim,
  CandidateLine,
  CandidateReason,
  IncomingTransaction,
  MatchCandidate,
} from './match-types.ts'

const MAX_CANDIDATES = 10

/** Ranks the claims that have at least one reason, most reasons first, at most ten. */
export function rankCandidates(
  transaction: IncomingTransaction,
  keys: MatchKeys,
  claims: readonly CandidateClaim[],
): MatchCandidate[] {
  return claims
    .map((claim) => ({ claimId: claim.claimId, reasons: reasonsFor(transaction, keys, claim) }))
    .filter((candidate) => candidate.reasons.length > 0)
    .sort((a, b) => b.reasons.length - a.reasons.length || (a.claimId < b.claimId ? -1 : 1))
    .slice(0, MAX_CANDIDATES)
}

function reasonsFor(
  transaction: IncomingTransaction,
  keys: MatchKeys,
  claim: CandidateClaim,
): CandidateReason[] {
  const { amount, debtorIban } = transaction
  const inCurrency = amount.currency === claim.currency
  const reference = comparableReference(claim.reference)
  const found: readonly (readonly [CandidateReason, boolean])[] = [
    [
      'same-reference',
      [...keys.structuredReferences, ...keys.referencesInText].includes(reference),
    ],
    ['same-end-to-end-id', keys.endToEndIds.some((id) => hasEndToEndId(claim, id))],
    ['same-bank-reference', hasBankReference(claim, transaction.bankReference)],
    ['same-outstanding-amount', inCurrency && amount.minor === claim.outstanding],
    ['same-line-amount', inCurrency && claim.lines.some((line) => rest(line) === amount.minor)],
    ['same-iban', debtorIban !== undefined && isKnownIban(claim, debtorIban)],
    ['same-name', hasName(claim, transaction)],
  ]
  return found.filter(([, holds]) => holds).map(([reason]) => reason)
}

function hasEndToEndId(claim: CandidateClaim, id: string): boolean {
  const parts = [...claim.lines, ...(claim.payments ?? [])]
  return parts.some((part) => part.endToEndId === id)
}

function hasBankReference(claim: CandidateClaim, reference: string | undefined): boolean {
  return (
    claim.payments?.some((paid) => reference !== undefined && paid.bankReference === reference) ??
    false
  )
}

/** A line that is paid has no rest, and nothing is the same as no rest. */
function rest({ amount, paid, credited = 0n }: CandidateLine): bigint | undefined {
  const open = amount - paid - credited
  return open > 0n ? open : undefined
}

function isKnownIban(claim: CandidateClaim, iban: string): boolean {
  return claim.knownIbans?.some((known) => comparableReference(known) === iban) ?? false
}

function hasName(claim: CandidateClaim, transaction: IncomingTransaction): boolean {
  if (claim.debtorName === undefined) return false
  const expected = comparableName(claim.debtorName)
  return [transaction.debtorName, transaction.ultimateDebtorName].some(
    (name) => name !== undefined && expected !== '' && comparableName(name) === expected,
  )
}

/** Words of a name without accents, case, punctuation and order: banks change all of these. */
function comparableName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ')
}
