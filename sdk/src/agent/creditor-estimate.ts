// What the plans of an envelope are probably worth to the creditor, as shares of its range: from the
// bounds and the tiers that it published and the windows of the menu that it sent. Public facts only;
// it decides when to stop waiting for a later menu, never what is acceptable.

import { dayNumberOf } from '../protocol/day-number.ts'
import type { Envelope, Menu, MenuRow } from '../protocol/generated/messages.ts'
import { type Money, parseAmountOrZero } from '../protocol/money.ts'
import { lastPlanDay, planDays } from '../protocol/plan-days.ts'
import { type PlanShape, planParts } from '../protocol/plan-schedule.ts'

/** What is known in public. */
export interface EstimateFacts {
  readonly menu: Pick<Menu, 'rows' | 'tier'>
  readonly envelope: Envelope
  /** The rows of the envelope. */
  readonly rows: readonly MenuRow[]
  readonly principal: Money
  readonly today: number
}

/** What a creditor of no special kind loses a year by waiting, as a share of the amount. */
const USUAL_YEARLY_LOSS = 0.12
/** What handling an instalment usually costs, as a share of the smallest one. */
const USUAL_HANDLING_SHARE = 0.07
/** How much the usual creditor counts against what a menu shows. */
const TRUST_IN_USUAL = 0.1
const WHOLE_BPS = 10_000
/** The range of a creditor begins below its worst plan by this share of the way to its best. */
const FLOOR_SHARE = 0.1

type Vector = readonly [number, number, number, number]
/** Days, instalments and price are scaled so that none outweighs the others in the fit. */
const SCALE: Vector = [1, 60, 3, 0.02]

/**
 * Estimates the share of the creditor's range that a plan leaves it: linear in the mean day, the
 * number of instalments and the price. Starts from a usual creditor and moves to what the menu
 * says: where a window of it ends before that of the envelope, the plan is worth just the tier.
 */
export function estimateCreditor(
  facts: EstimateFacts,
): (shape: PlanShape, meanIn: number) => number {
  const usual = usualCreditor(facts)
  const change = leastSquares(boundariesOf(facts), usual)
  const share = usual.map((value, index) => value + (change[index] ?? 0) * (SCALE[index] ?? 1))
  return (shape, meanIn) => dot(share, traitsOf(shape, meanIn))
}

/** `meanIn`: days from today to the payments, each weighed with its amount. */
function traitsOf({ instalments, priceBps }: PlanShape, meanIn: number): Vector {
  return [1, meanIn, instalments, priceBps / WHOLE_BPS]
}

function usualCreditor({ envelope, rows, principal, today }: EstimateFacts): number[] {
  const least = parseAmountOrZero(envelope.minInstalment)
  const handling = least.ok ? Number(least.value.minor) * USUAL_HANDLING_SHARE : 0
  const loss = [0, -USUAL_YEARLY_LOSS / 365, -handling / Number(principal.minor), 1] as const
  const worths = rows.flatMap((row) =>
    [row.firstDueFrom, row.firstDueTo].map((day) =>
      dot(loss, traitsOf(row, meanDay(row, dayNumberOf(day), principal) - today)),
    ),
  )
  const best = Math.max(...worths)
  const range = Math.max(1e-9, (1 + FLOOR_SHARE) * (best - Math.min(...worths)))
  return loss.map((value, index) => (index === 0 ? 1 - best / range : value / range))
}

interface Boundary {
  readonly traits: Vector
  readonly share: number
}

function boundariesOf({ menu, envelope, rows, principal, today }: EstimateFacts): Boundary[] {
  const share = (envelope.tiers[menu.tier] ?? 0) / WHOLE_BPS
  const whole = new Map(rows.map((row) => [row.rowId, row.firstDueTo]))
  return menu.rows.flatMap((row) => {
    const end = whole.get(row.rowId)
    if (end === undefined || end <= row.firstDueTo) return []
    const last = dayNumberOf(row.firstDueTo)
    // Somewhere between the last day that is worth it and the first that is not.
    const meanIn = (meanDay(row, last, principal) + meanDay(row, last + 1, principal)) / 2 - today
    return [{ traits: traitsOf(row, meanIn), share }]
  })
}

function meanDay(shape: PlanShape, first: number, principal: Money): number {
  const parts = planParts(principal, shape)
  const total = Number(parts.total)
  if (shape.instalments === 1 || total === 0) return lastPlanDay(shape, first)
  return planDays(shape, first).reduce(
    (sum, day, index) => sum + (Number(index === 0 ? parts.first : parts.other) / total) * day,
    0,
  )
}

/** Least squares with a pull towards no change (ridge regression). */
function leastSquares(boundaries: readonly Boundary[], usual: readonly number[]): number[] {
  const size = SCALE.length
  const matrix = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size + 1 }, (_, column) => (row === column ? TRUST_IN_USUAL : 0)),
  )
  for (const { traits, share } of boundaries) {
    const scaled = traits.map((value, index) => value * (SCALE[index] ?? 1))
    const missing = share - dot(usual, traits)
    for (const [row, line] of matrix.entries()) {
      const weight = scaled[row] ?? 0
      for (let column = 0; column < size; column++)
        add(line, column, weight * (scaled[column] ?? 0))
      add(line, size, weight * missing)
    }
  }
  return solve(matrix)
}

/** Gauss–Jordan elimination; the ridge keeps every pivot above zero. */
function solve(matrix: number[][]): number[] {
  for (const [pivot, line] of matrix.entries()) {
    for (const [row, other] of matrix.entries()) {
      if (row === pivot) continue
      const factor = (other[pivot] ?? 0) / (line[pivot] ?? 1)
      for (let column = pivot; column < other.length; column++) {
        add(other, column, -factor * (line[column] ?? 0))
      }
    }
  }
  return matrix.map((line, row) => (line.at(-1) ?? 0) / (line[row] ?? 1))
}

function add(line: number[], index: number, value: number): void {
  line[index] = (line[index] ?? 0) + value
}

function dot(left: readonly number[], right: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < left.length; index++) sum += (left[index] ?? 0) * (right[index] ?? 0)
  return sum
}
