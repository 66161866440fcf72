// When no reference names a claim: points decide, or the law's order among equal claims, or nobody.
// An automatic match is never a guess between two.
import {
  ABOUT_THE_CLAIM,
  EVIDENCE_MARGIN,
  EVIDENCE_MARGIN_OF_OTHERS,
  EVIDENCE_THRESHOLD,
  type EvidenceCode,
  pointsOf,
} from './evidence-weights.ts'
import { matchKeys } from './match-keys.ts'
import type { CandidateClaim, IncomingTransaction, MatchRule, MatchShare } from './match-types.ts'
import { namesPeriod } from './names-period.ts'
import type { ScoredClaim } from './score-candidates.ts'

export interface ByEvidence {
  readonly shares: readonly MatchShare[]
  readonly by: MatchRule
  readonly reasons: readonly EvidenceCode[]
}

/** Claims of one debtor that are tried in every combination, at most. */
const MAX_COMBINED = 10

/**
 * Decides by evidence; undefined leaves it to a person. `scored` are all claims that look alike, the
 * best first. In turn:
 *
 * 1. One claim at the threshold with evidence about itself, clear of every other by the margin, and
 *    no other sum of what its debtor owes is the payment: `evidence`.
 * 2. Several invoice numbers in the text, all of a debtor who is known by name, account or number,
 *    whose sum is the payment: `collective`.
 * 3. Equal claims of one debtor, the amount of each paid once, and not a word about which: the one
 *    due first, `oldest-due-first` (art. 6:43 (2) BW, § 366 (2) BGB, art. 1342-10 C. civ.). Two that
 *    are due on one day are left to a person.
 *
 * A reference of somebody else's in the payment speaks against all of them.
 */
export function matchByEvidence(
  transaction: IncomingTransaction,
  scored: readonly ScoredClaim[],
): ByEvidence | undefined {
  if (hasOtherReference(transaction)) return undefined
  const fitting = scored.filter(
    ({ claim, reasons }) =>
      claim.currency === transaction.amount.currency &&
      reasons.some((reason) => ABOUT_THE_CLAIM.includes(reason)),
  )
  return (
    matchTop(transaction, fitting, scored) ??
    matchNamedInvoices(transaction, fitting) ??
    matchOldest(transaction, fitting, scored)
  )
}

/** Every text that is a valid reference names something: not a claim of ours, or we had found it. */
function hasOtherReference(transaction: IncomingTransaction): boolean {
  const { structuredReferences, referencesInText } = matchKeys(transaction)
  return structuredReferences.length > 0 || referencesInText.length > 0
}

function matchTop(
  { amount }: IncomingTransaction,
  fitting: readonly ScoredClaim[],
  scored: readonly ScoredClaim[],
): ByEvidence | undefined {
  const [top, ...others] = fitting
  if (top === undefined || !isClear(top, others)) return undefined
  const { claim, reasons } = top
  const isNamed = reasons.includes('invoice-number-in-text')
  if (!isNamed && sumsOf(amount.minor, ownedBy(claim, scored)) !== 1) return undefined
  const shares = [{ claimId: claim.claimId, minor: amount.minor }]
  return { shares, by: 'evidence', reasons }
}

function isClear(top: ScoredClaim, others: readonly ScoredClaim[]): boolean {
  return (
    top.score >= EVIDENCE_THRESHOLD &&
    others.every(({ claim, score }) => {
      const isOwn = claim.debtorId === top.claim.debtorId
      return top.score - score >= (isOwn ? EVIDENCE_MARGIN : EVIDENCE_MARGIN_OF_OTHERS)
    })
  )
}

function matchNamedInvoices(
  { amount }: IncomingTransaction,
  fitting: readonly ScoredClaim[],
): ByEvidence | undefined {
  const named = fitting.filter(({ reasons }) => reasons.includes('invoice-number-in-text'))
  const [first] = named
  if (first === undefined || named.length < 2) return undefined
  const isOfOne = named.every(({ claim }) => claim.debtorId === first.claim.debtorId)
  const sum = named.reduce((all, { claim }) => all + claim.outstanding, 0n)
  if (!isOfOne || sum !== amount.minor) return undefined
  if (named.some(({ claim }) => claim.outstanding <= 0n || claim.state === 'cancelled'))
    return undefined
  if (identityOf(first) < LEAST_IDENTITY) return undefined
  const shares = named.map(({ claim }) => ({ claimId: claim.claimId, minor: claim.outstanding }))
  return { shares, by: 'collective', reasons: first.reasons }
}

/** One sure sign of who pays. */
const LEAST_IDENTITY = 30

function identityOf({ reasons }: ScoredClaim): number {
  const about: readonly EvidenceCode[] = [...ABOUT_THE_CLAIM, 'near-due-day', 'before-issue-day']
  return pointsOf(reasons.filter((reason) => !about.includes(reason)))
}

function matchOldest(
  transaction: IncomingTransaction,
  fitting: readonly ScoredClaim[],
  scored: readonly ScoredClaim[],
): ByEvidence | undefined {
  const [top] = fitting
  if (top === undefined || top.score < EVIDENCE_THRESHOLD) return undefined
  const { minor } = transaction.amount
  const equal = fitting.filter(({ claim }) => claim.debtorId === top.claim.debtorId)
  const others = fitting.filter(({ claim }) => claim.debtorId !== top.claim.debtorId)
  if (equal.length < 2 || !isClear(top, others)) return undefined
  const isEqual = equal.every(
    ({ claim, reasons }) =>
      claim.outstanding === minor &&
      !reasons.includes('invoice-number-in-text') &&
      identityOf({ claim, reasons, score: 0 }) === identityOf(top),
  )
  if (!isEqual || namesPeriod(transaction, top.claim.externalId)) return undefined
  // Nothing but single claims may come to the amount.
  if (sumsOf(minor, ownedBy(top.claim, scored)) !== equal.length) return undefined
  const [oldest, next] = equal
    .map(({ claim }) => claim)
    .toSorted((a, b) => (a.dueDate < b.dueDate ? -1 : 1))
  if (oldest === undefined || oldest.dueDate === next?.dueDate) return undefined
  const reasons = equal.find(({ claim }) => claim === oldest)?.reasons ?? []
  return { shares: [{ claimId: oldest.claimId, minor }], by: 'oldest-due-first', reasons }
}

/** What a debtor owes, as far as it was read: every claim of whoever is known by name or account. */
function ownedBy({ debtorId }: CandidateClaim, scored: readonly ScoredClaim[]): bigint[] {
  return scored
    .filter(({ claim }) => claim.debtorId === debtorId && claim.outstanding > 0n)
    .map(({ claim }) => claim.outstanding)
}

/**
 * In how many ways a payment is the sum of what is owed, with a line of a plan as a way of its own: 1
 * when nothing else explains it. More claims than can be tried are more than one way.
 */
function sumsOf(minor: bigint, owed: readonly bigint[]): number {
  if (owed.length > MAX_COMBINED) return Number.POSITIVE_INFINITY
  let sums = [0n]
  for (const one of owed) sums = [...sums, ...sums.map((sum) => sum + one)]
  const ways = sums.filter((sum) => sum === minor).length
  return owed.includes(minor) ? ways : ways + 1
}
