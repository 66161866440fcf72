// A comparison of two ways of choosing: the journey as it is (champion) and the policy (challenger).
// People are drawn once and stay; some are held out for good, so that its worth can be seen later too.
import { BUCKETS, bucketOf } from '../dunning/assign-journey.ts'

/** What a member of an experiment is: held out means the journey as it is, also once it is over. */
export const EXPERIMENT_ARMS = ['champion', 'challenger', 'hold-out'] as const
export type ExperimentArm = (typeof EXPERIMENT_ARMS)[number]

/** How many of a hundred; the champion has the rest. */
export interface Shares {
  readonly challengerPercent: number
  readonly holdOutPercent: number
}

export interface DrawnMember {
  readonly creditorId: string
  readonly debtorId: string
  /** People who are drawn among each other, such as `ordinary/b2c`. */
  readonly stratum: string
}

const BUCKETS_PER_PERCENT = BUCKETS / 100

/**
 * Draws the arm of a person in their stratum: the same for ever on every machine, and evenly spread in
 * each stratum by itself. Shares that grow move nobody from one arm to another but from the champion.
 */
export function drawArm(
  experimentId: string,
  { stratum, ...person }: DrawnMember,
  { challengerPercent, holdOutPercent }: Shares,
): ExperimentArm {
  const bucket = bucketOf(person, `${experimentId}/${stratum}`)
  if (bucket < holdOutPercent * BUCKETS_PER_PERCENT) return 'hold-out'
  return bucket >= BUCKETS - challengerPercent * BUCKETS_PER_PERCENT ? 'challenger' : 'champion'
}

/** Says what is wrong with the shares, or returns null. */
export function faultOfShares({ challengerPercent, holdOutPercent }: Shares): string | null {
  const sum = challengerPercent + holdOutPercent
  if (challengerPercent < 1) return 'without a challenger there is nothing to compare'
  return sum > 99 ? `challenger and hold-out are ${sum} % together: at most 99` : null
}
