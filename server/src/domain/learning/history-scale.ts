// What all customers of a creditor have in common: by how much customers differ, by how much the bills of
// one do, and what a dispute costs in days. From it follows how far a customer with few bills is drawn to
// the others (empirical Bayes, by the method of moments).
import type { DayNumber } from '@parley/sdk/protocol'
import { asKnownAt, type Bill, type BillBook, CURE_DAYS } from './bill-history.ts'
import { explainedDays, type HistoryScale, heldLateness, type Share } from './features.ts'
import { type Example, fitLine } from './fit-weights.ts'

/** What was believed before weighs so many customers. */
const BELIEF_CUSTOMERS = 5
const LEAST_VARIANCE = 0.25

interface Own {
  readonly lates: readonly number[]
  readonly mean: number
}

/** Measures the scale on bills as known when day `until` began, drawn to what was believed. */
export function measureScale(
  book: BillBook,
  { until, believed }: { until: DayNumber; believed: HistoryScale },
): HistoryScale {
  const customers = [...book.values()]
    .map((bills) => bills.map((bill) => asKnownAt(bill, until)).filter(isSettled))
    .filter((bills) => bills.length > 0)
  const effects = measureEffects(customers, believed)
  const own = customers.map((bills): Own => {
    const lates = bills.map((bill) => latenessOf(bill) - explainedDays(bill, effects))
    return { lates, mean: meanOf(lates) }
  })
  const { within, between, mean } = measureVariances(own, believed)
  return {
    ...{ mean, within, between },
    ...effects,
    onTime: share(
      customers,
      { of: () => true, is: ({ settled, due }) => settled <= due },
      believed.onTime,
    ),
    cured: share(
      customers,
      {
        of: ({ settled, due }) => settled > due,
        is: ({ settled, due }) => settled <= due + CURE_DAYS,
      },
      believed.cured,
    ),
    disputed: share(customers, { of: () => true, is: isDisputed }, believed.disputed),
  }
}

/**
 * By how many days disputes and the way of sending move a payment: by a line through the bills, each
 * against the mean of its customer, so that who disputes more is not mistaken for what disputes do.
 */
function measureEffects(
  customers: readonly (readonly Bill[])[],
  believed: HistoryScale,
): Pick<HistoryScale, 'disputeDays' | 'electronicDays'> {
  const examples = customers.flatMap((bills): Example[] => {
    const rows = bills.map((it) => [latenessOf(it), Number(isDisputed(it)), it.electronic])
    const [late = 0, disputed = 0, electronic = 0] = [0, 1, 2].map((at) =>
      meanOf(rows.map((row) => row[at] ?? 0)),
    )
    return rows.map(([y = 0, d = 0, e = 0]) => ({
      x: [1, d - disputed, e - electronic],
      y: y - late,
    }))
  })
  const [, disputeDays = 0, electronicDays = 0] = fitLine(examples, {
    weights: [0, believed.disputeDays, believed.electronicDays],
    strength: BELIEF_CUSTOMERS,
    directions: [0, 0, 0],
  })
  return { disputeDays, electronicDays }
}

function measureVariances(own: readonly Own[], believed: HistoryScale) {
  let squares = believed.within * BELIEF_CUSTOMERS
  let freedom = BELIEF_CUSTOMERS
  for (const { lates, mean } of own) {
    squares += lates.reduce((total, late) => total + (late - mean) ** 2, 0)
    freedom += lates.length - 1
  }
  const within = Math.max(LEAST_VARIANCE, squares / freedom)
  const mean =
    (own.reduce((total, it) => total + it.mean, 0) + believed.mean * BELIEF_CUSTOMERS) /
    (own.length + BELIEF_CUSTOMERS)
  // Means of few bills vary by more than their customers do.
  const apart = own.reduce(
    (total, it) => total + (it.mean - mean) ** 2 - within / it.lates.length,
    believed.between * BELIEF_CUSTOMERS,
  )
  const between = Math.max(LEAST_VARIANCE, apart / (own.length + BELIEF_CUSTOMERS))
  return { within, between, mean }
}

interface Counted {
  readonly of: (bill: Bill) => boolean
  readonly is: (bill: Bill) => boolean
}

/** A share over all bills; what it weighs follows from how much its customers differ (moments). */
function share(
  customers: readonly (readonly Bill[])[],
  { of, is }: Counted,
  believed: Share,
): Share {
  const counts = customers
    .map((bills) => ({
      all: bills.filter(of).length,
      part: bills.filter((b) => of(b) && is(b)).length,
    }))
    .filter(({ all }) => all > 0)
  const all = counts.reduce((total, it) => total + it.all, 0)
  const part = counts.reduce((total, it) => total + it.part, 0)
  const mean = (part + believed.mean * BELIEF_CUSTOMERS) / (all + BELIEF_CUSTOMERS)
  const chance = mean * (1 - mean)
  const many = counts.filter((it) => it.all > 1)
  // In a beta-binomial the pairs of one customer agree by 1 / (weight + 1) more than by chance.
  let agree = (chance / (believed.weight + 1)) * BELIEF_CUSTOMERS
  let pairs = BELIEF_CUSTOMERS
  for (const it of many) {
    const own = it.all * mean
    agree += ((it.part - own) ** 2 - it.all * chance) / (it.all - 1)
    pairs += it.all
  }
  const likeness = Math.min(0.9, Math.max(0.02, agree / pairs / Math.max(chance, 0.01)))
  return { mean, weight: 1 / likeness - 1 }
}

function isSettled(bill: Bill): boolean {
  return Number.isFinite(bill.settled)
}

function isDisputed(bill: Bill): boolean {
  return Number.isFinite(bill.disputed)
}

function latenessOf({ settled, due }: Bill): number {
  return heldLateness(settled - due)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}
