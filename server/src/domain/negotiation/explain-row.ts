// Why a row of a menu is offered for its first days and no others, in one English sentence for the
// creditor. Decides nothing: it reads what made the row.
import type { EnvelopeBounds, MenuRow } from '@parley/sdk/protocol'
import { describePrice, describeShape } from './describe-shape.ts'
import { percent } from './explain-negotiation.ts'

export interface RowSurroundings {
  bounds: EnvelopeBounds
  /** In basis points: of the menu that the row stands in. */
  share: number
  /** The same row in the last menu. */
  widest: MenuRow
  /** The same row as the days alone would have it. */
  window: MenuRow
}

/** Says what a row offers, and what keeps its first day from being earlier or later. */
export function explainRow(row: MenuRow, around: RowSurroundings): string {
  const start = startReason(row, around)
  const reasons = [...(start === undefined ? [] : [start]), endReason(row, around)]
  return `${describeShape(row)}${describeWindow(row)}: ${reasons.join(', and ')}.`
}

function describeWindow({ instalments, firstDueFrom, firstDueTo }: MenuRow): string {
  const isOneDay = firstDueFrom === firstDueTo
  const days = isOneDay ? `on ${firstDueFrom}` : `from ${firstDueFrom} to ${firstDueTo}`
  return instalments === 1 ? `, ${days}` : `, the first ${days}`
}

function startReason(row: MenuRow, { bounds, window }: RowSurroundings): string | undefined {
  const price = describePrice(row.priceBps)
  if (row.firstDueFrom > window.firstDueFrom) {
    return `started earlier, ${price} would be above what law.maxAprBps allows a year`
  }
  return row.firstDueFrom > bounds.firstDueFrom
    ? `started earlier, it would end too early for ${price}`
    : undefined
}

function endReason(row: MenuRow, { bounds, share, widest }: RowSurroundings): string {
  if (row.firstDueTo < widest.firstDueTo) {
    return `started later, it would be worth less than ${percent(share)} to you`
  }
  if (row.firstDueTo === bounds.firstDueTo) return 'maxDeferralDays allows no later first day'
  const price = bounds.prices.find(({ priceBps }) => priceBps === row.priceBps)
  const isPriced = price?.lastDueTo !== undefined && price.lastDueTo < bounds.lastDueTo
  return isPriced
    ? `started later, it would end too late for ${describePrice(row.priceBps)}`
    : `started later, it would end after ${bounds.lastDueTo}, the last day of maxDurationDays`
}
