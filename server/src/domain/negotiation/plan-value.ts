// What a plan is worth to the creditor: an ordering of plans, private and never sent. Floats rank plans
// here and never become money.
import {
  type DayNumber,
  dayNumberOf,
  type MenuRow,
  type Money,
  type PlanShape,
  planDays,
  planTotal,
} from '@parley/sdk/protocol'
import { textMinor, type ValueTerms } from './policy.ts'

const DAYS_OF_YEAR = 365
const WHOLE_BPS = 10_000
/** Of what is recovered in the end, the share that the work of recovering leaves. */
const RECOVERY_NET = 0.92

/** For every first day of a row's window, what one unit of the plan's total is worth. */
export interface RowWeights {
  readonly from: DayNumber
  /** Never rises from one day to the next. */
  readonly weights: Float64Array
}

/** Computes the weights of rows; nothing in them depends on an amount. */
export function weighRows(
  rows: readonly MenuRow[],
  { value, offeredOn }: { value: ValueTerms; offeredOn: string },
): Map<string, RowWeights> {
  const today = dayNumberOf(offeredOn)
  const worth = worthByDay(value)
  const worthOn = (day: DayNumber) => worth(day - today)
  return new Map(
    rows.map((row) => {
      const from = dayNumberOf(row.firstDueFrom)
      const length = dayNumberOf(row.firstDueTo) - from + 1
      const weights = Float64Array.from({ length }, (_, index) =>
        weightOf(row, worthOn, from + index),
      )
      return [row.rowId, { from, weights }]
    }),
  )
}

/**
 * Returns what plans of a shape are worth in minor units, given the weight of their first day:
 * Σ amount × [S·D + (1 − S)·recovery·0.92·D] − instalments × cost, where S = exp(−hazard × years) is
 * the chance that it is paid and D = exp(−discount × years). Left-over cents count as spread evenly.
 */
export function prepareValue(
  principal: Money,
  value: ValueTerms,
): (shape: PlanShape) => (weight: number) => number {
  const costOfOne = Number(textMinor(value.costPerInstalment, principal.currency))
  return (shape) => {
    const total = Number(planTotal(principal, shape).minor)
    const cost = costOfOne * shape.instalments
    return (weight) => total * weight - cost
  }
}

function weightOf(shape: PlanShape, worth: (day: DayNumber) => number, first: DayNumber): number {
  if (shape.instalments === 1) return worth(first)
  const days = planDays(shape, first)
  let others = 0
  for (let index = 1; index < days.length; index++) others += worth(days[index] ?? 0)
  const { downPaymentBps, instalments } = shape
  const share = downPaymentBps === undefined ? 1 / instalments : downPaymentBps / WHOLE_BPS
  return share * worth(first) + ((1 - share) * others) / (instalments - 1)
}

/** Computed once for a day, however many plans have an instalment on it. */
function worthByDay(value: ValueTerms): (daysAhead: number) => number {
  const discount = value.annualDiscountBps / WHOLE_BPS / DAYS_OF_YEAR
  const hazard = value.annualHazardBps / WHOLE_BPS / DAYS_OF_YEAR
  const recovered = (value.recoveryBps / WHOLE_BPS) * RECOVERY_NET
  const known: number[] = []
  return (daysAhead) => {
    const before = known[daysAhead]
    if (before !== undefined) return before
    const paid = Math.exp(-hazard * daysAhead)
    const worth = Math.exp(-discount * daysAhead) * (paid + (1 - paid) * recovered)
    known[daysAhead] = worth
    return worth
  }
}
