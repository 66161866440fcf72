// Do things that are said to happen in 70 % of the cases happen in 70 % of them? Bills by tenths of what
// was said, lowest first, each tenth with what came of it.
import { NORMAL_97_5, shareBounds } from '../share-interval.ts'
import type { Judged } from './score-chances.ts'

/** One group of bills. */
export interface CalibrationGroup {
  readonly bills: number
  /** Mean of the foretold chances, and the share that came. */
  readonly foretold: number
  readonly came: number
  /** The interval of Wilson (1927) of the share that came, at 95 %. */
  readonly low: number
  readonly high: number
  readonly verdict: CalibrationVerdict
}

/**
 * `within`: `MOST_OFF` or less away. `too-few`: further away, by no more than chance explains with so few
 * bills. `off`: further away than chance explains.
 */
export type CalibrationVerdict = 'within' | 'too-few' | 'off'

/** Five percentage points. */
export const MOST_OFF = 0.05

const GROUPS = 10

/** Groups bills into tenths; fewer groups where there are fewer than ten bills. */
export function calibrate(judged: readonly Judged[]): CalibrationGroup[] {
  const sorted = judged.toSorted((a, b) => a.score - b.score || (a.invoice < b.invoice ? -1 : 1))
  return Array.from({ length: GROUPS }, (_, group) => {
    const from = Math.floor((group * sorted.length) / GROUPS)
    return sorted.slice(from, Math.floor(((group + 1) * sorted.length) / GROUPS))
  })
    .filter((group) => group.length > 0)
    .map(groupOf)
}

/** How many bills a group needs before 5 points away is more than chance, at 95 %. */
export function billsNeeded(foretold: number): number {
  return Math.ceil((NORMAL_97_5 / MOST_OFF) ** 2 * foretold * (1 - foretold))
}

function groupOf(group: readonly Judged[]): CalibrationGroup {
  const bills = group.length
  const foretold = group.reduce((sum, { score }) => sum + score, 0) / bills
  const cameTo = group.filter((it) => it.came).length
  const came = cameTo / bills
  const { low, high } = shareBounds(cameTo, bills)
  const isWithin = Math.abs(foretold - came) <= MOST_OFF
  const isChance = foretold >= low && foretold <= high
  const verdict = isWithin ? 'within' : isChance ? 'too-few' : 'off'
  return { bills, foretold, came, low, high, verdict }
}
