// Members of an experiment whose truth is known, arriving day by day.

import { drawArm } from '../../../src/domain/experiments/experiment.ts'
import type { MemberOutcome } from '../../../src/domain/experiments/experiment-result.ts'
import { type Random, seededRandom } from '../../../src/domain/learning/seeded-random.ts'

export interface World {
  readonly days: number
  readonly aDay: number
  readonly seed: number
  /** By how much more the challenger brings. */
  readonly effect?: number
  /** The chances of a closed channel under each arm. */
  readonly optOuts?: { readonly champion: number; readonly challenger: number }
}

const FOLLOWED = 30
/** Strata differ far more than arms: what stratifying is for. */
const STRATA = [
  { stratum: 'pays-unasked/b2c', share: 0.5, pays: 0.85 },
  { stratum: 'ordinary/b2c', share: 0.35, pays: 0.6 },
  { stratum: 'at-risk/b2c', share: 0.15, pays: 0.25 },
]

export function membersOf({ days, aDay, seed, effect = 0, optOuts }: World): MemberOutcome[] {
  const random = seededRandom(seed)
  return Array.from({ length: days * aDay }, (_, index) => {
    const day = Math.floor(index / aDay)
    return memberOf(`${seed}-${index}`, day, { random, effect, optOuts })
  })
}

function memberOf(
  debtorId: string,
  day: number,
  {
    random,
    effect,
    optOuts,
  }: { random: Random; effect: number; optOuts: World['optOuts'] | undefined },
): MemberOutcome {
  const drawn = random()
  const { stratum, pays } =
    (drawn < 0.5 ? STRATA[0] : drawn < 0.85 ? STRATA[1] : STRATA[2]) ?? unknown()
  const member = { creditorId: 'cr_1', debtorId, stratum }
  const arm = drawArm('ex_1', member, { challengerPercent: 45, holdOutPercent: 10 })
  const chance = pays + (arm === 'challenger' ? effect : 0)
  const owed = 2_000 + Math.floor(random() * 30_000)
  const came = random() < chance ? 1 : random() < 0.2 ? 0.5 : 0
  const closes = arm === 'hold-out' ? 0 : (optOuts?.[arm] ?? 0.03)
  return {
    stratum,
    arm,
    matureDay: day + FOLLOWED,
    owed,
    recovered: owed * came,
    cost: 20 + 150 * random(),
    fees: 0,
    contacts: 1 + Math.floor(3 * random()),
    complaints: random() < 0.02 ? 1 : 0,
    brokenPromises: random() < 0.04 ? 1 : 0,
    optOuts: random() < closes ? 1 : 0,
  }
}

function unknown(): never {
  throw new Error('no stratum')
}
