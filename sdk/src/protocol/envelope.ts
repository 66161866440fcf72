// The outer bounds of what a creditor may agree to, and the rows that follow from them. The creditor
// makes its final menu with these functions and the agent reads the envelope with the same.

import { dayNumberOf, dayOf } from './day-number.ts'
import { compareDays, type Day, parseDay } from './days.ts'
import type { Envelope, MenuRow, PriceLevel } from './generated/messages.ts'
import { firstLawfulDay } from './instalment-law.ts'
import { type Money, parseAmountOrZero } from './money.ts'
import { firstDayThat, lastPlanDay } from './plan-days.ts'
import { type PlanShape, planParts } from './plan-schedule.ts'

/** An envelope without its tiers: what rows are made from. */
export type EnvelopeBounds = Omit<Envelope, 'tiers'>

/** Most rows that an envelope or a menu may have. Spec: NEG-16. */
export const MAX_MENU_ROWS = 240
/** Most shapes that are looked at for their windows: an envelope may not cost its reader more. */
const MAX_SHAPES = 1_000

/**
 * Tells whether an envelope can be used for a request in a currency: days that exist and are in
 * order, tiers that fall to 0, a smallest instalment in the currency, at most 240 rows. Spec: NEG-16.
 *
 * @example
 * import { type Envelope, isSoundEnvelope } from '@parley/sdk/protocol'
 * declare const envelope: Envelope
 * if (!isSoundEnvelope(envelope, 'EUR')) console.log('nobody can negotiate by this')
 */
export function isSoundEnvelope(envelope: Envelope, currency: string): boolean {
  const { countedFrom, firstDueFrom, firstDueTo, lastDueTo, minInstalment, tiers } = envelope
  const limits = envelope.prices.flatMap(({ lastDueFrom, lastDueTo: to }) => [lastDueFrom, to])
  const days = [countedFrom, firstDueFrom, firstDueTo, lastDueTo, ...limits]
  return (
    days.every((day) => day === undefined || parseDay(day).ok) &&
    compareDays(firstDueFrom, firstDueTo) <= 0 &&
    minInstalment.currency === currency &&
    parseAmountOrZero(minInstalment).ok &&
    isEachOnce(envelope.prices) &&
    tiers.at(-1) === 0 &&
    tiers.every((tier, index) => index === 0 || tier < (tiers[index - 1] ?? 0)) &&
    shapesOf(envelope).length <= MAX_SHAPES &&
    envelopeWindows(envelope).length <= MAX_MENU_ROWS
  )
}

/**
 * Returns the rows of an envelope for a principal: for every shape the first days with which all of
 * its conditions hold; a shape with none has no row. In a fixed order, with fixed row ids.
 *
 * @example
 * import { type EnvelopeBounds, envelopeRows } from '@parley/sdk/protocol'
 * const envelope: EnvelopeBounds = {
 *   ...{ countedFrom: '2026-03-01', firstDueFrom: '2026-03-01', firstDueTo: '2026-03-31' },
 *   ...{ lastDueTo: '2026-05-31', maxInstalments: 3, intervals: ['P1M'] },
 *   ...{ minInstalment: { value: '20.00', currency: 'EUR' } },
 *   ...{ prices: [{ priceBps: 0 }], law: { freeOfChargeOnly: true } },
 * }
 * envelopeRows(envelope, { minor: 5_000n, currency: 'EUR' }).map(({ rowId }) => rowId) // => ['1', '2-P1M']
 */
export function envelopeRows(envelope: EnvelopeBounds, principal: Money): MenuRow[] {
  return rowsForPrincipal(envelopeWindows(envelope), envelope, principal)
}

/**
 * The rows of an envelope whatever the principal: what depends on days alone.
 *
 * @example
 * import { type EnvelopeBounds, envelopeWindows } from '@parley/sdk/protocol'
 * const envelope: EnvelopeBounds = {
 *   ...{ countedFrom: '2026-03-01', firstDueFrom: '2026-03-01', firstDueTo: '2026-03-31' },
 *   ...{ lastDueTo: '2026-05-31', maxInstalments: 3, intervals: ['P1M'] },
 *   ...{ minInstalment: { value: '20.00', currency: 'EUR' } },
 *   ...{ prices: [{ priceBps: 0 }], law: { freeOfChargeOnly: true } },
 * }
 * envelopeWindows(envelope).map(({ rowId }) => rowId) // => ['1', '2-P1M', '3-P1M']
 */
export function envelopeWindows(envelope: EnvelopeBounds): MenuRow[] {
  return shapesOf(envelope).flatMap(({ shape, price }) => {
    const window = windowOf(envelope, shape, price)
    return window === undefined ? [] : [{ rowId: rowIdOf(shape), ...shape, ...window }]
  })
}

/**
 * Narrows windows to what a principal allows: the smallest instalment, and the law on fees.
 *
 * @example
 * import { type EnvelopeBounds, envelopeWindows, rowsForPrincipal } from '@parley/sdk/protocol'
 * const envelope: EnvelopeBounds = {
 *   ...{ countedFrom: '2026-03-01', firstDueFrom: '2026-03-01', firstDueTo: '2026-03-31' },
 *   ...{ lastDueTo: '2026-05-31', maxInstalments: 3, intervals: ['P1M'] },
 *   ...{ minInstalment: { value: '20.00', currency: 'EUR' } },
 *   ...{ prices: [{ priceBps: 0 }], law: { freeOfChargeOnly: true } },
 * }
 * const windows = envelopeWindows(envelope)
 * rowsForPrincipal(windows, envelope, { minor: 3_000n, currency: 'EUR' }).length // => 1
 */
export function rowsForPrincipal(
  windows: readonly MenuRow[],
  envelope: EnvelopeBounds,
  principal: Money,
): MenuRow[] {
  const least = parseAmountOrZero(envelope.minInstalment)
  if (!least.ok) throw new RangeError('an unchecked envelope')
  const smallest = least.value.minor > 0n ? least.value.minor : 1n
  return windows.flatMap((row) => {
    const { first, other } = planParts(principal, row)
    const isPayable = row.instalments === 1 ? first > 0n : other >= smallest && first >= smallest
    if (!isPayable) return []
    const lawful = row.priceBps <= 0 ? row : lawfulRow(envelope, row, principal)
    return lawful === undefined ? [] : [lawful]
  })
}

/** Two rows of one shape would have one id. */
function isEachOnce(prices: readonly PriceLevel[]): boolean {
  return new Set(prices.map(({ priceBps }) => priceBps)).size === prices.length
}

interface PricedShape {
  readonly shape: PlanShape
  readonly price: PriceLevel
}

function shapesOf(envelope: EnvelopeBounds): PricedShape[] {
  const { intervals, maxInstalments, prices, downPaymentsBps = [], payDay } = envelope
  const rhythms: Omit<PlanShape, 'priceBps'>[] = [{ instalments: 1, interval: null }]
  for (let instalments = 2; instalments <= maxInstalments; instalments++) {
    for (const interval of intervals) {
      for (const share of [undefined, ...downPaymentsBps]) {
        const rhythm = {
          ...{ instalments, interval },
          ...(share === undefined ? {} : { downPaymentBps: share }),
        }
        rhythms.push(rhythm)
        if (interval === 'P1M' && payDay !== undefined) rhythms.push({ ...rhythm, payDay })
      }
    }
  }
  return rhythms.flatMap((rhythm) =>
    prices.map((price) => ({ shape: { ...rhythm, priceBps: price.priceBps }, price })),
  )
}

/** Such as `1`, `3-P1M`, `6-P1M-d2000-p25` and `1-r200` (a rebate; `f` for a fee). */
function rowIdOf({ instalments, interval, priceBps, downPaymentBps, payDay }: PlanShape): string {
  const parts: (string | number)[] = [instalments]
  if (interval !== null) parts.push(interval)
  if (downPaymentBps !== undefined) parts.push(`d${downPaymentBps}`)
  if (payDay !== undefined) parts.push(`p${payDay}`)
  if (priceBps !== 0) parts.push(priceBps < 0 ? `r${-priceBps}` : `f${priceBps}`)
  return parts.join('-')
}

/** The first days with which the last instalment falls where policy and price want it. */
function windowOf(
  envelope: EnvelopeBounds,
  shape: PlanShape,
  { lastDueFrom, lastDueTo }: PriceLevel,
): { firstDueFrom: Day; firstDueTo: Day } | undefined {
  const from = dayNumberOf(envelope.firstDueFrom)
  const to = dayNumberOf(envelope.firstDueTo)
  const latest = dayNumberOf(
    lastDueTo !== undefined && compareDays(lastDueTo, envelope.lastDueTo) < 0
      ? lastDueTo
      : envelope.lastDueTo,
  )
  const end = firstDayThat({ from, to }, (day) => lastPlanDay(shape, day) > latest) - 1
  const earliest = lastDueFrom === undefined ? undefined : dayNumberOf(lastDueFrom)
  const start =
    earliest === undefined
      ? from
      : firstDayThat({ from, to }, (day) => lastPlanDay(shape, day) >= earliest)
  return start > end ? undefined : { firstDueFrom: dayOf(start), firstDueTo: dayOf(end) }
}

/** From the first lawful day of the window on, or nothing. */
function lawfulRow(envelope: EnvelopeBounds, row: MenuRow, principal: Money): MenuRow | undefined {
  const to = dayNumberOf(row.firstDueTo)
  const window = { shape: row, from: dayNumberOf(row.firstDueFrom), to }
  const start = firstLawfulDay(envelope, principal, window)
  return start > to ? undefined : { ...row, firstDueFrom: dayOf(start) }
}
