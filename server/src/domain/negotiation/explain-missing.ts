// Why what a policy names is in no menu for an amount, in one English sentence each for the creditor.
// Decides nothing: it looks for what took a shape away.
import {
  type EnvelopeBounds,
  envelopeWindows,
  formatAmount,
  type MenuRow,
  type Money,
  type PlanShape,
  parseAmountOrZero,
  planParts,
  planTotal,
} from '@parley/sdk/protocol'
import { describeShapes, type ShapeRange } from './describe-shape.ts'

export interface MissingFacts {
  bounds: EnvelopeBounds
  principal: Money
  /** The rows of the last menu. */
  rows: readonly MenuRow[]
}

/**
 * Says why shapes of the policy have no row. Neighbours that are missing for one reason share a
 * sentence; a variant with a price, a down payment or a pay day is left out where the plain shape is
 * missing for such a reason too.
 */
export function explainMissing(facts: MissingFacts): string[] {
  const missing = missingShapes(facts)
  const told = missing.filter(
    ({ shape, kind }) =>
      !missing.some((other) => other.kind === kind && isPlainer(other.shape, shape)),
  )
  return joinNeighbours(told).map(
    ({ range, reason }) => `${describeShapes(range)} ${verbOf(range)} not offered: ${reason}.`,
  )
}

interface MissingShape {
  shape: PlanShape
  kind: 'duration' | 'price' | 'size' | 'law'
  reason: string
}

/** Later than any plan can end. */
const NO_END = '9999-12-31'

function missingShapes({ bounds, principal, rows }: MissingFacts): MissingShape[] {
  const shown = new Set(rows.map(({ rowId }) => rowId))
  const inTime = idsOf({ ...bounds, prices: withoutDays(bounds) })
  const windows = idsOf(bounds)
  return allShapes(bounds)
    .filter(({ rowId }) => !shown.has(rowId))
    .map((shape) => {
      const { rowId } = shape
      if (!inTime.has(rowId)) return { shape, kind: 'duration', reason: tooLate(bounds) }
      if (!windows.has(rowId)) return { shape, kind: 'price', reason: priceDays(shape, bounds) }
      const reason = sizeReason(shape, { bounds, principal })
      return reason === undefined
        ? { shape, kind: 'law', reason: lawReason(shape, { bounds, principal }) }
        : { shape, kind: 'size', reason }
    })
}

/** Every shape that the policy names, as rows that nothing but the first days limits. */
function allShapes(bounds: EnvelopeBounds): MenuRow[] {
  return envelopeWindows({ ...bounds, prices: withoutDays(bounds), lastDueTo: NO_END })
}

function withoutDays({ prices }: EnvelopeBounds): EnvelopeBounds['prices'] {
  return prices.map(({ priceBps }) => ({ priceBps }))
}

function idsOf(bounds: EnvelopeBounds): Set<string> {
  return new Set(envelopeWindows(bounds).map(({ rowId }) => rowId))
}

function tooLate({ lastDueTo }: EnvelopeBounds): string {
  return `the last instalment would come after ${lastDueTo}, the last day of maxDurationDays`
}

function priceDays({ priceBps }: PlanShape, { prices }: EnvelopeBounds): string {
  const price = prices.find((level) => level.priceBps === priceBps)
  const days = [
    ...(price?.lastDueFrom === undefined ? [] : [`on ${price.lastDueFrom} or later`]),
    ...(price?.lastDueTo === undefined ? [] : [`by ${price.lastDueTo}`]),
  ]
  return `that price is for plans that end ${days.join(' and ')}`
}

type AmountFacts = Omit<MissingFacts, 'rows'>

function sizeReason(shape: PlanShape, { bounds, principal }: AmountFacts): string | undefined {
  const { first, other } = planParts(principal, shape)
  const least = parseAmountOrZero(bounds.minInstalment)
  const smallest = least.ok && least.value.minor > 0n ? least.value.minor : 1n
  if (first >= smallest && (shape.instalments === 1 || other >= smallest)) return undefined
  const { value, currency } = formatAmount({ ...principal, minor: smallest })
  return `${whichIsSmall(shape, first < smallest)} would be below ${value} ${currency}`
}

function lawReason(shape: PlanShape, { bounds, principal }: AmountFacts): string {
  const minor = planTotal(principal, shape).minor - principal.minor
  const { maxFee } = bounds.law
  const cap = parseAmountOrZero(maxFee)
  if (!cap.ok || minor <= cap.value.minor) {
    return 'the fee is above what law.maxAprBps allows a year'
  }
  const fee = formatAmount({ ...principal, minor })
  return `a fee of ${fee.value} ${fee.currency} is above the ${maxFee?.value} that law.maxFee allows`
}

function whichIsSmall({ downPaymentBps }: PlanShape, isFirst: boolean): string {
  if (downPaymentBps === undefined) return 'each'
  return isFirst ? 'the first' : 'each of the others'
}

/** Whether `plain` is the same rhythm with nothing that `shape` has not, and less. */
function isPlainer(plain: PlanShape, shape: PlanShape): boolean {
  const extras = [
    [plain.priceBps || undefined, shape.priceBps || undefined],
    [plain.downPaymentBps, shape.downPaymentBps],
    [plain.payDay, shape.payDay],
  ]
  return (
    plain.instalments === shape.instalments &&
    plain.interval === shape.interval &&
    extras.every(([its, own]) => its === undefined || its === own) &&
    extras.some(([its, own]) => its !== own)
  )
}

interface ToldRange {
  range: ShapeRange
  reason: string
}

function joinNeighbours(missing: readonly MissingShape[]): ToldRange[] {
  const told: ToldRange[] = []
  for (const { shape, reason } of missing) {
    const before = told.findIndex(
      ({ range, reason: other }) => other === reason && isNext(range, shape),
    )
    const range = { ...shape, most: shape.instalments }
    const known = told[before]
    if (known === undefined) told.push({ range, reason })
    else told[before] = { reason, range: { ...known.range, most: shape.instalments } }
  }
  return told
}

function isNext(range: ShapeRange, shape: PlanShape): boolean {
  return (
    range.most + 1 === shape.instalments &&
    range.interval === shape.interval &&
    range.priceBps === shape.priceBps &&
    range.downPaymentBps === shape.downPaymentBps &&
    range.payDay === shape.payDay
  )
}

function verbOf({ interval }: ShapeRange): string {
  return interval === null ? 'is' : 'are'
}
