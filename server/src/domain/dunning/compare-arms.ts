// What a comparison of journeys has shown so far: shares with their intervals, and one sentence whether
// the difference is more than chance. Statistics in floating point; nothing here is money.

import { type ShareBounds, shareBounds } from '../share-interval.ts'
import type { Arm } from './assign-journey.ts'

/** How many claims of an arm there are, cancelled ones left out, and how many of them are settled. */
export interface ArmCount {
  readonly arm: Arm
  readonly claims: number
  readonly settled: number
}

/** In percent; two decimals, rounded outwards. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** One arm beside the champion: by how many percentage points more of its claims are settled. */
export interface ArmDifference {
  readonly arm: Arm
  readonly against: 'champion'
  readonly points: number
  readonly interval: Interval
  readonly verdict: 'better' | 'worse' | 'undecided' | 'too-few'
  /** A sentence for people. */
  readonly sentence: string
}

/** With fewer claims in an arm, nothing is called decided. */
export const LEAST_CLAIMS = 30

/** Returns the share of settled claims in percent, to two decimals; null without claims. */
export function settledShare({ claims, settled }: ArmCount): number | null {
  return claims === 0 ? null : Math.round((settled / claims) * 10_000) / 100
}

/** Returns the interval of Wilson (1927) of the share, at 95 %; without claims all is possible. */
export function shareInterval(count: ArmCount): Interval {
  return inPercent(wilson(count))
}

/**
 * Compares an arm with the champion: the difference of the shares with the hybrid score interval of
 * Newcombe (1998, method 10), which is made from the two intervals of Wilson. Decided where the
 * interval leaves out zero and both arms have `LEAST_CLAIMS`. Claims count as independent, also two
 * of one person; who looks every day finds a difference by chance more often than one time in 20.
 */
export function compareArms(champion: ArmCount, other: ArmCount): ArmDifference {
  const bounds = differenceBounds(other, champion)
  const difference = shareOf(other) - shareOf(champion)
  const interval = inPercent(bounds)
  const verdict = verdictOf(bounds, Math.min(champion.claims, other.claims))
  const points = Math.round(difference * 10_000) / 100
  const sentence = sentenceOf({ arm: other.arm, points, interval, verdict })
  return { arm: other.arm, against: 'champion', points, interval, verdict, sentence }
}

function wilson({ claims, settled }: ArmCount): ShareBounds {
  return shareBounds(settled, claims)
}

function differenceBounds(one: ArmCount, other: ArmCount): ShareBounds {
  const [p1, p2] = [shareOf(one), shareOf(other)]
  const [w1, w2] = [wilson(one), wilson(other)]
  const difference = p1 - p2
  return {
    low: difference - Math.hypot(p1 - w1.low, w2.high - p2),
    high: difference + Math.hypot(w1.high - p1, p2 - w2.low),
  }
}

function shareOf({ claims, settled }: ArmCount): number {
  return claims === 0 ? 0 : settled / claims
}

function verdictOf({ low, high }: ShareBounds, fewest: number): ArmDifference['verdict'] {
  if (fewest < LEAST_CLAIMS) return 'too-few'
  if (low > 0) return 'better'
  return high < 0 ? 'worse' : 'undecided'
}

function inPercent({ low, high }: ShareBounds): Interval {
  return { low: Math.floor(low * 10_000) / 100, high: Math.ceil(high * 10_000) / 100 }
}

function sentenceOf(found: Pick<ArmDifference, 'arm' | 'points' | 'interval' | 'verdict'>): string {
  const { arm: name, points, interval, verdict } = found
  const range = `between ${interval.low} and ${interval.high} points, at 95 %`
  switch (verdict) {
    case 'too-few':
      return `Not decided: an arm has fewer than ${LEAST_CLAIMS} claims.`
    case 'undecided':
      return `Not decided: the difference of the ${name} to the champion is ${range}, which includes none.`
    case 'better':
      return `Decided: the ${name} settles ${points} points more of its claims than the champion (${range}).`
    case 'worse':
      return `Decided: the ${name} settles ${-points} points less of its claims than the champion (${range}).`
  }
}
