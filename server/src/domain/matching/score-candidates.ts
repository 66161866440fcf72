// Evidence without a reference, in points. It ranks claims for a person; whether it may decide is
// said elsewhere.
import { type Day, daysBetween } from '@parley/sdk/protocol'
import { comparableReference } from '../references/reference-schemes.ts'
import { type EvidenceCode, pointsOf } from './evidence-weights.ts'
import { type MatchKeys, matchKeys, namedReferences, numbersInText } from './match-keys.ts'
import type { CandidateClaim, IncomingTransaction, MatchCandidate } from './match-types.ts'
import { nameLikeness } from './name-likeness.ts'

/** A claim with what speaks for it. */
export interface ScoredClaim {
  readonly claim: CandidateClaim
  readonly score: number
  readonly reasons: readonly EvidenceCode[]
}

const MAX_CANDIDATES = 10

/** Scores the claims for which something speaks, the best first, then the one due first. */
export function scoreCandidates(
  transaction: IncomingTransaction,
  claims: readonly CandidateClaim[],
): ScoredClaim[] {
  if (claims.length === 0) return []
  const keys = matchKeys(transaction)
  const numbers = new Set(numbersInText(transaction))
  return claims
    .map((claim) => {
      const reasons = reasonsFor(transaction, { claim, keys, numbers })
      return { claim, reasons, score: pointsOf(reasons) }
    })
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score ||
        compareTexts(a.claim.dueDate, b.claim.dueDate) ||
        compareTexts(a.claim.claimId, b.claim.claimId),
    )
}

/** What a person gets to see of them: at most ten. */
export function shownCandidates(scored: readonly ScoredClaim[]): MatchCandidate[] {
  return scored
    .slice(0, MAX_CANDIDATES)
    .map(({ claim, score, reasons }) => ({ claimId: claim.claimId, score, reasons }))
}

function reasonsFor(
  transaction: IncomingTransaction,
  known: { claim: CandidateClaim; keys: MatchKeys; numbers: ReadonlySet<string> },
): EvidenceCode[] {
  const { claim, keys, numbers } = known
  const { amount, day } = transaction
  const inCurrency = amount.currency === claim.currency
  const reference = comparableReference(claim.reference)
  const isOutstanding = inCurrency && amount.minor === claim.outstanding
  const isLine = inCurrency && claim.lines.some((line) => restOf(line) === amount.minor)
  const likeness = bestLikeness(transaction, claim.debtorName)
  const found: readonly (readonly [EvidenceCode, boolean])[] = [
    ['same-reference', namedReferences(keys).includes(reference)],
    [
      'same-end-to-end-id',
      keys.endToEndIds.some((id) => claim.lines.some((line) => line.endToEndId === id)),
    ],
    ['invoice-number-in-text', isNamed(claim.invoiceNumber, numbers)],
    ['same-outstanding-amount', isOutstanding],
    ['same-line-amount', isLine && !isOutstanding],
    ['customer-number-in-text', claim.externalId !== null && isNamed(claim.externalId, numbers)],
    ['same-iban', claim.payerAccount === 'own'],
    ['shared-iban', claim.payerAccount === 'shared'],
    ['same-name', likeness === 'same'],
    ['similar-name', likeness === 'similar'],
    ['near-due-day', day !== undefined && isNear(day, claim)],
    ['before-issue-day', day !== undefined && day < claim.issueDate],
  ]
  const reasons = found.filter(([, holds]) => holds).map(([reason]) => reason)
  // A day alone speaks for nobody.
  return reasons.every((reason) => reason === 'near-due-day') ? [] : reasons
}

/** A number that is too short, or has no digit, stands in texts by chance. */
export const MIN_NUMBER_LENGTH = 5

function isNamed(number: string, numbers: ReadonlySet<string>): boolean {
  return number.length >= MIN_NUMBER_LENGTH && /[0-9]/.test(number) && numbers.has(number)
}

/** What is left of a line; undefined when nothing is, which is no amount. */
export function restOf(line: {
  readonly amount: bigint
  readonly paid: bigint
  readonly credited?: bigint
}): bigint | undefined {
  const open = line.amount - line.paid - (line.credited ?? 0n)
  return open > 0n ? open : undefined
}

function bestLikeness({ debtorName, ultimateDebtorName }: IncomingTransaction, expected: string) {
  const likenesses = [debtorName, ultimateDebtorName].flatMap((name) =>
    name === undefined ? [] : [nameLikeness(name, expected)],
  )
  return likenesses.includes('same') ? 'same' : likenesses.find((it) => it === 'similar')
}

const DAYS_BEFORE_DUE = 45
const DAYS_AFTER_DUE = 60

function isNear(day: Day, { dueDate, lines }: CandidateClaim): boolean {
  return [dueDate, ...lines.map((line) => line.dueDate)].some((due) => {
    const late = daysBetween(due, day)
    return late >= -DAYS_BEFORE_DUE && late <= DAYS_AFTER_DUE
  })
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
