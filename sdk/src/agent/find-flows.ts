// Finds the flows among entries of one sign. A counterparty is looked at as a whole first, then by
// amounts and by texts, since one landlord may want a rent and a parking fee.

import type { DayNumber } from '../protocol/day-number.ts'
import type { Entry } from './booking.ts'
import { nameKey } from './booking-name.ts'
import { isWithin, quantile } from './prudent-amount.ts'
import { type Fit, findRhythm } from './rhythm.ts'

/** Entries that come back in a rhythm. */
export interface Pattern {
  readonly fit: Fit
  /** What each day of `fit` brought, positive. */
  readonly amounts: readonly bigint[]
  /** In order. */
  readonly entries: readonly Entry[]
}

/** What was found, and the entries that belong to none of it, by counterparty. */
export interface FoundPatterns {
  readonly patterns: readonly Pattern[]
  readonly rest: readonly (readonly Entry[])[]
}

/** A way to part a counterparty's entries, and what may be left to chance in all parts together. */
interface Split {
  readonly parts: (entries: readonly Entry[]) => (readonly Entry[])[]
  readonly steady: number
  /** For amounts that differ; nothing but their days speaks for them. */
  readonly varied: number
}

const STEADY_PERCENT = 125n
/** From this many on, amounts may change once for good, as a rent or a wage does. */
const LEAST_FOR_STEP = 6

const SPLITS: readonly Split[] = [
  { parts: wholeOfEqualDays, steady: 0.06, varied: 0 },
  { parts: byAmount(STEADY_PERCENT), steady: 0.06, varied: 0.001 },
  { parts: whole, steady: 0.06, varied: 0.001 },
  { parts: byAmount(105n), steady: 0.001, varied: 0 },
  { parts: byEqualAmount, steady: 0.001, varied: 0 },
  { parts: byText, steady: 0.001, varied: 0.001 },
]

/** More days in a part than one a week over all that is read follow no rhythm that is looked for. */
const MOST_DAYS = 150

/** Finds the flows among entries of one sign, in order. Time is linear but for sorting. */
export function findPatterns(entries: readonly Entry[]): FoundPatterns {
  const patterns: Pattern[] = []
  const rest: (readonly Entry[])[] = []
  for (const group of Map.groupBy(entries, ({ key }) => key).values()) {
    let left: readonly Entry[] = group
    for (const split of SPLITS) {
      if (left.length < 2) break
      const parts = split.parts(left).filter(({ length }) => length > 1)
      const found = parts.flatMap((part) => patternIn(part, split, parts.length) ?? [])
      if (found.length === 0) continue
      patterns.push(...found)
      const used = new Set(found.flatMap((pattern) => pattern.entries))
      left = left.filter((entry) => !used.has(entry))
    }
    if (left.length > 0) rest.push(left)
  }
  return { patterns, rest }
}

/** The more parts are tried, the less may be left to chance in each. */
function patternIn(part: readonly Entry[], split: Split, tried: number): Pattern | null {
  const byDay = totalsByDay(part)
  if (byDay === null) return null
  const fit = findRhythm([...byDay.keys()])
  if (fit === null) return null
  const amounts = fit.days.map((number) => byDay.get(number) ?? 0n)
  const steady = isSteady(amounts, fit.days.length === byDay.size)
  const isRare = fit.rhythm === 'quarterly' || fit.rhythm === 'yearly'
  // Among the many purchases at one shop, three always happen to be a quarter apart.
  if (isRare && (!steady || tried > 1)) return null
  if (fit.chance * tried > (steady ? split.steady : split.varied)) return null
  const days = new Set(fit.days)
  return { fit, amounts, entries: part.filter(({ number }) => days.has(number)) }
}

function totalsByDay(part: readonly Entry[]): Map<DayNumber, bigint> | null {
  const totals = new Map<DayNumber, bigint>()
  for (const { number, size } of part) {
    totals.set(number, (totals.get(number) ?? 0n) + size)
    if (totals.size > MOST_DAYS) return null
  }
  return totals
}

/** One level, or where all entries belong to the flow one step from a level to another. */
function isSteady(amounts: readonly bigint[], isWhole: boolean): boolean {
  if (isWithin(STEADY_PERCENT, quantile(amounts, 1), quantile(amounts, 100))) return true
  if (!isWhole || amounts.length < LEAST_FOR_STEP) return false
  const steps = amounts.filter(
    (amount, index) => !isWithin(STEADY_PERCENT, amounts[index - 1] ?? amount, amount),
  )
  return steps.length === 1
}

function whole(entries: readonly Entry[]): (readonly Entry[])[] {
  return [entries]
}

/** Nothing where some days have more entries than others: two flows that meet now and then. */
function wholeOfEqualDays(entries: readonly Entry[]): (readonly Entry[])[] {
  const counts = new Map<DayNumber, number>()
  for (const { number } of entries) counts.set(number, (counts.get(number) ?? 0) + 1)
  return new Set(counts.values()).size === 1 ? [entries] : []
}

/** Parts entries where the next larger amount is more than `percent` of the one before. */
function byAmount(percent: bigint): Split['parts'] {
  return (entries) => {
    const partOf = new Map<number, number>()
    let part = 0
    let before: Entry | undefined
    for (const entry of entries.toSorted((a, b) => a.rank - b.rank)) {
      if (entry.rank === before?.rank) continue
      if (before !== undefined && !isWithin(percent, before.size, entry.size)) part++
      partOf.set(entry.rank, part)
      before = entry
    }
    return [...Map.groupBy(entries, ({ rank }) => partOf.get(rank)).values()]
  }
}

function byEqualAmount(entries: readonly Entry[]): (readonly Entry[])[] {
  return [...Map.groupBy(entries, ({ rank }) => rank).values()]
}

function byText(entries: readonly Entry[]): (readonly Entry[])[] {
  return [...Map.groupBy(entries, ({ booking }) => nameKey(booking.text ?? '')).values()]
}
