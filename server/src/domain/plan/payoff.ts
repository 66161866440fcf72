// What ends an agreed plan early. The fee of a plan is the price of time: what of it stands for lines
// that are not due yet is not owed (Directive (EU) 2023/2225, art. 29(1): a reduction in proportion to the
// time left). A rebate stays as it was agreed. Pure; minor units.
import { addDays, compareDays, type Day, nextTargetDay } from '@parley/sdk/protocol'
import { type ClaimMoney, outstandingOf } from '../claim/claim.ts'
import type { AgreedLine } from './plan-lines.ts'

export interface Payoff {
  /** What settles the claim. */
  readonly total: bigint
  /** The part of the fee that is not owed then. */
  readonly remitted: bigint
}

export interface PayoffFacts {
  readonly claim: ClaimMoney
  /** The fee of the plan before anything of it was remitted. */
  readonly fee: bigint
  readonly lines: readonly AgreedLine[]
}

/**
 * Returns what settles the claim with money received on a day. Of the fee, every line bears a share in
 * proportion to its amount; the shares of lines due after that day are remitted, rounded up to the next
 * minor unit, and never more than what is owed.
 */
export function payoffOn({ claim, fee, lines }: PayoffFacts, day: Day): Payoff {
  const owed = outstandingOf(claim)
  const whole = lines.reduce((sum, { amount }) => sum + amount, 0n)
  const later = lines
    .filter(({ dueDate }) => compareDays(dueDate, day) > 0)
    .reduce((sum, { amount }) => sum + amount, 0n)
  const share = fee > 0n && whole > 0n ? (fee * later + whole - 1n) / whole : 0n
  const remitted = share < owed ? share : owed > 0n ? owed : 0n
  return { total: owed - remitted, remitted }
}

/**
 * Returns the last day on which money still settles for the amount of a day: the day itself, or the
 * first after it on which banks settle, so that a transfer made in time is not a day late.
 */
export function lastPayoffDay(day: Day): Day {
  return nextTargetDay(addDays(day, 1))
}

/**
 * Returns the earliest day whose amount money received on a day still settles for; of all such days it
 * remits most.
 */
export function payoffDayFor(receivedOn: Day): Day {
  let day = addDays(receivedOn, -1)
  while (compareDays(lastPayoffDay(addDays(day, -1)), receivedOn) >= 0) day = addDays(day, -1)
  return day
}

/**
 * Spreads what is remitted over the open parts of the lines, the last first: afterwards the lines add up
 * to what is owed.
 */
export function remitOn(
  lines: readonly AgreedLine[],
  remitted: bigint,
): { line: number; credited: bigint }[] {
  let left = remitted
  return lines
    .toSorted((a, b) => compareDays(b.dueDate, a.dueDate) || b.line - a.line)
    .flatMap(({ line, amount, paid, credited }) => {
      const open = amount - paid - credited
      const part = open < left ? open : left
      left -= part
      return part > 0n ? [{ line, credited: credited + part }] : []
    })
}

/** Takes a remission off the lines again, in the order in which it was spread. */
export function takeRemissionBack(
  lines: readonly AgreedLine[],
  remitted: bigint,
): { line: number; credited: bigint }[] {
  let left = remitted
  return lines
    .toSorted((a, b) => compareDays(b.dueDate, a.dueDate) || b.line - a.line)
    .flatMap(({ line, credited }) => {
      const part = credited < left ? credited : left
      left -= part
      return part > 0n ? [{ line, credited: credited - part }] : []
    })
}
