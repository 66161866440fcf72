// What a payment does to a claim and its plan lines, and how it is taken back. The sums hold after
// each step: what was booked and not returned is `paid` plus `overpaid`, to the minor unit.
import { type Allocation, allocatePayment, type PayableLine } from '../matching/allocate-payment.ts'
import { type ClaimState, outstandingOf } from './claim.ts'

/** The money side of a claim and of its plan lines, in minor units. */
export interface ClaimAccount {
  readonly state: ClaimState
  readonly principal: bigint
  readonly price: bigint
  readonly credit: bigint
  readonly paid: bigint
  readonly overpaid: bigint
  /** The part of `overpaid` that went elsewhere: it pays for nothing here. */
  readonly givenBack: bigint
  readonly lines: readonly PayableLine[]
}

/** How one payment was divided: on lines, and what was too much. */
export interface PaymentShare {
  readonly allocations: readonly Allocation[]
  readonly overpaid: bigint
}

/** A payment that came back. */
export interface ReturnedPayment extends PaymentShare {
  /** Its lines are not those of today: a plan was agreed on since. */
  readonly isBeforePlan: boolean
}

/** What a claim and its changed lines hold afterwards. */
export interface AccountChange {
  readonly state: ClaimState
  readonly paid: bigint
  readonly overpaid: bigint
  /** What is owed; zero on a cancelled claim. */
  readonly outstanding: bigint
  readonly lines: readonly { readonly line: number; readonly paid: bigint }[]
}

/**
 * Books a payment on a claim. What is more than outstanding is over-paid, and so is everything on a
 * settled or cancelled claim; a claim on which nothing is owed any more is settled.
 *
 * @throws {RangeError} for a negative payment.
 */
export function bookPayment(
  account: ClaimAccount,
  minor: bigint,
): { readonly share: PaymentShare; readonly after: AccountChange } {
  const allocated = allocatePayment({
    paidMinor: minor,
    outstandingMinor: outstandingOf(account),
    lines: account.lines,
    state: account.state,
  })
  const share = { allocations: allocated.allocations, overpaid: allocated.overpaidMinor }
  const lines = withPaid(account.lines, share.allocations)
  const paid = account.paid + minor - share.overpaid
  const overpaid = account.overpaid + share.overpaid
  return { share, after: changeOf(account, { paid, overpaid, lines }) }
}

/**
 * Takes a booked payment back. What other payments had paid too much then pays for what is owed
 * again, in the order given: `moved` holds their new shares. A settled claim on which something is
 * owed again is open.
 *
 * Money from before the plan counted outside of it, or for its first lines when it came in after the
 * offer; it is taken off what no line holds, and then off the lines that fall due last.
 */
export function takePaymentBack<Other extends PaymentShare>(
  account: ClaimAccount,
  returned: ReturnedPayment,
  others: readonly Other[],
  owedAs: 'open' | 'handed-over' = 'open',
): { readonly moved: readonly Other[]; readonly after: AccountChange } {
  const left = {
    paid: account.paid - sumOf(returned.allocations),
    overpaid: account.overpaid - returned.overpaid,
    lines: linesWithout(account, returned),
  }
  const { moved, ...sums } = moveOverpaid(account, left, others)
  return { moved, after: changeOf(account, sums, owedAs) }
}

/**
 * Lets what payments had paid too much, and nobody got back, pay for what is owed: `moved` holds their new
 * shares, the payments in the order given.
 */
export function payFromOverpaid<Payment extends PaymentShare>(
  account: ClaimAccount,
  payments: readonly Payment[],
): { readonly moved: readonly Payment[]; readonly after: AccountChange } {
  const { moved, ...sums } = moveOverpaid(account, account, payments)
  return { moved, after: changeOf(account, sums) }
}

type Sums = Pick<ClaimAccount, 'paid' | 'overpaid' | 'lines'>

function moveOverpaid<Payment extends PaymentShare>(
  account: ClaimAccount,
  sums: Sums,
  payments: readonly Payment[],
): Sums & { readonly moved: readonly Payment[] } {
  let { paid, overpaid, lines } = sums
  const moved: Payment[] = []
  for (const payment of payments) {
    // What was given back is not there any more.
    const here = smaller(payment.overpaid, positive(overpaid - account.givenBack))
    const { allocations, overpaidMinor: rest } = allocatePayment({
      paidMinor: here,
      outstandingMinor: outstandingOf({ ...account, paid }),
      lines,
      state: account.state,
    })
    if (allocations.length === 0) continue
    const part = here - rest
    const share = {
      allocations: [...payment.allocations, ...allocations],
      overpaid: payment.overpaid - part,
    }
    moved.push({ ...payment, ...share })
    paid += part
    overpaid -= part
    lines = withPaid(lines, allocations)
  }
  return { paid, overpaid, lines, moved }
}

function changeOf(
  before: ClaimAccount,
  { paid, overpaid, lines }: Sums,
  owedAs: 'open' | 'handed-over' = 'open',
): AccountChange {
  const isCancelled = before.state === 'cancelled'
  const outstanding = isCancelled ? 0n : outstandingOf({ ...before, paid })
  const owed = before.state === 'settled' ? owedAs : before.state
  const state = !isCancelled && outstanding === 0n ? 'settled' : owed
  const changed = lines.filter(({ line, paid: now }) =>
    before.lines.some((was) => was.line === line && was.paid !== now),
  )
  return { state, paid, overpaid, outstanding, lines: changed }
}

function withPaid(lines: readonly PayableLine[], allocations: readonly Allocation[]) {
  return lines.map((line) => ({ ...line, paid: line.paid + sumOf(allocations, line.line) }))
}

function linesWithout(account: ClaimAccount, returned: ReturnedPayment): PayableLine[] {
  const onLines = returned.allocations.filter(({ line }) => line !== null)
  const own = returned.isBeforePlan ? [] : onLines
  const kept = account.lines.map((line) => {
    const part = smaller(line.paid, sumOf(own, line.line))
    return { ...line, paid: line.paid - part }
  })
  const taken = sumPaid(account.lines) - sumPaid(kept)
  const outside = account.paid - sumPaid(account.lines)
  const free = returned.isBeforePlan ? outside : 0n
  let rest = sumOf(onLines) - taken
  rest -= smaller(rest, free)
  // Read backwards: the lines of a plan stand in the order of their due days.
  return kept
    .toReversed()
    .map((line) => {
      const part = smaller(line.paid, rest)
      rest -= part
      return { ...line, paid: line.paid - part }
    })
    .toReversed()
}

function sumPaid(lines: readonly PayableLine[]): bigint {
  return lines.reduce((sum, { paid }) => sum + paid, 0n)
}

/** The sum of all allocations, or of those on one line. */
function sumOf(allocations: readonly Allocation[], line?: number): bigint {
  const counted = line === undefined ? allocations : allocations.filter((a) => a.line === line)
  return counted.reduce((sum, { minor }) => sum + minor, 0n)
}

function positive(minor: bigint): bigint {
  return minor > 0n ? minor : 0n
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
