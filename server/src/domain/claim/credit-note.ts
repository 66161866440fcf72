// A credit note takes back a part of a bill: first what is still owed, then what was paid for it. Money
// that paid for nothing any more is over-paid, and owed to the customer. Pure.
import { type Amount, err, formatAmount, ok, parseAmount, type Result } from '@parley/sdk/protocol'
import type { Allocation } from '../matching/allocate-payment.ts'
import { type Division, takeOffDivision } from '../matching/divide-payment.ts'
import { type Refusal, refusal } from '../refusal.ts'
import { type ClaimMoney, type ClaimState, openOf, outstandingOf } from './claim.ts'

export interface CreditedLine {
  readonly line: number
  readonly amount: bigint
  readonly paid: bigint
  readonly credited: bigint
}

/** A payment that stands. */
export interface DividedPayment {
  readonly allocations: readonly Allocation[]
  readonly overpaid: bigint
  /** Null when all of it is for the principal. */
  readonly division: Division | null
}

export interface CreditedAccount extends ClaimMoney {
  readonly currency: string
  readonly state: ClaimState
  readonly overpaid: bigint
  readonly disputed: bigint
  readonly lines: readonly CreditedLine[]
}

/** What a credit note changes. */
export interface CreditNoteEffect {
  readonly amount: bigint
  /** What was paid already, and is owed to the customer now. */
  readonly freed: bigint
  readonly after: {
    readonly price: bigint
    readonly credit: bigint
    readonly paid: bigint
    readonly overpaid: bigint
    readonly disputed: bigint
    readonly state: ClaimState
  }
  /** The lines that change. */
  readonly lines: readonly CreditedLine[]
}

/**
 * The effect of a credit note on a claim. Refuses `claim-not-open` (withdrawn), `currency-mismatch` and
 * `amount-invalid` (nothing, or more than the bill is over). The lines that fall due last bear it. Of a
 * bill that is taken back whole, the fee of its plan is not owed either.
 */
export function decideCreditNote(
  account: CreditedAccount,
  amount: Amount,
): Result<CreditNoteEffect, Refusal> {
  const minor = readAmount(account, amount)
  if (!minor.ok) return minor
  const remitted = feeLeft(account, minor.value)
  const price = account.price - remitted
  const owed = outstandingOf({ ...account, price })
  const freed = minor.value > owed ? minor.value - owed : 0n
  const credit = account.credit + minor.value
  const paid = account.paid - freed
  const left = outstandingOf({ ...account, price, credit, paid })
  const effect: CreditNoteEffect = {
    amount: minor.value,
    freed,
    after: {
      price,
      credit,
      paid,
      overpaid: account.overpaid + freed,
      disputed: account.disputed < left ? account.disputed : left,
      state: left === 0n ? 'settled' : account.state,
    },
    lines: creditedLines(account.lines, minor.value - freed + remitted, freed),
  }
  return ok(effect)
}

/**
 * What would be left of a bill of which so much is taken back, and is nothing but the fee of its plan, as
 * far as it is not paid.
 */
export function feeLeft(claim: ClaimMoney, minor: bigint): bigint {
  const { principal, price, credit } = claim
  const rest = principal + price - credit - minor
  return rest > 0n && rest <= price ? smaller(rest, outstandingOf(claim)) : 0n
}

function readAmount(account: CreditedAccount, amount: Amount): Result<bigint, Refusal> {
  const { currency, principal, price, credit, state } = account
  if (state === 'cancelled') {
    return err(refusal('claim-not-open', 'the request was withdrawn: nothing of it is owed'))
  }
  if (amount.currency !== currency) {
    return err(refusal('currency-mismatch', `the bill is in ${currency}`, '/amount/currency'))
  }
  const money = parseAmount(amount)
  const most = principal + price - credit
  if (money.ok && money.value.minor <= most) return ok(money.value.minor)
  const text = formatAmount({ minor: most, currency }).value
  return err(
    refusal('amount-invalid', `take back up to ${text}: the bill is over no more`, '/amount/value'),
  )
}

function creditedLines(
  lines: readonly CreditedLine[],
  lowered: bigint,
  freed: bigint,
): CreditedLine[] {
  let onOpen = lowered
  let onPaid = freed
  // Read backwards: the lines of a plan stand in the order of their due days.
  return lines.toReversed().flatMap((line) => {
    const open = smaller(onOpen, openOf(line))
    const back = smaller(onPaid, line.paid)
    onOpen -= open
    onPaid -= back
    if (open + back === 0n) return []
    return [{ ...line, paid: line.paid - back, credited: line.credited + open + back }]
  })
}

/**
 * Frees an amount that payments have paid: the newest payments first, and of each what it paid on the
 * last lines. Returns the payments that change, each with its new division.
 *
 * @throws {RangeError} when the payments did not pay so much.
 */
export function freePaid<P extends DividedPayment>(payments: readonly P[], minor: bigint): P[] {
  let left = minor
  const changed = payments.toReversed().flatMap((payment) => {
    const before = left
    const kept = payment.allocations.toReversed().flatMap((allocation) => {
      const part = smaller(left, allocation.minor)
      left -= part
      return part === allocation.minor ? [] : [{ ...allocation, minor: allocation.minor - part }]
    })
    const freed = before - left
    if (freed === 0n) return []
    const overpaid = payment.overpaid + freed
    const division = payment.division && takeOffDivision(payment.division, freed)
    return [{ ...payment, allocations: kept.toReversed(), overpaid, division }]
  })
  if (left > 0n) throw new RangeError('the payments did not pay so much')
  return changed
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
