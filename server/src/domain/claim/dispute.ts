// A dispute: what the debtor may dispute, what the creditor may decide on it, and which lines of a
// plan stay payable meanwhile. Pure.
import {
  type Amount,
  err,
  formatAmount,
  ok,
  parseAmountOrZero,
  type Result,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'
import { type ClaimMoney, type ClaimState, disputedOf, openOf, outstandingOf } from './claim.ts'

type DisputedClaim = ClaimMoney & {
  readonly currency: string
  readonly state: ClaimState
  readonly disputed: bigint
}

interface Line {
  readonly line: number
  readonly amount: bigint
  readonly paid: bigint
  readonly credited: bigint
}

/**
 * The amount in dispute after a `dispute` message, in minor units; zero withdraws it (DIS-02).
 * Refuses `claim-settled`, `claim-not-open`, `currency-mismatch` and `amount-invalid` (more than is
 * outstanding, DIS-01).
 */
export function decideDispute(claim: DisputedClaim, disputed: Amount): Result<bigint, Refusal> {
  const closed = refuseClosed(claim)
  if (closed !== undefined) return err(closed)
  const minor = readAmount(claim, disputed, '/disputed')
  if (!minor.ok) return minor
  const owed = outstandingOf(claim)
  if (minor.value <= owed) return minor
  const text = formatAmount({ minor: owed, currency: claim.currency }).value
  return err(refusal('amount-invalid', `no more than ${text} is owed`, '/disputed/value'))
}

export interface DisputeDecision {
  readonly outcome: 'upheld' | 'rejected'
  /** What is forgiven; all that is disputed when it is left out. */
  readonly credit?: Amount
}

/**
 * What the creditor forgives, in minor units: nothing for a dispute that is rejected. Refuses
 * `claim-settled`, `claim-not-open`, `currency-mismatch` and `amount-invalid` (a credit of nothing, of more
 * than is disputed, or with a rejection).
 */
export function decideResolution(
  claim: DisputedClaim,
  decision: DisputeDecision,
): Result<bigint, Refusal> {
  const { outcome, credit } = decision
  if (outcome === 'rejected') {
    return credit === undefined
      ? ok(0n)
      : err(refusal('amount-invalid', 'a dispute that is rejected has no credit', '/credit'))
  }
  const closed = refuseClosed(claim)
  if (closed !== undefined) return err(closed)
  const disputed = disputedOf(claim)
  if (credit === undefined) return ok(disputed)
  const minor = readAmount(claim, credit, '/credit')
  if (!minor.ok || (minor.value > 0n && minor.value <= disputed)) return minor
  const text = formatAmount({ minor: disputed, currency: claim.currency }).value
  return err(refusal('amount-invalid', `forgive up to ${text}`, '/credit/value'))
}

/**
 * The lines that bear a credit: those that fall due last, so that what is due next stays as it was
 * agreed. Lines stand in the order of their due days; only lines that change are returned.
 */
export function creditLines(
  lines: readonly Line[],
  credit: bigint,
): { line: number; credited: bigint }[] {
  let left = credit
  return lines.toReversed().flatMap((line) => {
    const open = openOf(line)
    const part = left < open ? left : open
    left -= part
    return part > 0n ? [{ line: line.line, credited: line.credited + part }] : []
  })
}

/**
 * Tells whether a line may be paid automatically although a part is disputed: the disputed part sits
 * on the lines that fall due last, and a line is payable when all that is open up to it and with it
 * is undisputed. Spec: DIS-01, PAY-07.
 */
export function isUndisputed(claim: DisputedClaim, lines: readonly Line[], line: number): boolean {
  const disputed = disputedOf(claim)
  if (disputed === 0n) return true
  const upTo = lines.filter((other) => other.line <= line)
  const open = upTo.reduce((sum, other) => sum + openOf(other), 0n)
  return open <= outstandingOf(claim) - disputed
}

function refuseClosed({ state }: DisputedClaim): Refusal | undefined {
  if (state === 'open') return undefined
  return state === 'settled'
    ? refusal('claim-settled', 'nothing is owed any more')
    : refusal('claim-not-open', `the claim is ${state}`)
}

function readAmount(
  { currency }: DisputedClaim,
  amount: Amount,
  pointer: string,
): Result<bigint, Refusal> {
  if (amount.currency !== currency) {
    return err(refusal('currency-mismatch', `the claim is in ${currency}`, `${pointer}/currency`))
  }
  const money = parseAmountOrZero(amount)
  return money.ok
    ? ok(money.value.minor)
    : err(refusal('amount-invalid', 'not an amount of this currency', `${pointer}/value`))
}
