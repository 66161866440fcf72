// The shape of a plan in English words, for the creditor's eyes.
import type { PlanInterval, PlanShape } from '@parley/sdk/protocol'
import { percent } from './explain-negotiation.ts'

const RHYTHM: Readonly<Record<PlanInterval, string>> = {
  P1W: 'weekly',
  P2W: 'two-weekly',
  P1M: 'monthly',
}

/** Several shapes that differ in their number of instalments alone, from the fewest to the most. */
export interface ShapeRange extends PlanShape {
  readonly most: number
}

/** Such as `4 to 6 monthly instalments with 20 % first and a fee of 1 %`. */
export function describeShapes({ most, ...shape }: ShapeRange): string {
  const { instalments, interval } = shape
  const counts = most === instalments ? `${instalments}` : `${instalments} to ${most}`
  const plan = interval === null ? 'One payment' : `${counts} ${RHYTHM[interval]} instalments`
  const extras = extrasOf(shape)
  return extras.length === 0 ? plan : `${plan} with ${LIST.format(extras)}`
}

/** Such as `3 monthly instalments`. */
export function describeShape(shape: PlanShape): string {
  return describeShapes({ ...shape, most: shape.instalments })
}

/** A price other than none: `a rebate of 2 %`. */
export function describePrice(priceBps: number): string {
  return `a ${priceBps < 0 ? 'rebate' : 'fee'} of ${percent(Math.abs(priceBps))}`
}

const LIST = new Intl.ListFormat('en-GB')

function extrasOf({ priceBps, downPaymentBps, payDay }: PlanShape): string[] {
  return [
    ...(downPaymentBps === undefined ? [] : [`${percent(downPaymentBps)} first`]),
    ...(payDay === undefined ? [] : [`the others on day ${payDay} of the month`]),
    ...(priceBps === 0 ? [] : [describePrice(priceBps)]),
  ]
}
