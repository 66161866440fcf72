// Puts money on a claim: on its plan lines, the oldest due first, and what is too much beside it.
// Every minor unit that came in is either allocated or over-paid.
import { compareDays, type Day } from '@parley/sdk/protocol'
import type { ClaimState } from '../claim/claim.ts'

export interface PayableLine {
  readonly line: number
  readonly dueDate: Day
  readonly amount: bigint
  readonly paid: bigint
  /** The part of a credit that the line bears; none without it. */
  readonly credited?: bigint
}

export interface PaymentToAllocate {
  readonly paidMinor: bigint
  readonly outstandingMinor: bigint
  /** Lines of the agreed plan; empty when there is none. */
  readonly lines: readonly PayableLine[]
  /** Default `open`. Nothing is owed on a cancelled claim. */
  readonly state?: ClaimState
}

export interface Allocation {
  /** Plan line, or null for what is owed outside of the plan. */
  readonly line: number | null
  readonly minor: bigint
}

export interface PaymentAllocation {
  readonly allocations: readonly Allocation[]
  /** To be paid back or credited elsewhere. */
  readonly overpaidMinor: bigint
  readonly outstandingAfter: bigint
  /** Nothing is owed any more; never true for a cancelled claim. */
  readonly settled: boolean
}

/**
 * Allocates one payment. Part payments fill the lines by due day and then line number; more than is
 * outstanding is over-paid, and so is everything paid on a settled or a cancelled claim. The
 * allocations and `overpaidMinor` always sum to `paidMinor`. An outstanding amount below zero counts
 * as zero: the claim was over-paid before.
 *
 * @throws {RangeError} for a negative payment; take a booked payment back with a reversal.
 */
export function allocatePayment(payment: PaymentToAllocate): PaymentAllocation {
  const { paidMinor, outstandingMinor, lines, state = 'open' } = payment
  if (paidMinor < 0n) throw new RangeError('a payment must not be negative')
  const isCancelled = state === 'cancelled'
  const owed = isCancelled || outstandingMinor < 0n ? 0n : outstandingMinor
  const credited = smaller(paidMinor, owed)
  const outstandingAfter = owed - credited
  return {
    allocations: spread(credited, lines),
    overpaidMinor: paidMinor - credited,
    outstandingAfter,
    settled: !isCancelled && outstandingAfter === 0n,
  }
}

function spread(credited: bigint, lines: readonly PayableLine[]): Allocation[] {
  const allocations: Allocation[] = []
  let rest = credited
  for (const { line, amount, paid, credited = 0n } of lines.toSorted(byDueDay)) {
    const left = amount - paid - credited
    const open = left > 0n ? left : 0n
    const minor = smaller(rest, open)
    if (minor > 0n) allocations.push({ line, minor })
    rest -= minor
  }
  if (rest > 0n) allocations.push({ line: null, minor: rest })
  return allocations
}

function byDueDay(a: PayableLine, b: PayableLine): number {
  return compareDays(a.dueDate, b.dueDate) || a.line - b.line
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
