// Adds up the entries of a statement as they pass, so that none of them has to be kept.
import { compareDays, type Day } from '@parley/sdk/protocol'
import { presentMembers } from './present-members.ts'
import type { CurrencySums, Direction, StatementEntry, StatementTotals } from './statement-types.ts'

export interface TotalsBuilder {
  add(entry: StatementEntry): void
  /** How many entries were added so far. */
  count(): number
  /** What was added so far. */
  totals(): StatementTotals
  /** The sums of all entries, whatever their status. */
  stated(): readonly CurrencySums[]
}

export function createTotals(): TotalsBuilder {
  const booked = new Map<string, Sums>()
  const stated = new Map<string, Sums>()
  let entries = 0
  let transactions = 0
  let bookings = 0
  let reversals = 0
  let from: Day | undefined
  let to: Day | undefined
  return {
    add: (entry) => {
      entries += 1
      transactions += Math.max(entry.detailCount, 1)
      bookings += entry.transactions.length
      reversals += takenBack(entry)
      addTo(stated, entry)
      if (entry.status === 'BOOK') addTo(booked, entry)
      const { bookingDay: day } = entry
      if (day === undefined) return
      if (from === undefined || compareDays(day, from) < 0) from = day
      if (to === undefined || compareDays(day, to) > 0) to = day
    },
    count: () => entries,
    totals: () => ({
      entries,
      transactions,
      bookings,
      reversals,
      ...presentMembers({ from, to }),
      booked: listed(booked),
    }),
    stated: () => listed(stated),
  }
}

/** Adds the totals of one page to those of the pages before it. */
export function addSums(
  sums: readonly CurrencySums[],
  more: readonly CurrencySums[],
): CurrencySums[] {
  const all = new Map<string, Sums>()
  for (const { currency, credit, debit } of [...sums, ...more]) {
    const sum = sumOf(all, currency)
    sum.credit += credit
    sum.debit += debit
  }
  return listed(all)
}

type Sums = Record<Direction, bigint>

function addTo(all: Map<string, Sums>, { amount, direction }: StatementEntry) {
  sumOf(all, amount.currency)[direction] += amount.minor
}

function sumOf(all: Map<string, Sums>, currency: string): Sums {
  const known = all.get(currency)
  if (known !== undefined) return known
  const sum: Sums = { credit: 0n, debit: 0n }
  all.set(currency, sum)
  return sum
}

function listed(all: ReadonlyMap<string, Sums>): CurrencySums[] {
  return [...all].map(([currency, { credit, debit }]) => ({ currency, credit, debit }))
}

function takenBack(entry: StatementEntry): number {
  if (entry.reversal) return entry.transactions.length
  return entry.transactions.filter(({ returnReason }) => returnReason !== undefined).length
}
