// What is named by a reference of ours. One claim is matched whatever is owed on it; several are paid
// together when, and only when, what they owe is the payment to the cent.
import { comparableReference } from '../references/reference-schemes.ts'
import type { EvidenceCode } from './evidence-weights.ts'
import type { MatchKeys } from './match-keys.ts'
import type { CandidateClaim, IncomingTransaction, MatchRule, MatchShare } from './match-types.ts'
import { restOf, scoreCandidates } from './score-candidates.ts'

export type ByReference =
  | { readonly kind: 'matched'; readonly shares: readonly MatchShare[]; readonly by: MatchRule }
  | {
      readonly kind: 'undecided'
      readonly reason: 'ambiguous' | 'currency-mismatch'
      readonly named: readonly CandidateClaim[]
    }
  | { readonly kind: 'nothing-named' }

/** The ways to identify a claim, in the order in which they are tried. */
const WAYS: readonly {
  readonly by: MatchRule
  readonly keys: (keys: MatchKeys) => readonly string[]
  readonly fits: (claim: CandidateClaim, key: string) => boolean
}[] = [
  {
    by: 'structured-reference',
    keys: (keys) => keys.structuredReferences,
    fits: (claim, key) => comparableReference(claim.reference) === key,
  },
  {
    by: 'end-to-end-id',
    keys: (keys) => keys.endToEndIds,
    fits: (claim, key) => claim.lines.some((line) => line.endToEndId === key),
  },
  {
    by: 'reference-in-text',
    keys: (keys) => keys.referencesInText,
    fits: (claim, key) => comparableReference(claim.reference) === key,
  },
  {
    by: 'digits-in-text',
    keys: (keys) => keys.digitsInText,
    fits: (claim, key) => comparableReference(claim.reference) === key,
  },
]

/**
 * Decides by references. The first way that names a claim decides: a structured reference before an
 * end-to-end id before the text before bare digits in it. When the text names another claim of which exactly this amount is
 * owed, and the first does not owe it, the payer has said two things and a person decides; and so when the text brings too much money
 * and more numbers than the one that was read.
 */
export function matchByReference(
  transaction: IncomingTransaction,
  keys: MatchKeys,
  claims: readonly CandidateClaim[],
): ByReference {
  const ways = WAYS.map(({ by, keys: keysOf, fits }) => ({
    by,
    claims: claims.filter(
      (claim) =>
        keysOf(keys).some((key) => fits(claim, key)) &&
        (by !== 'digits-in-text' || hasSecondSign(transaction, claim)),
    ),
  })).filter((way) => way.claims.length > 0)
  const [first] = ways
  const [claim] = first?.claims ?? []
  if (first === undefined || claim === undefined) return { kind: 'nothing-named' }
  const named = [...new Set(ways.flatMap((way) => way.claims))]
  const { currency, minor } = transaction.amount
  if (named.every((one) => one.currency !== currency))
    return { kind: 'undecided', reason: 'currency-mismatch', named }
  if (named.length > 1 && !(first.claims.length === 1 && owes(claim, minor))) {
    const shares = sharesOfSum(transaction, named)
    if (shares !== undefined) return { kind: 'matched', shares, by: 'collective' }
    const others = named.filter((one) => !first.claims.includes(one))
    if (first.claims.length > 1 || others.some((one) => owes(one, minor)))
      return { kind: 'undecided', reason: 'ambiguous', named }
  }
  if (first.claims.length > 1) return { kind: 'undecided', reason: 'ambiguous', named }
  if (claim.currency !== currency) return { kind: 'undecided', reason: 'currency-mismatch', named }
  if (mayNameAnother(transaction, claim, first.by)) {
    return { kind: 'undecided', reason: 'ambiguous', named }
  }
  return { kind: 'matched', shares: [{ claimId: claim.claimId, minor }], by: first.by }
}

/** Digits can be anything: with the amount, the name, the account or the customer number they count. */
function hasSecondSign(transaction: IncomingTransaction, claim: CandidateClaim): boolean {
  const [scored] = scoreCandidates(transaction, [claim])
  const weak: readonly EvidenceCode[] = ['same-reference', 'near-due-day', 'before-issue-day']
  return scored?.reasons.some((reason) => !weak.includes(reason)) ?? false
}

/** Digits beside a reference that may be another one, which nobody could read. */
const DIGITS_OF_ANOTHER = 6

/** Too much money, and a text with more numbers in it: perhaps a payment for several claims. */
function mayNameAnother(
  { amount, unstructured }: IncomingTransaction,
  { reference, outstanding }: CandidateClaim,
  by: MatchRule,
): boolean {
  const isInText = by === 'reference-in-text' || by === 'digits-in-text'
  if (!isInText || outstanding <= 0n || amount.minor <= outstanding) return false
  const digitsIn = (text: string) => text.replace(/[^0-9]/g, '').length
  return digitsIn(unstructured.join('')) - digitsIn(reference) >= DIGITS_OF_ANOTHER
}

function owes(claim: CandidateClaim, minor: bigint): boolean {
  return claim.outstanding === minor || claim.lines.some((line) => restOf(line) === minor)
}

/**
 * The shares of a payment that is exactly what several claims owe: all of it, or the next line of
 * each. Claims on which nothing is owed get nothing. Undefined when no sum fits, or a reference is
 * not unique.
 */
export function sharesOfSum(
  { amount: { minor, currency } }: IncomingTransaction,
  claims: readonly CandidateClaim[],
): MatchShare[] | undefined {
  const owing = claims.filter(({ outstanding, state }) => outstanding > 0n && state !== 'cancelled')
  const references = new Set(owing.map(({ reference }) => comparableReference(reference)))
  if (owing.length === 0 || references.size < owing.length) return undefined
  if (owing.some((claim) => claim.currency !== currency)) return undefined
  const inAll = owing.map(({ claimId, outstanding }) => ({ claimId, minor: outstanding }))
  const next = owing.map(({ claimId, lines, outstanding }) => ({
    claimId,
    minor: lines.map(restOf).find((rest) => rest !== undefined) ?? outstanding,
  }))
  return [inAll, next].find((shares) => sumOf(shares) === minor)
}

function sumOf(shares: readonly MatchShare[]): bigint {
  return shares.reduce((sum, share) => sum + share.minor, 0n)
}
