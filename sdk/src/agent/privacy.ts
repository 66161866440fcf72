// The agreed day itself may tell when somebody is paid. With a privacy setting the agent picks among the
// plans that are almost as good, so that the day tells less.

import { bestOf, type Candidate } from './plan-search.ts'
import type { DecisionPolicy } from './policy.ts'

/**
 * The best candidate, or with `policy.privacy` one at random among those whose utility above the least
 * acceptable is within `epsilon` of the best one's. The same seed, menu and candidates give the same.
 */
export function pickNearBest(
  candidates: readonly Candidate[],
  { privacy, minUtility = 0 }: Pick<DecisionPolicy, 'privacy' | 'minUtility'>,
  menuId: string,
): Candidate | null {
  const best = bestOf(candidates)
  if (best === null || privacy === undefined) return best
  const enough = best.utility - privacy.epsilon * (best.utility - minUtility)
  const near = candidates.filter(({ utility }) => utility >= enough)
  return near[draw(`${privacy.seed} ${menuId}`, near.length)] ?? best
}

/** A number below `count` that looks random to whoever does not know the text (FNV-1a, mixed). */
function draw(text: string, count: number): number {
  let hash = 0x811c9dc5
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % count
}
