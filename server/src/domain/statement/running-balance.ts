// Checks the balance after each line of a file whose order is not known: banks list the newest or the
// oldest line first, so both are followed until one breaks.
import { presentMembers } from './present-members.ts'
import type { StatementBalance, StatementSummary } from './statement-types.ts'

type Read = Pick<StatementSummary, 'opening' | 'closing' | 'balanced'>

interface Line {
  readonly amount: bigint
  readonly balance: bigint
}

export interface RunningBalance {
  /** Adds a booked line in the order of the file: what moved, and the balance after it. */
  add(amount: bigint, balance: bigint | undefined): void
  read(currency: string): Read
}

/** Creates a check; without a balance on every line nothing is known. */
export function createRunningBalance(): RunningBalance {
  let first: Line | undefined
  let last: Line | undefined
  let isComplete = true
  let isOldestFirst = true
  let isNewestFirst = true
  return {
    add: (amount, balance) => {
      if (balance === undefined) {
        isComplete = false
        return
      }
      const line = { amount, balance }
      if (last !== undefined) {
        isOldestFirst &&= last.balance + amount === balance
        isNewestFirst &&= balance + last.amount === last.balance
      }
      first ??= line
      last = line
    },
    read: (currency) => {
      if (!isComplete || first === undefined || last === undefined) return { balanced: 'unknown' }
      const [oldest, newest] = isOldestFirst || !isNewestFirst ? [first, last] : [last, first]
      return {
        ...presentMembers({
          opening: balanceOf(oldest.balance - oldest.amount, currency),
          closing: balanceOf(newest.balance, currency),
        }),
        balanced: isOldestFirst || isNewestFirst,
      }
    },
  }
}

function balanceOf(minor: bigint, currency: string): StatementBalance {
  const direction = minor < 0n ? 'debit' : 'credit'
  return { amount: { minor: minor < 0n ? -minor : minor, currency }, direction }
}
