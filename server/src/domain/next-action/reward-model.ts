// What an action is expected to bring, from other people's choices: the mean of its arm in its segment,
// drawn towards the mean of the arm, and that towards the mean of all. A model that is wrong makes the
// doubly robust estimate less sharp, not wrong.
import type { LoggedChoice } from './logged-choice.ts'

export type RewardModel = (segment: string, arm: string) => number

/** So many choices count as much as the broader mean. */
const STRENGTH = 10

interface Sum {
  readonly count: number
  readonly total: number
}

/** Fits the model. */
export function fitRewards(choices: readonly LoggedChoice[]): RewardModel {
  const byArm = new Map<string, Sum>()
  const bySegment = new Map<string, Sum>()
  for (const { segment, actions, chosen, reward } of choices) {
    const arm = actions[chosen]?.arm ?? ''
    add(byArm, arm, reward)
    add(bySegment, `${segment} ${arm}`, reward)
  }
  const all = choices.reduce((sum, { reward }) => sum + reward, 0) / Math.max(choices.length, 1)
  return (segment, arm) => shrink(bySegment.get(`${segment} ${arm}`), shrink(byArm.get(arm), all))
}

function add(sums: Map<string, Sum>, key: string, reward: number): void {
  const { count, total } = sums.get(key) ?? { count: 0, total: 0 }
  sums.set(key, { count: count + 1, total: total + reward })
}

function shrink(sum: Sum | undefined, broader: number): number {
  if (sum === undefined) return broader
  return (sum.total + STRENGTH * broader) / (sum.count + STRENGTH)
}
